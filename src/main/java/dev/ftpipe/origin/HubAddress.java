package dev.ftpipe.origin;

import dev.ftpipe.base.FtpipeException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository of the Hugging Face Hub, or a file or folder of one: {@code
 * hf://[datasets/|spaces/]org/name[/path][@revision]}; the revision may stand behind the name, too.
 *
 * @param kind {@code models}, {@code datasets} or {@code spaces}
 * @param repository {@code org/name}; some old ones have no org
 * @param path in the repository; empty for all of it
 * @param revision a branch, a tag or a commit; empty for the main branch
 */
record HubAddress(String kind, String repository, String path, String revision) {
  private static final String SCHEME = "hf://";
  private static final List<String> KINDS = List.of("datasets", "spaces", "models");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,95}");
  // Revisions with slashes stand behind the path, or are of these two kinds.
  private static final Pattern INNER =
      Pattern.compile("([^@]+)@(refs/(?:pr|convert)/[^/@]+|[^/@]+)(?:/(.*))?");

  static HubAddress parse(String url) {
    String rest = url.substring(SCHEME.length()).replaceAll("/+$", "");
    String kind = "models";
    for (String each : KINDS) {
      if (rest.startsWith(each + "/")) {
        kind = each;
        rest = rest.substring(each.length() + 1);
      }
    }
    Optional<HubAddress> inner = inner(kind, rest);
    HubAddress address = inner.orElse(outer(kind, rest));
    if (!address.isValid()) {
      throw FtpipeException.usage(
          "not a place of the Hugging Face Hub: '"
              + url
              + "'; hf://[datasets/]ORG/NAME[/PATH][@REVISION] is expected");
    }
    return address;
  }

  private static Optional<HubAddress> inner(String kind, String text) {
    Matcher match = INNER.matcher(text);
    boolean inName = match.matches() && match.group(1).chars().filter(c -> c == '/').count() <= 1;
    if (!inName) {
      return Optional.empty();
    }
    String path = match.group(3) == null ? "" : match.group(3);
    return Optional.of(new HubAddress(kind, match.group(1), path, match.group(2)));
  }

  private static HubAddress outer(String kind, String text) {
    int at = text.lastIndexOf('@');
    String revision = at < 0 ? "" : text.substring(at + 1);
    String[] parts = (at < 0 ? text : text.substring(0, at)).split("/", 3);
    return parts.length == 1
        ? new HubAddress(kind, parts[0], "", revision)
        : new HubAddress(
            kind, parts[0] + "/" + parts[1], parts.length == 3 ? parts[2] : "", revision);
  }

  private boolean isValid() {
    for (String part : repository.split("/", -1)) {
      if (!NAME.matcher(part).matches() || part.contains("..")) {
        return false;
      }
    }
    for (String part : path.split("/", -1)) {
      if (part.equals("..") || part.equals(".") || (part.isEmpty() && !path.isEmpty())) {
        return false;
      }
    }
    return revision.chars().noneMatch(c -> c <= ' ');
  }

  /** The revision to ask for. */
  String revisionOrMain() {
    return revision.isEmpty() ? "main" : revision;
  }
}
