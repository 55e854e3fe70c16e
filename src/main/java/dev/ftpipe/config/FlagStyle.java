package dev.ftpipe.config;

/**
 * How a mapping inside a command becomes flags.
 *
 * @param negated whether a false value is {@code --no-key}; else it is nothing
 * @param repeated whether a list is {@code --key a --key b}; else it is {@code --key a b}
 */
public record FlagStyle(boolean negated, boolean repeated) {
  /** What DVC does where its configuration says nothing. */
  public static final FlagStyle PLAIN = new FlagStyle(false, false);
}
