package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import dev.ftpipe.cloud.ec2.PolicyEvaluator;
import dev.ftpipe.run.WorkerCommand;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.s3.FaultProxy;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left when a launch is cut off anywhere, and what a real node asks of the store. */
@Tag("slow")
final class Ec2LeakTest {
  @TempDir Path folder;

  private CommandLines project(Amazon amazon, String program) throws IOException {
    CommandLines lines = new CommandLines(folder.resolve("here"));
    lines.write("pipeline.yaml", "stages:\n  a: {cmd: cp in out, deps: [in], outs: [out]}\n");
    lines.write("in", "data\n");
    lines.write(".ftpipe/config.yaml", "profiles: {aws: " + amazon.profile("") + "}\n");
    amazon.addRemote(lines);
    Path file = Files.writeString(folder.resolve("program"), program);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    Amazon.sendDistribution(lines, file);
    return lines;
  }

  private static List<String> ftpipe() {
    return CommandLines.program().command().stream()
        .filter(word -> !word.equals(WorkerCommand.ARGUMENT))
        .toList();
  }

  @Test
  void aLaunchThatIsKilledAfterAnyCallLeavesNothingThatGcDoesNotFind() throws Exception {
    try (Amazon amazon = Amazon.start(folder.resolve("machines"))) {
      CommandLines here = project(amazon, "#!/bin/sh\nsleep 300\n");
      boolean isKilled = true;
      int kills = 0;
      for (int last = 1; isKilled; last++) {
        isKilled = !launchedUpTo(last, here, amazon);
        if (isKilled) {
          kills++;
          ProviderContract.isDone(here.ftpipe("cloud", "gc", "--grace", "0", "-y"));
        } else {
          ProviderContract.isDone(here.ftpipe("down", "latest"));
        }
        assertThat(amazon.aws.everything()).as("after call " + last).isEmpty();
      }
      assertThat(kills).isGreaterThan(15);
    }
  }

  /** Whether the launch came to its end before that number of calls. */
  private static boolean launchedUpTo(int last, CommandLines here, Amazon amazon) throws Exception {
    List<String> command = new ArrayList<>(ftpipe());
    command.addAll(
        List.of("-C", here.root.toString(), "launch", "--on", "aws", "-y", "-d", "--", "true"));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("AWS_ACCESS_KEY_ID", Amazon.CLIENT_ID);
    builder.environment().put("AWS_SECRET_ACCESS_KEY", Amazon.CLIENT_SECRET);
    builder.redirectErrorStream(true).redirectOutput(here.root.resolveSibling("log").toFile());
    AtomicInteger calls = new AtomicInteger();
    Process client = builder.start();
    amazon.aws.hook(
        (who, action) -> {
          if (who.equals(Amazon.CLIENT_ID) && calls.incrementAndGet() == last) {
            client.destroyForcibly();
          }
        });
    assertThat(client.waitFor(2, TimeUnit.MINUTES)).isTrue();
    amazon.aws.hook((who, action) -> {});
    return client.exitValue() == 0;
  }

  @Test
  void whatANodeAsksOfTheStoreIsAllowedToItsRole() throws Exception {
    String line = String.join("' '", ftpipe());
    try (Amazon amazon = Amazon.start(folder.resolve("machines"));
        FaultProxy proxy = new FaultProxy(amazon.s3.address())) {
      CommandLines here = project(amazon, "#!/bin/sh\nexec '" + line + "' \"$@\"\n");
      ProviderContract.isDone(
          here.ftpipe("remote", "modify", "shared", "endpointurl", proxy.address().toString()));
      Result launched =
          here.ftpipe("launch", "--on", "aws", "-y", "-d", "--", "ftpipe repro --pull --push");
      ProviderContract.isDone(launched);
      String id = launched.out().strip();
      int before = proxy.requests().size();
      try (ObjectStore objects = amazon.objects()) {
        ProviderContract.await(
            Duration.ofMinutes(3),
            () ->
                objects
                    .read("runs/" + id + "/state.json", 1 << 20)
                    .filter(text -> new String(text, StandardCharsets.UTF_8).contains("\"done\""))
                    .isPresent());
      }
      PolicyEvaluator role = new PolicyEvaluator(amazon.aws.policy("ftpipe-" + id));
      List<String> asked = List.copyOf(proxy.requests().subList(before, proxy.requests().size()));
      assertThat(asked).anyMatch(each -> each.startsWith("GET /bucket/team/dist/"));
      assertThat(asked).anyMatch(each -> each.startsWith("PUT /bucket/team/actions/"));
      assertThat(asked.stream().filter(each -> !isAllowed(role, each))).isEmpty();
    }
  }

  private static boolean isAllowed(PolicyEvaluator role, String request) {
    String method = request.substring(0, request.indexOf(' '));
    String[] target = request.substring(request.indexOf(' ') + 1).split("\\?", 2);
    String query = target.length > 1 ? URLDecoder.decode(target[1], StandardCharsets.UTF_8) : "";
    String path = URLDecoder.decode(target[0], StandardCharsets.UTF_8).substring(1);
    if (path.equals("bucket") || path.equals("bucket/")) {
      String prefix = query.replaceFirst("(^|.*&)prefix=([^&]*).*", "$2");
      String action = query.contains("uploads") ? "s3:ListBucketMultipartUploads" : "s3:ListBucket";
      // Which objects a request removes stands in its body: they are removed one by one here.
      return method.equals("POST")
          || role.allows(action, "arn:aws:s3:::bucket", Map.of("s3:prefix", prefix));
    }
    String action =
        switch (method) {
          case "GET" -> query.contains("uploadId") ? "ListMultipartUploadParts" : "GetObject";
          case "HEAD" -> "GetObject";
          case "DELETE" -> query.contains("uploadId") ? "AbortMultipartUpload" : "DeleteObject";
          default -> "PutObject";
        };
    return role.allows("s3:" + action, "arn:aws:s3:::" + path, Map.of());
  }
}
