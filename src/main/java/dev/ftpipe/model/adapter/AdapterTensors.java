package dev.ftpipe.model.adapter;

import dev.ftpipe.base.FtpipeException;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the tensors of an adapter's file are, by their names.
 *
 * @param modules the linear layers that have an adapter
 * @param magnitudes the names of DoRA's magnitudes, by module
 * @param wholes the names of weights that are held as a whole, by the checkpoint's name
 */
record AdapterTensors(
    SortedSet<String> modules,
    SortedMap<String, String> magnitudes,
    SortedMap<String, String> wholes) {
  /** A copy that PEFT's own wrapper leaves beside the trained one. */
  private static final String ORIGINAL = ".original_module.";

  /**
   * Sorts out the names.
   *
   * @param file what the file is called in messages
   * @throws FtpipeException for a name that the configuration does not let expect
   */
  static AdapterTensors of(Collection<String> names, AdapterConfig config, String file) {
    AdapterTensors sorted = new AdapterTensors(new TreeSet<>(), new TreeMap<>(), new TreeMap<>());
    for (String name : names) {
      if (!name.startsWith(AdapterFiles.PREFIX) || !sorted.add(name, config)) {
        throw FtpipeException.pipeline(
            "%s: tensor '%s' is not a LoRA weight, nor of modules_to_save; expected names like %smodel.layers.0.self_attn.q_proj%s"
                .formatted(file, name, AdapterFiles.PREFIX, AdapterFiles.A));
      }
    }
    return sorted;
  }

  private boolean add(String tensor, AdapterConfig config) {
    String name = tensor.substring(AdapterFiles.PREFIX.length());
    for (String suffix : List.of(AdapterFiles.A, AdapterFiles.B)) {
      if (name.endsWith(suffix)) {
        modules.add(name.substring(0, name.length() - suffix.length()));
        return true;
      }
    }
    // Earlier versions of PEFT put .weight at its end.
    int magnitude = name.lastIndexOf(AdapterFiles.MAGNITUDE);
    if (magnitude > 0) {
      magnitudes.put(name.substring(0, magnitude), tensor);
      modules.add(name.substring(0, magnitude));
      return true;
    }
    if (name.contains(ORIGINAL)) {
      return true;
    }
    String weight = name.replace(".modules_to_save.", ".").replace(AdapterFiles.BASE_LAYER, "");
    if (!isTrained(weight, config)) {
      return false;
    }
    wholes.put(weight, tensor);
    return true;
  }

  private static boolean isTrained(String weight, AdapterConfig config) {
    int dot = weight.lastIndexOf('.');
    String module = weight.substring(0, Math.max(0, dot));
    return config.modulesToSave().stream().anyMatch(module::endsWith)
        || (weight.endsWith(AdapterFiles.BIAS) && !config.bias().equals("none"));
  }
}
