package dev.ftpipe.origin;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Receives a file from a web server into a {@link Partial}. What is there already is not asked for
 * again, as long as the server still has the same state of the file and can send a part of it.
 */
final class Download {
  private static final Pattern RANGE =
      Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");
  private static final Pattern UNSATISFIED = Pattern.compile("bytes \\*/(\\d{1,18})");
  private static final int BUFFER_BYTES = 1 << 17;
  private static final int MOST_CHANGES = 5;

  private final Web web;
  private final Refusals refusals;
  private final Web.Ask ask;
  private final OptionalLong size;
  private final boolean named;
  private final Flow flow;
  private long counted;
  private int changes;
  private boolean learned;

  /**
   * A download.
   *
   * @param size that is known beforehand
   * @param named whether the caller knows the digest of the bytes: then a part is gone on with even
   *     where the server gives no sign of the state that it is of
   */
  Download(Web web, Refusals refusals, Web.Ask ask, OptionalLong size, boolean named, Flow flow) {
    this.web = web;
    this.refusals = refusals;
    this.ask = ask;
    this.size = size;
    this.named = named;
    this.flow = flow;
  }

  /**
   * Receives all of it.
   *
   * @return the headers of the last answer; none when all was there already
   */
  Optional<HttpHeaders> run(Partial partial) throws IOException {
    count(partial);
    if (size.isPresent() && partial.size() == size.getAsLong() && named) {
      return Optional.empty();
    }
    return new Retries(web.patience())
        .run(ask.address().toString(), partial::size, () -> Optional.of(attempt(partial)));
  }

  private void count(Partial partial) throws IOException {
    flow.come(partial.size() - counted);
    counted = partial.size();
  }

  private HttpHeaders attempt(Partial partial) throws IOException {
    long from = resumable(partial) ? partial.size() : 0;
    HttpResponse<InputStream> answer = web.send(from > 0 ? ask.with(range(partial, from)) : ask);
    HttpHeaders headers = answer.headers();
    Partial.State state = state(headers);
    switch (answer.statusCode()) {
      case 200 -> {
        if (partial.size() > 0 && !state.equals(partial.state())) {
          countChange();
        }
        partial.begin(state);
      }
      case 206 -> {
        if (!continues(answer, partial, from, state)) {
          Web.close(answer);
          restart(partial, "the server sends another part than was asked for");
        }
      }
      case 416 -> {
        Web.close(answer);
        if (isWhole(headers, from)) {
          return headers;
        }
        restart(partial, "the file has become shorter");
      }
      default -> throw refusals.of(ask.address().toString(), answer);
    }
    count(partial);
    receive(answer, partial);
    return headers;
  }

  private boolean resumable(Partial partial) throws IOException {
    return partial.size() > 0 && (named || !partial.state().validator().isEmpty());
  }

  private static Map<String, String> range(Partial partial, long from) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Range", "bytes=" + from + "-");
    if (!partial.state().validator().isEmpty()) {
      headers.put("If-Range", partial.state().validator());
    }
    return headers;
  }

  private boolean continues(
      HttpResponse<InputStream> answer, Partial partial, long from, Partial.State state) {
    Matcher range = RANGE.matcher(answer.headers().firstValue("content-range").orElse("").strip());
    boolean same =
        state.validator().isEmpty() || state.validator().equals(partial.state().validator());
    return range.matches() && Long.parseLong(range.group(1)) == from && (same || named);
  }

  private static boolean isWhole(HttpHeaders headers, long from) {
    Matcher all = UNSATISFIED.matcher(headers.firstValue("content-range").orElse("").strip());
    return all.matches() && Long.parseLong(all.group(1)) == from;
  }

  private void restart(Partial partial, String why) throws IOException {
    countChange();
    partial.begin(Partial.State.UNKNOWN);
    count(partial);
    throw new TransientProblem(why, Optional.of(Duration.ZERO));
  }

  private void countChange() {
    if (++changes > MOST_CHANGES) {
      throw FtpipeException.environment(
          "cannot fetch " + ask.address() + ": it changes while it is read, again and again", null);
    }
  }

  // A weak tag promises the same meaning, not the same bytes.
  private static Partial.State state(HttpHeaders headers) {
    String validator =
        headers
            .firstValue("etag")
            .filter(tag -> tag.startsWith("\""))
            .or(() -> headers.firstValue("last-modified"))
            .orElse("");
    String encoding =
        headers
            .firstValue("content-encoding")
            .filter(text -> !text.equalsIgnoreCase("identity"))
            .orElse("");
    return new Partial.State(validator, encoding);
  }

  private void receive(HttpResponse<InputStream> answer, Partial partial) throws IOException {
    OptionalLong length = answer.headers().firstValueAsLong("content-length");
    long most =
        size.isPresent()
            ? size.getAsLong()
            : length.isPresent() ? Long.MAX_VALUE : web.patience().mostUnknown();
    if (size.isEmpty() && length.isPresent() && !learned) {
      flow.learn(partial.size() + length.getAsLong());
      learned = true;
    }
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream body = answer.body();
        Watch watch = new Watch(body, web.patience().silence())) {
      int count;
      while ((count = read(body, buffer, watch)) >= 0) {
        if (partial.size() + count > most) {
          throw tooLong(partial, most);
        }
        partial.append(buffer, count);
        count(partial);
      }
    }
    if (size.isPresent() && partial.size() < size.getAsLong()) {
      throw new TransientProblem(
          "the answer ended after " + partial.size() + " of " + size.getAsLong() + " bytes",
          Optional.empty());
    }
  }

  private static int read(InputStream body, byte[] buffer, Watch watch) throws TransientProblem {
    try {
      int count = body.read(buffer);
      watch.alive();
      return count;
    } catch (IOException e) {
      throw new TransientProblem(
          watch.barked()
              ? "the server fell silent in the middle"
              : "the answer broke off: " + e.getMessage(),
          Optional.empty());
    }
  }

  private FtpipeException tooLong(Partial partial, long most) throws IOException {
    String what =
        size.isPresent()
            ? "more than the " + most + " bytes that it is said to have come"
            : "the answer does not say how long it is, and does not end after " + most + " bytes";
    partial.close();
    Files.deleteIfExists(partial.file());
    return FtpipeException.environment("cannot fetch " + ask.address() + ": " + what, null);
  }
}
