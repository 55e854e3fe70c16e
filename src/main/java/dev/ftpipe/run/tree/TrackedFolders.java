package dev.ftpipe.run.tree;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.TreeReader;
import dev.ftpipe.store.TreeWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Folders as content, of any number of files. */
final class TrackedFolders {
  private static final int FILES_AT_ONCE = 256;

  private final Path root;
  private final FolderStates states;
  private final ContentStore content;

  TrackedFolders(Path root, FolderStates states, ContentStore content) {
    this.root = root;
    this.states = states;
    this.content = content;
  }

  private interface FileWork {
    void accept(Folder folder, int entry) throws IOException;
  }

  Artifact measure(String path) throws IOException {
    Folder folder = FolderWalk.of(root.resolve(path), root);
    Optional<FolderState> state = states.find(path);
    if (state.isPresent() && state.get().unchanged(folder)) {
      return state.get().artifact();
    }
    long readAt = prepare(path, folder, state);
    hashUnknown(folder);
    MessageDigest sha256 = Digest.sha256();
    write(folder, new DigestOutputStream(OutputStream.nullOutputStream(), sha256));
    Artifact artifact = artifact(folder, Digest.finish(sha256));
    remember(path, folder, artifact, readAt);
    return artifact;
  }

  /** Reads the files that are not known. */
  static void hashUnknown(Folder folder) throws IOException {
    forEachFile(
        folder,
        (part, entry) -> {
          if (!part.known(entry)) {
            part.read(entry);
          }
        });
  }

  Artifact keep(String path) throws IOException {
    Folder folder = FolderWalk.of(root.resolve(path), root);
    Optional<FolderState> state = states.find(path);
    if (state.isPresent() && state.get().unchanged(folder) && restorable(state.get().artifact())) {
      return state.get().artifact();
    }
    long readAt = prepare(path, folder, state);
    try (ContentStore.Batch batch = content.batch()) {
      forEachFile(folder, (part, entry) -> keep(part, entry, batch));
    }
    Digest tree = content.put(out -> write(folder, out)).digest();
    Artifact artifact = artifact(folder, tree);
    remember(path, folder, artifact, readAt);
    return artifact;
  }

  private void keep(Folder folder, int entry, ContentStore.Batch batch) throws IOException {
    FileStat stat = folder.stat(entry);
    if (folder.known(entry) && content.contains(folder.digest(entry), stat.size())) {
      return;
    }
    Path file = folder.place(entry);
    ContentStore.Blob blob = stat.executable() ? content.put(file) : batch.put(file);
    if (blob.size() != stat.size() || !FileStat.of(file).equals(stat)) {
      throw TrackedFiles.changed(root.relativize(file).toString());
    }
    folder.setDigest(entry, blob.digest().raw(), 0);
  }

  /** Recalls what is known of the files; when the reading of the others begins. */
  private long prepare(String path, Folder folder, Optional<FolderState> state) throws IOException {
    folder.expectDigests();
    if (state.isPresent()) {
      states.recall(path, state.get(), folder);
    }
    if (folder.bytes() >= TrackedFiles.WORTH_WAITING) {
      FileStat.await(folder.latestSettledAt());
    }
    return FileStat.now();
  }

  private static void forEachFile(Folder folder, FileWork work) throws IOException {
    record Part(Folder folder, int from, int to) {}
    List<Part> parts = new ArrayList<>();
    List<Folder> folders = new ArrayList<>(List.of(folder));
    for (int i = 0; i < folders.size(); i++) {
      Folder each = folders.get(i);
      folders.addAll(each.folders());
      for (int from = 0; from < each.entries(); from += FILES_AT_ONCE) {
        parts.add(new Part(each, from, Math.min(each.entries(), from + FILES_AT_ONCE)));
      }
    }
    Parallel.ranges(
        parts.size(),
        1 + parts.size() / 1024,
        (from, to) -> {
          for (Part part : parts.subList(from, to)) {
            for (int entry = part.from(); entry < part.to(); entry++) {
              if (part.folder().stat(entry).regular()) {
                work.accept(part.folder(), entry);
              }
            }
          }
        });
  }

