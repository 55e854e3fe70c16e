package dev.ftpipe.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.proof.Program.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of the cache and the state that rot: whatever is found there, no wrong byte is served. */
final class DamageTest {
  @TempDir Path folder;

  private static Result ftpipe(Path project, String... arguments) {
    return Inside.run(project, Map.of(), arguments);
  }

  private Path pipeline() throws IOException {
    Path project = Files.createDirectory(folder.resolve("project"));
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
            cmd: mkdir -p out/folder/a; for i in 1 2 3; do cat out/one > out/folder/$i; echo $i > out/folder/a/$i; done
            deps: [out/one]
            outs: [out/folder]
          large:
            cmd: yes large | head -c 1200000 > out/large; chmod +x out/large
            deps: [out/folder/a/1]
            outs: [out/large]
        """);
    assertThat(ftpipe(project, "repro").exitCode()).isZero();
    return project;
  }

  @Test
  void repro_whateverFileOfTheCacheIsDamaged_givesTheRightBytes() throws Exception {
    damage(30, 1, ".ftpipe/cache");
  }

  @Test
  @Tag("slow")
  void repro_whateverFileOfTheCacheIsDamagedThousandsOfTimes_givesTheRightBytes() throws Exception {
    damage(3000, System.nanoTime(), ".ftpipe/cache");
  }

  @Test
  void repro_whateverFileOfTheStateIsDamaged_givesTheRightBytes() throws Exception {
    damage(20, 1, ".ftpipe/state");
  }

  /** Damages one file or two, takes away some outputs, and has them made again. */
  private void damage(int rounds, long seed, String where) throws Exception {
    Random random = new Random(seed);
    Path project = pipeline();
    NavigableMap<String, String> wanted = Folders.content(project.resolve("out"));
    for (int round = 0; round < rounds; round++) {
      String what = "";
      for (int i = random.nextInt(2); i >= 0; i--) {
        what += damageOne(project.resolve(where), random) + "; ";
      }
      for (String output : List.of("one", "folder", "folder/2", "large")) {
        if (random.nextInt(3) == 0) {
          AtomicFiles.deleteTree(project.resolve("out").resolve(output));
        }
      }
      String as = "seed " + seed + " round " + round + ": " + what;
      Result status = ftpipe(project, "status", "--json");
      assertThat(status.exitCode()).as(as + status.err()).isZero();
      Result repro = ftpipe(project, "repro", "--json");
      assertThat(repro.exitCode()).as(as + repro.err()).isZero();
      assertThat(Folders.content(project.resolve("out"))).as(as + repro.err()).isEqualTo(wanted);
    }
  }

  private static String damageOne(Path where, Random random) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(where)) {
      all.filter(Files::isRegularFile).sorted().forEach(files::add);
    }
    if (files.isEmpty()) {
      return "nothing there";
    }
    Path file = files.get(random.nextInt(files.size()));
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    Files.setPosixFilePermissions(
        file, Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
    byte[] bytes = Files.readAllBytes(file);
    String how;
    switch (random.nextInt(6)) {
      case 0 -> {
        Files.delete(file);
        return "deleted " + file;
      }
      case 1 -> {
        how = "truncated ";
        Files.write(
            file, Arrays.copyOf(bytes, bytes.length == 0 ? 0 : random.nextInt(bytes.length)));
      }
      case 2 -> {
        how = "extended ";
        Files.write(file, Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(100)));
      }
      case 3 -> {
        how = "emptied ";
        Files.write(file, new byte[0]);
      }
      case 4 -> {
        how = "replaced ";
        random.nextBytes(bytes);
        Files.write(file, bytes);
      }
      default -> {
        how = "flipped a bit of ";
        if (bytes.length > 0) {
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        Files.write(file, bytes);
      }
    }
    Files.setPosixFilePermissions(file, permissions);
    return how + file;
  }
}
