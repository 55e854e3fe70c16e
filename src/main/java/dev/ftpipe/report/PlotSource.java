package dev.ftpipe.report;

import dev.ftpipe.dag.Catalog;
import java.util.List;
import java.util.Optional;

/** Files of a project at some time, with what of them is to be shown. */
public interface PlotSource {
  /** What a person calls it: {@code workspace}, {@code HEAD}, {@code main}, the id of a run. */
  String name();

  /** What there is to show. */
  Catalog catalog();

  /** The bytes of a file; empty when it is not there. */
  Optional<byte[]> read(String path);

  /** The files below a folder, sorted; empty when there is no such folder. */
  List<String> files(String folder);
}
