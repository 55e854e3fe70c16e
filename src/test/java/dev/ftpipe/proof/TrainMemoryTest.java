package dev.ftpipe.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.model.Fixtures;
import dev.ftpipe.model.sft.Example;
import dev.ftpipe.model.sft.TrainOptions;
import dev.ftpipe.model.train.TrainJob;
import dev.ftpipe.model.train.TrainListener;
import dev.ftpipe.model.train.Trainer;
import dev.ftpipe.run.WorkerCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A long training in a process of its own, whose memory does not grow. */
@Tag("slow")
final class TrainMemoryTest {
  private static final int SETTLED = 200;
  private static final int STEPS = 2000;

  @TempDir Path folder;

  @Test
  void train_twoThousandSteps_growsByLessThanTwoPercentAfterTwoHundred() throws Exception {
    // As a stage's process is started; of a class path that the tests' loader may hold alone.
    WorkerCommand worker = WorkerCommand.of(TrainMemoryTest.class.getName());
    List<String> command = new ArrayList<>(worker.command());
    command.set(command.indexOf("-cp") + 1, Program.classPath());
    command.set(command.indexOf(WorkerCommand.ARGUMENT), folder.toString());
    // On a busy machine two threads wait for each other most of the time.
    command.add(1, "-Dai.djl.pytorch.num_threads=1");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(worker.env());
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    List<Long> resident =
        said.lines()
            .filter(line -> line.startsWith("resident "))
            .map(line -> Long.parseLong(line.substring("resident ".length())))
            .toList();
    assertThat(resident).as(said).hasSize(2);
    assertThat((double) resident.get(1)).isLessThan(1.02 * resident.get(0));
  }

  /** Trains; prints the resident KiB after step 200 and at the end. */
  public static void main(String[] args) throws Exception {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      long[] ids = new long[8 + i % 24];
      java.util.Arrays.setAll(ids, t -> 20 + t);
      examples.add(new Example(ids, ids.clone()));
    }
    Path folder = Path.of(args[0]);
    TrainJob job =
        new TrainJob(
            Fixtures.qlora("tiny-llama"),
            "tiny",
            examples,
            List.of(),
            Optional.empty(),
            folder.resolve("checkpoints"),
            folder.resolve("adapter"),
            folder.resolve("metrics"));
    TrainOptions options =
        TrainOptions.of(
            """
            {"lora": {"lora_dropout": 0.1},
             "trainer": {"device": "cpu", "max_steps": %d, "per_device_train_batch_size": 4,
                         "logging_steps": 100, "save_steps": 500, "save_total_limit": 1}}
            """
                .formatted(STEPS));
    new Trainer(options, new Residence()).train(job, () -> false);
  }

  /** Prints how much is resident at two steps. */
  private static final class Residence implements TrainListener {
    @Override
    public void stepped(Step step) {
      if (step.step() == SETTLED || step.step() == STEPS) {
        try {
          Files.readAllLines(Path.of("/proc/self/status")).stream()
              .filter(line -> line.startsWith("VmRSS:"))
              .forEach(line -> System.out.println("resident " + line.replaceAll("\\D", "")));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }

    @Override
    public void evaluated(int step, double loss) {}

    @Override
    public void saved(int step, List<Path> folders) {}

    @Override
    public void message(String line) {}
  }
}
