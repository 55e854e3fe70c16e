package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import dev.ftpipe.cloud.ec2.FakeAws;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.s3.S3Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a launch asks of EC2 and leaves there; machines have a program that does nothing. */
final class Ec2LaunchTest {
  @TempDir Path folder;
  private @Nullable Amazon started;
  private @Nullable CommandLines project;

  @BeforeEach
  void start() throws IOException {
    Amazon amazon = Amazon.start(folder.resolve("machines"));
    started = amazon;
    CommandLines lines = new CommandLines(folder.resolve("here"));
    project = lines;
    lines.write("pipeline.yaml", "stages:\n  a: {cmd: cp in out, deps: [in], outs: [out]}\n");
    lines.write("in", "data\n").write(".env.example", "A=b\n");
    profile("");
    amazon.addRemote(lines);
    Path program = Files.writeString(folder.resolve("program"), "#!/bin/sh\nsleep 300\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    Amazon.sendDistribution(lines, program);
  }

  private Amazon amazon() {
    return java.util.Objects.requireNonNull(started);
  }

  private FakeAws aws() {
    return amazon().aws;
  }

  private CommandLines here() {
    return java.util.Objects.requireNonNull(project);
  }

  private void profile(String more) throws IOException {
    Path config = here().root.resolve(".ftpipe/config.yaml");
    String before = Files.exists(config) ? Files.readString(config) : "";
    here()
        .write(
            ".ftpipe/config.yaml",
            before.replaceFirst("(?m)^profiles:(\n .*|.*)*", "")
                + "profiles: {aws: "
                + amazon().profile(more)
                + "}\n");
  }

  @AfterEach
  void end() {
    amazon().close();
  }

  private String launched(String... more) {
    List<String> words = new ArrayList<>(List.of("launch", "--on", "aws", "-y", "-d"));
    words.addAll(List.of(more));
    words.addAll(List.of("--", "true"));
    Result result = here().ftpipe(words.toArray(String[]::new));
    ProviderContract.isDone(result);
    return result.out().strip();
  }

  private String userData() {
    return aws().bodies().stream()
        .filter(body -> body.contains("LaunchTemplateData.UserData="))
        .map(body -> body.replaceFirst("(?s).*LaunchTemplateData\\.UserData=([^,}]*).*", "$1"))
        .map(text -> new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8))
        .reduce((one, other) -> other)
        .orElseThrow();
  }

  @Test
  void theRequestsCarryTheGuards() {
    Instant before = Instant.now();
    String id = launched("--spot", "--max-hourly", "0.5", "--max-total", "1");

    Map<String, String> fleet = aws().ec2().requests().get(0);
    assertThat(fleet)
        .containsEntry("Type", "maintain")
        .containsEntry("ClientToken", id)
        .containsEntry("SpotOptions.MaxTotalPrice", "0.5000")
        .containsEntry("SpotOptions.AllocationStrategy", "price-capacity-optimized")
        .containsEntry("TargetCapacitySpecification.TotalTargetCapacity", "1")
        .containsEntry("TerminateInstancesWithExpiration", "true")
        .containsValue("ftpipe:run")
        .containsValue("s3://bucket/team");
    // 1 USD at 0.5 an hour, and what the last checkpoint takes.
    assertThat(Instant.parse(fleet.getOrDefault("ValidUntil", "")))
        .isBetween(before.plusSeconds(7200), before.plusSeconds(7200 + 180 + 60));
    String template =
        aws().bodies().stream()
            .filter(body -> body.contains("Action=CreateLaunchTemplate"))
            .findFirst()
            .orElseThrow();
    assertThat(template)
        .contains("MetadataOptions.HttpTokens=required")
        .contains("MetadataOptions.HttpPutResponseHopLimit=1")
        .contains("InstanceInitiatedShutdownBehavior=terminate")
        .contains("IamInstanceProfile.Name=ftpipe-" + id)
        .contains("Ebs.Encrypted=true")
        .doesNotContain("KeyName")
        .doesNotContain("InstanceMarketOptions");
    for (String kind : List.of("instance", "volume")) {
      assertThat(template).contains("ResourceType=" + kind);
    }
    assertThat(fleet.keySet()).noneMatch(key -> key.endsWith(".Priority"));
    assertThat(aws().calls()).doesNotContain("AuthorizeSecurityGroupIngress");
    assertThat(aws().policy("ftpipe-" + id)).contains("arn:aws:s3:::bucket/team/runs/" + id + "/*");
    ProviderContract.isDone(here().ftpipe("down", id));
    assertThat(aws().everything()).isEmpty();
  }

