package dev.ftpipe.run;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a checked stage finds an input.
 *
 * @param at a file or folder whose bytes are not to be changed
 * @param madeBy empty for the content that the lock file names; otherwise the stage that made this
 *     in its place, in the same check, as near to it as its tolerance allows
 */
record CheckInput(Path at, Optional<String> madeBy) {}
