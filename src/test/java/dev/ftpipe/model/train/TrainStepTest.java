package dev.ftpipe.model.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.djl.ndarray.NDManager;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.sft.Batch;
import dev.ftpipe.model.torch.Arguments;
import dev.ftpipe.model.torch.DeviceMemoryException;
import dev.ftpipe.model.torch.Torch;
import dev.ftpipe.model.torch.TorchScript;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TrainStepTest {
  @Test
  void outOfMemory_saysTheBatchTheNeedWhatIsFreeAndWhatToLower() {
    long[] none = new long[6];
    Batch batch = new Batch(2, 3, none, none, none, none);
    try (Torch torch = Torch.open("cpu");
        TorchScript script =
            TorchScript.load(torch, "Sample", List.of("/torch/sample.py"), Map.of("offset", 0.5));
        NDManager scope = torch.scope()) {
      Arguments arguments = new Arguments(scope).number(1L << 50);
      DeviceMemoryException refused =
          catchThrowableOfType(
              DeviceMemoryException.class, () -> script.call("allocate", arguments));
      FtpipeException told = TrainStep.outOfMemory(torch, batch, "trainer.batch", refused);
      assertThat(told.kind()).isEqualTo(FtpipeException.Kind.ENVIRONMENT);
      assertThat(told.getMessage())
          .startsWith("out of memory on cpu with a batch of 2 rows of 3 tokens (you tried to")
          .containsPattern("allocate 4503599627370496 bytes, [0-9.]+ GiB are free now\\)")
          .contains("Lower trainer.batch", "sft.max_length", "gradient_checkpointing");
    }
  }
}
