package dev.ftpipe.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.Json;
import dev.ftpipe.proof.Program.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lock files and cache entries that somebody else wrote: nothing outside the project is touched.
 */
final class HostileTest {
  private static final List<String> PATHS =
      List.of(
          "../victim", "/etc/passwd", "out/../../victim", "", ".", "..", "out", ".ftpipe", "a\0b");

  @TempDir Path folder;
  private Path project;

  @BeforeEach
  void makeProject() throws IOException {
    project = Files.createDirectory(folder.resolve("project"));
    Files.writeString(folder.resolve("victim"), "not yours\n");
    Files.writeString(project.resolve("source"), "source\n");
    Files.writeString(
        project.resolve("pipeline.yaml"),
        """
        stages:
          one:
            cmd: cat source source > out/one; echo said
            deps: [source]
            outs: [out/one]
          folder:
            cmd: mkdir -p out/folder/a; cp out/one out/folder/a/b
            deps: [out/one]
            outs: [out/folder]
          part:
            cmd: cp out/folder/a/b out/part
            deps: [out/folder/a/b]
            outs: [out/part]
        """);
    assertThat(ftpipe("repro").exitCode()).isZero();
  }

  private Result ftpipe(String... arguments) {
    return Inside.run(project, Map.of(), arguments);
  }

  @Test
  void commands_whateverTheLockFileSays_endWithAMessageOrTheRightBytes() throws Exception {
    mutate(60, 1);
  }

  @Test
  @Tag("slow")
  void commands_whateverTheLockFileSaysThousandsOfTimes_endWithAMessageOrTheRightBytes()
      throws Exception {
    mutate(2000, System.nanoTime());
  }

  private void mutate(int rounds, long seed) throws IOException {
    Random random = new Random(seed);
    Path lock = project.resolve("pipeline.lock");
    Path actions = project.resolve(".ftpipe/cache/actions");
    byte[] goodLock = Files.readAllBytes(lock);
    NavigableMap<String, String> wanted = Folders.content(project.resolve("out"));
    for (int round = 0; round < rounds; round++) {
      String text;
      if (random.nextInt(3) > 0) {
        text = mutated(goodLock, random);
        Files.writeString(lock, text);
      } else {
        Path action = any(files(actions), random);
        text = mutated(Files.readAllBytes(action), random);
        Files.writeString(action, text);
      }
      if (random.nextBoolean()) {
        AtomicFiles.deleteTree(
            project.resolve("out").resolve(random.nextBoolean() ? "one" : "folder"));
      }
      String as = "seed " + seed + " round " + round + " " + text;
      for (String[] command :
          List.of(
              new String[] {"status", "--json"},
              new String[] {"why", "one"},
              new String[] {"repro"})) {
        Result result = ftpipe(command);
        assertThat(result.exitCode()).as(as + result.err()).isIn(0, 2);
        assertThat(result.err()).as(as).doesNotContain("defect").doesNotContain("Exception");
      }
      assertThat(folder.resolve("victim")).hasContent("not yours\n");
      Files.write(lock, goodLock);
      Result good = ftpipe("repro");
      assertThat(good.exitCode()).as(as + good.err()).isZero();
      assertThat(Folders.content(project.resolve("out"))).as(as).isEqualTo(wanted);
    }
  }

