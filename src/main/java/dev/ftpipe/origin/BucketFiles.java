package dev.ftpipe.origin;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.ObjectStore.Stored;
import dev.ftpipe.store.Tree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An object of a bucket, or all objects below a prefix as a folder. The pin of an object is its
 * entity tag; a folder's is the digest of the names and tags of all that is in it.
 */
final class BucketFiles implements Place {
  private static final int BUFFER_BYTES = 1 << 17;
  private static final int MOST_CHANGES = 3;

  private final String url;
  private final String key;
  private final Supplier<ObjectStore> connect;
  private final ContentStore content;
  private final Path work;
  private final Flow flow;

  /**
   * What is below a bucket.
   *
   * @param key of an object, or a prefix; without a slash at its end
   * @param connect opens the bucket
   * @param work a folder for what is on its way
   */
  BucketFiles(
      String url,
      String key,
      Supplier<ObjectStore> connect,
      ContentStore content,
      Path work,
      Flow flow) {
    this.url = url;
    this.key = key;
    this.connect = connect;
    this.content = content;
    this.work = work;
    this.flow = flow;
  }

  @Override
  public Fetched fetch(String pin) throws IOException {
    try (ObjectStore objects = connect.get()) {
      Optional<Stored> single = key.isEmpty() ? Optional.empty() : objects.find(key);
      if (single.isPresent()) {
        flow.expect(single.get().size());
        Blob blob = receive(objects, single.get());
        return new Fetched(
            new Artifact(Artifact.Kind.FILE, blob.digest(), blob.size()), single.get().tag());
      }
      List<Stored> all = below(objects);
      all.forEach(each -> flow.expect(each.size()));
      List<Tree.Entry> entries = new ArrayList<>();
      for (Stored each : all) {
        Blob blob = receive(objects, each);
        entries.add(
            new Tree.Entry(
                each.key().substring(prefix().length()), false, blob.digest(), blob.size()));
      }
      Tree tree = tree(entries);
      content.put(tree.bytes());
      return new Fetched(tree.artifact(), folderPin(all));
    }
  }

  private Tree tree(List<Tree.Entry> entries) {
    try {
      return new Tree(entries);
    } catch (IllegalArgumentException e) {
      throw FtpipeException.environment(url + " cannot be a folder: " + e.getMessage(), e);
    }
  }

  private String prefix() {
    return key.isEmpty() ? "" : key + "/";
  }

  private List<Stored> below(ObjectStore objects) throws IOException {
    List<Stored> all = new ArrayList<>();
    objects.list(
        prefix(),
        each -> {
          if (!each.key().endsWith("/")) {
            all.add(each);
          }
        });
    if (all.isEmpty()) {
      throw FtpipeException.environment("there is nothing at " + url, null);
    }
    return all;
  }

  private static String folderPin(List<Stored> all) {
    StringBuilder text = new StringBuilder();
    all.forEach(each -> text.append(each.key()).append('\n').append(each.tag()).append('\n'));
    return Digest.of(text.toString()).hex();
  }

  private Blob receive(ObjectStore objects, Stored first) throws IOException {
    Stored wanted = first;
    Path file = work.resolve(Digest.of(url + "\n" + first.key()).hex());
    try (Partial partial = Partial.open(file, url)) {
      for (int changes = 0; changes < MOST_CHANGES; changes++) {
        receive(objects, wanted, partial);
        Optional<Stored> now = objects.find(wanted.key());
        if (now.equals(Optional.of(wanted))) {
          flow.finish();
          return new Received(content).take(partial, url);
        }
        wanted = now.orElseThrow(() -> gone(first));
      }
    }
    throw FtpipeException.environment(
        "cannot fetch " + url + ": it changes while it is read, again and again", null);
  }

  private FtpipeException gone(Stored what) {
    return FtpipeException.environment(
        what.key() + " disappeared from " + url + " while it was read", null);
  }

  private void receive(ObjectStore objects, Stored wanted, Partial partial) throws IOException {
    if (wanted.tag().isEmpty() || !partial.state().validator().equals(wanted.tag())) {
      partial.begin(new Partial.State(wanted.tag(), ""));
    }
    long from = partial.size();
    flow.come(from);
    byte[] buffer = new byte[BUFFER_BYTES];
    boolean there =
        objects.read(
            wanted.key(),
            from,
            wanted.size() - from,
            part -> {
              while (part.hasRemaining()) {
                int count = Math.min(part.remaining(), buffer.length);
                part.get(buffer, 0, count);
                partial.append(buffer, count);
                flow.come(count);
              }
            });
    if (!there) {
      throw gone(wanted);
    }
  }

  @Override
  public String presentPin() throws IOException {
    try (ObjectStore objects = connect.get()) {
      Optional<Stored> single = key.isEmpty() ? Optional.empty() : objects.find(key);
      return single.isPresent() ? single.get().tag() : folderPin(below(objects));
    }
  }
}
