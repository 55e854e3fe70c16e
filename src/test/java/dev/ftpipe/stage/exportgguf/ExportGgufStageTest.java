package dev.ftpipe.stage.exportgguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.Digest;
import dev.ftpipe.model.Fixtures;
import dev.ftpipe.stage.StageRun;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExportGgufStageTest {
  @TempDir private Path folder;

  /** When this fails, raise the stage's version and put in the new digest. */
  @Test
  void run_givesTheBytesOfThisVersion() throws Exception {
    StageRun run = stage().with("type", "q8_0").run(new ExportGgufStage());
    assertThat(new ExportGgufStage().version()).isEqualTo(1);
    assertThat(Digest.ofFile(run.file("file")).toString())
        .isEqualTo("f3cb4adbb77ec28bcbdf00676004232505fc9c177e523c560f9bb9a5f33142c1");
    assertThat(run.progress().get(run.progress().size() - 1).done())
        .isEqualTo(run.progress().get(0).total());
  }

  @Test
  void problems_nameTheTypes() {
    assertThatThrownBy(() -> stage().with("type", "q2_k").run(new ExportGgufStage()))
        .hasMessageContaining("one of f32, f16, bf16, q8_0, q4_0");
  }

  private StageRun stage() {
    return new StageRun(folder).in("model", Fixtures.qlora("tiny-llama")).out("file");
  }
}
