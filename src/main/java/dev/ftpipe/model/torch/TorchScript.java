package dev.ftpipe.model.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A TorchScript module compiled from source files among the resources. Methods run with gradient
 * recording off unless they switch it on themselves; it is off again after every call, also one
 * that threw half way.
 */
public final class TorchScript implements AutoCloseable {
  private final PtSymbolBlock block;
  private final ParameterStore parameters;

  private TorchScript(PtSymbolBlock block, ParameterStore parameters) {
    this.block = block;
    this.parameters = parameters;
  }

  /**
   * Compiles a module; an error in the source is thrown here.
   *
   * @param type the class in the last of {@code sources}, e.g. {@code Llama}
   * @param sources resources by absolute name, each after those it uses; {@code /a/nf4.py} is the
   *     module {@code __torch__.nf4}
   * @param attributes values of the fields that the class declares: Integer, Double or Boolean
   */
  public static TorchScript load(
      Torch torch, String type, List<String> sources, Map<String, ?> attributes) {
    Map<String, String> texts = new LinkedHashMap<>();
    String module = "";
    for (String source : sources) {
      module = source.substring(source.lastIndexOf('/') + 1, source.length() - ".py".length());
      texts.put(module, resource(source));
    }
    PtNDManager manager = (PtNDManager) torch.manager();
    try {
      byte[] archive = ScriptArchive.of(module, type, texts, attributes);
      PtSymbolBlock block =
          JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false);
      return new TorchScript(block, new ParameterStore(manager, false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (EngineException e) {
      throw new ScriptException(module + " (compiling)", e);
    }
  }

  /** Calls a method. The results belong to the scope that the arguments were made for. */
  public NDList call(String method, Arguments arguments) {
    EngineCalls.begin();
    try {
      JniUtils.setGradMode(false);
      return arguments.prepared().isPresent()
          ? inferred(method, arguments, arguments.prepared().get())
          : recorded(method, arguments);
    } catch (EngineException e) {
      throw DeviceMemoryException.isOne(e)
          ? new DeviceMemoryException(method, e)
          : new ScriptException(method, e);
    } finally {
      JniUtils.setGradMode(false);
      EngineCalls.end();
    }
  }

  /** A method may record gradients in here. */
  private NDList recorded(String method, Arguments arguments) {
    try (NDArray tag = arguments.scope().create(0f)) {
      tag.setName("module_method:" + method);
      NDList in = new NDList(arguments.list().size() + 1);
      in.add(tag);
      in.addAll(arguments.list());
      return block.forward(parameters, in, true);
    }
  }

  /** The engine takes values that were made before in calls without gradients only. */
  private NDList inferred(String method, Arguments arguments, TensorDict last) {
    List<IValue> own = new ArrayList<>();
    try {
      arguments.list().forEach(tensor -> own.add(IValue.from((PtNDArray) tensor)));
      List<IValue> all = new ArrayList<>(own);
      all.add(last.value());
      try (IValue result = IValueUtils.runMethod(block, method, all.toArray(IValue[]::new))) {
        return result.toNDList((PtNDManager) arguments.scope());
      }
    } finally {
      own.forEach(IValue::close);
    }
  }

  /** Calls a method with one result. */
  public NDArray one(String method, Arguments arguments) {
    return call(method, arguments).get(0);
  }

  @Override
  public void close() {
    block.close();
  }

  private static String resource(String name) {
    try (InputStream in = TorchScript.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
