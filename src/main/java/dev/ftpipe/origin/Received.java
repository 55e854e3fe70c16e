package dev.ftpipe.origin;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.ContentStore.Blob;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/** Takes what was received into a store. */
record Received(ContentStore content) {
  /** Blobs from here on are files of their own there. */
  private static final int SMALL = 1 << 20;

  /** Takes the bytes over, their encoding undone; nothing is left of the partial file. */
  Blob take(Partial partial, String what) throws IOException {
    String encoding = partial.state().encoding().toLowerCase(Locale.ROOT);
    Blob blob = encoding.isEmpty() ? take(partial) : decoded(partial, encoding, what);
    partial.remove();
    return blob;
  }

  private Blob take(Partial partial) throws IOException {
    long size = partial.size();
    if (size < SMALL) {
      return content.put(Files.readAllBytes(partial.file()));
    }
    Digest digest = Digest.ofFile(partial.file());
    content.adopt(partial.file(), digest, size);
    return new Blob(digest, size);
  }

  // Asked for as it is, and sent packed: what is meant is the content, not the packing.
  private Blob decoded(Partial partial, String encoding, String what) throws IOException {
    try {
      return content.put(
          out -> {
            try (InputStream file = Files.newInputStream(partial.file());
                InputStream in = decoder(file, encoding, what)) {
              in.transferTo(out);
            }
          });
    } catch (ZipException e) {
      partial.remove();
      throw FtpipeException.environment(
          "cannot fetch " + what + ": its " + encoding + " data is damaged: " + e.getMessage(), e);
    }
  }

  private static InputStream decoder(InputStream in, String encoding, String what)
      throws IOException {
    return switch (encoding) {
      case "gzip", "x-gzip" -> new GZIPInputStream(in);
      case "deflate" -> new InflaterInputStream(in);
      default ->
          throw FtpipeException.environment(
              "cannot fetch "
                  + what
                  + ": the server sends it as '"
                  + encoding
                  + "' although it was asked for plain bytes",
              null);
    };
  }
}
