package dev.ftpipe.cli;

import dev.ftpipe.origin.Fetcher;
import dev.ftpipe.origin.Flow;
import dev.ftpipe.stage.Progress;
import java.io.IOException;
import java.util.Optional;

/** Shows how far a fetch of sources is, beside it. */
final class OriginDisplay {
  private static final int MIB = 1 << 20;

  private OriginDisplay() {}

  static <T> T around(Invocation invocation, Fetcher fetcher, TransferDisplay.Work<T> work)
      throws IOException {
    return TransferDisplay.showing(invocation, "add", () -> progress(fetcher.flow()), work);
  }

  private static Optional<Progress> progress(Flow flow) {
    return flow.expected() == 0
        ? Optional.empty()
        : Optional.of(
            new Progress(
                flow.bytes() / MIB,
                Math.max(1, flow.total() / MIB),
                "MiB",
                flow.files() + "/" + flow.expected() + " files"));
  }
}
