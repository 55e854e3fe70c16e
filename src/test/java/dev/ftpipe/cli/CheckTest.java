package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.Digest;
import dev.ftpipe.cli.CommandLines.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code repro --check} says of a lock file. */
final class CheckTest {
  private static final String SORT =
      "sort:\n  cmd: sort in.txt > sorted.txt\n  deps: [in.txt]\n  outs: [sorted.txt]\n";
  private static final String COUNT =
      "count:\n  cmd: wc -l < sorted.txt > count.txt\n  deps: [sorted.txt]\n  outs: [count.txt]\n";

  @TempDir Path folder;
  private CommandLines project;

  @BeforeEach
  void files() throws IOException {
    project = new CommandLines(folder.toRealPath()).write("in.txt", "b\na\n");
  }

  private CommandLines pipeline(String... stages) throws IOException {
    return project.write("pipeline.yaml", "stages:\n" + String.join("", stages).indent(2));
  }

  private void repro() {
    Result result = project.ftpipe("repro");
    assertThat(result.exitCode()).as(result.err()).isZero();
  }

  private Result check(String... arguments) {
    return project.ftpipe(
        Stream.concat(Stream.of("repro", "--check"), Stream.of(arguments)).toArray(String[]::new));
  }

  private void emptyCache() throws IOException {
    AtomicFiles.deleteTree(project.root.resolve(".ftpipe/cache"));
  }

  @Test
  void equalOutputs_areReproduced_andNothingIsTouched() throws IOException {
    pipeline(SORT, COUNT);
    repro();
    Map<Path, String> before = everything();
    Result result = check();
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).matches("sort: reproduced .*\ncount: reproduced .*\n");
    assertThat(result.err()).contains("2 reproduced in ");
    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void optionsThatItWouldIgnore_areRefused() throws IOException {
    pipeline(SORT, COUNT);
    repro();
    for (String option :
        new String[] {"-f", "-s", "-n", "--sandbox", "--downstream", "--no-cache"}) {
      Result result = check(option);
      assertThat(result.exitCode()).as(option).isEqualTo(2);
      assertThat(result.err()).contains(option + " and --check do not go together");
    }
    assertThat(check("-f", "-s").err()).contains("-f, -s and --check");
    assertThat(check("-S", "a=1").exitCode()).isEqualTo(2);
    Result alone = project.ftpipe("repro", "--stage", "sort");
    assertThat(alone.exitCode()).isEqualTo(2);
    assertThat(alone.err()).contains("--stage says which stages --check looks at");
  }