  private static List<Path> files(Path where) throws IOException {
    try (Stream<Path> all = Files.walk(where)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/stages/one/ingredients/commands={\"a\": {}}",
        "/stages/part/ingredients/inputs={\"out/folder/a/b\": {\"kind\": \"tree\", \"digest\": \"no\"}}",
        "/stages/one/ingredients/inputs=[1]",
        "/stages/one/ingredients/env=7",
      })
  void why_whenTheLockFileSaysNonsenseOfAStage_saysThatItChanged(String edit) throws Exception {
    Path lock = project.resolve("pipeline.lock");
    ObjectNode root = (ObjectNode) Json.mapper().readTree(lock.toFile());
    String pointer = edit.substring(0, edit.indexOf('='));
    int slash = pointer.lastIndexOf('/');
    ((ObjectNode) root.at(pointer.substring(0, slash)))
        .set(
            pointer.substring(slash + 1),
            Json.mapper().readTree(edit.substring(edit.indexOf('=') + 1)));
    Files.writeString(lock, Json.mapper().writeValueAsString(root));
    Result result = ftpipe("why", pointer.substring(8, pointer.indexOf('/', 8)));
    assertThat(result.exitCode()).as(result.err()).isIn(0, 2);
    assertThat(result.err()).doesNotContain("defect", "Exception");
  }

  /** The JSON with one value replaced or one name changed. */
  private static String mutated(byte[] json, Random random) throws IOException {
    JsonNode root = Json.mapper().readTree(json);
    if (root == null || root.isMissingNode() || !root.isContainerNode()) {
      return "{}";
    }
    List<JsonNode> containers = new ArrayList<>();
    collect(root, 400, containers);
    JsonNode container = any(containers, random);
    JsonNode value =
        switch (random.nextInt(9)) {
          case 0 -> Json.mapper().readTree("null");
          case 1 -> Json.mapper().readTree("[]");
          case 2 -> Json.mapper().readTree("-1");
          case 3 -> Json.mapper().readTree("1e999");
          case 4 -> Json.mapper().readTree("123456789012345678901234567890");
          case 5 -> Json.mapper().readTree("\"" + "f".repeat(64) + "\"");
          case 6 -> Json.mapper().readTree("{\"a\": {}}");
          case 7 -> Json.mapper().readTree("[".repeat(500) + "]".repeat(500));
          default -> Json.mapper().getNodeFactory().textNode(any(PATHS, random));
        };
    if (container instanceof ObjectNode object && !object.isEmpty()) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      String name = any(names, random);
      if (random.nextBoolean()) {
        object.set(name, value);
      } else {
        object.set(any(PATHS, random), object.remove(name));
      }
    } else if (container instanceof ArrayNode array) {
      array.add(value);
    }
    return Json.mapper().writeValueAsString(root);
  }

  /** Down to a depth that leaves room for what is put in: a writer of JSON has its limit, too. */
  private static void collect(JsonNode node, int depth, List<JsonNode> containers) {
    if (node.isContainerNode() && depth > 0) {
      containers.add(node);
      node.forEach(child -> collect(child, depth - 1, containers));
    }
  }

  private static <T> T any(List<T> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }

  @Test
  void lock_tornAnywhere_isNamedAndNothingHappens() throws Exception {
    Path lock = project.resolve("pipeline.lock");
    byte[] good = Files.readAllBytes(lock);
    for (int length = 1; length < good.length - 1; length += 23) {
      Files.write(lock, java.util.Arrays.copyOf(good, length));
      Result result = ftpipe("repro");
      assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
      assertThat(result.err()).contains("pipeline.lock is damaged", "take it from git");
      assertThat(lock).hasBinaryContent(java.util.Arrays.copyOf(good, length));
    }
  }

  @Test
  void lock_withAConflictOrFromALaterVersion_isNamed() throws Exception {
    Path lock = project.resolve("pipeline.lock");
    String good = Files.readString(lock);
    Files.writeString(lock, "<<<<<<< HEAD\n" + good + "=======\n" + good + ">>>>>>> other\n");
    Result conflict = ftpipe("status");
    assertThat(conflict.exitCode()).isEqualTo(2);
    assertThat(conflict.err()).contains("pipeline.lock:1: merge conflict");
    Files.writeString(lock, good.replace("\"format\" : 1", "\"format\" : 99"));
    Result later = ftpipe("repro");
    assertThat(later.exitCode()).isEqualTo(2);
    assertThat(later.err()).contains("newer ftpipe");
  }

  /** A folder's list of files, right by its digest, that leads out of the folder. */
  @Test
  void tree_thatLeadsOutside_isNotFollowed() throws Exception {
    for (String path :
        List.of("../../victim", folder + "/elsewhere", "a/../../../victim", "./x", "a//b")) {
      String line = Digest.of("source\nsource\n").hex() + " 14 - " + path + "\n";
      byte[] tree = ("ftpipe tree 1\n" + line).getBytes(StandardCharsets.UTF_8);
      dev.ftpipe.store.local.LocalStore.open(project.resolve(".ftpipe/cache"), note -> {})
          .content()
          .put(tree);
      String good = Files.readString(project.resolve("pipeline.lock"));
      String before =
          Json.mapper().readTree(good).at("/stages/folder/outputs/out~1folder/digest").asText();
      Files.writeString(
          project.resolve("pipeline.lock"), good.replace(before, Digest.of(tree).hex()));
      AtomicFiles.deleteTree(project.resolve("out/folder"));
      assertThat(ftpipe("status").err()).doesNotContain("defect");
      assertThat(ftpipe("repro").err()).doesNotContain("defect");
      assertThat(folder.resolve("victim")).hasContent("not yours\n");
      assertThat(folder.resolve("elsewhere")).doesNotExist();
      Files.writeString(project.resolve("pipeline.lock"), good);
      assertThat(ftpipe("repro").exitCode()).isZero();
    }
  }
}
