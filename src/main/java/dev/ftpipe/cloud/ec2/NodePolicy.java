package dev.ftpipe.cloud.ec2;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import software.amazon.awssdk.regions.Region;

/**
 * Who may do what: texts of IAM for one remote.
 *
 * @param partition of the account's part of the cloud, such as {@code aws}
 * @param bucket of the remote
 * @param prefix of its keys, ending with a slash, or empty
 */
record NodePolicy(String partition, String bucket, String prefix) {
  /** All runs: for the boundary that no node's role goes beyond. */
  private static final String EVERY_RUN = "*";

  /**
   * The texts for a remote.
   *
   * @param store as its users write it
   */
  static NodePolicy of(String store, String region) {
    if (!store.startsWith("s3://")) {
      throw FtpipeException.usage(
          "machines of EC2 reach a remote at S3, not "
              + store
              + "; add one: ftpipe remote add -d NAME s3://BUCKET/PREFIX");
    }
    String[] parts = store.substring("s3://".length()).split("/", 2);
    String prefix = parts.length < 2 ? "" : parts[1].replaceFirst("/+$", "");
    return new NodePolicy(
        Region.of(region).metadata() == null
            ? "aws"
            : Region.of(region).metadata().partition().id(),
        parts[0],
        prefix.isEmpty() ? "" : prefix + "/");
  }

  /** What the machines of one run may do. */
  String ofRun(String run) {
    return filled("node-policy.json", Map.of("run", run));
  }

  /** What machines of any run may do at most. */
  String boundary() {
    return ofRun(EVERY_RUN);
  }

  /** What somebody who launches has to be allowed. */
  String launcher() {
    return filled("launcher-policy.json", Map.of());
  }

  /** Who may take the role of a machine: machines. */
  static String trust() {
    return text("trust-policy.json");
  }

  private String filled(String name, Map<String, String> more) {
    Map<String, String> values = new TreeMap<>(more);
    values.put("partition", partition);
    values.put("bucket", bucket);
    values.put("prefix", prefix);
    String text = text(name);
    for (Map.Entry<String, String> value : values.entrySet()) {
      text = text.replace("${" + value.getKey() + "}", value.getValue());
    }
    return text;
  }

  /** A file beside this class. */
  static String text(String name) {
    try (InputStream in =
        Objects.requireNonNull(NodePolicy.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
