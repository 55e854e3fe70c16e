package dev.ftpipe.model.text;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.el.JinjavaProcessors;
import com.hubspot.jinjava.interpret.Context.Library;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.random.RandomNumberGeneratorStrategy;
import dev.ftpipe.base.FtpipeException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Renders templates from strangers: bounded in output, loops and depth, without the clock, chance,
 * other files or Java.
 */
final class TemplateEngine {
  private static final long MAX_OUTPUT_CHARACTERS = 50_000_000;
  private static final long MAX_STEPS = 1_000_000;
  private static final int MAX_COLLECTION = 1_000_000;
  private static final Map<Library, Set<String>> FORBIDDEN =
      Map.of(
          Library.TAG, Set.of("include", "import", "from", "extends", "block", "cycle"),
          Library.FUNCTION, Set.of("today", "unixtimestamp", "now"),
          Library.FILTER, Set.of("random", "render", "shuffle"));

  private static final Jinjava JINJAVA = create();

  private TemplateEngine() {}

  private static Jinjava create() {
    Jinjava jinjava = new Jinjava(config(new AtomicLong()));
    jinjava.registerTag(new GenerationTag());
    jinjava.registerFilter(new ReversedSequence());
    jinjava.registerFunction(
        new ELFunctionDefinition(
            "", "raise_exception", TemplateEngine.class, "raiseException", Object.class));
    return jinjava;
  }

  private static JinjavaConfig config(AtomicLong steps) {
    return JinjavaConfig.newBuilder()
        .withElResolver(new TemplateResolver())
        .withNestedInterpretationEnabled(false)
        .withMaxOutputSize(MAX_OUTPUT_CHARACTERS)
        .withMaxStringLength(MAX_OUTPUT_CHARACTERS)
        .withMaxListSize(MAX_COLLECTION)
        .withMaxMapSize(MAX_COLLECTION)
        .withRandomNumberGeneratorStrategy(RandomNumberGeneratorStrategy.CONSTANT_ZERO)
        .withDisabled(FORBIDDEN)
        .withProcessors(
            JinjavaProcessors.newBuilder()
                .withNodePreProcessor((node, interpreter) -> count(steps))
                .build())
        .build();
  }

  private static void count(AtomicLong steps) {
    if (steps.incrementAndGet() > MAX_STEPS) {
      throw new TemplateRefusal("it does not end within " + MAX_STEPS + " steps");
    }
  }

  /**
   * Renders a rewritten template.
   *
   * @param origin file or name of the template, for messages
   * @throws FtpipeException with file and line when the template is wrong or refuses
   */
  static String render(String source, Map<String, ?> variables, String origin) {
    RenderResult result = JINJAVA.renderForResult(source, variables, config(new AtomicLong()));
    for (TemplateError error : result.getErrors()) {
      throw failure(error, origin);
    }
    return result.getOutput();
  }

  private static FtpipeException failure(TemplateError error, String origin) {
    String where = origin + ":" + Math.max(1, error.getLineno()) + ": chat template: ";
    for (Throwable at = error.getException(); at != null; at = at.getCause()) {
      if (at instanceof TemplateRefusal refusal) {
        return FtpipeException.pipeline(where + refusal.getMessage());
      }
    }
    return FtpipeException.pipeline(where + error.getMessage());
  }

  /** {@code raise_exception(message)} of a template. Called by the template library. */
  public static Object raiseException(Object message) {
    throw new TemplateRefusal(String.valueOf(message));
  }

  /** A template says that it cannot render a conversation, or does not come to an end. */
  private static final class TemplateRefusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    TemplateRefusal(String message) {
      super(message);
    }
  }
}
