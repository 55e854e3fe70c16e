package dev.ftpipe.run;

import dev.ftpipe.origin.Origin;
import dev.ftpipe.store.Artifact;
import java.util.Optional;

/**
 * A file or folder that no stage makes and that was added: its bytes are kept in the cache.
 *
 * @param origin empty for one that was put in place by hand
 */
public record AddedSource(Artifact content, Optional<Origin> origin) {}
