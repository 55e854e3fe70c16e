package dev.ftpipe.record;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A command line without the secrets that somebody may have typed into it. */
public final class CommandText {
  private static final String HIDDEN = "***";
  private static final Set<String> SECRET_WORDS =
      Set.of("password", "passwd", "secret", "token", "credential", "credentials", "apikey");
  private static final Set<String> KEYS = Set.of("api", "access", "secret", "private");

  private CommandText() {}

  /** The arguments, with passwords in URLs and values of secret-sounding names hidden. */
  public static List<String> withoutSecrets(List<String> arguments) {
    return arguments.stream().map(CommandText::withoutSecrets).toList();
  }

  /** One argument: {@code db.password=x}, {@code https://user:x@host/}. */
  public static String withoutSecrets(String argument) {
    int equals = argument.indexOf('=');
    String name = equals < 0 ? "" : argument.substring(0, equals);
    if (isSecret(name)) {
      return name + "=" + HIDDEN;
    }
    int scheme = argument.indexOf("://");
    int at = argument.indexOf('@', scheme + 1);
    int path = scheme < 0 ? -1 : argument.indexOf('/', scheme + 3);
    if (scheme < 0 || at < 0 || (path >= 0 && path < at)) {
      return argument;
    }
    return argument.substring(0, scheme + 3) + HIDDEN + argument.substring(at);
  }

  private static boolean isSecret(String name) {
    String last = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    List<String> words = Arrays.asList(last.replace('-', '_').split("_", -1));
    String word = words.get(words.size() - 1);
    boolean key =
        word.equals("key") && words.size() > 1 && KEYS.contains(words.get(words.size() - 2));
    return key || SECRET_WORDS.contains(word);
  }
}
