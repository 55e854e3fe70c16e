package dev.ftpipe.record;

import dev.ftpipe.base.Json;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** The folder of one run: its record, and the logs of the stages that ran. */
public final class RunFolder {
  /** On a node, the run that it is for: what it records is that run. */
  public static final String ID_VARIABLE = "FTPIPE_RUN";

  private static final String RECORD = "run.json";
  private static final String LOCK = "pipeline.lock";
  private static final String LETTERS = "23456789abcdefghjkmnpqrstuvwxyz";

  private final Path folder;

  RunFolder(Path folder) {
    this.folder = folder;
  }

  /** Makes the folder of a new run. */
  static RunFolder create(Path runs, Instant now) throws IOException {
    Files.createDirectories(runs);
    String given = System.getenv(ID_VARIABLE);
    if (given != null && given.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,99}")) {
      return new RunFolder(Files.createDirectories(runs.resolve(given)));
    }
    Path folder = runs.resolve(newId(now));
    // Two runs of one millisecond may draw one word: then draw again.
    while (!made(folder)) {
      folder = runs.resolve(newId(now));
    }
    return new RunFolder(folder);
  }

  /** A name for a run that begins now; ids sort by time. */
  public static String newId(Instant now) {
    return DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT)
            .withZone(ZoneOffset.UTC)
            .format(now)
        + "-"
        + word(now);
  }

  private static boolean made(Path folder) throws IOException {
    try {
      Files.createDirectory(folder);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  /** Two letters that sort as the parts of a second do, and two by chance. */
  private static String word(Instant now) {
    int letters = LETTERS.length();
    int part = Math.floorMod(now.toEpochMilli(), 1000) * letters * letters / 1000;
    int chance = ThreadLocalRandom.current().nextInt(letters * letters);
    return pair(part) + pair(chance);
  }

  private static String pair(int number) {
    int letters = LETTERS.length();
    return "" + LETTERS.charAt(number / letters) + LETTERS.charAt(number % letters);
  }

  public String id() {
    return folder.getFileName().toString();
  }

  Path record() {
    return folder.resolve(RECORD);
  }

  /**
   * Replaces the record whole. Not forced to the disk: after a power cut, history may lack its last
   * line, and a repro should not wait for it.
   */
  public void write(RunRecord record) throws IOException {
    Path temporary = folder.resolve("." + RECORD);
    Files.write(
        temporary, Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(record));
    Files.move(temporary, record(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Keeps what a stage said: a second name for its log, or a copy where that cannot be. */
  public void keepLog(String stage, Path log) throws IOException {
    Path kept = log(stage);
    Files.createDirectories(kept.getParent());
    Files.deleteIfExists(kept);
    try {
      Files.createLink(kept, log);
    } catch (UnsupportedOperationException | IOException e) {
      // Some file systems have no links.
      Files.copy(log, kept, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Keeps the lock file that the run ended with. */
  public void keepLock(Path lock) throws IOException {
    if (Files.exists(lock)) {
      Files.copy(lock, lock(), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Where the lock file is that the run ended with; none of a run that was killed. */
  public Path lock() {
    return folder.resolve(LOCK);
  }

  /** All files of the run by their paths in its folder. */
  public Map<String, Path> files() throws IOException {
    Map<String, Path> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      all.filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .forEach(file -> files.put(folder.relativize(file).toString(), file));
    }
    return files;
  }

  /** Copies the record into a folder. */
  public void copyRecord(Path target) throws IOException {
    Files.createDirectories(target);
    Files.copy(record(), target.resolve(RECORD), StandardCopyOption.REPLACE_EXISTING);
  }

  /** Where what happens in the run is written while it does, see {@link RunEvents}. */
  public Path events() {
    return folder.resolve("events.jsonl");
  }

  /** Where the stages are described as they were. */
  public Path graph() {
    return folder.resolve("graph.json");
  }

  /** Where the log of a stage is; there only if it said anything. */
  public Path log(String stage) {
    return folder.resolve("logs").resolve(fileName(stage) + ".log");
  }

  private static String fileName(String stage) {
    StringBuilder name = new StringBuilder();
    stage
        .codePoints()
        .forEach(
            c -> {
              boolean plain = c < 128 && (Character.isLetterOrDigit(c) || "._@-".indexOf(c) >= 0);
              name.append(plain ? (char) c : '_');
            });
    return name.toString();
  }
}