  @Test
  void nothingOfTheLaunchersLeaves() throws IOException {
    // What is packed can be read, or it would be no proof.
    ProviderContract.isDone(here().ftpipe("remote", "modify", "shared", "compression", "none"));
    here().write("in", "a word of the workspace\n");
    String id = launched("--secret", "PATH");

    List<String> canaries =
        List.of(
            Amazon.CLIENT_SECRET, S3Server.KEYS.secret(), System.getenv().getOrDefault("PATH", ""));
    List<String> secret =
        aws().bodies().stream().filter(body -> body.contains("SecureString")).toList();
    assertThat(secret).singleElement().asString().contains("/ftpipe/" + id + "/PATH");
    String sent =
        aws().bodies().stream()
                .filter(body -> !secret.contains(body))
                .collect(Collectors.joining("\n"))
            + userData();
    List<String> keys = new ArrayList<>();
    try (ObjectStore objects = amazon().objects()) {
      objects.list("", each -> keys.add(each.key()));
      for (String key : keys) {
        if (!key.startsWith("dist/")) {
          sent += new String(objects.read(key, 1 << 24).orElseThrow(), StandardCharsets.ISO_8859_1);
        }
      }
    }
    assertThat(keys).anyMatch(key -> key.equals("runs/" + id + "/task.json"));
    assertThat(sent).contains(id).contains("a word of the workspace");
    for (String canary : canaries) {
      assertThat(sent).doesNotContain(canary);
    }
  }

