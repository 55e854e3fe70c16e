package dev.ftpipe.cli;

import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Plays the node of a cluster that has a control plane only: a pod is a process here. */
final class Kubelet implements AutoCloseable {
  private static final String NODE = "here";

  private final KubernetesClient client;
  private final Path logs;
  private final Map<String, Process> pods = new ConcurrentHashMap<>();
  private final Thread thread = new Thread(this::work, "kubelet");
  private volatile boolean closed;

  Kubelet(KubernetesClient client, Path logs) {
    this.client = client;
    this.logs = logs;
    if (client.nodes().withName(NODE).get() == null) {
      client
          .nodes()
          .resource(new NodeBuilder().withNewMetadata().withName(NODE).endMetadata().build())
          .create();
    }
    thread.setDaemon(true);
    thread.start();
  }

  /** How many pods were started so far. */
  int started() {
    return pods.size();
  }

  private void work() {
    while (!closed) {
      try {
        for (Pod pod : client.pods().list().getItems()) {
          see(pod);
        }
        Thread.sleep(100);
      } catch (KubernetesClientException e) {
        // A pod that went away meanwhile; if it is the server, the test waits for it in vain.
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void see(Pod pod) {
    String name = pod.getMetadata().getName();
    String phase = pod.getStatus().getPhase();
    Process process = pods.get(name);
    if (pod.getMetadata().getDeletionTimestamp() != null) {
      if (process != null && process.isAlive()) {
        process.destroy();
      } else {
        if (process != null && phase.equals("Running")) {
          end(name, process.exitValue());
        }
        client.pods().withName(name).withGracePeriod(0).delete();
      }
    } else if (phase.equals("Pending") && process == null) {
      start(pod);
    } else if (phase.equals("Running") && process != null && !process.isAlive()) {
      end(name, process.exitValue());
    }
  }

  private void start(Pod pod) {
    String name = pod.getMetadata().getName();
    var container = pod.getSpec().getContainers().get(0);
    Secret secret =
        client.secrets().withName(container.getEnvFrom().get(0).getSecretRef().getName()).get();
    if (secret == null) {
      return;
    }
    client
        .bindings()
        .resource(
            new BindingBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewTarget()
                .withKind("Node")
                .withName(NODE)
                .endTarget()
                .build())
        .create();
    ProcessBuilder builder = new ProcessBuilder(container.getCommand());
    builder.redirectErrorStream(true);
    builder.redirectOutput(logs.resolve(name + ".log").toFile());
    builder.environment().putAll(variables(pod, secret));
    try {
      pods.put(name, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    client
        .pods()
        .withName(name)
        .editStatus(
            now -> {
              now.getStatus().setPhase("Running");
              return now;
            });
  }

  private static Map<String, String> variables(Pod pod, Secret secret) {
    Map<String, String> all = new HashMap<>();
    secret
        .getData()
        .forEach(
            (key, value) ->
                all.put(
                    key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
    String index =
        pod.getMetadata().getAnnotations() == null
            ? null
            : pod.getMetadata().getAnnotations().get("batch.kubernetes.io/job-completion-index");
    if (index != null) {
      all.put("JOB_COMPLETION_INDEX", index);
    }
    return all;
  }

  private void end(String name, int code) {
    client
        .pods()
        .withName(name)
        .editStatus(
            now -> {
              now.getStatus().setPhase(code == 0 ? "Succeeded" : "Failed");
              now.getStatus()
                  .setContainerStatuses(
                      java.util.List.of(
                          new ContainerStatusBuilder()
                              .withName("node")
                              .withImage("test")
                              .withImageID("test")
                              .withReady(false)
                              .withRestartCount(0)
                              .withState(
                                  new ContainerStateBuilder()
                                      .withNewTerminated()
                                      .withExitCode(code)
                                      .endTerminated()
                                      .build())
                              .build()));
              return now;
            });
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    pods.values().forEach(Process::destroyForcibly);
  }
}
