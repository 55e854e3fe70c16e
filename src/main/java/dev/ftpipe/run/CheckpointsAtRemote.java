package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.remote.Remote;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Checkpoints at a remote: what a repro or the job of a stage sends, each of them may find.
 *
 * @param remote asked for when it is needed
 */
record CheckpointsAtRemote(Supplier<Remote> remote, Consumer<String> notes)
    implements SharedCheckpoints {
  @Override
  public OptionalLong bringCheckpoint(ActionKey key, Path scratch, long position)
      throws IOException {
    return remote.get().checkpoints().bring(key, scratch, position);
  }

  @Override
  public void sendCheckpoint(ActionKey key, Path scratch, List<Path> parts, long position)
      throws IOException {
    try {
      remote.get().checkpoints().send(key, scratch, parts, position);
    } catch (FtpipeException e) {
      // The stage goes on, and so does the next checkpoint: the network may be back by then.
      notes.accept("a checkpoint was not sent: " + e.getMessage());
    }
  }

  @Override
  public void dropCheckpoint(ActionKey key) throws IOException {
    remote.get().checkpoints().drop(key);
  }
}
