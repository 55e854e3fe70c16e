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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** What is left when a launch is cut off anywhere, and what a real node asks of the store. */
@Tag("slow")
final class Ec2LeakTest {
  @TempDir Path folder;

  private static List<String> ftpipe() {
    return CommandLines.program().command().stream()
        .filter(word -> !word.equals(WorkerCommand.ARGUMENT))
        .toList();
  }

  /** Calls of EC2, IAM, Systems Manager, the price list, and S3: each in its turn. */
  @Test
  void aLaunchThatIsKilledAfterAnyCallLeavesNothingThatGcDoesNotFind(TestReporter reporter)
      throws Exception {
    try (Amazon amazon = Amazon.start(folder.resolve("machines"));
        FaultProxy proxy = new FaultProxy(amazon.s3.address())) {
      CommandLines here = amazon.project(folder, "#!/bin/sh\nsleep 300\n", "");
      ProviderContract.isDone(
          here.ftpipe("remote", "modify", "shared", "endpointurl", proxy.address().toString()));
      List<String> calls = new CopyOnWriteArrayList<>();
      int kills = 0;
      while (!launchedUpTo(kills + 1, here, amazon, proxy, calls)) {
        kills++;
        ProviderContract.isDone(
            calls.get(kills - 1).endsWith("/handle.json")
                // It is launched, and shown in the queue; nobody follows it.
                ? here.ftpipe("down", "latest")
                : here.ftpipe("cloud", "gc", "--grace", "0", "-y"));
        assertThat(amazon.aws.everything()).as("after call " + kills + " of " + calls).isEmpty();
        assertThat(here.ftpipe("queue").out()).doesNotContain("waiting", "running");
      }
      ProviderContract.isDone(here.ftpipe("down", "latest"));
      assertThat(amazon.aws.everything()).isEmpty();
      reporter.publishEntry("calls", kills + ": " + calls);
      // What is left are contents, which 'gc --cloud' looks after, and words about runs that ended.
      assertThat(left(amazon))
          .allMatch(key -> key.matches("(dist|cas|packs|actions)/.*|runs/[^/]*/[a-z]*[.]json"));
      assertThat(calls)
          .contains(
              "CreateFleet", "CreateRole", "CreateLaunchTemplate", "PutParameter", "GetProducts")
          .anyMatch(each -> each.matches("PUT .*/runs/.*/task.json"))
          .anyMatch(each -> each.matches("PUT .*/runs/.*/handle.json"))
          .hasSizeGreaterThanOrEqualTo(kills);
    }
  }

  private static List<String> left(Amazon amazon) throws IOException {
    List<String> keys = new ArrayList<>();
    try (ObjectStore objects = amazon.objects()) {
      objects.list("", each -> keys.add(each.key()));
    }
    return keys;
  }

  /**
   * Whether the launch came to its end before that number of calls. It is killed once one of
   * Amazon's services has done what it was asked for, and before S3 does: after the call before.
   */
  private static boolean launchedUpTo(
      int last, CommandLines here, Amazon amazon, FaultProxy proxy, List<String> calls)
      throws Exception {
    List<String> command = new ArrayList<>(ftpipe());
    command.addAll(List.of("-C", here.root.toString(), "launch", "--on", "aws", "-y", "-d"));
    command.addAll(List.of("--secret", "HOME", "--", "true"));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("AWS_ACCESS_KEY_ID", Amazon.CLIENT_ID);
    builder.environment().put("AWS_SECRET_ACCESS_KEY", Amazon.CLIENT_SECRET);
    builder.redirectErrorStream(true).redirectOutput(here.root.resolveSibling("log").toFile());
    calls.clear();
    AtomicInteger count = new AtomicInteger();
    Process client = builder.start();
    Consumer<String> hear =
        call -> {
          calls.add(call);
          if (count.incrementAndGet() == last) {
            client.destroyForcibly();
          }
        };
    amazon.aws.hook(
        (who, action) -> {
          if (who.equals(Amazon.CLIENT_ID)) {
            hear.accept(action);
          }
        });
    proxy.rule(
        request -> {
          // Machines bring their program by the same way.
          if (!request.contains(".tar.gz")) {
            hear.accept(request);
          }
          return FaultProxy.Fault.NONE;
        });
    assertThat(client.waitFor(2, TimeUnit.MINUTES)).isTrue();
    amazon.aws.hook((who, action) -> {});
    proxy.rule(request -> FaultProxy.Fault.NONE);
    return client.exitValue() == 0;
  }

  @Test
  void whatANodeAsksOfTheStoreIsAllowedToItsRole() throws Exception {
    String line = String.join("' '", ftpipe());
    try (Amazon amazon = Amazon.start(folder.resolve("machines"));
        FaultProxy proxy = new FaultProxy(amazon.s3.address())) {
      CommandLines here = amazon.project(folder, "#!/bin/sh\nexec '" + line + "' \"$@\"\n", "");
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
      assertThat(proxy.requests()).anyMatch(each -> each.startsWith("GET /bucket/team/dist/"));
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
