package dev.ftpipe.data;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Looks whether bytes are UTF-8, strictly: no surrogates, no overlong forms. Not thread-safe. */
final class Utf8 {
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private final CharBuffer discarded = CharBuffer.allocate(1 << 13);

  /** The index of the first byte from the buffer's position that is not UTF-8; -1 when all are. */
  int firstBad(ByteBuffer text) {
    ByteBuffer in = text.duplicate();
    decoder.reset();
    CoderResult result;
    do {
      discarded.clear();
      result = decoder.decode(in, discarded, true);
    } while (result.isOverflow());
    return result.isError() ? in.position() - text.position() : -1;
  }
}
