package dev.ftpipe.model.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The engine, started, on one device. Everything made through it is freed when it is closed.
 *
 * <p>Uses as many threads as the process may use processors, unless the system property {@code
 * ai.djl.pytorch.num_threads} says otherwise.
 */
public final class Torch implements AutoCloseable {
  private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d+))?");
  private static final Pattern BF16_FLAG = Pattern.compile("\\b(avx512_bf16|amx_bf16|bf16)\\b");

  private static final List<String> LIMITS =
      List.of("ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA");

  /** Values of the above under which products in bfloat16 are emulated. */
  private static final Set<String> WITHOUT_BF16 =
      Set.of("default", "sse41", "avx", "avx2", "avx2_vnni", "avx512_core", "avx512_core_vnni");

  private final NDManager manager;

  private Torch(NDManager manager) {
    this.manager = manager;
  }

  /**
   * Starts the engine.
   *
   * @param device {@code cpu}, {@code cuda}, {@code cuda:N}, or {@code auto}: the first GPU when
   *     there is one, else the CPU
   * @throws FtpipeException when the device's name is not one of these, the device is not there, or
   *     the native libraries cannot be loaded
   */
  public static Torch open(String device) {
    prepare();
    Engine engine = start();
    if (device.equals("auto")) {
      try {
        return on(engine, Device.gpu(0));
      } catch (EngineException noGpu) {
        return on(engine, Device.cpu());
      }
    }
    if (device.equals("cpu")) {
      return on(engine, Device.cpu());
    }
    Matcher cuda = CUDA.matcher(device);
    if (!cuda.matches()) {
      throw FtpipeException.usage(
          "device: '" + device + "' is not one of auto, cpu, cuda, cuda:0, cuda:1, ...");
    }
    try {
      return on(engine, Device.gpu(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1))));
    } catch (EngineException e) {
      throw FtpipeException.environment(
          "device: " + device + " cannot be used; 'device: auto' takes what is there", e);
    }
  }

  private static void prepare() {
    // Tokenizing needs no GPU; without this a GPU node would download another native library.
    setDefault("RUST_FLAVOR", "cpu");
    // The engine counts its users over the network otherwise.
    setDefault("OPT_OUT_TRACKING", "true");
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private static Engine start() {
    libraryProblem(System.getenv())
        .ifPresent(
            problem -> {
              throw FtpipeException.environment(problem, null);
            });
    try {
      return Engine.getEngine("PyTorch");
    } catch (EngineException | LinkageError e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      // That a library does not load is what the engine says; which one, and why, is below it.
      throw FtpipeException.environment(
          "the engine does not start: "
              + e.getMessage()
              + (root == e ? "" : ": " + root.getMessage()),
          e);
    }
  }

  /**
   * A folder without the library is passed over by the engine, which then takes the processor's.
   */
  static Optional<String> libraryProblem(Map<String, String> env) {
    String folder = env.getOrDefault("PYTORCH_LIBRARY_PATH", "");
    return folder.isEmpty() || Files.exists(Path.of(folder, System.mapLibraryName("torch")))
        ? Optional.empty()
        : Optional.of(
            "PYTORCH_LIBRARY_PATH is %s, where there is no %s; name the folder that has it, or unset the variable"
                .formatted(folder, System.mapLibraryName("torch")));
  }

  private static Torch on(Engine engine, Device device) {
    NDManager manager = engine.newBaseManager(device);
    try {
      manager.create(0f).close();
    } catch (EngineException e) {
      manager.close();
      throw e;
    }
    // Specializing a graph for the shapes it has seen gained nothing on any model and costs memory.
    JniUtils.setGraphExecutorOptimize(false);
    if (System.getProperty("ai.djl.pytorch.num_threads") == null) {
      JniUtils.setNumThreads(Runtime.getRuntime().availableProcessors());
    }
    return new Torch(manager);
  }

  /** The owner of all tensors that live as long as the engine is open. */
  public NDManager manager() {
    return manager;
  }

  /** A scope for the tensors of one call or step, to be closed after it. */
  public NDManager scope() {
    return manager.newSubManager();
  }

  /** The device as a person writes it: {@code cpu}, {@code cuda:0}. */
  public String device() {
    Device device = manager.getDevice();
    return device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
  }

  /**
   * Whether matrix products in bfloat16 are faster than in float32 here: on a GPU, and on
   * processors that multiply in it. Elsewhere it is emulated and slower.
   */
  public boolean hasFastBfloat16() {
    return manager.getDevice().isGpu() || processorHasFastBfloat16();
  }

  /** Whether the processor multiplies in bfloat16; known before the engine is started. */
  public static boolean processorHasFastBfloat16() {
    Path info = Path.of("/proc/cpuinfo");
    try {
      return Files.isReadable(info) && hasFastBfloat16(Files.readString(info), System.getenv());
    } catch (IOException e) {
      return false; // float32 is right everywhere
    }
  }

  /**
   * Whether a processor multiplies in bfloat16 and the engine is let use it.
   *
   * @param info {@code /proc/cpuinfo}
   * @param env where ATen and oneDNN are told to take older instructions
   */
  static boolean hasFastBfloat16(String info, Map<String, String> env) {
    return info.lines()
            .filter(line -> line.toLowerCase(Locale.ROOT).matches("(flags|features)\\s*:.*"))
            .anyMatch(line -> BF16_FLAG.matcher(line).find())
        && LIMITS.stream()
            .map(name -> env.getOrDefault(name, "").toLowerCase(Locale.ROOT))
            .noneMatch(WITHOUT_BF16::contains);
  }

  @Override
  public void close() {
    manager.close();
  }
}
