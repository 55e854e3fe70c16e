package dev.ftpipe.run;

import dev.ftpipe.stage.Progress;

/** What a built-in stage says while it runs. */
interface StageEvents {
  void progress(Progress progress);

  void log(String line);
}
