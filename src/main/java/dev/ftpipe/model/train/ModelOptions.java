package dev.ftpipe.model.train;

import dev.ftpipe.model.llama.LlamaOptions;
import dev.ftpipe.model.llama.WeightFormat;
import dev.ftpipe.model.sft.LoraOptions;
import dev.ftpipe.model.sft.QuantizationOptions;
import dev.ftpipe.model.sft.TrainOptions;
import dev.ftpipe.model.tensor.DType;

/**
 * How a run holds and computes its model.
 *
 * @param narrowed whether bfloat16 was asked for and float32 is computed instead
 */
record ModelOptions(LlamaOptions options, boolean narrowed) {
  /**
   * By the options of the run.
   *
   * @param fastBfloat16 whether the device multiplies in bfloat16
   */
  static ModelOptions of(TrainOptions options, boolean fastBfloat16) {
    QuantizationOptions quantization = options.quantization();
    boolean full = options.lora().method() == LoraOptions.Method.FULL;
    boolean fourBit = quantization.loadIn4bit() && !full;
    boolean wanted =
        fourBit
            ? quantization.computeDtype() == QuantizationOptions.ComputeDtype.BFLOAT16
            : options.trainer().bf16();
    DType compute = wanted && fastBfloat16 ? DType.BF16 : DType.F32;
    // Trained weights are float32 masters; frozen ones are held as they are used.
    WeightFormat weights =
        fourBit
            ? WeightFormat.nf4(compute, quantization.format())
            : WeightFormat.plain(full ? DType.F32 : compute);
    return new ModelOptions(
        new LlamaOptions(
            weights,
            compute,
            options.trainer().gradientCheckpointing(),
            full ? 0 : options.lora().loraDropout(),
            options.sft().neftuneNoiseAlpha().orElse(0.0)),
        wanted && !fastBfloat16);
  }
}
