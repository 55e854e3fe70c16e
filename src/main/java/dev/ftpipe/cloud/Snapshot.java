package dev.ftpipe.cloud;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.Tree;
import dev.ftpipe.store.remote.FetchReport;
import dev.ftpipe.store.remote.PushPlan;
import dev.ftpipe.store.remote.Remote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Files of a folder in the store.
 *
 * @param tree digest and length of the text of their tree
 * @param blobs what the files hold
 * @param bytes of all files
 */
public record Snapshot(Blob tree, List<Blob> blobs, long bytes) {
  /**
   * Keeps files of a folder.
   *
   * @param root the folder
   * @param paths relative to it
   * @param index remembers digests of files that do not change, and what was looked for secrets
   * @throws FtpipeException wrong use, when {@code guarded} and a file must not leave the machine
   */
  public static Snapshot take(
      ContentStore content,
      Path root,
      Collection<String> paths,
      SnapshotIndex index,
      boolean guarded)
      throws IOException {
    List<Tree.Entry> entries = new ArrayList<>(paths.size());
    List<Blob> blobs = new ArrayList<>(paths.size());
    List<String> secrets = new ArrayList<>();
    long bytes = 0;
    try (ContentStore.Batch batch = content.batch()) {
      for (String path : paths) {
        Path file = root.resolve(path);
        SnapshotIndex.Look look = SnapshotIndex.Look.of(file);
        Optional<Digest> known = index.find(path, look);
        if (guarded) {
          Optional<String> secret = byName(path, file);
          if (secret.isEmpty() && known.isEmpty()) {
            secret = byContent(file);
          }
          if (secret.isPresent()) {
            secrets.add(path + " " + secret.get());
            continue;
          }
        }
        Blob blob =
            known.isPresent() && content.contains(known.get(), look.size())
                ? new Blob(known.get(), look.size())
                : batch.put(file);
        if (guarded || known.isPresent()) {
          // What nobody has looked into is looked into by the next launch that minds.
          index.keep(path, look, blob.digest());
        }
        blobs.add(blob);
        bytes += blob.size();
        entries.add(new Tree.Entry(path, look.executable(), blob.digest(), blob.size()));
      }
    }
    if (!secrets.isEmpty()) {
      throw FtpipeException.usage(
          String.join("\n", secrets)
              + "\nnothing was sent; add these to .gitignore, or send them on purpose with"
              + " --allow-secrets");
    }
    return new Snapshot(content.put(new Tree(entries).bytes()), blobs, bytes);
  }

  /** A link goes as what it leads to, which has a name of its own. */
  private static Optional<String> byName(String path, Path file) throws IOException {
    Optional<String> secret = SecretPaths.byName(path);
    return secret.isEmpty() && Files.isSymbolicLink(file)
        ? SecretPaths.byName(file.toRealPath().toString())
        : secret;
  }

  private static Optional<String> byContent(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(SecretPaths.LOOKED_AT);
      return SecretPaths.byContent(start, start.length);
    }
  }

  /** What has to be at the remote before others can read the snapshot. */
  public PushPlan plan() {
    return new PushPlan(blobs, List.of(tree), List.of(), List.of(content()));
  }

  private Artifact content() {
    return new Artifact(Artifact.Kind.TREE, tree.digest(), bytes);
  }

  /**
   * Puts the files of a tree in place.
   *
   * @param target files that it has are replaced, others stay
   */
  public static void restore(Remote remote, ContentStore content, Blob tree, Path target)
      throws IOException {
    require(remote.fetch(content, List.of(tree)), remote);
    byte[] text =
        content
            .read(tree.digest())
            .orElseThrow(() -> FtpipeException.environment("the snapshot is damaged", null));
    List<Tree.Entry> entries = Tree.parse(text).entries();
    require(
        remote.fetch(
            content, entries.stream().map(each -> new Blob(each.digest(), each.size())).toList()),
        remote);
    for (Tree.Entry each : entries) {
      Path file = target.resolve(each.path());
      Files.createDirectories(file.getParent());
      Files.deleteIfExists(file);
      if (!content.restore(each.digest(), each.size(), file)) {
        throw FtpipeException.environment(each.path() + " of the snapshot is damaged", null);
      }
      if (each.executable()) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }
  }

  private static void require(FetchReport report, Remote remote) {
    int lacking = report.absent().size() + report.damaged().size();
    if (lacking > 0) {
      throw FtpipeException.environment(
          lacking + " objects of the snapshot are not at " + remote.location(), null);
    }
  }
}
