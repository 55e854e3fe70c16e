package dev.ftpipe.model.quant;

/**
 * How a weight is stored in four bits.
 *
 * @param block weights that share one absmax, row-major
 * @param doubleQuantization whether the absmax are 8-bit codes in blocks of 256
 */
public record Nf4Format(FourBitType type, int block, boolean doubleQuantization) {
  public Nf4Format(int block, boolean doubleQuantization) {
    this(FourBitType.NF4, block, doubleQuantization);
  }
}
