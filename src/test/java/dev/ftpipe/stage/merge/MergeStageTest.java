package dev.ftpipe.stage.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.stage.StageRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MergeStageTest {
  private static final String A = "{\"prompt\":\"a\",\"completion\":\"1\"}";
  private static final String B = "{\"messages\":[{\"role\":\"user\",\"content\":\"b\"}]}";

  @TempDir Path folder;

  @Test
  void merge_concatenatesEachListInOrder() throws Exception {
    Path a = file("a", A);
    Path b = file("b", B + "\n" + A + "\n");
    StageRun run = new StageRun(folder).in("train", b, a, b).in("val", a).out("train").out("val");
    run.run(new MergeStage());
    assertThat(run.text("train")).isEqualTo(B + "\n" + A + "\n" + A + "\n" + B + "\n" + A + "\n");
    assertThat(run.text("val")).isEqualTo(A + "\n");
    assertThat(run.log()).containsExactly("train: 5 records", "val: 1 records");
  }

  @Test
  void badLine_isNamedAndNothingAppears() throws Exception {
    Path a = file("a", A);
    Path bad = file("bad", A + "\n{\"prompt\":\"a\"}\n");
    StageRun run = new StageRun(folder).in("train", a).in("val", a, bad).out("train").out("val");
    assertThatThrownBy(() -> run.run(new MergeStage()))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("bad:2: no 'completion'");
    assertThat(folder.resolve("train.jsonl")).doesNotExist();
    assertThat(folder.resolve("val.jsonl")).doesNotExist();
  }

  @Test
  void ports_mustAgree() {
    MergeStage kind = new MergeStage();
    MergeStage.With with = new MergeStage.With();
    assertThat(kind.problems(with, Set.of("train"), Set.of("train"))).isEmpty();
    assertThat(kind.problems(with, Set.of("train"), Set.of("tain")))
        .containsExactly(
            "input 'train' has no output of the same name",
            "output 'tain' has no input list of the same name");
    assertThat(kind.problems(with, Set.of(), Set.of())).hasSize(1);
  }

  private Path file(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text);
  }
}
