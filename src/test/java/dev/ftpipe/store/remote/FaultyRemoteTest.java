package dev.ftpipe.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ActionResult;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.Needed;
import dev.ftpipe.store.RemoteSettings;
import dev.ftpipe.store.SettingsOf;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.compress.Compression;
import dev.ftpipe.store.local.LocalStore;
import dev.ftpipe.store.s3.FaultProxy;
import dev.ftpipe.store.s3.FaultProxy.Fault;
import dev.ftpipe.store.s3.S3ObjectStore;
import dev.ftpipe.store.s3.S3Server;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole pushes and fetches with a server or a network that misbehaves: nothing wrong is on either
 * side afterwards, the message says what happened, and the next attempt goes on.
 */
final class FaultyRemoteTest {
  private static final int LARGE = (24 << 20) + 77;
  private static final long PART = 8L << 20;
  private static final ActionKey KEY = new ActionKey(Digest.of("{}"));
  private static S3Server server;
  private static FaultProxy proxy;

  @TempDir private Path folder;
  private final String prefix = UUID.randomUUID().toString();
  private final List<Blob> files = new ArrayList<>();
  private Store here;
  private Store there;
  private PushPlan plan;

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start();
    proxy = new FaultProxy(server.address());
  }

  @AfterAll
  static void stop() throws Exception {
    proxy.close();
    server.close();
  }

  @BeforeEach
  void fill() throws IOException {
    proxy.rule(request -> Fault.NONE);
    proxy.requests().clear();
    here = LocalStore.open(folder.resolve("here"), note -> {});
    there = LocalStore.open(folder.resolve("there"), note -> {});
    for (int i = 0; i < 200; i++) {
      files.add(here.content().put(random(i, 1000 + i)));
    }
    files.add(here.content().put(random(-1, LARGE)));
    Blob tree = here.content().put(random(-2, 5_000));
    here.actions()
        .put(
            KEY,
            new ActionResult(
                JsonNodeFactory.instance.objectNode(),
                Map.of("out", new Artifact(Artifact.Kind.FILE, files.get(200).digest(), LARGE)),
                Optional.empty(),
                1.5,
                Optional.empty(),
                "0.1",
                Map.of()));
    plan = new PushPlan(files, List.of(tree), List.of(KEY));
  }

  @AfterEach
  void close() throws IOException {
    here.content().release();
    there.content().release();
  }

  private static byte[] random(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private RemoteSettings settings() {
    return SettingsOf.of(server.settings(prefix)).endpoint(proxy.address()).build();
  }

  private Remote through(String work) {
    return new Remote(
        S3ObjectStore.open(settings()), Compression.AUTO, folder.resolve(work), 4, note -> {});
  }

  private Remote direct() {
    return new Remote(
        S3ObjectStore.open(server.settings(prefix)),
        Compression.AUTO,
        folder.resolve("direct"),
        4,
        note -> {});
  }

  private PushReport push() throws IOException {
    try (Remote remote = through("work")) {
      return remote.push(here, plan);
    }
  }

  private FetchReport fetch() throws IOException {
    try (Remote remote = through("other")) {
      return remote.fetch(there.content(), files);
    }
  }

  /** Nothing wrong is there: all that can be seen has the bytes of its name. */
  private void isSound() throws IOException {
    try (Remote remote = direct()) {
      assertThat(remote.upkeep().audit((key, path) -> true).audit().damages()).isEmpty();
    }
  }

  private void isComplete() throws IOException {
    isSound();
    try (Remote remote = direct()) {
      assertThat(remote.missing(plan).size()).isZero();
    }
  }

  private void hereAgainIsComplete() throws IOException {
    for (Blob blob : files) {
      assertThat(there.content().read(blob.digest()))
          .hasValueSatisfying(bytes -> assertThat(Digest.of(bytes)).isEqualTo(blob.digest()));
    }
  }

  private long count(String part) {
    return proxy.requests().stream().filter(request -> request.contains(part)).count();
  }

  private static void fails(ThrowingAction action, String... words) {
    assertThatThrownBy(action::run)
        .isInstanceOf(FtpipeException.class)
        .hasMessageContainingAll(words)
        .extracting(e -> ((FtpipeException) e).kind())
        .isEqualTo(FtpipeException.Kind.ENVIRONMENT);
  }

  private interface ThrowingAction {
    void run() throws IOException;
  }

  /** What a policy calls a request. */
  private static String action(String request) {
    boolean isRead = request.startsWith("GET");
    if (isRead && request.contains("list-type=2")) {
      return "s3:ListBucket";
    }
    if (isRead && request.contains("?uploads")) {
      return "s3:ListBucketMultipartUploads";
    }
    if (isRead && request.contains("uploadId=")) {
      return "s3:ListMultipartUploadParts";
    }
    if (request.startsWith("DELETE")) {
      return request.contains("uploadId=") ? "s3:AbortMultipartUpload" : "s3:DeleteObject";
    }
    if (request.startsWith("POST") && request.contains("?delete")) {
      return "s3:DeleteObject";
    }
    return isRead || request.startsWith("HEAD") ? "s3:GetObject" : "s3:PutObject";
  }

  private static void deny(String denied, String below) {
    proxy.rule(
        request ->
            action(request).equals(denied) && request.contains(below)
                ? new Fault.Answer(403, "AccessDenied")
                : Fault.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "s3:PutObject, /pushes/, pushes/",
    "s3:PutObject, /cas/, cas/sha256/",
    "s3:PutObject, /packs/, packs/",
    "s3:PutObject, /actions/, actions/",
    "s3:ListBucket, '', gc/",
    "s3:GetObject, /cas/, cas/sha256/",
  })
  void policyThatDeniesWhatAPushNeeds_isSaidWithTheAction(String denied, String below, String key)
      throws IOException {
    deny(denied, below);
    fails(
        this::push,
        "no permission: the server denies " + denied + " on s3://bucket/" + prefix + "/" + key);
    isSound();
    proxy.rule(request -> Fault.NONE);
    assertThat(push().verified()).isEqualTo(plan.size());
    isComplete();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3:DeleteObject",
        "s3:AbortMultipartUpload",
        "s3:ListBucketMultipartUploads",
        "s3:ListMultipartUploadParts"
      })
  void policyThatDeniesWhatAPushCanDoWithout(String denied) throws IOException {
    deny(denied, "");
    assertThat(push().verified()).isEqualTo(plan.size());
    isComplete();
  }

  @ParameterizedTest
  @CsvSource({
    "s3:ListBucket, '', packs/",
    "s3:GetObject, /packs/, packs/",
    "s3:GetObject, /cas/, cas/"
  })
  void policyThatDeniesWhatAFetchNeeds_isSaidWithTheAction(String denied, String below, String key)
      throws IOException {
    push();
    deny(denied, below);
    fails(
        this::fetch,
        "no permission: the server denies " + denied + " on s3://bucket/" + prefix + "/" + key);
    proxy.rule(request -> Fault.NONE);
    assertThat(fetch().isComplete()).isTrue();
    hereAgainIsComplete();
  }

  @Test
  void policyThatDeniesToRemove_endsAGc_andNothingThatIsNeededIsLost() throws IOException {
    push();
    deny("s3:DeleteObject", "");
    Needed nothing =
        new Needed() {
          @Override
          public boolean needs(Digest blob) {
            return false;
          }

          @Override
          public boolean needs(ActionKey entry) {
            return false;
          }
        };
    try (Remote remote = through("work")) {
      fails(
          () -> remote.upkeep().sweep(Duration.ZERO, recent -> nothing),
          "no permission: the server denies s3:DeleteObject on s3://bucket/" + prefix);
    }
    isComplete();
  }

  @Test
  void credentialsThatExpireInAPush_areNamed_andTheNextOneSendsTheRest() throws IOException {
    AtomicInteger parts = new AtomicInteger();
    proxy.rule(
        request ->
            (request.contains("partNumber=") && parts.incrementAndGet() > 2) || parts.get() > 2
                ? new Fault.Answer(400, "ExpiredToken")
                : Fault.NONE);
    fails(this::push, "the credentials have expired", "it goes on where it stopped");
    isSound();
    proxy.requests().clear();
    proxy.rule(request -> Fault.NONE);
    assertThat(push().verified()).isEqualTo(plan.size());
    assertThat(count("partNumber=")).isLessThanOrEqualTo(LARGE / PART + 1 - 2);
    isComplete();
  }

  @Test
  void credentialsThatExpireInAFetch_areNamed_andTheNextOneBringsTheRest() throws IOException {
    push();
    AtomicInteger reads = new AtomicInteger();
    proxy.rule(
        request ->
            // Four requests at once: three parts and the short rest, in any order.
            request.contains("/cas/") && reads.incrementAndGet() > 3
                ? new Fault.Answer(400, "ExpiredToken")
                : Fault.NONE);
    fails(this::fetch, "the credentials have expired", "it goes on where it stopped");
    proxy.requests().clear();
    proxy.rule(request -> Fault.NONE);
    FetchReport report = fetch();
    assertThat(report.isComplete()).isTrue();
    assertThat(report.movedBytes()).isLessThanOrEqualTo(LARGE - 2 * PART);
    hereAgainIsComplete();
  }

  @Test
  void credentialsThatHaveExpired_areNamed_whereTheAnswerHasNoWords() throws IOException {
    push();
    proxy.rule(
        request ->
            request.contains("list-type=2") ? Fault.NONE : new Fault.Answer(400, "ExpiredToken"));
    try (Remote remote = through("work")) {
      fails(() -> remote.missing(plan), "the credentials have expired");
    }
  }

  @Test
  void stormOf503_isWaitedOut() throws IOException {
    AtomicInteger count = new AtomicInteger();
    FaultProxy.Rule storm =
        request ->
            count.incrementAndGet() % 3 == 0 ? new Fault.Answer(503, "SlowDown") : Fault.NONE;
    proxy.rule(storm);
    assertThat(push().verified()).isEqualTo(plan.size());
    assertThat(fetch().isComplete()).isTrue();
    isComplete();
    hereAgainIsComplete();
  }

  @Test
  void stormThatDoesNotEnd_isSaid() throws IOException {
    proxy.rule(
        request -> request.contains("/cas/") ? new Fault.Answer(503, "SlowDown") : Fault.NONE);
    fails(this::push, "the server asks to slow down", "cas/sha256/");
    isSound();
  }

  @Test
  void bitsThatFlipOnTheWayThere_areNeverStored() throws IOException {
    AtomicInteger puts = new AtomicInteger();
    proxy.rule(
        request ->
            request.startsWith("PUT") && puts.incrementAndGet() % 3 == 0
                ? new Fault.FlippedRequest(50)
                : Fault.NONE);
    for (int attempt = 0; attempt < 3; attempt++) {
      try {
        push();
      } catch (FtpipeException e) {
        assertThat(e).hasMessageContaining("remote 'origin': ");
      }
      isSound();
    }
    proxy.rule(request -> Fault.NONE);
    assertThat(push().verified()).isEqualTo(plan.size());
    isComplete();
  }

  @Test
  void bitsThatFlipOnTheWayHere_areFetchedAgain() throws IOException {
    push();
    AtomicInteger large = new AtomicInteger();
    AtomicInteger small = new AtomicInteger();
    proxy.rule(
        request ->
            (request.contains("/cas/") && large.incrementAndGet() == 2)
                    || (request.contains(".pack") && small.incrementAndGet() == 1)
                ? new Fault.FlippedAnswer(60)
                : Fault.NONE);
    assertThat(fetch().isComplete()).isTrue();
    hereAgainIsComplete();
  }

  @Test
  void bitsThatAlwaysFlip_areNamed_andNothingOfThemIsKept() throws IOException {
    push();
    proxy.rule(
        request ->
            request.startsWith("GET") && (request.contains("/cas/") || request.contains(".pack"))
                ? new Fault.FlippedAnswer(60)
                : Fault.NONE);
    FetchReport report = fetch();
    assertThat(report.damaged()).contains(files.get(200)).hasSizeGreaterThan(1);
    for (Blob blob : report.damaged()) {
      assertThat(there.content().contains(blob.digest())).isFalse();
    }
    proxy.rule(request -> Fault.NONE);
    assertThat(fetch().isComplete()).isTrue();
    hereAgainIsComplete();
  }

  @Test
  void resetsAndBodiesThatAreCutShort_areGoneOnWith() throws IOException {
    push();
    AtomicInteger gets = new AtomicInteger();
    proxy.rule(
        request ->
            switch (request.startsWith("GET") ? gets.incrementAndGet() % 4 : 0) {
              case 1 -> new Fault.Reset(30_000);
              case 2 -> new Fault.CutShort(40_000);
              default -> Fault.NONE;
            });
    assertThat(fetch().isComplete()).isTrue();
    hereAgainIsComplete();
  }

  @Test
  void connectionsThatBreakInAPush_areTriedAgain() throws IOException {
    AtomicInteger puts = new AtomicInteger();
    proxy.rule(
        request ->
            request.startsWith("PUT") && puts.incrementAndGet() % 3 == 0
                ? new Fault.Reset(0)
                : Fault.NONE);
    assertThat(push().verified()).isEqualTo(plan.size());
    isComplete();
  }
}
