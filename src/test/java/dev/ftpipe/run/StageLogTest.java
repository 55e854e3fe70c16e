package dev.ftpipe.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs of stages that say much, or have names that look alike. */
final class StageLogTest {
  @TempDir Path folder;

  @Test
  void close_whenMuchWasSaid_keepsTheBeginningAndTheEnd() throws IOException {
    StageLog log = new StageLog("talker", folder, new Workbench(folder));
    String line = "x".repeat(8191);
    for (int i = 0; i < 3000; i++) {
      log.log(i + line);
    }
    log.close();
    List<String> kept = Files.readAllLines(log.written().orElseThrow());
    assertThat(kept).hasSizeBetween(2000, 2100);
    assertThat(kept.get(0)).startsWith("0x");
    assertThat(kept).anySatisfy(each -> assertThat(each).contains("lines are left out"));
    assertThat(kept.get(kept.size() - 1)).startsWith("2999x");
  }

  @Test
  void file_isAnotherForEveryStage() {
    assertThat(List.of("s@a b", "s@a_b", "s@a/b", "数据", "模型", "n".repeat(300), "n".repeat(301)))
        .extracting(stage -> StageLog.file(folder, stage))
        .doesNotHaveDuplicates()
        .allSatisfy(file -> assertThat(file.getFileName().toString().length()).isLessThan(200));
    assertThat(StageLog.file(folder, "train@x.y").getFileName()).hasToString("train@x.y.log");
  }
}
