package dev.ftpipe.run;

import dev.ftpipe.dag.Stage;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore.Blob;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Other machines that run single stages, whose bytes travel through a store. */
public interface Elsewhere {
  /** All stages run here. */
  Elsewhere NOWHERE =
      new Elsewhere() {
        @Override
        public boolean takes(Stage stage) {
          return false;
        }

        @Override
        public int atOnce() {
          return 0;
        }

        @Override
        public Optional<Made> run(Sent sent, Consumer<String> log, BooleanSupplier givenUp) {
          throw new IllegalStateException("nothing runs elsewhere");
        }
      };

  /** A stage to run, and the blobs of the local store that it reads. */
  record Sent(StageJob job, Stage stage, List<Blob> files, List<Blob> trees) {}

  /** What it wrote: path to content, which the local store has. */
  record Made(Map<String, Artifact> outputs) {}

  /** Whether this stage is to run there. */
  boolean takes(Stage stage);

  /** How many stages may wait for their machines at the same time. */
  int atOnce();

  /**
   * Runs a stage; blocks until that is over.
   *
   * @param log hears what the stage says
   * @param givenUp whether nobody wants stages any more that have not begun
   * @return empty when it had not begun and nobody wanted it any more
   * @throws dev.ftpipe.base.FtpipeException when it failed
   * @throws InterruptedException when it was stopped
   */
  Optional<Made> run(Sent sent, Consumer<String> log, BooleanSupplier givenUp)
      throws IOException, InterruptedException;
}
