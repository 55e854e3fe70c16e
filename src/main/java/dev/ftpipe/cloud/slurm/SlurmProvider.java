package dev.ftpipe.cloud.slurm;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.NodeShell;
import dev.ftpipe.cloud.NodeSpec;
import dev.ftpipe.cloud.Programs;
import dev.ftpipe.cloud.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Jobs of a SLURM cluster that shares the project's folder. Options of the profile: {@code
 * partition}, {@code account}, {@code time} (as for {@code sbatch}), {@code conf} (the cluster's
 * slurm.conf), {@code gres} (in place of what the task asks for).
 */
public final class SlurmProvider implements Provider {
  private static final List<String> PROGRAMS = List.of("sbatch", "squeue", "scancel");

  @Override
  public List<String> lacks(Map<String, String> options) {
    List<String> lacking = new ArrayList<>();
    for (String program : PROGRAMS) {
      if (!Programs.has(program)) {
        lacking.add(program + " is not on the PATH: run this on a login node of the cluster");
      }
    }
    return lacking;
  }

  @Override
  public String submit(Order order) throws IOException {
    Map<String, String> env = env(order.options());
    String name = "ftpipe-" + order.id();
    String running = said(List.of("squeue", "-h", "-o", "%i", "--name=" + name), env, "").strip();
    if (!running.isEmpty()) {
      return running.lines().findFirst().orElseThrow();
    }
    return submit(order, name, List.of(), "", "engine.log");
  }

  @Override
  public String submitMany(Order order, int count, int atOnce) throws IOException {
    return submit(
        order,
        "ftpipe-" + order.id(),
        List.of("--array=0-" + (count - 1) + "%" + atOnce),
        " --index \"$SLURM_ARRAY_TASK_ID\"",
        "engine-%a.log");
  }

  private static String submit(
      Order order, String name, List<String> array, String words, String log) throws IOException {
    Path folder = folder(order.folder(), order.id());
    Files.createDirectories(folder);
    List<String> sbatch = new ArrayList<>(List.of("sbatch", "--parsable", "--requeue"));
    sbatch.add("--job-name=" + name);
    sbatch.add("--open-mode=append");
    sbatch.add("--output=" + folder.resolve(log));
    sbatch.add("--chdir=" + folder);
    sbatch.add("--signal=B:TERM@60");
    sbatch.addAll(array);
    sbatch.addAll(asked(order));
    Map<String, String> all = new HashMap<>(env(order.options()));
    all.putAll(order.env());
    return said(sbatch, all, script(order.line() + words, folder)).strip().replaceFirst(";.*", "");
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
    if (spec.cpus() > 0) {
      asked.add("--cpus-per-task=" + (int) Math.ceil(spec.cpus()));
    }
    if (spec.memory() > 0) {
      asked.add("--mem=" + (int) Math.ceil(spec.memory() * 1024) + "M");
    }
    if (order.maxSeconds() > 0 && !order.options().containsKey("time")) {
      asked.add("--time=" + Math.max(1, (order.maxSeconds() + 59) / 60));
    }
    return asked;
  }

  /** The node in the background: a shell hears a signal only while it waits. */
  private static String script(String line, Path folder) {
    String node = line + " --folder " + Programs.quoted(folder.toString());
    return "#!/bin/bash\n"
        + node
        + " &\nnode=$!\ntrap 'kill -TERM $node' TERM\nwait $node; code=$?\n"
        + "while kill -0 $node 2>/dev/null; do wait $node; code=$?; done\n"
        // Taken away, or its time is over: the rest in another job of the same name and number.
        + "[ $code -lt 128 ] || scontrol requeue $SLURM_JOB_ID\nexit $code\n";
  }

  @Override
  public boolean isAlive(String handle, Map<String, String> options) throws IOException {
    Programs.Said queue =
        Programs.run(List.of("squeue", "-h", "-j", handle, "-o", "%T"), env(options), "");
    return queue.exitCode() == 0 && !queue.text().isBlank();
  }

  @Override
  public void end(String handle, Map<String, String> options) throws IOException {
    if (isAlive(handle, options)) {
      said(List.of("scancel", handle), env(options), "");
    }
  }

  private static Map<String, String> env(Map<String, String> options) {
    String conf = options.get("conf");
    return conf == null ? Map.of() : Map.of("SLURM_CONF", conf);
  }

  private static String said(List<String> command, Map<String, String> env, String input)
      throws IOException {
    Programs.Said said = Programs.run(command, env, input);
    if (said.exitCode() != 0) {
      throw FtpipeException.environment(command.get(0) + " refused: " + said.text().strip(), null);
    }
    return said.text();
  }

  @Override
  public List<String> shell(Placed job, Optional<String> line) {
    List<String> srun = new ArrayList<>();
    env(job.options()).forEach((name, value) -> srun.add(name + "=" + value));
    if (!srun.isEmpty()) {
      srun.add(0, "env");
    }
    // Beside the node that has all of the job's processors already.
    srun.addAll(List.of("srun", "--jobid=" + job.handle(), "--overlap"));
    if (line.isEmpty()) {
      srun.add("--pty");
    }
    Path folder = folder(job.folder(), job.id());
    srun.addAll(List.of("bash", "-c", NodeShell.line(folder.toString(), line)));
    return srun;
  }

  private static Path folder(Path project, String id) {
    return project.resolve(".ftpipe/nodes").resolve(id);
  }
}
