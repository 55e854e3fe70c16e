package dev.ftpipe.origin;

import java.time.Duration;

/**
 * How long a server is waited for.
 *
 * @param attempts that bring nothing before it is given up; what brings bytes begins a new count
 * @param pause before the second attempt; it doubles
 * @param longestPause also when the server asks for a longer one: then it is given up
 * @param silence until an answer, or the next bytes of one
 * @param mostUnknown bytes of an answer that does not say how long it is
 */
public record Patience(
    int attempts, Duration pause, Duration longestPause, Duration silence, long mostUnknown) {
  /** That of a person who waits for a large model. */
  public static final Patience USUAL =
      new Patience(
          6, Duration.ofMillis(500), Duration.ofMinutes(5), Duration.ofSeconds(60), 1L << 40);

  Duration before(int attempt) {
    Duration grown = pause.multipliedBy(1L << Math.min(attempt, 16));
    return grown.compareTo(longestPause) < 0 ? grown : longestPause;
  }
}
