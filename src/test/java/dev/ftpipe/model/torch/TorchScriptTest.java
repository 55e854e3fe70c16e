package dev.ftpipe.model.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.ftpipe.base.FtpipeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TorchScriptTest {
  private static final String SOURCE = "/torch/sample.py";

  @Test
  void call_dictListAndNumbers_reachTheScript() {
    try (Torch torch = Torch.open("cpu");
        TorchScript script = sample(torch);
        NDManager scope = torch.scope()) {
      Arguments arguments =
          new Arguments(scope)
              .number(2.0)
              .dict("w", Map.of("a.b", scope.create(3f), "c", scope.create(4f)))
              .list("more", List.of(scope.create(5f), scope.create(6f)));
      // 2 * (3 + 10 * 4) + 5 + 6 + the attribute
      assertThat(script.one("mix", arguments).toFloatArray()).containsExactly(97.5f);
    }
  }

  @Test
  void call_throwingWithGradientsOn_switchesThemOff() {
    try (Torch torch = Torch.open("cpu");
        TorchScript script = sample(torch);
        NDManager scope = torch.scope()) {
      assertThatThrownBy(() -> script.call("fail", new Arguments(scope).number(1)))
          .isInstanceOf(ScriptException.class)
          .hasMessageContaining("method fail")
          .hasMessageContaining("sample.py");
      assertThat(JniUtils.isGradMode()).isFalse();
    }
  }

  @Test
  void call_moreThanTheMemory_saysWhatWasNeeded() {
    try (Torch torch = Torch.open("cpu");
        TorchScript script = sample(torch);
        NDManager scope = torch.scope()) {
      Arguments arguments = new Arguments(scope).number(1L << 50);
      assertThatThrownBy(() -> script.call("allocate", arguments))
          .isInstanceOfSatisfying(
              DeviceMemoryException.class,
              e -> assertThat(e.need()).isEqualTo("you tried to allocate 4503599627370496 bytes"));
    }
  }

  @Test
  void open_unknownDevice_namesThoseThatAreKnown() {
    assertThatThrownBy(() -> Torch.open("tpu"))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("'tpu'")
        .hasMessageContaining("cuda:0");
  }

  @ParameterizedTest
  @CsvSource({
    "avx512f avx512_bf16,, true",
    "avx512f amx_bf16,, true",
    "avx512f,, false",
    "avx512f avx512_bf16, ATEN_CPU_CAPABILITY=avx2, false",
    "avx512f avx512_bf16, ATEN_CPU_CAPABILITY=avx512, true",
    "avx512f avx512_bf16, ONEDNN_MAX_CPU_ISA=AVX512_CORE, false",
    "avx512f avx512_bf16, ONEDNN_MAX_CPU_ISA=AVX512_CORE_BF16, true"
  })
  void hasFastBfloat16_byFlagsAndWhatTheEngineIsTold(
      String flags, @Nullable String told, boolean expected) {
    Map<String, String> env =
        told == null
            ? Map.of()
            : Map.of(told.substring(0, told.indexOf('=')), told.substring(told.indexOf('=') + 1));
    assertThat(Torch.hasFastBfloat16("model name : x\nflags\t\t: fpu " + flags + "\n", env))
        .isEqualTo(expected);
  }

  private static TorchScript sample(Torch torch) {
    return TorchScript.load(torch, "Sample", List.of(SOURCE), Map.of("offset", 0.5));
  }

  @Test
  void libraryProblem_ofAFolderWithoutTheLibrary_namesIt(@TempDir Path folder) throws Exception {
    Map<String, String> env = Map.of("PYTORCH_LIBRARY_PATH", folder.toString());
    assertThat(Torch.libraryProblem(env).orElseThrow())
        .startsWith("PYTORCH_LIBRARY_PATH is " + folder + ", where there is no ");
    Files.createFile(folder.resolve(System.mapLibraryName("torch")));
    assertThat(Torch.libraryProblem(env)).isEmpty();
    assertThat(Torch.libraryProblem(Map.of())).isEmpty();
  }
}
