package dev.ftpipe.model.quant;

/** The sixteen values that a weight over its block's absmax is rounded to. */
public enum FourBitType {
  /** Values that a normal distribution takes equally often (Dettmers et al. 2023, appendix E). */
  NF4,
  /** A sign, two bits of exponent and one of mantissa. */
  FP4;

  /** How a script is told. */
  int code() {
    return this == FP4 ? 1 : 0;
  }
}
