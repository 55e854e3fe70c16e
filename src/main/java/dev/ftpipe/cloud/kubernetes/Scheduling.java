package dev.ftpipe.cloud.kubernetes;

import dev.ftpipe.base.FtpipeException;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which machines of a cluster: {@code node_selector: pool=gpu, spot=true} and {@code tolerations:
 * nvidia.com/gpu, spot=true:NoSchedule} of a profile.
 */
record Scheduling(Map<String, String> selector, List<Toleration> tolerations) {
  static Scheduling of(Map<String, String> options) {
    Map<String, String> selector = new TreeMap<>();
    for (String each : parts(options, "node_selector")) {
      int equals = each.indexOf('=');
      if (equals < 1) {
        throw FtpipeException.usage("node_selector takes label=value, not '" + each + "'");
      }
      selector.put(each.substring(0, equals), each.substring(equals + 1));
    }
    List<Toleration> tolerations = new ArrayList<>();
    for (String each : parts(options, "tolerations")) {
      int colon = each.lastIndexOf(':');
      String taint = colon < 0 ? each : each.substring(0, colon);
      int equals = taint.indexOf('=');
      TolerationBuilder toleration =
          new TolerationBuilder()
              .withKey(equals < 0 ? taint : taint.substring(0, equals))
              .withOperator(equals < 0 ? "Exists" : "Equal");
      if (equals >= 0) {
        toleration.withValue(taint.substring(equals + 1));
      }
      if (colon >= 0) {
        toleration.withEffect(each.substring(colon + 1));
      }
      tolerations.add(toleration.build());
    }
    return new Scheduling(selector, tolerations);
  }

  private static List<String> parts(Map<String, String> options, String key) {
    List<String> parts = new ArrayList<>();
    for (String each : options.getOrDefault(key, "").split(",", -1)) {
      if (!each.isBlank()) {
        parts.add(each.strip());
      }
    }
    return parts;
  }
}
