package dev.ftpipe.model.gguf;

import dev.ftpipe.base.Json;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.Floats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes small GGUF files, right and wrong ones. */
public final class TinyGguf {
  public final Map<String, Object> metadata = new LinkedHashMap<>();
  final Map<String, Tensor> tensors = new LinkedHashMap<>();
  int magic = 0x46554747;
  int version = 3;

  /** A tensor; its bytes lie where they belong unless {@code offset} is another than -1. */
  static final class Tensor {
    final int type;

    /** Innermost first, as in the file. */
    final long[] shape;

    final byte[] bytes;
    final long offset;

    Tensor(int type, long[] shape, byte[] bytes, long offset) {
      this.type = type;
      this.shape = shape.clone();
      this.bytes = bytes.clone();
      this.offset = offset;
    }
  }

  /** A Llama of 2 layers, 4 heads of 4 and 2 key heads, with a byte-level tokenizer. */
  public static TinyGguf llama() throws IOException {
    TinyGguf gguf = new TinyGguf();
    gguf.metadata.put("general.architecture", "llama");
    gguf.metadata.put("llama.block_count", 2);
    gguf.metadata.put("llama.context_length", 64);
    gguf.metadata.put("llama.embedding_length", 16);
    gguf.metadata.put("llama.feed_forward_length", 32);
    gguf.metadata.put("llama.attention.head_count", 4);
    gguf.metadata.put("llama.attention.head_count_kv", 2);
    gguf.metadata.put("llama.attention.layer_norm_rms_epsilon", 1e-5f);
    gguf.metadata.put("tokenizer.ggml.model", "gpt2");
    gguf.metadata.put("tokenizer.ggml.pre", "llama-bpe");
    int vocabulary = byteLevelVocabulary(gguf);
    gguf.f32("token_embd.weight", 16, vocabulary);
    gguf.f32("output_norm.weight", 16);
    for (String layer : List.of("blk.0.", "blk.1.")) {
      gguf.f32(layer + "attn_norm.weight", 16);
      gguf.f32(layer + "ffn_norm.weight", 16);
      gguf.f32(layer + "attn_q.weight", 16, 16);
      gguf.f32(layer + "attn_k.weight", 16, 8);
      gguf.f32(layer + "attn_v.weight", 16, 8);
      gguf.f32(layer + "attn_output.weight", 16, 16);
      gguf.f32(layer + "ffn_gate.weight", 16, 32);
      gguf.f32(layer + "ffn_up.weight", 16, 32);
      gguf.f32(layer + "ffn_down.weight", 32, 16);
    }
    return gguf;
  }

  private static int byteLevelVocabulary(TinyGguf gguf) throws IOException {
    var tokenizer =
        Json.mapper()
            .readTree(Path.of("src/test/resources/text/tiny-llama-tied/tokenizer.json").toFile());
    List<Object> tokens = new ArrayList<>();
    List<Object> types = new ArrayList<>();
    for (var entry : tokenizer.at("/model/vocab").properties()) {
      tokens.add(entry.getKey());
      types.add(tokens.size() <= tokenizer.get("added_tokens").size() ? 3 : 1);
    }
    List<Object> merges = new ArrayList<>();
    tokenizer
        .at("/model/merges")
        .forEach(pair -> merges.add(pair.get(0).asText() + " " + pair.get(1).asText()));
    gguf.metadata.put("tokenizer.ggml.tokens", tokens);
    gguf.metadata.put("tokenizer.ggml.token_type", types);
    gguf.metadata.put("tokenizer.ggml.merges", merges);
    gguf.metadata.put("tokenizer.ggml.bos_token_id", 3);
    gguf.metadata.put("tokenizer.ggml.eos_token_id", 2);
    gguf.metadata.put("tokenizer.ggml.eot_token_id", 6);
    gguf.metadata.put("tokenizer.ggml.add_bos_token", false);
    return tokens.size();
  }

  /** Adds a tensor of small numbers. */
  void f32(String name, long... shape) {
    long count = 1;
    for (long size : shape) {
      count *= size;
    }
    float[] values = new float[(int) count];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 31 % 97 - 48) / 64f;
    }
    tensors.put(name, new Tensor(0, shape, Floats.fromFloats(values, DType.F32).array(), -1));
  }

  public Path write(Path file) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    number(out, magic, 4);
    number(out, version, 4);
    number(out, tensors.size(), 8);
    number(out, metadata.size(), 8);
    for (var entry : metadata.entrySet()) {
      text(out, entry.getKey());
      number(out, type(entry.getValue()), 4);
      value(out, entry.getValue());
    }
    long offset = 0;
    for (var entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      text(out, entry.getKey());
      number(out, tensor.shape.length, 4);
      for (long size : tensor.shape) {
        number(out, size, 8);
      }
      number(out, tensor.type, 4);
      number(out, tensor.offset == -1 ? offset : tensor.offset, 8);
      offset += padded(tensor.bytes.length);
    }
    out.writeBytes(new byte[padded(out.size()) - out.size()]);
    for (Tensor tensor : tensors.values()) {
      out.writeBytes(tensor.bytes);
      out.writeBytes(new byte[padded(tensor.bytes.length) - tensor.bytes.length]);
    }
    Files.write(file, out.toByteArray());
    return file;
  }

  private static int padded(int length) {
    return (length + 31) / 32 * 32;
  }

  private static int type(Object value) {
    if (value instanceof Integer) {
      return 4;
    }
    if (value instanceof Float) {
      return 6;
    }
    if (value instanceof Boolean) {
      return 7;
    }
    return value instanceof String ? 8 : 9;
  }

  private static void value(ByteArrayOutputStream out, Object value) {
    if (value instanceof Integer number) {
      number(out, number, 4);
    } else if (value instanceof Float number) {
      number(out, Float.floatToRawIntBits(number), 4);
    } else if (value instanceof Boolean flag) {
      number(out, flag ? 1 : 0, 1);
    } else if (value instanceof String text) {
      text(out, text);
    } else if (value instanceof List<?> list) {
      number(out, list.isEmpty() ? 4 : type(list.get(0)), 4);
      number(out, list.size(), 8);
      list.forEach(each -> value(out, each));
    } else {
      throw new IllegalArgumentException("cannot write " + value);
    }
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    number(out, bytes.length, 8);
    out.writeBytes(bytes);
  }

  private static void number(ByteArrayOutputStream out, long value, int bytes) {
    byte[] all =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    out.write(all, 0, bytes);
  }
}
