package dev.ftpipe.store.remote;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.FileSource;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.ObjectStore.Upload;
import dev.ftpipe.store.remote.CheckpointManifest.Entry;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The newest checkpoint of each stage at work, at a remote: its files by their digest, and a
 * manifest that is written when all of them are there and replaced by that of the next. They are no
 * content of the store: nothing refers to them once the stage is done, and they are dropped then.
 */
public final class RemoteCheckpoints {
  private static final String MANIFEST = "manifest.json";
  private static final int LARGEST_MANIFEST = 1 << 20;

  private final ObjectStore objects;
  private final Consumer<String> notes;

  RemoteCheckpoints(ObjectStore objects, Consumer<String> notes) {
    this.objects = objects;
    this.notes = notes;
  }

  /**
   * Makes a checkpoint the newest one of a key. The files do not change while they are sent.
   *
   * @param folder the paths start here
   * @param parts files and folders below it
   * @param position how far the stage was
   * @throws java.nio.file.NoSuchFileException when one of them is gone: there is a newer checkpoint
   *     by now
   */
  public void send(ActionKey key, Path folder, List<Path> parts, long position) throws IOException {
    Optional<CheckpointManifest> before = manifest(key);
    Set<Digest> there = new HashSet<>();
    before.ifPresent(known -> known.files().forEach(each -> there.add(each.digest())));
    List<Entry> entries = new ArrayList<>();
    for (Path file : files(parts)) {
      Entry entry =
          new Entry(folder.relativize(file).toString(), Files.size(file), Digest.ofFile(file));
      entries.add(entry);
      if (there.add(entry.digest())) {
        send(object(key, entry.digest()), file);
      }
    }
    CheckpointManifest manifest = new CheckpointManifest(position, entries);
    objects.write(RemoteLayout.checkpoint(key) + MANIFEST, CheckedText.of(manifest));
    entries.forEach(entry -> there.remove(entry.digest()));
    objects.delete(there.stream().map(digest -> object(key, digest)).toList());
  }

  private static List<Path> files(List<Path> parts) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path part : parts) {
      try (Stream<Path> all = Files.walk(part)) {
        all.filter(Files::isRegularFile).forEach(files::add);
      }
    }
    files.sort(null);
    return files;
  }

  private void send(String object, Path file) throws IOException {
    Upload upload = objects.upload(object, FileSource.of(file));
    for (Upload.Piece piece : upload.pieces()) {
      upload.send(piece, moved -> {});
    }
    upload.finish(moved -> {});
  }

  /**
   * Brings the newest checkpoint of a key. A damaged one is noted and passed over.
   *
   * @param folder what is in it is replaced
   * @param position how far what is in it is; only one that is further is brought
   * @return how far the one is whose files are all in place now; empty when there was none
   */
  public OptionalLong bring(ActionKey key, Path folder, long position) throws IOException {
    Optional<CheckpointManifest> manifest = manifest(key);
    if (manifest.isEmpty() || manifest.get().position() <= position) {
      return OptionalLong.empty();
    }
    Path incoming = folder.resolveSibling(folder.getFileName() + ".incoming");
    AtomicFiles.deleteTree(incoming);
    for (Entry entry : manifest.get().files()) {
      if (!entry.isBelow(folder) || !receive(key, entry, incoming.resolve(entry.path()))) {
        notes.accept(
            "the checkpoint of an earlier attempt at "
                + objects.location()
                + " is damaged ("
                + entry.path()
                + "); the stage does without it");
        AtomicFiles.deleteTree(incoming);
        return OptionalLong.empty();
      }
    }
    AtomicFiles.deleteTree(folder);
    Files.move(incoming, folder);
    return OptionalLong.of(manifest.get().position());
  }

  private boolean receive(ActionKey key, Entry entry, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    MessageDigest sha256 = Digest.sha256();
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      boolean found =
          objects.read(
              object(key, entry.digest()),
              0,
              entry.size(),
              bytes -> {
                sha256.update(bytes.duplicate());
                while (bytes.hasRemaining()) {
                  out.write(bytes);
                }
              });
      return found && Digest.finish(sha256).equals(entry.digest());
    }
  }

  /** Drops what there is of a key. */
  public void drop(ActionKey key) throws IOException {
    List<String> all = new ArrayList<>();
    objects.list(RemoteLayout.checkpoint(key), each -> all.add(each.key()));
    objects.delete(all);
  }

  private Optional<CheckpointManifest> manifest(ActionKey key) throws IOException {
    return objects
        .read(RemoteLayout.checkpoint(key) + MANIFEST, LARGEST_MANIFEST)
        .flatMap(bytes -> CheckedText.parse(bytes, CheckpointManifest.class));
  }

  private static String object(ActionKey key, Digest digest) {
    return RemoteLayout.checkpoint(key) + digest.hex();
  }
}
