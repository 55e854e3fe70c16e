package dev.ftpipe.run;

import dev.ftpipe.stage.Progress;
import java.nio.file.Path;
import java.util.List;

/** What a built-in stage says while it runs. */
interface StageEvents {
  /** Nobody listens. */
  StageEvents NONE =
      new StageEvents() {
        @Override
        public void progress(Progress progress) {}

        @Override
        public void log(String line) {}

        @Override
        public void checkpoint(List<Path> parts, long position) {}
      };

  void progress(Progress progress);

  void log(String line);

  /**
   * What the next attempt needs is complete.
   *
   * @param parts files and folders in the scratch folder, which do not change any more
   * @param position how far they are; grows from one to the next
   */
  void checkpoint(List<Path> parts, long position);
}
