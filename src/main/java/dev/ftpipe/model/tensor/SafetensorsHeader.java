package dev.ftpipe.model.tensor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file, checked as the reference implementation checks it: the tensors
 * fill the data section without overlap or gap, and each is as long as its shape says.
 *
 * @param tensors in the order of their bytes
 */
record SafetensorsHeader(Map<String, TensorInfo> tensors, Map<String, String> metadata) {
  static final String METADATA = "__metadata__";

  /** Parses the JSON text of the header of {@code file}, whose data section has that many bytes. */
  static SafetensorsHeader parse(Path file, byte[] json, long dataBytes) {
    ObjectNode root = tree(file, json);
    Map<String, String> metadata = new LinkedHashMap<>();
    List<TensorInfo> infos = new ArrayList<>();
    for (var entry : root.properties()) {
      if (entry.getKey().equals(METADATA)) {
        metadata.putAll(metadata(file, entry.getValue()));
      } else {
        infos.add(tensor(file, entry.getKey(), entry.getValue()));
      }
    }
    infos.sort(
        Comparator.comparingLong(TensorInfo::offset).thenComparingLong(TensorInfo::byteLength));
    checkCover(file, infos, dataBytes);
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    infos.forEach(info -> tensors.put(info.name(), info));
    return new SafetensorsHeader(tensors, metadata);
  }

  private static ObjectNode tree(Path file, byte[] json) {
    try {
      JsonNode root =
          Json.mapper().reader().with(StreamReadFeature.STRICT_DUPLICATE_DETECTION).readTree(json);
      if (root instanceof ObjectNode object) {
        return object;
      }
      throw broken(file, "its header is not a JSON object");
    } catch (JsonProcessingException e) {
      throw broken(file, "its header is not valid JSON: " + Json.problem(e));
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory", e);
    }
  }

  private static Map<String, String> metadata(Path file, JsonNode node) {
    Map<String, String> metadata = new LinkedHashMap<>();
    for (var entry : node.properties()) {
      if (!entry.getValue().isTextual()) {
        throw broken(file, METADATA + " '" + entry.getKey() + "' is not a text");
      }
      metadata.put(entry.getKey(), entry.getValue().asText());
    }
    return metadata;
  }

  private static TensorInfo tensor(Path file, String name, JsonNode node) {
    String where = "tensor '" + name + "': ";
    JsonNode dtypeName = node.path("dtype");
    DType dtype =
        DType.ofSafetensorsName(dtypeName.asText())
            .orElseThrow(
                () ->
                    broken(
                        file,
                        where
                            + "dtype "
                            + (dtypeName.isMissingNode() ? "is missing" : dtypeName)
                            + ", expected one of "
                            + List.of(DType.values())));
    List<Long> shape = naturals(file, where + "shape", node.path("shape"));
    List<Long> offsets = naturals(file, where + "data_offsets", node.path("data_offsets"));
    if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
      throw broken(file, where + "data_offsets " + offsets + " are not a begin and an end");
    }
    long found = offsets.get(1) - offsets.get(0);
    try {
      long expected = new TensorSpec(name, dtype, shape).byteLength();
      if (found != expected) {
        throw broken(
            file,
            where
                + "data_offsets span "
                + found
                + " bytes, expected "
                + expected
                + " for "
                + dtype
                + " "
                + shape);
      }
    } catch (ArithmeticException e) {
      throw broken(file, where + "shape " + shape + " overflows 64 bits");
    }
    return new TensorInfo(name, dtype, shape, offsets.get(0), found);
  }

  private static List<Long> naturals(Path file, String what, JsonNode node) {
    if (!node.isArray()) {
      throw broken(file, what + (node.isMissingNode() ? " is missing" : " is not a list"));
    }
    List<Long> values = new ArrayList<>(node.size());
    for (JsonNode each : node) {
      if (!each.isIntegralNumber() || !each.canConvertToLong() || each.asLong() < 0) {
        throw broken(file, what + " holds " + each + ", expected whole numbers from 0");
      }
      values.add(each.asLong());
    }
    return values;
  }

  private static void checkCover(Path file, List<TensorInfo> infos, long dataBytes) {
    long end = 0;
    for (TensorInfo info : infos) {
      String where = "tensor '" + info.name() + "' begins at byte " + info.offset();
      if (info.offset() < end) {
        throw broken(file, where + ", inside the tensor before it, which ends at " + end);
      }
      if (info.offset() > end) {
        throw broken(file, where + ", expected " + end + ": there is a gap before it");
      }
      end = info.offset() + info.byteLength();
      if (end > dataBytes) {
        throw broken(
            file,
            "tensor '"
                + info.name()
                + "' ends at byte "
                + end
                + " of the data, but the file has only "
                + dataBytes
                + ": it is cut short");
      }
    }
    if (end != dataBytes) {
      throw broken(
          file, "the tensors end at byte " + end + " of the data, but it has " + dataBytes);
    }
  }

  static FtpipeException broken(Path file, String what) {
    return FtpipeException.pipeline(
        file + ": not a valid safetensors file: " + what + "; fetch or write it again");
  }
}
