package dev.ftpipe.model.sft;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ftpipe.model.quant.FourBitType;
import dev.ftpipe.model.quant.Nf4Format;
import java.util.List;

/**
 * How the frozen base is stored; the names of bitsandbytes.
 *
 * @param blocksize weights that share one absmax
 */
public record QuantizationOptions(
    @JsonProperty("load_in_4bit") boolean loadIn4bit,
    @JsonProperty("bnb_4bit_quant_type") QuantType quantType,
    @JsonProperty("bnb_4bit_use_double_quant") boolean useDoubleQuant,
    @JsonProperty("bnb_4bit_compute_dtype") ComputeDtype computeDtype,
    int blocksize) {
  /** The sixteen levels. */
  public enum QuantType {
    @JsonProperty("nf4")
    NF4,
    @JsonProperty("fp4")
    FP4;

    private FourBitType type() {
      return this == FP4 ? FourBitType.FP4 : FourBitType.NF4;
    }
  }

  /** The type in which a weight is multiplied. */
  public enum ComputeDtype {
    @JsonProperty("bfloat16")
    BFLOAT16,
    @JsonProperty("float16")
    FLOAT16,
    @JsonProperty("float32")
    FLOAT32
  }

  /** How a weight is stored, where {@code load_in_4bit} is set. */
  public Nf4Format format() {
    return new Nf4Format(quantType.type(), blocksize, useDoubleQuant);
  }

  List<String> problems() {
    Checks checks = new Checks("quantization");
    if (computeDtype == ComputeDtype.FLOAT16) {
      checks.wrong(
          "bnb_4bit_compute_dtype",
          "is float16, whose small range needs the loss to be scaled; use bfloat16 or float32");
    }
    if (blocksize < 32 || blocksize > 4096 || Integer.bitCount(blocksize) != 1) {
      checks.wrong("blocksize", "is " + blocksize + "; it must be 32, 64, 128, 256, … or 4096");
    }
    return checks.problems();
  }
}
