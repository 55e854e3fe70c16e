package dev.ftpipe.origin;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.SideBySide;
import dev.ftpipe.origin.HubApi.Entry;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.Tree;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A file of the Hugging Face Hub, a folder of one of its repositories, or all of it. Its pin is the
 * commit. Every file is checked: one in LFS by its SHA-256, any other by the digest that git has.
 */
final class HubFiles implements Place {
  private static final int AT_ONCE = 4;
  private static final int LARGEST_POINTER = 1024;

  private final String url;
  private final Predicate<String> wanted;
  private final HubAddress address;
  private final HubApi api;
  private final Web web;
  private final ContentStore content;
  private final Path work;
  private final Flow flow;

  /**
   * What is at an address.
   *
   * @param wanted the files of a folder, by their paths in it
   * @param work a folder for what is on its way
   */
  HubFiles(
      String url,
      Predicate<String> wanted,
      HubApi api,
      Web web,
      ContentStore content,
      Path work,
      Flow flow) {
    this.url = url;
    this.wanted = wanted;
    this.address = HubAddress.parse(url);
    this.api = api;
    this.web = web;
    this.content = content;
    this.work = work;
    this.flow = flow;
  }

  @Override
  public String presentPin() throws IOException {
    return api.commit(address);
  }

  @Override
  public Fetched fetch(String pin) throws IOException {
    String commit = pin.isEmpty() ? api.commit(address) : pin;
    if (!address.path().isEmpty()) {
      Entry entry =
          api.find(address, commit)
              .orElseThrow(
                  () ->
                      FtpipeException.environment(
                          "there is no "
                              + address.path()
                              + " in "
                              + address.repository()
                              + " at "
                              + commit,
                          null));
      if (!entry.isFolder()) {
        flow.expect(entry.size());
        Blob blob = receive(entry, commit);
        return new Fetched(new Artifact(Artifact.Kind.FILE, blob.digest(), blob.size()), commit);
      }
    }
    return new Fetched(folder(commit), commit);
  }

  private Artifact folder(String commit) throws IOException {
    String prefix = address.path().isEmpty() ? "" : address.path() + "/";
    List<Entry> files =
        api.files(address, commit).stream()
            .filter(each -> wanted.test(each.path().replaceFirst("^" + Pattern.quote(prefix), "")))
            .toList();
    if (files.isEmpty()) {
      throw FtpipeException.environment("there are no files at " + url, null);
    }
    files.forEach(each -> flow.expect(each.size()));
    Map<String, Blob> received = new ConcurrentHashMap<>();
    Map<String, List<Entry>> once = new ConcurrentHashMap<>();
    files.forEach(
        each ->
            once.merge(
                each.oid() + each.sha256().orElse(""),
                List.of(each),
                (some, more) -> {
                  List<Entry> all = new ArrayList<>(some);
                  all.addAll(more);
                  return all;
                }));
    SideBySide.each(
        AT_ONCE,
        List.copyOf(once.values()),
        same -> {
          Blob blob = receive(same.get(0), commit);
          same.forEach(each -> received.put(each.path(), blob));
        });
    try {
      Tree tree =
          new Tree(
              received.entrySet().stream()
                  .map(
                      each ->
                          new Tree.Entry(
                              inside(each.getKey(), prefix),
                              false,
                              each.getValue().digest(),
                              each.getValue().size()))
                  .toList());
      content.put(tree.bytes());
      return tree.artifact();
    } catch (IllegalArgumentException e) {
      throw FtpipeException.environment(
          url + " names a file that is refused: " + e.getMessage(), e);
    }
  }

  private static String inside(String path, String prefix) {
    if (!path.startsWith(prefix)) {
      throw new IllegalArgumentException(path + " is not in " + prefix);
    }
    return path.substring(prefix.length());
  }

  private Blob receive(Entry entry, String commit) throws IOException {
    Optional<Digest> sha256 = entry.sha256().map(Digest::new);
    if (sha256.isPresent() && content.contains(sha256.get(), entry.size())) {
      flow.come(entry.size());
      flow.finish();
      return new Blob(sha256.get(), entry.size());
    }
    String what = url + (address.path().equals(entry.path()) ? "" : " (" + entry.path() + ")");
    Path file = work.resolve(Digest.of(entry.oid() + entry.sha256().orElse("")).hex());
    try (Partial partial = Partial.open(file, what)) {
      for (int attempt = 0; ; attempt++) {
        OptionalLong size = entry.size() < 0 ? OptionalLong.empty() : OptionalLong.of(entry.size());
        Download download =
            new Download(
                web, HubApi.REFUSALS, api.bytes(address, commit, entry.path()), size, true, flow);
        Optional<HttpHeaders> headers = download.run(partial);
        headers.ifPresent(found -> requireCommit(found, commit, what));
        if (isRight(partial, entry)) {
          flow.finish();
          return new Received(content).take(partial, what);
        }
        boolean pointer = isPointer(partial);
        flow.come(-partial.size());
        partial.begin(Partial.State.UNKNOWN);
        if (attempt > 0) {
          partial.remove();
          throw wrong(entry, what, pointer);
        }
      }
    }
  }

  private static boolean isRight(Partial partial, Entry entry) throws IOException {
    if (!partial.state().encoding().isEmpty()) {
      return false;
    }
    return entry.sha256().isPresent()
        ? Digest.ofFile(partial.file()).hex().equals(entry.sha256().get())
        : GitBlob.matches(partial.file(), entry.oid());
  }

  private static void requireCommit(HttpHeaders headers, String commit, String what) {
    Optional<String> found = headers.firstValue("x-repo-commit");
    if (found.isPresent() && !found.get().equals(commit)) {
      throw FtpipeException.environment(
          "cannot fetch " + what + ": the server sends commit " + found.get() + ", not " + commit,
          null);
    }
  }

  private static boolean isPointer(Partial partial) throws IOException {
    return partial.size() < LARGEST_POINTER
        && Files.readString(partial.file(), StandardCharsets.ISO_8859_1)
            .startsWith("version https://git-lfs");
  }

  private static FtpipeException wrong(Entry entry, String what, boolean pointer) {
    return FtpipeException.environment(
        "cannot fetch "
            + what
            + ": the bytes that came do not have the "
            + entry.sha256().map(sha -> "SHA-256 " + sha).orElse("git digest " + entry.oid())
            + " that the repository names"
            + (pointer ? " (they are a pointer of Git LFS, not the file)" : "")
            + "; nothing of it is kept",
        null);
  }
}
