package dev.ftpipe.run;

import dev.ftpipe.dag.Stage;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/** What others have made and may be had, and what was made here and others may have. */
public interface SharedResults extends SharedCheckpoints {
  /** Nobody shares anything. */
  SharedResults NONE =
      new SharedResults() {
        @Override
        public boolean bring(ActionKey key) {
          return false;
        }

        @Override
        public boolean bring(Collection<Artifact> content) {
          return false;
        }

        @Override
        public void publish(Stage stage, ActionKey key) {}

        @Override
        public OptionalLong bringCheckpoint(ActionKey key, Path scratch, long position) {
          return OptionalLong.empty();
        }

        @Override
        public void sendCheckpoint(ActionKey key, Path scratch, List<Path> parts, long position) {}

        @Override
        public void dropCheckpoint(ActionKey key) {}
      };

  /** Brings the result of this key and all its content to the local store, if there is one. */
  boolean bring(ActionKey key) throws IOException;

  /** Brings content that the local store lacks; false when some of it is not to be had. */
  boolean bring(Collection<Artifact> content) throws IOException;

  /** Makes a result of the local store known to others, if that is wanted of all its outputs. */
  void publish(Stage stage, ActionKey key) throws IOException;
}