  @Test
  void noCapacityIsToldAndNothingIsLeft() throws IOException {
    profile(", capacity_seconds: 1");
    aws().ec2().lack("spot");

    Result result = here().ftpipe("launch", "--on", "aws", "--spot", "-y", "-d", "--", "true");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err())
        .contains("tried: c7i.xlarge in subnet-1")
        .contains("InsufficientInstanceCapacity");
    assertThat(aws().everything()).isEmpty();
  }

  private String task(String resources) throws IOException {
    here().write("task.yaml", "resources: " + resources + "\n");
    return here().root.resolve("task.yaml").toString();
  }

  @Test
  void aFleetHasOneSubnetOfAZone() {
    aws()
        .ec2()
        .have(
            "subnet-1 vpc-1 eu-west-1a", "subnet-2 vpc-1 eu-west-1a", "subnet-3 vpc-1 eu-west-1b");

    Result result = here().ftpipe("launch", "--on", "aws", "-y", "-d", "--", "true");

    ProviderContract.isDone(result);
    assertThat(result.err()).contains("subnet-2 is left out");
    assertThat(aws().ec2().requests().get(0))
        .containsEntry("LaunchTemplateConfigs.1.Overrides.1.SubnetId", "subnet-1")
        .containsEntry("LaunchTemplateConfigs.1.Overrides.2.SubnetId", "subnet-3")
        .doesNotContainKey("LaunchTemplateConfigs.1.Overrides.3.SubnetId");
  }

  @Test
  void aRunThatIsRefusedDoesNotWait() throws IOException {
    try (ObjectStore objects = amazon().objects()) {
      List<String> program = new ArrayList<>();
      objects.list("dist/", each -> program.add(each.key()));
      objects.delete(program);
    }

    Result result = here().ftpipe("launch", "--on", "aws", "-y", "-d", "--", "true");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("ftpipe cloud dist");
    assertThat(here().ftpipe("queue").out()).containsPattern("aws +cancelled .*it was refused");
  }

  @Test
  void subnetsOfTwoNetworksAreRefused() {
    aws().ec2().have("subnet-1 vpc-1 eu-west-1a", "subnet-2 vpc-2 eu-west-1b");

    Result result = here().ftpipe("launch", "--on", "aws", "-y", "-d", "--", "true");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err()).contains("several networks (vpc-1, vpc-2)");
    assertThat(aws().everything()).isEmpty();
  }

  @Test
  void aDiskIsNeverSmallerThanItsImage() throws IOException {
    Result result =
        here().ftpipe("launch", task("{disk_size: 8}"), "--on", "aws", "-y", "-d", "--", "true");

    ProviderContract.isDone(result);
    assertThat(aws().bodies()).anyMatch(body -> body.contains("Ebs.VolumeSize=75"));
  }

  @Test
  void aTypeWithAGpuHasTheImageWithItsDriver() throws IOException {
    for (String resources : List.of("{instance_type: g5.xlarge}", "{accelerators: L4}")) {
      int before = aws().bodies().size();
      Result result =
          here().ftpipe("launch", task(resources), "--on", "aws", "-y", "-d", "--", "echo 1");

      ProviderContract.isDone(result);
      assertThat(aws().bodies().subList(before, aws().bodies().size()))
          .anyMatch(body -> body.contains("/base-oss-nvidia-driver-gpu-amazon-linux-2023/latest/"));
      ProviderContract.isDone(here().ftpipe("down", "latest"));
    }
  }

  @Test
  void aGpuWithoutADriverInTheImageIsRefused() throws IOException {
    Result result =
        here().ftpipe("launch", task("{accelerators: V100}"), "--on", "aws", "-y", "--", "true");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("p3.2xlarge is left out: the usual image has no driver");
    Result own =
        here()
            .ftpipe(
                "launch",
                task("{accelerators: V100, image_id: ami-9}"),
                "--on",
                "aws",
                "-y",
                "-d",
                "--",
                "true");
    ProviderContract.isDone(own);
  }

  @Test
  void theNextPlaceIsTriedWhereThereIsNoMachine() throws IOException {
    profile(", capacity_seconds: 1");
    aws().ec2().lack("spot");
    here()
        .write(
            "task.yaml",
            """
            resources:
              ordered:
              - {infra: aws, use_spot: true}
              - {infra: local}
            """);

    Result result =
        here()
            .ftpipe(
                "launch", here().root.resolve("task.yaml").toString(), "-y", "--", "echo it runs");

    ProviderContract.isDone(result);
    assertThat(result.out()).contains("it runs");
    assertThat(result.err())
        .contains("on aws: no machine was to be had")
        .contains("The next place is tried.");
    assertThat(aws().everything()).isEmpty();
    assertThat(here().ftpipe("queue").out())
        .containsPattern("aws +cancelled .*there was no machine")
        .containsPattern("local +done");
  }

  @Test
  void oneOnDemandTakesThePlaceOfASpotMachine() {
    aws().ec2().lack("spot");

    String id = launched("--spot", "--spot-timeout", "0");

    List<Map<String, String>> fleets = aws().ec2().requests();
    assertThat(fleets).hasSize(2);
    assertThat(fleets.get(1))
        .containsEntry("TargetCapacitySpecification.DefaultTargetCapacityType", "on-demand")
        .containsEntry("OnDemandOptions.MaxTotalPrice", "1.0000");
    assertThat(aws().ec2().machine(id)).isPresent();
  }

  @Test
  void aFleetThatGoesOnToAskIsKept() throws IOException {
    profile(", capacity_seconds: 0");
    aws().ec2().lack("spot");

    String id = launched("--spot", "--retry-until-up");

    assertThat(aws().ec2().machine(id)).isEmpty();
    assertThat(here().ftpipe("cloud", "gc", "--grace", "0", "--dry-run").out()).isEmpty();
    assertThat(aws().everything()).anyMatch(each -> each.startsWith("fleet"));
  }

  @Test
  void whatIsTooDearIsNotBought() {
    Result result =
        here().ftpipe("launch", "--on", "aws", "--max-hourly", "0.9", "-y", "--", "true");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("c7i.xlarge").contains("above --max-hourly");
    assertThat(aws().everything()).isEmpty();
  }

  @Test
  void aMachineWithoutASignOfLifeIsGivenBackAndReplaced() throws Exception {
    profile(", dead_man_seconds: 1");

    String id = launched();

    ProviderContract.await(Duration.ofSeconds(30), () -> aws().ec2().started(id) > 1);
  }

  @Test
  void aFleetEndsWithItsTime() throws Exception {
    profile(", grace_seconds: 0");

    String id = launched("--max-total", "0.001");

    ProviderContract.await(
        Duration.ofSeconds(30),
        () -> aws().everything().stream().noneMatch(each -> each.matches("(fleet|machine) .*")));
    assertThat(here().ftpipe("cloud", "gc", "--grace", "0", "-y").out())
        .contains("run " + id + " has no machine any more: ");
    assertThat(aws().everything()).isEmpty();
    assertThat(here().ftpipe("queue").out()).contains("cancelled");
  }

  @Test
  void tasksOfSkyPilotArePlanned() throws IOException {
    for (String task : List.of("sky-training", "sky-vscode")) {
      String text = new String(resource(task), StandardCharsets.UTF_8);
      here().write(task + ".yaml", text);
      here()
          .write("without.yaml", text.replaceAll("(?m)^ +~/.*\n", "").replace("file_mounts:", ""));
      String file = here().root.resolve(task + ".yaml").toString();

      Result refused = here().ftpipe("launch", file, "--on", "aws", "--dry-run");

      assertThat(refused.exitCode()).isEqualTo(2);
      assertThat(refused.err()).contains("id_rsa").contains(".gitconfig").contains("never copied");
      Result planned =
          here()
              .ftpipe(
                  "launch",
                  here().root.resolve("without.yaml").toString(),
                  "--on",
                  "aws",
                  "--dry-run");
      ProviderContract.isDone(planned);
      assertThat(planned.err()).contains("task " + task).containsPattern("g5\\.2xlarge|p4d");
      // 8 processors are 8; only 8+ is 8 or more.
      assertThat(planned.err()).doesNotContain("g5.4xlarge");
    }
  }

  private static byte[] resource(String task) throws IOException {
    try (var in =
        java.util.Objects.requireNonNull(
            Ec2LaunchTest.class.getResourceAsStream(task + ".yaml"), task)) {
      return in.readAllBytes();
    }
  }

  @Test
  void thePoliciesAreShownThenWritten() throws IOException {
    Result result = here().ftpipe("cloud", "policy", "-y");

    ProviderContract.isDone(result);
    assertThat(result.out()).contains("arn:aws:s3:::bucket/team/runs/*/*");
    try (Stream<Path> files = Files.list(here().root.resolve("cloud"))) {
      assertThat(files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()))
          .containsExactlyInAnyOrder("aws-launcher-policy.json", "aws-node-policy.json");
    }
  }
}