  private Map<Path, String> everything() throws IOException {
    Map<Path, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(project.root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (!file.startsWith(project.root.resolve(".ftpipe/state"))) {
          String content = Digest.ofFile(file).hex();
          files.put(file, content + Files.getLastModifiedTime(file));
        }
      }
    }
    return files;
  }

  @Test
  void timeStamp_differs_atTheFirstByte() throws IOException {
    pipeline(
        "s:\n  cmd: (printf 'made '; date +%s%N) > out\n  outs: [out]\n",
        "after:\n  cmd: cp out copy\n  deps: [out]\n  outs: [copy]\n");
    repro();
    Result result = check("-k");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out())
        .containsPattern("s: differs: out, first at byte [0-9]+ \\(25 bytes, as before\\)\n")
        // What it reads is what the lock file names, not what came out now.
        .contains("after: reproduced");
  }

  @Test
  void folder_differs_byItsFirstFile() throws IOException {
    pipeline(
        """
        s:
          cmd: mkdir out; echo 1 > out/a; cat /proc/sys/kernel/random/uuid > out/b; cp out/b out/c
          outs: [out]
        """);
    repro();
    assertThat(check().out())
        .containsPattern("s: differs: out/b, first at byte .*; 2 of 3 files differ\n");
  }

  @Test
  void withoutTheOldBytes_theSizesAreTold() throws IOException {
    pipeline("s:\n  cmd: cat /proc/sys/kernel/random/uuid > out\n  outs: [out]\n");
    repro();
    emptyCache();
    Files.delete(project.root.resolve("out"));
    assertThat(check().out())
        .containsPattern("out: 37 bytes \\(.*\\) instead of 37 \\(.*\\), which neither the cache");
  }

  @Test
  void metrics_mayDifferAsMuchAsTheStageAllows() throws IOException {
    String stage =
        """
        s:
          cmd: |
            printf '{"loss": 0.5%%s, "other": %%s}' "$(date +%%N)" "$(date +1%%N)" > m.json
            date +%%N > weights
          outs: [weights]
          metrics: [m.json]
          reproducible: {metrics: {%s}}
        """;
    // 0.5… with nine random digits: never more than 0.1 apart, hardly ever less than 1e-12.
    pipeline(stage.formatted("loss: 0.1"));
    repro();
    Result within = check();
    assertThat(within.exitCode()).as(within.out()).isZero();
    assertThat(within.out())
        .containsPattern("s: reproduced, within its tolerance: metric loss: 0.5[0-9]* instead of");

    pipeline(stage.formatted("loss: 1e-12"));
    Result outside = check();
    assertThat(outside.exitCode()).isEqualTo(1);
    assertThat(outside.out())
        .containsPattern("s: differs: metric loss: .* apart \\(1.0E-12 allowed\\)");

    pipeline(stage.formatted("accuracy: 1"));
    assertThat(check().out()).contains("metric accuracy is in none of the new metrics files");
  }

  @Test
  void stageAfterOneWithinItsTolerance_runsFromWhatThatMadeHere_andIsNotCompared()
      throws IOException {
    pipeline(
        """
        train:
          cmd: date +%N > weights; echo '{"loss":1}' > m.json
          outs: [weights]
          metrics: [m.json]
          reproducible: {metrics: {loss: 0}}
        merge:
          cmd: cp weights merged
          deps: [weights]
          outs: [merged]
        answer:
          cmd: wc -l < merged > lines
          deps: [merged]
          outs: [lines]
        """);
    repro();
    assertThat(check().err()).as("with the bytes at hand").contains("3 reproduced");
    emptyCache();
    Files.delete(project.root.resolve("weights"));
    Files.delete(project.root.resolve("merged"));
    Result result = check();
    assertThat(result.exitCode()).as(result.out()).isZero();
    assertThat(result.out())
        .contains("train: reproduced, within its tolerance: metric loss: 1.0 instead of 1.0")
        .contains("merge: not checked: it ran to its end, but from weights as train made it here")
        // The same bytes all the same.
        .contains("answer: reproduced");
  }

  @Test
  void stagesThatCannotBeCompared_areNotChecked_andSayWhy() throws IOException {
    pipeline(
        "a:\n  cmd: date +%N > a\n  outs: [a]\n  always_changed: true\n",
        "f:\n  cmd: date +%N > f\n  outs: [f]\n  frozen: true\n",
        "r:\n  cmd: date +%N > r\n  outs: [r]\n  reproducible: no\n");
    project.write("f", "f\n");
    repro();
    Result result = check();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .contains("a: not checked: always_changed\n")
        .contains("f: not checked: frozen\n")
        .contains("r: not checked: reproducible: no\n");
  }

  @Test
  void lockThatIsOutOfDate_fails_andTheCauseIsTold() throws IOException {
    pipeline(SORT, COUNT);
    repro();
    pipeline(SORT.replace("sort in", "sort -r in"), COUNT, "new:\n  cmd: 'true'\n");
    project.write("in.txt", "c\n");
    Result result = check("-k");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out())
        .contains("sort: out of date: command: sort in.txt > sorted.txt → sort -r in.txt")
        .contains("count: reproduced")
        .contains("new: out of date: the stage is not in pipeline.lock");

    pipeline(SORT, COUNT);
    assertThat(check().out())
        .containsPattern("sort: out of date: input in.txt: changed \\(\\w+ → \\w+\\)");
  }

  @Test
  void afterTheFirstThatIsNotRight_theOthersAreReachedWithKeepGoingOnly() throws IOException {
    pipeline("s:\n  cmd: date +%N > out\n  outs: [out]\n", SORT);
    repro();
    assertThat(check().out()).contains("sort: not checked: not reached, after s (-k goes on)");
    assertThat(check("-k").out()).contains("sort: reproduced");
  }

  @Test
  void freshClone_makesItsInputsFromScratch() throws IOException {
    pipeline(
        "one:\n  cmd: mkdir -p d/sub; echo 1 > d/sub/x; echo 2 > d/y\n  outs: [d]\n",
        "two:\n  cmd: cp d/sub/x x\n  deps: [d/sub]\n  outs: [x]\n",
        "three:\n  cmd: cat x d/y > z\n  deps: [x, d]\n  outs: [z]\n");
    repro();
    emptyCache();
    for (String made : new String[] {"d", "x", "z"}) {
      AtomicFiles.deleteTree(project.root.resolve(made));
    }
    Result result = check();
    assertThat(result.exitCode()).as(result.out()).isZero();
    assertThat(result.err()).contains("3 reproduced");
    assertThat(project.root.resolve("d")).doesNotExist();

    Result alone = check("--stage", "three");
    assertThat(alone.exitCode()).isZero();
    assertThat(alone.out()).contains("three: not checked: input x as pipeline.lock names it is");
  }

  @Test
  void inputsComeFromTheCache_whenTheWorkTreeIsOtherwise() throws IOException {
    pipeline(SORT, COUNT);
    repro();
    project.write("sorted.txt", "something else\n");
    Result result = check("--stage", "count");
    assertThat(result.out()).startsWith("count: reproduced");
    assertThat(project.read("sorted.txt")).isEqualTo("something else\n");
  }

  @Test
  void stageThatReadsMoreThanItDeclares_fails() throws IOException {
    project.write("secret.cfg", "s\n");
    pipeline("s:\n  cmd: cat secret.cfg > out\n  outs: [out]\n");
    repro();
    Result result = check();
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out())
        .contains("s: failed: command ended with exit code 1")
        .contains("secret.cfg is in the project but not among the inputs");
  }

  @Test
  void withJson_oneObjectIsPrinted() throws IOException {
    pipeline(SORT, COUNT);
    repro();
    Result result = check("--json", "-j", "2");
    assertThat(result.json().at("/stages/0/name").asText()).isEqualTo("sort");
    assertThat(result.json().at("/stages/0/result").asText()).isEqualTo("reproduced");
    assertThat(result.json().at("/stages/0/key").asText()).hasSize(64);
    assertThat(result.json().at("/stages/1/detail").asText()).isEmpty();
    assertThat(result.json().at("/stages/1/seconds").isNumber()).isTrue();
  }

  @Test
  void whatAKilledCheckLeft_isRemovedByTheNext() throws IOException {
    pipeline(SORT);
    repro();
    project.write(".ftpipe/state/check/check123/lock", "");
    project.write(".ftpipe/state/check/check123/stage1/tree/big", "left over\n");
    assertThat(check().exitCode()).isZero();
    try (Stream<Path> left = Files.list(project.root.resolve(".ftpipe/state/check"))) {
      assertThat(left).isEmpty();
    }
  }
}
