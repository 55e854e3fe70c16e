package dev.ftpipe.cloud.ec2;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.cloud.Distribution;
import dev.ftpipe.cloud.Programs;
import dev.ftpipe.cloud.Provider.Order;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a machine does when it starts. No secret is in it: whoever sees the machine may read it. */
final class UserData {
  /** Variables that say where things are; all others may be secrets. */
  private static final String PUBLIC = "FTPIPE_NODE_";

  /** Seconds without a beat of the node's heart after which its machine is given back. */
  private static final String SILENT_SECONDS = "900";

  private UserData() {}

  /** The variables of an order that must not be read by others. */
  static Map<String, String> secrets(Order order) {
    Map<String, String> secrets = new TreeMap<>(order.env());
    secrets.keySet().removeIf(name -> name.startsWith(PUBLIC));
    return secrets;
  }

  /**
   * The script, as EC2 takes it.
   *
   * @param words that start the node, after the program's name
   * @param deadline after which the machine is given back in any case
   */
  static String of(Order order, String words, String region, Instant deadline) throws IOException {
    StringBuilder script = new StringBuilder();
    String template = NodePolicy.text("user-data.sh");
    int head = template.indexOf('\n') + 1;
    script.append(template, 0, head);
    int silent = Integer.parseInt(order.options().getOrDefault("dead_man_seconds", SILENT_SECONDS));
    set(script, "SILENT", Integer.toString(silent));
    set(script, "PULSE", Integer.toString(Math.max(1, Math.min(30, silent / 4))));
    set(script, "DEADLINE", Long.toString(deadline.getEpochSecond()));
    Distribution program = order.terms().program().orElseThrow();
    Map<String, String> exported = new TreeMap<>(order.env());
    exported.keySet().removeIf(name -> !name.startsWith(PUBLIC));
    Map<String, String> store = store(order);
    String storeRegion = store.getOrDefault("region", region);
    exported.put("PROGRAM_URL", url(order.terms().store(), store, storeRegion, program.key()));
    exported.put("PROGRAM_REGION", storeRegion);
    exported.put("PROGRAM_DIGEST", program.digest());
    exported.put("AWS_REGION", region);
    exported.forEach((name, value) -> set(script.append("export "), name, value));
    script.append("node() {\n  ").append(words).append("\n}\n");
    script.append(template, head, template.length());
    return Base64.getEncoder().encodeToString(script.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The line that plays the node of a run. */
  static String oneNode(Order order) {
    return program(order) + " --folder \"$root/run\"";
  }

  /** For each machine of a batch the lines that run stages, one by one, until none is left. */
  static List<String> manyNodes(Order order, int count, int atOnce) {
    int machines = Math.min(count, atOnce);
    // A stage that was ended by a signal is not over, nor is the part: another machine goes on.
    return IntStream.range(0, machines)
        .mapToObj(
            part ->
                """
                export %s=%d
                  while :; do
                    %s --part %d --parts %d --count %d --folder "$root/run"
                    code=$?; [ "$code" -lt 128 ] || return "$code"
                    [ "$code" = 0 ] || break
                  done
                  %s --over --folder "$root/run\""""
                    .formatted(
                        Ec2Host.PART,
                        part,
                        program(order),
                        part,
                        machines,
                        count,
                        command("node", order.id())))
        .toList();
  }

  private static String program(Order order) {
    return command(order.arguments().toArray(String[]::new));
  }

  private static String command(String... words) {
    return "\"$root/program/bin/ftpipe\" "
        + Stream.of(words).map(Programs::quoted).collect(Collectors.joining(" "))
        + " --provider ec2";
  }

  private static Map<String, String> store(Order order) throws IOException {
    return Json.mapper()
        .readValue(
            order.env().getOrDefault("FTPIPE_NODE_STORE", "{}"),
            new TypeReference<Map<String, String>>() {});
  }

  private static String url(String place, Map<String, String> store, String region, String key) {
    NodePolicy at = NodePolicy.of(place, region);
    String path = at.prefix() + key;
    if (!path.matches("[A-Za-z0-9_./-]+")) {
      throw FtpipeException.usage(
          "a remote for machines of EC2 has a prefix of letters, digits, '-', '_' and '.', not '"
              + at.prefix()
              + "'");
    }
    String endpoint = store.get("endpointurl");
    if (endpoint != null) {
      return endpoint.replaceFirst("/+$", "") + "/" + at.bucket() + "/" + path;
    }
    String domain = at.partition().equals("aws-cn") ? ".amazonaws.com.cn/" : ".amazonaws.com/";
    return "https://s3." + region + domain + at.bucket() + "/" + path;
  }

  private static void set(StringBuilder script, String name, String value) {
    script.append(name).append('=').append(Programs.quoted(value)).append('\n');
  }
}
