package dev.ftpipe.dag;

import dev.ftpipe.config.Located;
import java.util.List;
import java.util.Optional;

/**
 * A stage whose declared params are not looked up yet: which files they are in is known only when
 * all outputs are.
 */
record Draft(Placed placed, List<ParamFile> params) {
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
   * @param action empty when it could not be read
   */
  record Work(Optional<Action> action, StagePaths paths, List<ParamFile> params) {}
}
