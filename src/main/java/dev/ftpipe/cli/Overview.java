package dev.ftpipe.cli;

import java.util.Collection;
import java.util.stream.Collectors;

/** Where a repro stands, as one line: {@code [412/1000] train 45 %, eval and 2 more, 3:10 left}. */
final class Overview {
  private static final int NAMED = 3;

  /** Before that, how long the rest takes is a guess that misleads. */
  private static final int ENOUGH_TO_GUESS = 5;

  private Overview() {}

  /**
   * The line.
   *
   * @param running at least one
   * @param columns that it may take; the names are cut for it, the numbers are not
   */
  static String of(
      int finished, int stages, Collection<StageView> running, double seconds, int columns) {
    String position = "[" + finished + "/" + stages + "] ";
    String times = times(finished, stages, running, seconds);
    String names = names(running);
    int room = Math.max(1, columns - position.length() - times.length());
    return position + (names.length() <= room ? names : names.substring(0, room - 1) + "…") + times;
  }

  private static String names(Collection<StageView> running) {
    String names =
        running.stream().limit(NAMED).map(StageView::brief).collect(Collectors.joining(", "));
    return running.size() <= NAMED ? names : names + " and " + (running.size() - NAMED) + " more";
  }

  private static String times(
      int finished, int stages, Collection<StageView> running, double seconds) {
    StringBuilder text = new StringBuilder();
    StageView first = running.iterator().next();
    if (running.size() == 1 && first.seconds() >= 1) {
      text.append(", ").append(time(first.seconds()));
    }
    if (finished >= ENOUGH_TO_GUESS) {
      double left = seconds / finished * (stages - finished);
      text.append(", about ").append(time(left)).append(" left");
    }
    return text.toString();
  }

  /** {@code 0:07}, {@code 1:02:03}. */
  static String time(double seconds) {
    long whole = Math.round(seconds);
    String minutes = String.valueOf(whole / 60 % 60);
    String rest = two(whole % 60);
    return whole < 3600
        ? minutes + ":" + rest
        : whole / 3600 + ":" + two(whole / 60 % 60) + ":" + rest;
  }

  private static String two(long number) {
    return number < 10 ? "0" + number : String.valueOf(number);
  }
}
