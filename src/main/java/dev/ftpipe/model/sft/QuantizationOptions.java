package dev.ftpipe.model.sft;

import com.fasterxml.jackson.annotation.JsonProperty;
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
    FP4
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

  List<String> problems() {
    Checks checks = new Checks("quantization");
    checks.notBuilt(quantType == QuantType.FP4, "bnb_4bit_quant_type", "fp4");
    checks.notBuilt(computeDtype == ComputeDtype.FLOAT16, "bnb_4bit_compute_dtype", "float16");
    if (blocksize < 64 || blocksize > 4096 || Integer.bitCount(blocksize) != 1) {
      checks.wrong("blocksize", "is " + blocksize + "; it must be 64, 128, 256, … or 4096");
    }
    return checks.problems();
  }
}
