package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;

/**
 * What README and guide tell somebody to type, the commands take; and every link leads somewhere.
 */
final class GuideCommandsTest {
  private static final Pattern BLOCK =
      Pattern.compile("(?m)^    (?:\\$ )?(?:\\./)?ftpipe (\\S.*)$");
  private static final Pattern INLINE = Pattern.compile("`(?:\\./)?ftpipe\\s([^`]+)`");
  private static final Pattern WORD = Pattern.compile("'[^']*'|\"[^\"]*\"|\\S+");
  private static final Set<String> ENDS = Set.of("#", ">", ">>", "|", "&&", ";", "<", "||");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");

  @TempDir Path folder;

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(Path.of("README.md"), Path.of("cloud/README.md")));
    try (Stream<Path> docs = Files.list(Path.of("docs"))) {
      docs.filter(each -> each.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages;
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher found = WORD.matcher(line.replaceAll("\\[[^]]*…]|…", ""));
    while (found.find()) {
      String word = found.group().replaceAll("^['\"]|['\"]$", "");
      if (ENDS.contains(word)) {
        break;
      }
      // "-j N" is a number.
      words.add(word.equals("N") ? "1" : word.replaceAll("[);,]$", ""));
    }
    return words;
  }

  @Test
  void everyCommandOfTheGuide_isOne() throws IOException {
    CommandLine commands = new CommandLines(folder).commands();
    int checked = 0;
    for (Path page : pages()) {
      String text = Files.readString(page);
      for (Pattern pattern : List.of(BLOCK, INLINE)) {
        Matcher found = pattern.matcher(text);
        while (found.find()) {
          List<String> words = words(found.group(1));
          assertThat(refusal(commands, words)).as(page + ": ftpipe " + words).isEmpty();
          checked++;
        }
      }
    }
    assertThat(checked).isGreaterThan(80);
  }

  private static String refusal(CommandLine commands, List<String> words) {
    try {
      commands.parseArgs(words.toArray(String[]::new));
      return "";
    } catch (MissingParameterException e) {
      return ""; // a command that is only named
    } catch (ParameterException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void everyLink_leadsToAFile() throws IOException {
    for (Path page : pages()) {
      Matcher found = LINK.matcher(Files.readString(page));
      while (found.find()) {
        Path target = page.resolveSibling(found.group(1)).normalize();
        assertThat(target).as(page + " names it").exists();
      }
    }
  }
}