  static void write(Folder folder, OutputStream out) throws IOException {
    TreeWriter tree = new TreeWriter(out);
    folder.visit(
        (part, entry) -> {
          FileStat stat = part.stat(entry);
          tree.add(
              part.path(entry),
              stat.executable(),
              part.digests(),
              part.digestOffset(entry),
              stat.size());
        });
    tree.end();
  }

  private static Artifact artifact(Folder folder, Digest tree) {
    return new Artifact(Artifact.Kind.TREE, tree, folder.bytes());
  }

  private void remember(String path, Folder folder, Artifact artifact, long readAt) {
    if (!states.writable()) {
      return;
    }
    try (FileRecords.Writer records = states.writer(path)) {
      folder.visit((part, entry) -> records.add(part, entry, settled(part.stat(entry), readAt)));
      boolean all = folder.files() == 0 || readAt > folder.latestSettledAt();
      Fingerprint.Value fingerprint = all ? folder.fingerprint() : Fingerprint.Value.NONE;
      records.publish(new FolderState(fingerprint, artifact, records.end()).encoded());
    } catch (IOException e) {
      states.note(
          "what was learned of the files in "
              + path
              + " was not written, they are read again: "
              + IoProblem.sentence(e));
    }
  }

  private static boolean settled(FileStat stat, long readAt) {
    return readAt > stat.settledAt();
  }

  boolean restorable(Artifact artifact) throws IOException {
    Optional<byte[]> text = tree(artifact);
    if (text.isEmpty()) {
      return false;
    }
    try {
      for (TreeReader tree = TreeReader.of(text.get()); tree.next(); ) {
        if (!content.contains(tree.digest(), tree.size())) {
          return false;
        }
      }
    } catch (IllegalArgumentException e) {
      // Its digest is right, so it was stored like this: by something else than ftpipe.
      throw FtpipeException.environment(
          "cache object " + artifact.digest() + " is refused as a folder: " + e.getMessage(), e);
    }
    return true;
  }

  private Optional<byte[]> tree(Artifact artifact) throws IOException {
    return content.read(artifact.digest());
  }

  /** Turns whatever is there into a restorable folder; false when a part of it is damaged. */
  boolean restore(String path, Artifact artifact) throws IOException {
    Optional<byte[]> text = tree(artifact);
    if (text.isEmpty()) {
      return false;
    }
    Path place = root.resolve(path);
    Optional<byte[]> missing = removeWrong(path, text.get());
    if (missing.isEmpty()) {
      AtomicFiles.deleteTree(place);
    }
    Files.createDirectories(place);
    if (!new FolderRestore(place, content).restore(missing.orElse(text.get()))) {
      return false;
    }
    if (artifact.size() >= TrackedFiles.WORTH_WAITING) {
      recordRestored(path, artifact, text.get());
    }
    return true;
  }

  /** What of a tree is to be written when the wrong files are gone; empty for all of it. */
  private Optional<byte[]> removeWrong(String path, byte[] tree) throws IOException {
    Path place = root.resolve(path);
    if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    Folder folder;
    try {
      folder = FolderWalk.of(place, root);
    } catch (FtpipeException e) {
      // Something in there cannot be tracked, such as a link to nothing: it goes with all else.
      return Optional.empty();
    }
    prepare(path, folder, states.find(path));
    hashUnknown(folder);
    return FolderUpdate.removeWrong(folder, place, tree);
  }

  private void recordRestored(String path, Artifact artifact, byte[] text) throws IOException {
    FileStat.await(FileStat.settledAt(FileStat.now()));
    Folder folder = FolderWalk.of(root.resolve(path), root);
    folder.expectDigests();
    TreeReader tree = TreeReader.of(text);
    boolean[] same = {true};
    folder.visit(
        (part, entry) -> {
          same[0] &=
              tree.next()
                  && tree.path().equals(part.path(entry))
                  && tree.size() == part.stat(entry).size();
          if (same[0]) {
            part.setDigest(entry, tree.digest().raw(), 0);
          }
        });
    // Otherwise somebody else is at work in there, and the files are read next time.
    if (same[0] && !tree.next()) {
      remember(path, folder, artifact, FileStat.now());
    }
  }
}
