package dev.ftpipe.store.local;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.pack.PackFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Takes a blob of unknown length: in memory while it is small, then in a temporary file. */
final class Spool extends OutputStream {
  private final PackStore packs;
  private final LooseBlobs files;
  private final MessageDigest sha256 = Digest.sha256();
  private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
  private @Nullable Path temporary;
  private @Nullable FileChannel out;
  private long size;

  Spool(PackStore packs, LooseBlobs files) {
    this.packs = packs;
    this.files = files;
  }

  @Override
  public void write(int oneByte) {
    write(new byte[] {(byte) oneByte}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    sha256.update(bytes, offset, length);
    size += length;
    if (out == null && size < PackFormat.SMALL) {
      memory.write(bytes, offset, length);
      return;
    }
    Path file = temporary;
    FileChannel channel = out;
    if (channel == null || file == null) {
      file = files.temporary();
      temporary = file;
      channel = LooseBlobs.create(file);
      out = channel;
      LooseBlobs.write(channel, ByteBuffer.wrap(memory.toByteArray()), file);
      memory.reset();
    }
    LooseBlobs.write(channel, ByteBuffer.wrap(bytes, offset, length), file);
  }

  /** Keeps what was written. */
  Blob keep() throws IOException {
    Blob blob = new Blob(Digest.finish(sha256), size);
    if (out != null && temporary != null) {
      out.close();
      files.publish(temporary, blob);
    } else {
      packs.add(blob.digest(), memory.toByteArray(), memory.size());
      packs.flush();
    }
    return blob;
  }

  /** Removes what is not kept. */
  @Override
  public void close() throws IOException {
    if (out != null) {
      out.close();
    }
    if (temporary != null) {
      Files.deleteIfExists(temporary);
    }
  }
}
