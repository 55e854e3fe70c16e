package dev.ftpipe.model.train;

import dev.ftpipe.model.adapter.LoraWeights;
import dev.ftpipe.model.random.SplitMix64;
import dev.ftpipe.model.sft.InitLoraWeights;
import java.nio.charset.StandardCharsets;
import java.util.function.DoubleSupplier;
import java.util.zip.CRC32;

/**
 * First values of adapters, as PEFT distributes them: B zero, A uniform or normal. A layer's values
 * depend on the seed and the layer's name alone, not on the machine or the other layers.
 */
final class LoraInit {
  private final InitLoraWeights kind;
  private final long seed;

  LoraInit(InitLoraWeights kind, long seed) {
    this.kind = kind;
    this.seed = seed;
  }

  LoraWeights weights(String module, int rank, int inputs, int outputs) {
    SplitMix64 random = SplitMix64.of(seed, part(module));
    DoubleSupplier next =
        switch (kind) {
          case KAIMING -> () -> (2 * random.nextDouble() - 1) / Math.sqrt(inputs);
          case GAUSSIAN -> () -> normal(random) / rank;
          case PISSA -> throw new IllegalArgumentException("PiSSA starts from the weight");
        };
    float[] a = new float[rank * inputs];
    for (int i = 0; i < a.length; i++) {
      a[i] = (float) next.getAsDouble();
    }
    return new LoraWeights(rank, inputs, outputs, a, new float[outputs * rank]);
  }

  /** The polar form of Box and Muller (1958), half of each pair; the same on every machine. */
  private static double normal(SplitMix64 random) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }

  private static long part(String module) {
    CRC32 crc = new CRC32();
    crc.update(module.getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }
}
