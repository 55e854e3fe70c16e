package dev.ftpipe.model.quant;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.ftpipe.model.torch.Arguments;
import dev.ftpipe.model.torch.Torch;
import dev.ftpipe.model.torch.TorchScript;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * 4-bit NormalFloat and 4-bit floats, with or without double quantization (Dettmers et al. 2023,
 * QLoRA, section 3). Bytes and values are those of bitsandbytes.
 *
 * <p>A quantized tensor is its parts by name: {@link #PACKED}, {@link #ABSMAX}, and with double
 * quantization {@link #NESTED_ABSMAX} and {@link #OFFSET}; the absmax are bytes then.
 */
public final class Nf4 implements AutoCloseable {
  /** The script with the same computations, for a model that dequantizes as it goes. */
  public static final String SOURCE = "/dev/ftpipe/model/quant/nf4.py";

  public static final String PACKED = "packed";
  public static final String ABSMAX = "absmax";
  public static final String NESTED_ABSMAX = "nested_absmax";
  public static final String OFFSET = "offset";

  private final Torch torch;
  private final TorchScript script;
  private final NDArray nestedCode;

  public Nf4(Torch torch) {
    this.torch = torch;
    this.script = TorchScript.load(torch, "Nf4", List.of(SOURCE), Map.of());
    this.nestedCode = torch.manager().create(DynamicMap.signed());
  }

  /**
   * Quantizes a float tensor of any shape and at least one element.
   *
   * @param owner frees the parts
   */
  public Map<String, NDArray> quantize(NDManager owner, NDArray weight, Nf4Format format) {
    Map<String, NDArray> parts = new LinkedHashMap<>();
    try (NDManager scope = torch.scope()) {
      var codes =
          script.call(
              "quantize",
              new Arguments(scope)
                  .tensor(weight)
                  .number(format.block())
                  .number(format.type().code()));
      parts.put(PACKED, codes.get(0));
      parts.put(ABSMAX, codes.get(1));
      if (format.doubleQuantization()) {
        var nested =
            script.call(
                "quantize_absmax", new Arguments(scope).tensor(codes.get(1)).tensor(nestedCode));
        parts.put(ABSMAX, nested.get(0));
        parts.put(NESTED_ABSMAX, nested.get(1));
        parts.put(OFFSET, nested.get(2));
      }
      parts.values().forEach(part -> part.attach(owner));
    }
    return parts;
  }

  /**
   * The float32 values of a quantized tensor {@code [rows, columns]}.
   *
   * @param owner frees the result
   */
  public NDArray dequantize(
      NDManager owner, Map<String, NDArray> parts, long rows, long columns, Nf4Format format) {
    try (NDManager scope = torch.scope()) {
      NDArray values =
          script.one(
              "dequantize",
              new Arguments(scope)
                  .tensor(part(parts, PACKED))
                  .tensor(absmax(scope, parts))
                  .number(rows)
                  .number(columns)
                  .number(format.block())
                  .number(format.type().code()));
      values.attach(owner);
      return values;
    }
  }

  /** The float32 absmax of every block. */
  public NDArray absmax(NDManager owner, Map<String, NDArray> parts) {
    NDArray absmax = part(parts, ABSMAX);
    if (!parts.containsKey(OFFSET)) {
      return absmax;
    }
    return script.one(
        "dequantize_absmax",
        new Arguments(owner)
            .tensor(absmax)
            .tensor(part(parts, NESTED_ABSMAX))
            .tensor(part(parts, OFFSET))
            .tensor(nestedCode));
  }

  private static NDArray part(Map<String, NDArray> parts, String name) {
    NDArray part = parts.get(name);
    if (part == null) {
      throw new IllegalArgumentException("no part " + name);
    }
    return part;
  }

  /** What a script that dequantizes needs beside the parts: {@code nf4.pairs}, the code table. */
  public Map<String, NDArray> tables(NDManager owner, FourBitType type) {
    try (NDManager scope = torch.scope()) {
      NDArray pairs =
          script.one("pairs", new Arguments(scope).tensor(nestedCode).number(type.code()));
      pairs.attach(owner);
      NDArray code = nestedCode.duplicate();
      code.attach(owner);
      return Map.of("nf4.pairs", pairs, "nf4.nested_code", code);
    }
  }

  @Override
  public void close() {
    nestedCode.close();
    script.close();
  }
}
