package dev.ftpipe.cloud;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The engine of a machine that has none: a shell in a session of its own starts the node again when
 * that was killed, and outlives whoever launched. It holds a lock as long as it or its node lives,
 * so nobody has to believe the number of a process.
 */
public final class ShellEngine {
  private static final int MOST_ATTEMPTS = 20;

  /** Seconds that a node has after its time is over, to write a checkpoint and to say so. */
  private static final int GRACE = 120;

  private static final String IS_ALIVE = "[ -f engine.lock ] && ! flock -n engine.lock true";

  private final Shell shell;

  /** Where the engine runs. */
  public interface Shell {
    /** Has bash read a script there, from its input. */
    Programs.Said run(String script) throws IOException;
  }

  /** The engine of one machine. */
  public ShellEngine(Shell shell) {
    this.shell = shell;
  }

  /**
   * Starts a node, unless it is at work already.
   *
   * @param folder of the node there; made when it does not exist
   * @param node line that starts the node, without its {@code --folder}
   * @param env goes through the input of the shell and is written nowhere
   */
  public void start(String folder, String node, Map<String, String> env, long maxSeconds)
      throws IOException {
    start(folder, env, attempts(node, maxSeconds));
  }

  /** Starts many nodes, each with its {@code --index}. */
  public void startMany(String folder, String node, Map<String, String> env, int count, int atOnce)
      throws IOException {
    start(
        folder,
        env,
        "one() {\n"
            + attempts(node + " --index \"$1\"", 0)
            + "}\nexport -f one\nseq 0 "
            + (count - 1)
            + " | xargs -P "
            + atOnce
            + " -I '{}' bash -c 'one {}'\n");
  }

  private void start(String folder, Map<String, String> env, String engine) throws IOException {
    StringBuilder script = new StringBuilder("set -e\numask 077\n");
    script.append("mkdir -p ").append(Programs.quoted(folder)).append('\n');
    script.append("cd ").append(Programs.quoted(folder)).append('\n');
    // The lock is the engine's from here on: it inherits the open file.
    script.append("exec 9>>engine.lock\nflock -n 9 || exit 0\n");
    script.append("cat >engine.sh <<'FTPIPE_END'\necho $$ >engine.pid\n");
    script.append(engine).append("FTPIPE_END\n");
    for (Map.Entry<String, String> each : new TreeMap<>(env).entrySet()) {
      script.append("export ").append(each.getKey()).append('=');
      script.append(Programs.quoted(each.getValue())).append('\n');
    }
    script.append("setsid --fork bash engine.sh >>engine.log 2>&1 </dev/null\n");
    require(shell.run(script.toString()), "start a node");
  }

  private static String attempts(String node, long maxSeconds) {
    String limit =
        maxSeconds > 0 ? "timeout --foreground --kill-after=60 " + (maxSeconds + GRACE) + " " : "";
    // 128 and more: a signal ended it, as when a machine is taken away.
    return "for i in $(seq "
        + MOST_ATTEMPTS
        + "); do\n  "
        + limit
        + node
        + " --folder \"$PWD\" </dev/null\n  [ $? -ge 128 ] || break\n  sleep 0.2\ndone\n";
  }

  /** Whether the engine or its node is at work. */
  public boolean isAlive(String folder) throws IOException {
    Programs.Said said =
        shell.run(in(folder, "exit 1") + "if " + IS_ALIVE + "; then exit 0; fi\nexit 1\n");
    if (said.exitCode() != 1) {
      require(said, "ask for a node");
    }
    return said.exitCode() == 0;
  }

  /** Ends the engine, so that it starts nothing anew, and tells its node to end. */
  public void end(String folder) throws IOException {
    require(
        shell.run(
            in(folder, "exit 0")
                + "if "
                + IS_ALIVE
                + "; then\n  pid=$(cat engine.pid)\n  kill -KILL \"$pid\" 2>/dev/null\n"
                + "  kill -TERM -- \"-$pid\" 2>/dev/null\nfi\nexit 0\n"),
        "end a node");
  }

  /** The last lines of the engine and its nodes. */
  public Optional<String> lastWords(String folder) throws IOException {
    Programs.Said said =
        shell.run(in(folder, "exit 0") + "[ ! -f engine.log ] || tail -n 20 engine.log\n");
    require(said, "read what a node said");
    return Optional.of(said.text().strip()).filter(text -> !text.isEmpty());
  }

  private static String in(String folder, String otherwise) {
    return "cd " + Programs.quoted(folder) + " 2>/dev/null || " + otherwise + "\n";
  }

  private static void require(Programs.Said said, String what) {
    if (said.exitCode() != 0) {
      throw FtpipeException.environment(
          "could not " + what + " (exit code " + said.exitCode() + "): " + said.text().strip(),
          null);
    }
  }
}
