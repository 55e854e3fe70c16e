package dev.ftpipe.config;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Location;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads YAML 1.2 (and so JSON) as values with their places. */
public final class Yaml {
  /**
   * No pipeline or params file that a person writes comes near; a data file given by mistake does.
   */
  private static final long MOST_BYTES = 16L << 20;

  private Yaml() {}

  /**
   * Reads a file; an empty one is a null.
   *
   * @param file what to read
   * @param shownAs the file's name in messages and places
   * @return empty after adding what is wrong to {@code problems}
   * @throws FtpipeException environment, when the file system fails
   */
  public static Optional<Located> read(Path file, String shownAs, Problems problems) {
    return text(file, shownAs, problems).flatMap(text -> parse(text, shownAs, problems));
  }

  /** The text of a configuration file, without a byte order mark; as {@link #read}. */
  static Optional<String> text(Path file, String shownAs, Problems problems) {
    Location start = new Location(shownAs, 1, 1);
    try {
      if (Files.isDirectory(file)) {
        problems.add(start, "is a folder; a file is expected");
        return Optional.empty();
      }
      long bytes = Files.size(file);
      if (bytes > MOST_BYTES) {
        problems.add(
            start,
            "holds "
                + (bytes >> 20)
                + " MiB; a configuration file may hold "
                + (MOST_BYTES >> 20)
                + " MiB. Is it a data file?");
        return Optional.empty();
      }
      return decode(Files.readAllBytes(file), shownAs, problems);
    } catch (NoSuchFileException e) {
      problems.add(start, "there is no such file");
    } catch (AccessDeniedException e) {
      problems.add(start, "may not be read; check its permissions");
    } catch (IOException e) {
      throw FtpipeException.environment("cannot read " + shownAs + ": " + e.getMessage(), e);
    }
    return Optional.empty();
  }

  /**
   * Reads a text; an empty one is a null.
   *
   * @return empty after adding what is wrong to {@code problems}
   */
  public static Optional<Located> parse(String text, String shownAs, Problems problems) {
    int before = problems.size();
    LoadSettings settings =
        LoadSettings.builder().setLabel(shownAs).setCodePointLimit((int) MOST_BYTES).build();
    try {
      Iterator<Event> events = new Parse(settings).parseString(text).iterator();
      Located root = new YamlTree(events, shownAs, problems).document();
      return problems.size() == before ? Optional.of(root) : Optional.empty();
    } catch (YamlTree.GivenUp e) {
      problems.add(e.at(), e.getMessage());
    } catch (MarkedYamlEngineException e) {
      Location at =
          e.getProblemMark()
              .or(e::getContextMark)
              .map(mark -> new Location(shownAs, mark.getLine() + 1, mark.getColumn() + 1))
              .orElse(new Location(shownAs, 1, 1));
      problems.add(at, reason(e));
    } catch (ReaderException e) {
      problems.add(
          locate(text, e.getPosition(), shownAs),
          String.format(
              "the character U+%04X may not stand in YAML; write it as an escape in quotes",
              e.getCodePoint()));
    } catch (YamlEngineException e) {
      problems.add(new Location(shownAs, 1, 1), "not YAML: " + e.getMessage());
    }
    return Optional.empty();
  }

  /** An empty file: no value, at the file's start. */
  static Located empty(String shownAs) {
    return new Located(NullNode.getInstance(), Place.of(new Location(shownAs, 1, 1)));
  }

  private static String reason(MarkedYamlEngineException e) {
    String problem = String.valueOf(e.getProblem());
    if (problem.contains("\\t(TAB)")) {
      return "a tab where YAML expects spaces; indent with spaces";
    }
    String context = e.getContext();
    return "not YAML: " + (context == null ? problem : context + ", " + problem);
  }

  private static Optional<String> decode(byte[] bytes, String shownAs, Problems problems) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .decode(in, out, true);
    out.flip();
    String text = out.toString();
    try {
      if (result.isError()) {
        result.throwException();
      }
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (CharacterCodingException e) {
      problems.add(
          locate(text, text.length(), shownAs),
          "not UTF-8: byte "
              + String.format("0x%02X", bytes[in.position()])
              + " at offset "
              + in.position()
              + "; save the file as UTF-8");
      return Optional.empty();
    }
  }

  private static Location locate(String text, int offset, String shownAs) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < Math.min(offset, text.length()); i++) {
      column++;
      if (text.charAt(i) == '\n') {
        line++;
        column = 1;
      }
    }
    return new Location(shownAs, line, column);
  }
}
