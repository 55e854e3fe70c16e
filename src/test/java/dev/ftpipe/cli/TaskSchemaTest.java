package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.TaskReader;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.ParamsFormat;
import dev.ftpipe.config.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The schema of a task file accepts what {@code launch} takes, and nothing else. */
final class TaskSchemaTest {
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
          .getSchema(PipelineSchema.read("task"));

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "-1",
          "0",
          "1",
          "2",
          "100",
          "0.5",
          "x",
          "'4+'",
          "'4.5'",
          "'4.5555'",
          "A10G",
          "'A10G:2'",
          "'A10G:0'",
          "'A10G:100'",
          "[]",
          "[A10G, L4]",
          "['A10G:x']",
          "{}",
          "{A10G: 1}",
          "{A10G: 100}",
          "{A10G: x}",
          "{A: b}",
          "{A10G: '2'}",
          "[1]",
          "[[A10G]]",
          "4.5",
          "4.5555",
          "60m",
          "2h",
          "1d",
          "false",
          "'false'",
          "{idle_minutes: 30}",
          "{idle_minutes: 2h, down: true}",
          "{idle_minutes: false}",
          "{idle_minutes: x}",
          "64GB",
          "1.5TiB",
          "64GB+",
          "64KB",
          "{HF_TOKEN: null}",
          "{HF_TOKEN: ''}",
          "[HF_TOKEN]",
          "{us-east-1: ami-1}",
          "{'4': 1}",
          "[{cpus: 4+}]",
          "[{cpu: 4}]",
          "[{any_of: []}]",
          "[{accelerators: A100, use_spot: true}]");

  @TempDir Path folder;

  private static List<String> complaints(String task) {
    return SCHEMA
        .validate(
            ParamsFormat.of("task.yaml")
                .parse(task, "task.yaml", new Problems())
                .map(Located::node)
                .orElseThrow())
        .stream()
        .map(Object::toString)
        .toList();
  }

  private String refusal(String task) throws IOException {
    Path file = Files.writeString(folder.resolve("task.yaml"), task);
    try {
      TaskReader.read(file, "task.yaml");
      return "";
    } catch (FtpipeException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void theTasksOfTheRepository_areAccepted() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("cloud"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".yaml")).toList()) {
        assertThat(complaints(Files.readString(file))).as(file.toString()).isEmpty();
      }
    }
  }

  @Test
  void theSchemaAccepts_whatTheReaderAccepts() throws IOException {
    int both = 0;
    for (String key :
        List.of(
            "name",
            "num_nodes",
            "workdir",
            "file_mounts",
            "envs",
            "secrets",
            "setup",
            "run",
            "autostop",
            "resources",
            "service",
            "nodes")) {
      both += compare(key + ": %s\n");
    }
    for (String key :
        List.of(
            "infra",
            "cloud",
            "region",
            "zone",
            "accelerators",
            "cpus",
            "memory",
            "instance_type",
            "use_spot",
            "disk_size",
            "image_id",
            "labels",
            "ports",
            "disk_tier",
            "any_of",
            "ordered",
            "autostop",
            "accelerator")) {
      both += compare("resources: {" + key + ": %s}\n");
    }
    assertThat(both).isGreaterThan(60);
  }

  private int compare(String template) throws IOException {
    int accepted = 0;
    for (String value : VALUES) {
      String task = template.formatted(value);
      String refusal = refusal(task);
      assertThat(complaints(task).isEmpty())
          .as(task + "schema: " + complaints(task) + "\nreader: " + refusal)
          .isEqualTo(refusal.isEmpty());
      accepted += refusal.isEmpty() ? 1 : 0;
    }
    return accepted;
  }
}
