package dev.ftpipe.cloud.kubernetes;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.NodeShell;
import dev.ftpipe.cloud.Programs;
import dev.ftpipe.cloud.Provider;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Jobs of a Kubernetes cluster. A pod that is disrupted or killed is replaced by the cluster; a
 * command that fails ends the job. Options of the profile: those of {@link Cluster} and {@link
 * JobTemplate}.
 */
public final class KubernetesProvider implements Provider {
  /** Lines of a pod that are shown. */
  private static final int WORDS = 20;

  private static final int CONFLICT = 409;
  private static final int FORBIDDEN = 403;
  private static final int UNAUTHORIZED = 401;

  @Override
  public List<String> lacks(Map<String, String> options) {
    List<String> lacking = new ArrayList<>();
    if (!options.containsKey("image")) {
      lacking.add(
          "an image with ftpipe in it is needed:"
              + " {provider: kubernetes, image: registry.example.org/ftpipe:1}");
    }
    try (KubernetesClient client = Cluster.of(options).connect()) {
      client.batch().v1().jobs().withName("ftpipe-none").get();
    } catch (FtpipeException e) {
      lacking.add(String.valueOf(e.getMessage()));
    } catch (KubernetesClientException e) {
      lacking.add(named(e).getMessage());
    }
    return lacking;
  }

  @Override
  public String submit(Order order) {
    return create(order, new JobTemplate(order, Optional.empty()));
  }

  @Override
  public String submitMany(Order order, int count, int atOnce) {
    return create(order, new JobTemplate(order, Optional.of(new JobTemplate.Many(count, atOnce))));
  }

  private static String create(Order order, JobTemplate template) {
    try (KubernetesClient client = Cluster.of(order.options()).connect()) {
      // Before the job: a launch that is cut off in between leaves no pod that waits for ever.
      lay(client, template.secret(Optional.empty()));
      Job job = created(client, template);
      // It goes with the job, whoever removes that.
      client.secrets().resource(template.secret(Optional.of(job.getMetadata().getUid()))).update();
      return template.name();
    } catch (KubernetesClientException e) {
      throw named(e);
    }
  }

  private static void lay(KubernetesClient client, Secret secret) {
    try {
      client.secrets().resource(secret).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT) {
        throw e;
      }
      client.secrets().resource(secret).update();
    }
  }

  private static Job created(KubernetesClient client, JobTemplate template) {
    try {
      return client.batch().v1().jobs().resource(template.job()).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT) {
        throw e;
      }
      return client.batch().v1().jobs().withName(template.name()).get();
    }
  }

  @Override
  public boolean knowsRuns() {
    return true;
  }

  @Override
  public Map<String, List<String>> remains(String store, Map<String, String> options) {
    try (KubernetesClient client = Cluster.of(options).connect()) {
      Map<String, List<String>> remains = new TreeMap<>();
      Stream.concat(
              client
                  .batch()
                  .v1()
                  .jobs()
                  .withLabel(JobTemplate.RUN_LABEL)
                  .list()
                  .getItems()
                  .stream(),
              client.secrets().withLabel(JobTemplate.RUN_LABEL).list().getItems().stream())
          .filter(each -> JobTemplate.isOf(store, each))
          .forEach(
              each ->
                  remains
                      .computeIfAbsent(
                          each.getMetadata().getLabels().get(JobTemplate.RUN_LABEL),
                          run -> new ArrayList<>())
                      .add(
                          each.getKind().toLowerCase(Locale.ROOT)
                              + " "
                              + each.getMetadata().getName()));
      return remains;
    } catch (KubernetesClientException e) {
      throw named(e);
    }
  }

  @Override
  public boolean isAlive(String handle, Map<String, String> options) {
    try (KubernetesClient client = Cluster.of(options).connect()) {
      Job job = client.batch().v1().jobs().withName(JobTemplate.name(handle)).get();
      return job != null
          && (job.getStatus() == null
              || job.getStatus().getConditions().stream()
                  .noneMatch(
                      each ->
                          List.of("Complete", "Failed").contains(each.getType())
                              && each.getStatus().equals("True")));
    } catch (KubernetesClientException e) {
      throw named(e);
    }
  }

  @Override
  public Optional<String> lastWords(Placed job) {
    try (KubernetesClient client = Cluster.of(job.options()).connect()) {
      return client.pods().withLabel(JobTemplate.RUN_LABEL, job.id()).list().getItems().stream()
          .max(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()))
          .map(pod -> client.pods().withName(pod.getMetadata().getName()))
          .map(pod -> pod.tailingLines(WORDS).getLog().strip())
          .filter(text -> !text.isEmpty());
    } catch (KubernetesClientException e) {
      throw named(e);
    }
  }

  @Override
  public void end(String handle, Map<String, String> options) {
    try (KubernetesClient client = Cluster.of(options).connect()) {
      String name = JobTemplate.name(handle);
      client
          .batch()
          .v1()
          .jobs()
          .withName(name)
          .withPropagationPolicy(DeletionPropagation.BACKGROUND)
          .delete();
      client.secrets().withName(name).delete();
    } catch (KubernetesClientException e) {
      throw named(e);
    }
  }

  /** By kubectl: its connection for a terminal is nothing that a library here has. */
  @Override
  public List<String> shell(Placed job, Optional<String> line) {
    if (!Programs.has("kubectl")) {
      throw FtpipeException.environment("kubectl is not on the PATH; a shell needs it", null);
    }
    List<String> kubectl = new ArrayList<>(List.of("kubectl"));
    for (String option : List.of("kubeconfig", "context", "namespace")) {
      if (job.options().containsKey(option)) {
        kubectl.add("--" + option + "=" + job.options().get(option));
      }
    }
    kubectl.addAll(List.of("exec", "-i", "job/" + job.handle()));
    if (line.isEmpty()) {
      kubectl.add("-t");
    }
    String folder = JobTemplate.folder(job.options());
    kubectl.addAll(List.of("--", "sh", "-c", NodeShell.line(folder, line)));
    return kubectl;
  }

  private static FtpipeException named(KubernetesClientException e) {
    String said =
        e.getStatus() != null && e.getStatus().getMessage() != null
            ? e.getStatus().getMessage()
            : cause(e);
    String remedy =
        switch (e.getCode()) {
          case UNAUTHORIZED -> "; log in to the cluster again";
          case FORBIDDEN -> "; the user needs a role there: docs/cloud.md has it";
          default -> "";
        };
    return FtpipeException.environment("Kubernetes: " + said + remedy, e);
  }

  private static String cause(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
