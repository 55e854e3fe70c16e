import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.Floats;
import dev.ftpipe.model.tensor.SafetensorsWriter;
import dev.ftpipe.model.tensor.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Makes a Llama model of random weights from a folder of configuration and tokenizer files.
 *
 * <pre>
 * java -cp '../../target/lib/*:../../target/ftpipe.jar' InitModel.java blank SEED models/blank
 * </pre>
 *
 * Matrices are drawn from a normal distribution of the config's {@code initializer_range}, norms
 * are one, as Transformers does it; stored as bfloat16. The same seed gives the same bytes.
 */
public final class InitModel {
  private InitModel() {}

  public static void main(String[] args) throws IOException {
    if (args.length != 3) {
      throw new IllegalArgumentException("expected: CONFIG_FOLDER SEED OUT_FOLDER");
    }
    Path source = Path.of(args[0]);
    Path target = Files.createDirectories(Path.of(args[2]));
    for (String file :
        List.of(
            "config.json", "tokenizer.json", "tokenizer_config.json", "generation_config.json")) {
      Files.copy(source.resolve(file), target.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    JsonNode config = JsonMapper.builder().build().readTree(source.resolve("config.json").toFile());
    List<TensorSpec> tensors = tensors(config);
    var random = new Random(Long.parseLong(args[1]));
    float deviation = config.required("initializer_range").floatValue();
    try (var writer =
        SafetensorsWriter.create(
            target.resolve("model.safetensors"), tensors, Map.of("format", "pt"))) {
      for (TensorSpec tensor : tensors) {
        float[] values = new float[Math.toIntExact(tensor.elementCount())];
        if (tensor.shape().size() == 1) {
          Arrays.fill(values, 1f);
        } else {
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
          }
        }
        writer.write(tensor.name(), Floats.fromFloats(values, DType.BF16));
      }
    }
  }

  /** The tensors of a Llama without biases whose head is tied to the embedding. */
  private static List<TensorSpec> tensors(JsonNode config) {
    long hidden = config.required("hidden_size").longValue();
    long inner = config.required("intermediate_size").longValue();
    long head = config.required("head_dim").longValue();
    long queries = head * config.required("num_attention_heads").longValue();
    long keys = head * config.required("num_key_value_heads").longValue();
    var tensors = new ArrayList<TensorSpec>();
    tensors.add(tensor("model.embed_tokens", config.required("vocab_size").longValue(), hidden));
    for (int i = 0; i < config.required("num_hidden_layers").intValue(); i++) {
      String layer = "model.layers." + i + ".";
      tensors.add(tensor(layer + "input_layernorm", hidden));
      tensors.add(tensor(layer + "mlp.down_proj", hidden, inner));
      tensors.add(tensor(layer + "mlp.gate_proj", inner, hidden));
      tensors.add(tensor(layer + "mlp.up_proj", inner, hidden));
      tensors.add(tensor(layer + "post_attention_layernorm", hidden));
      tensors.add(tensor(layer + "self_attn.k_proj", keys, hidden));
      tensors.add(tensor(layer + "self_attn.o_proj", hidden, queries));
      tensors.add(tensor(layer + "self_attn.q_proj", queries, hidden));
      tensors.add(tensor(layer + "self_attn.v_proj", keys, hidden));
    }
    tensors.add(tensor("model.norm", hidden));
    return tensors;
  }

  private static TensorSpec tensor(String name, Long... shape) {
    return new TensorSpec(name + ".weight", DType.BF16, List.of(shape));
  }
}
