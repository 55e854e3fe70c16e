package dev.ftpipe.data;

import java.util.ArrayList;
import java.util.List;

/**
 * The columns that a prompt and a completion are made of. The context, where there is one and it is
 * neither null nor empty, stands before or after the prompt's own text with an empty line between.
 *
 * @param prompt columns of the prompt, in order
 * @param context the index in {@code prompt} of the one that may be null or empty; -1 when none may
 * @param completion column of the completion
 */
public record PairColumns(List<String> prompt, int context, String completion) {
  /** The name that stands for no column. */
  public static final String NONE = "none";

  /** The context, a system prompt for example, before the prompt. */
  public static PairColumns contextFirst(String context, String prompt, String completion) {
    return context.equals(NONE)
        ? new PairColumns(List.of(prompt), -1, completion)
        : new PairColumns(List.of(context, prompt), 0, completion);
  }

  /** The context, an input that an instruction speaks of for example, after the prompt. */
  public static PairColumns contextLast(String prompt, String context, String completion) {
    return context.equals(NONE)
        ? new PairColumns(List.of(prompt), -1, completion)
        : new PairColumns(List.of(prompt, context), 1, completion);
  }

  /** All columns, the completion last. */
  List<String> names() {
    List<String> names = new ArrayList<>(prompt);
    names.add(completion);
    return names;
  }
}
