package dev.ftpipe.model.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedSet;

/** What a run trains, and how its result is written. */
interface Trained {
  /** Names of the trained weights; all are float32 and have gradients. */
  SortedSet<String> names();

  /** Writes the result into a folder that is made here. */
  void write(Path folder) throws IOException;
}
