package dev.ftpipe.cloud.kubernetes;

import dev.ftpipe.cloud.NodeSpec;
import dev.ftpipe.cloud.Programs;
import dev.ftpipe.cloud.Provider.Order;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpecBuilder;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The job of a run, and the secret with the variables of its nodes. Options of the profile: {@code
 * image}, {@code program} (in the image; {@code ftpipe} when it does not say), {@code folder} (in
 * the pod), {@code service_account}, {@code node_selector} and {@code tolerations} (see {@link
 * Scheduling}), {@code gpu_resource} ({@code nvidia.com/gpu} when it does not say).
 *
 * @param many empty for one node
 */
record JobTemplate(Order order, Optional<Many> many) {
  private static final String CONTAINER = "node";
  static final String RUN_LABEL = "ftpipe.dev/run";
  private static final String STORE_NOTE = "ftpipe.dev/store";
  private static final String START = "ftpipe-";

  /** What ftpipe itself ends with: another attempt would end the same. */
  private static final List<Integer> ENDINGS = List.of(1, 2, 3);

  private static final int MOST_ATTEMPTS = 20;

  /** Seconds for a checkpoint after SIGTERM. */
  private static final long GRACE = 90;

  /** Seconds beyond its own guard after which the job is ended from outside. */
  private static final long BEYOND = 120;

  private static final int KEPT_SECONDS = 3600;

  /** Nodes of one job. */
  record Many(int count, int atOnce) {}

  /** A name as Kubernetes has them. */
  String name() {
    return name(order.id());
  }

  /** The name of what there is of a run; such a name itself is that, too. */
  static String name(String run) {
    return run.startsWith(START)
        ? run
        : START + run.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-");
  }

  /** Whether something is of a run whose remote is there. */
  static boolean isOf(String store, HasMetadata each) {
    Map<String, String> notes = each.getMetadata().getAnnotations();
    return notes != null && store.equals(notes.get(STORE_NOTE));
  }

  private Map<String, String> labels() {
    return Map.of("app.kubernetes.io/managed-by", "ftpipe", RUN_LABEL, order.id());
  }

  Job job() {
    JobSpecBuilder spec =
        new JobSpecBuilder()
            .withTtlSecondsAfterFinished(KEPT_SECONDS)
            .withNewPodFailurePolicy()
            // A node that was drained or preempted: another one, and it does not count.
            .addNewRule()
            .withAction("Ignore")
            .addNewOnPodCondition("True", "DisruptionTarget")
            .endRule()
            .addNewRule()
            .withAction(many.isPresent() ? "FailIndex" : "FailJob")
            .withNewOnExitCodes()
            .withContainerName(CONTAINER)
            .withOperator("In")
            .withValues(ENDINGS)
            .endOnExitCodes()
            .endRule()
            .endPodFailurePolicy()
            .withNewTemplate()
            .withNewMetadata()
            .withLabels(labels())
            .endMetadata()
            .withSpec(pod())
            .endTemplate();
    if (many.isPresent()) {
      spec.withCompletionMode("Indexed")
          .withCompletions(many.get().count())
          .withParallelism(many.get().atOnce())
          .withBackoffLimitPerIndex(MOST_ATTEMPTS);
    } else {
      spec.withBackoffLimit(MOST_ATTEMPTS);
    }
    if (order.maxSeconds() > 0) {
      spec.withActiveDeadlineSeconds(order.maxSeconds() + BEYOND);
    }
    return new JobBuilder()
        .withNewMetadata()
        .withName(name())
        .withLabels(labels())
        .withAnnotations(Map.of(STORE_NOTE, order.terms().store()))
        .endMetadata()
        .withSpec(spec.build())
        .build();
  }

  private PodSpec pod() {
    Scheduling scheduling = Scheduling.of(order.options());
    return new PodSpecBuilder()
        .withRestartPolicy("Never")
        .withTerminationGracePeriodSeconds(GRACE)
        .withServiceAccountName(order.options().get("service_account"))
        .withAutomountServiceAccountToken(order.options().containsKey("service_account"))
        .withNodeSelector(scheduling.selector())
        .withTolerations(scheduling.tolerations())
        .addToContainers(container())
        .build();
  }

  /** Where the node is, in its pod. */
  static String folder(Map<String, String> options) {
    return options.getOrDefault("folder", "/tmp/ftpipe");
  }

  private Container container() {
    String folder = folder(order.options());
    String words =
        order.arguments().stream().map(Programs::quoted).collect(Collectors.joining(" "));
    // Exec: the signal is for ftpipe, not for a shell around it.
    String line =
        "exec "
            + order.options().getOrDefault("program", "ftpipe")
            + " "
            + words
            + (many.isPresent() ? " --index \"$JOB_COMPLETION_INDEX\"" : "")
            + " --folder "
            + Programs.quoted(folder);
    return new ContainerBuilder()
        .withName(CONTAINER)
        .withImage(order.options().getOrDefault("image", "ftpipe"))
        .withCommand("sh", "-c", line)
        .addNewEnvFrom()
        .withNewSecretRef(name(), false)
        .endEnvFrom()
        .withNewResources()
        .withRequests(requests())
        .withLimits(limits())
        .endResources()
        .build();
  }

  private Map<String, Quantity> requests() {
    NodeSpec spec = order.spec();
    Map<String, Quantity> wanted = new HashMap<>();
    if (spec.cpus().number() > 0) {
      wanted.put("cpu", new Quantity(number(spec.cpus().number())));
    }
    if (spec.memory().number() > 0) {
      wanted.put("memory", new Quantity((long) Math.ceil(spec.memory().number() * 1024) + "Mi"));
    }
    spec.diskGiB().ifPresent(disk -> wanted.put("ephemeral-storage", new Quantity(disk + "Gi")));
    return wanted;
  }

  private Map<String, Quantity> limits() {
    NodeSpec spec = order.spec();
    Map<String, Quantity> most = new HashMap<>();
    if (spec.memory().number() > 0) {
      most.put("memory", new Quantity((long) Math.ceil(spec.memory().number() * 1024) + "Mi"));
    }
    if (!spec.accelerators().isEmpty()) {
      most.put(
          order.options().getOrDefault("gpu_resource", "nvidia.com/gpu"),
          new Quantity(Integer.toString(spec.accelerators().get(0).count())));
    }
    return most;
  }

  private static String number(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  /**
   * The variables of the nodes.
   *
   * @param owner uid of the job, once there is one
   */
  Secret secret(Optional<String> owner) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name())
        .withLabels(labels())
        .withAnnotations(Map.of(STORE_NOTE, order.terms().store()))
        .withOwnerReferences(owner.map(this::reference).stream().toList())
        .endMetadata()
        .withStringData(order.env())
        .build();
  }

  private OwnerReference reference(String uid) {
    return new OwnerReferenceBuilder()
        .withApiVersion("batch/v1")
        .withKind("Job")
        .withName(name())
        .withUid(uid)
        .build();
  }
}
