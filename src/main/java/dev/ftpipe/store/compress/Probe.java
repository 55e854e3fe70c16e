package dev.ftpipe.store.compress;

import com.github.luben.zstd.Zstd;
import dev.ftpipe.store.ObjectStore.Source;
import java.io.IOException;
import java.io.InputStream;

/** Finds out from a MiB of some bytes, taken from all over them, whether compressing them pays. */
final class Probe {
  private static final int SAMPLES = 16;
  private static final int SAMPLE_BYTES = 1 << 16;

  /** Of the bytes, as its time and the table cost something, too. */
  private static final double WORTH = 0.8;

  /**
   * In bits a byte. From here on single bytes tell that there is nothing to gain: the bytes are
   * random, or are compressed already.
   */
  private static final double RANDOM = 7.95;

  private Probe() {}

  static boolean pays(Source source) throws IOException {
    if (source.size() < SAMPLE_BYTES) {
      return false;
    }
    byte[][] samples = samples(source);
    return entropy(samples) < RANDOM && isWorth(compressed(samples), length(samples));
  }

  static boolean isWorth(long compressed, long size) {
    return compressed <= WORTH * size;
  }

  private static byte[][] samples(Source source) throws IOException {
    if (source.size() <= (long) SAMPLES * SAMPLE_BYTES) {
      return new byte[][] {read(source, 0, (int) source.size())};
    }
    byte[][] samples = new byte[SAMPLES][];
    for (int i = 0; i < SAMPLES; i++) {
      long at = (source.size() - SAMPLE_BYTES) / (SAMPLES - 1) * i;
      samples[i] = read(source, at, SAMPLE_BYTES);
    }
    return samples;
  }

  private static byte[] read(Source source, long at, int length) throws IOException {
    try (InputStream in = source.open(at, length)) {
      return in.readNBytes(length);
    }
  }

  private static double entropy(byte[][] samples) {
    int[] counts = new int[256];
    for (byte[] sample : samples) {
      for (byte each : sample) {
        counts[each & 0xff]++;
      }
    }
    double length = length(samples);
    double bits = 0;
    for (int count : counts) {
      if (count > 0) {
        bits -= count / length * Math.log(count / length) / Math.log(2);
      }
    }
    return bits;
  }

  private static long compressed(byte[][] samples) {
    long sum = 0;
    for (byte[] sample : samples) {
      sum += Zstd.compress(sample, Frames.LEVEL).length;
    }
    return sum;
  }

  private static long length(byte[][] samples) {
    long sum = 0;
    for (byte[] sample : samples) {
      sum += sample.length;
    }
    return sum;
  }
}
