package dev.ftpipe.dag;

import dev.ftpipe.config.Located;
import java.util.List;

/**
 * A stage whose declared params are not looked up yet: which files they are in is known only when
 * all outputs are.
 */
record Draft(Placed placed, List<ParamFile> params, List<Catalog.Plot> plots) {
  /**
   * What a stage declares to read of one params file.
   *
   * @param path of the file, relative to the project
   * @param names dotted names of values; none for the whole file
   * @param at the value that declares it
   */
  record ParamFile(String path, List<Located> names, Located at) {}

  /**
   * What the two sorts of stages give.
   *
   * @param action {@link Work#UNREADABLE} when there are problems with it
   */
  record Work(Action action, StagePaths paths, List<ParamFile> params) {
    /** Stands in, so that the rest of a stage is checked too; no graph comes of it. */
    static final Action UNREADABLE = new Action.Shell(List.of(), ".");
  }
}
