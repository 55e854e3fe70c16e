package dev.ftpipe.cloud.slurm;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.NodeShell;
import dev.ftpipe.cloud.NodeSpec;
import dev.ftpipe.cloud.Programs;
import dev.ftpipe.cloud.Provider;
import dev.ftpipe.cloud.SshHost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Jobs of a SLURM cluster that shares the project's folder, or the home folder of the {@code host}
 * of the profile. Options: {@code partition}, {@code account}, {@code time} (as for {@code
 * sbatch}), {@code conf} (the cluster's slurm.conf), {@code gres} (in place of what the task asks
 * for); with {@code host} those of {@link SshHost}, {@code folder} and {@code program}.
 */
public final class SlurmProvider implements Provider {
  private static final String START = "ftpipe-";

  @Override
  public List<String> lacks(Map<String, String> options) {
    try {
      return new LoginNode(options).lacks();
    } catch (FtpipeException | IOException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public String submit(Order order) throws IOException {
    String running =
        new LoginNode(order.options())
            .said(asked(List.of("-o", "%i"), order.id()), Map.of(), "")
            .strip();
    if (!running.isEmpty()) {
      return running.lines().findFirst().orElseThrow();
    }
    return submit(order, List.of(), "", "engine.log");
  }

  @Override
  public String submitMany(Order order, int count, int atOnce) throws IOException {
    return submit(
        order,
        List.of("--array=0-" + (count - 1) + "%" + atOnce),
        " --index \"$SLURM_ARRAY_TASK_ID\"",
        "engine-%a.log");
  }

  private static String submit(Order order, List<String> array, String words, String log)
      throws IOException {
    LoginNode login = new LoginNode(order.options());
    String folder = login.folder(order.folder(), order.id());
    login.said(List.of("mkdir", "-p", folder), Map.of(), "");
    List<String> sbatch = new ArrayList<>(List.of("sbatch", "--parsable", "--requeue"));
    sbatch.add("--job-name=" + START + order.id());
    sbatch.add("--comment=" + order.terms().store());
    sbatch.add("--open-mode=append");
    sbatch.add("--output=" + log);
    sbatch.add("--chdir=" + folder);
    sbatch.add("--signal=B:TERM@60");
    sbatch.addAll(array);
    sbatch.addAll(asked(order));
    return login
        .said(sbatch, order.env(), script(login.node(order) + words))
        .strip()
        .replaceFirst(";.*", "");
  }

  private static List<String> asked(Order order) {
    List<String> asked = new ArrayList<>();
    NodeSpec spec = order.spec();
    for (String option : List.of("partition", "account", "time", "gres")) {
      if (order.options().containsKey(option)) {
        asked.add("--" + option + "=" + order.options().get(option));
      }
    }
    if (!order.options().containsKey("gres") && !spec.accelerators().isEmpty()) {
      NodeSpec.Accelerator gpu = spec.accelerators().get(0);
      String kind = gpu.name().isEmpty() ? "" : gpu.name().toLowerCase(Locale.ROOT) + ":";
      asked.add("--gres=gpu:" + kind + gpu.count());
    }
    if (spec.cpus().number() > 0) {
      asked.add("--cpus-per-task=" + (int) Math.ceil(spec.cpus().number()));
    }
    if (spec.memory().number() > 0) {
      asked.add("--mem=" + (int) Math.ceil(spec.memory().number() * 1024) + "M");
    }
    if (order.maxSeconds() > 0 && !order.options().containsKey("time")) {
      asked.add("--time=" + Math.max(1, (order.maxSeconds() + 59) / 60));
    }
    return asked;
  }

  /** The node in the background: a shell hears a signal only while it waits. */
  private static String script(String line) {
    return "#!/bin/bash\n"
        + line
        + " --folder \"$PWD\" &\nnode=$!\ntrap 'kill -TERM $node' TERM\nwait $node; code=$?\n"
        + "while kill -0 $node 2>/dev/null; do wait $node; code=$?; done\n"
        // Of a node that was killed alone the command goes on, unseen, for minutes until the next.
        + "[ ! -f command.pid ] || kill -KILL -- -\"$(cut -d' ' -f1 command.pid)\" 2>/dev/null\n"
        // Taken away, or its time is over: the rest in another job of the same name and number.
        + "[ $code -lt 128 ] || scontrol requeue $SLURM_JOB_ID\nexit $code\n";
  }

  @Override
  public boolean isAlive(String handle, Map<String, String> options) throws IOException {
    Programs.Said queue =
        new LoginNode(options).run(asked(List.of("-o", "%T"), handle), Map.of(), "");
    if (!queue.isDone() && !queue.text().contains("Invalid job id")) {
      throw FtpipeException.environment("squeue refused: " + queue.text().strip(), null);
    }
    return queue.isDone() && !queue.text().isBlank();
  }

  @Override
  public Optional<String> lastWords(Placed job) throws IOException {
    LoginNode login = new LoginNode(job.options());
    String tail = "cd \"$1\" 2>/dev/null || exit 0; tail -qn 20 engine*.log | tail -n 20";
    String folder = login.folder(job.folder(), job.id());
    String said = login.said(List.of("bash", "-c", tail, "tail", folder), Map.of(), "").strip();
    return Optional.of(said).filter(text -> !text.isEmpty());
  }

  @Override
  public void end(String handle, Map<String, String> options) throws IOException {
    if (isAlive(handle, options)) {
      String job = isNumber(handle) ? handle : "--name=" + START + handle;
      new LoginNode(options).said(List.of("scancel", job), Map.of(), "");
    }
  }

  /** The question after a job: by its number, or by the run that it is called after. */
  private static List<String> asked(List<String> columns, String handle) {
    List<String> squeue = new ArrayList<>(List.of("squeue", "-h"));
    squeue.addAll(columns);
    squeue.addAll(isNumber(handle) ? List.of("-j", handle) : List.of("--name=" + START + handle));
    return squeue;
  }

  private static boolean isNumber(String handle) {
    return handle.matches("[0-9_]+");
  }

  @Override
  public boolean knowsRuns() {
    return true;
  }

  @Override
  public Map<String, List<String>> remains(String store, Map<String, String> options)
      throws IOException {
    String queue =
        new LoginNode(options)
            .said(List.of("squeue", "-h", "--me", "-o", "%A|%j|%k"), Map.of(), "");
    Map<String, List<String>> remains = new TreeMap<>();
    for (String line : queue.lines().distinct().toList()) {
      String[] job = line.split("\\|", 3);
      if (job.length == 3 && job[1].startsWith(START) && job[2].equals(store)) {
        remains
            .computeIfAbsent(job[1].substring(START.length()), run -> new ArrayList<>())
            .add("job " + job[0]);
      }
    }
    return remains;
  }

  @Override
  public List<String> shell(Placed job, Optional<String> line) {
    LoginNode login = new LoginNode(job.options());
    // Beside the node that has all of the job's processors already.
    List<String> srun = new ArrayList<>(List.of("srun", "--jobid=" + job.handle(), "--overlap"));
    if (line.isEmpty()) {
      srun.add("--pty");
    }
    String folder = login.folder(job.folder(), job.id());
    srun.addAll(List.of("bash", "-c", NodeShell.line(folder, line)));
    return login.shell(srun, line.isEmpty());
  }
}
