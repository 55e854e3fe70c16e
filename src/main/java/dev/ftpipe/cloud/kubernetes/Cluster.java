package dev.ftpipe.cloud.kubernetes;

import dev.ftpipe.base.FtpipeException;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.File;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which cluster a profile means: {@code kubeconfig} (a file; else {@code KUBECONFIG} or {@code
 * ~/.kube/config}), {@code context} and {@code namespace} (else those that are current there).
 */
record Cluster(Optional<File> kubeconfig, @Nullable String context, Optional<String> namespace) {
  static Cluster of(Map<String, String> options) {
    return new Cluster(
        Optional.ofNullable(options.get("kubeconfig")).map(File::new),
        options.get("context"),
        Optional.ofNullable(options.get("namespace")));
  }

  KubernetesClient connect() {
    if (kubeconfig.isPresent() && !kubeconfig.get().isFile()) {
      throw FtpipeException.usage(
          "the kubeconfig " + kubeconfig.get() + " of the profile is not there");
    }
    Config found =
        kubeconfig.isPresent()
            ? Config.fromKubeconfig(context, kubeconfig.get())
            : Config.autoConfigure(context);
    if (found.getCurrentContext() == null && System.getenv("KUBERNETES_SERVICE_HOST") == null) {
      throw FtpipeException.usage(
          "no cluster is known: neither a kubeconfig of the profile, nor KUBECONFIG or"
              + " ~/.kube/config with a current context");
    }
    ConfigBuilder config = new ConfigBuilder(found).withRequestRetryBackoffLimit(3);
    namespace.ifPresent(config::withNamespace);
    return new KubernetesClientBuilder()
        .withConfig(config.build())
        .withHttpClientFactory(new JdkHttpClientFactory())
        .build();
  }
}
