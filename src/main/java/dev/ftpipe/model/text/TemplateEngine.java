package dev.ftpipe.model.text;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaProcessors;
import com.hubspot.jinjava.interpret.Context.Library;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.lib.tag.Tag;
import com.hubspot.jinjava.random.RandomNumberGeneratorStrategy;
import dev.ftpipe.base.FtpipeException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import jinjava.javax.el.ExpressionFactory;

/**
 * Renders templates from strangers: bounded in output, loops and depth, without the clock, chance,
 * other files or Java.
 */
final class TemplateEngine {
  private static final long MAX_OUTPUT_CHARACTERS = 50_000_000;
  private static final long MAX_STEPS = 1_000_000;
  private static final int MAX_COLLECTION = 1_000_000;
  private static final int MAX_MACRO_DEPTH = 50;
  private static final Map<Library, Set<String>> FORBIDDEN =
      Map.of(
          Library.TAG, Set.of("include", "import", "from", "extends", "block", "cycle"),
          Library.FUNCTION, Set.of("today", "unixtimestamp", "now"),
          Library.FILTER, Set.of("random", "render", "shuffle"));

  private static final Jinjava JINJAVA = create();

  private TemplateEngine() {}

  private static Jinjava create() {
    ExpressionFactory expressions = PythonSyntax.factory();
    Jinjava jinjava =
        new Jinjava(config(new AtomicLong())) {
          @Override
          public ExpressionFactory getExpressionFactory() {
            return expressions;
          }
        };
    for (Tag tag : List.of(new GenerationTag(), new IfTag(), new LoopTag())) {
      jinjava.registerTag(tag);
    }
    for (Filter filter :
        List.of(
            new ReversedSequence(),
            new StripFilter(),
            new PythonJson(),
            new DefaultFilter("default"),
            new DefaultFilter("d"))) {
      jinjava.registerFilter(filter);
    }
    for (String name : List.of("iterable", "sequence")) {
      jinjava.registerExpTest(new SequenceCheck(name));
    }
    function(jinjava, "raise_exception", "raiseException");
    function(jinjava, "strftime_now", "raiseClockException");
    return jinjava;
  }

  private static void function(Jinjava jinjava, String name, String method) {
    jinjava.registerFunction(
        new ELFunctionDefinition("", name, TemplateEngine.class, method, Object.class));
  }

  private static JinjavaConfig config(AtomicLong steps) {
    return JinjavaConfig.newBuilder()
        .withElResolver(new TemplateResolver())
        .withNestedInterpretationEnabled(false)
        .withLegacyOverrides(
            LegacyOverrides.newBuilder().withUseNaturalOperatorPrecedence(true).build())
        .withEnableRecursiveMacroCalls(true)
        .withMaxMacroRecursionDepth(MAX_MACRO_DEPTH)
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

  /**
   * {@code strftime_now(format)} of a template that does not ask first whether it is defined.
   * Called by the template library.
   */
  public static Object raiseClockException(Object format) {
    throw new TemplateRefusal(
        "it asks for today's date (strftime_now "
            + format
            + "), with which the same records would be other tokens tomorrow: write a fixed date"
            + " into the template");
  }

  /** A template says that it cannot render a conversation, or does not come to an end. */
  private static final class TemplateRefusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    TemplateRefusal(String message) {
      super(message);
    }
  }
}
