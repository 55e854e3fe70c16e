package dev.ftpipe.dvc;

import dev.ftpipe.base.SideBySide;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.Tree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Brings objects of DVC's to the local store. Each is checked against its MD5 sum on the way; one
 * that does not match is looked for in the next place.
 */
final class DvcObjects {
  private static final int SMALL = 1 << 20;
  private static final int LARGEST_LIST = 1 << 30;
  private static final int WORTH_LISTING = 100;

  private final ContentStore content;
  private final int jobs;
  private final Map<String, Blob> brought = new ConcurrentHashMap<>();
  private final AtomicLong objects = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  DvcObjects(ContentStore content, int jobs) {
    this.content = content;
    this.jobs = jobs;
  }

  /** What came of an attempt: the content, or why there is none. */
  record Brought(Optional<Artifact> artifact, String problem) {
    static Brought not(String problem) {
      return new Brought(Optional.empty(), problem);
    }
  }

  long objects() {
    return objects.get();
  }

  long bytes() {
    return bytes.get();
  }

  /** Brings a file or a folder with all its files. */
  Brought bring(DvcHash hash, boolean executable, List<ObjectPlace> places) throws IOException {
    if (hash.isFolder()) {
      return folder(hash, places);
    }
    try (ContentStore.Batch batch = content.batch()) {
      List<String> problems = new ArrayList<>();
      Optional<Blob> blob = file(hash, places, batch, problems);
      Artifact.Kind kind = executable ? Artifact.Kind.EXECUTABLE : Artifact.Kind.FILE;
      return blob.map(
              found ->
                  new Brought(Optional.of(new Artifact(kind, found.digest(), found.size())), ""))
          .orElseGet(() -> Brought.not(why(hash, places, problems)));
    }
  }

  private static String why(DvcHash hash, List<ObjectPlace> places, List<String> problems) {
    return problems.isEmpty()
        ? "its object ("
            + hash
            + ") is not in "
            + String.join(", ", places.stream().map(ObjectPlace::name).toList())
        : String.join("; ", problems);
  }

  private Brought folder(DvcHash hash, List<ObjectPlace> places) throws IOException {
    List<String> problems = new ArrayList<>();
    Optional<Map<String, String>> list = list(hash, places, problems);
    if (list.isEmpty()) {
      return Brought.not(why(hash, places, problems));
    }
    TreeSet<String> wanted = new TreeSet<>(list.get().values());
    wanted.removeAll(brought.keySet());
    List<String> lost = new ArrayList<>();
    expect(hash, places, wanted.size());
    try (ContentStore.Batch batch = content.batch()) {
      SideBySide.each(
          jobs,
          List.copyOf(wanted),
          md5 -> {
            List<String> why = new ArrayList<>();
            if (file(hash.file(md5), places, batch, why).isEmpty()) {
              synchronized (lost) {
                lost.add(md5 + (why.isEmpty() ? "" : " (" + String.join("; ", why) + ")"));
              }
            }
          });
    }
    if (!lost.isEmpty()) {
      return Brought.not(lost(list.get(), lost, places));
    }
    return tree(list.get());
  }

  private static String lost(
      Map<String, String> files, List<String> lost, List<ObjectPlace> places) {
    String first = lost.stream().sorted().findFirst().orElseThrow();
    String path =
        files.entrySet().stream()
            .filter(each -> first.startsWith(each.getValue()))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse("");
    String more = lost.size() > 1 ? " and " + (lost.size() - 1) + " more files" : "";
    return "its file "
        + path
        + more
        + " (md5 "
        + first
        + ") cannot be had from "
        + String.join(", ", places.stream().map(ObjectPlace::name).toList());
  }

  private Brought tree(Map<String, String> files) throws IOException {
    List<Tree.Entry> entries = new ArrayList<>();
    try {
      for (var file : files.entrySet()) {
        Blob blob = brought.get(file.getValue());
        if (blob == null) {
          throw new IllegalStateException("not brought: " + file.getValue());
        }
        entries.add(new Tree.Entry(file.getKey(), false, blob.digest(), blob.size()));
      }
    } catch (IllegalArgumentException e) {
      return Brought.not("its list of files is refused: " + e.getMessage());
    }
    Tree tree = new Tree(entries);
    content.put(tree.bytes());
    return new Brought(Optional.of(tree.artifact()), "");
  }

  // One listing tells of a thousand objects in a request; a question tells of one.
  private static void expect(DvcHash hash, List<ObjectPlace> places, int wanted)
      throws IOException {
    if (wanted >= WORTH_LISTING && !hash.legacy()) {
      for (ObjectPlace place : places) {
        place.list("files/md5/");
      }
    }
  }

  private Optional<Map<String, String>> list(
      DvcHash hash, List<ObjectPlace> places, List<String> problems) throws IOException {
    for (ObjectPlace place : places) {
      Optional<byte[]> text = place.objects().read(hash.key(), LARGEST_LIST);
      if (text.isPresent()) {
        Optional<Map<String, String>> list = FolderList.parse(text.get());
        if (DvcDigest.of(text.get()).equals(hash.digits()) && list.isPresent()) {
          return list;
        }
        problems.add("its list of files (" + hash + ") is damaged in " + place.name());
      }
    }
    return Optional.empty();
  }

  private Optional<Blob> file(
      DvcHash hash, List<ObjectPlace> places, ContentStore.Batch batch, List<String> problems)
      throws IOException {
    Blob known = brought.get(hash.md5());
    if (known != null) {
      return Optional.of(known);
    }
    for (ObjectPlace place : places) {
      OptionalLong size = place.size(hash);
      if (size.isEmpty()) {
        continue;
      }
      Optional<Blob> blob =
          size.getAsLong() < SMALL
              ? small(hash, place, batch)
              : large(hash, place, size.getAsLong());
      if (blob.isPresent()) {
        brought.put(hash.md5(), blob.get());
        objects.incrementAndGet();
        bytes.addAndGet(blob.get().size());
        return blob;
      }
      problems.add("its object (" + hash + ") is damaged in " + place.name());
    }
    return Optional.empty();
  }

  private static Optional<Blob> small(DvcHash hash, ObjectPlace place, ContentStore.Batch batch)
      throws IOException {
    Optional<byte[]> read = place.objects().read(hash.key(), SMALL);
    if (read.isEmpty()) {
      return Optional.empty();
    }
    DvcDigest digest = new DvcDigest(hash.legacy());
    digest.update(ByteBuffer.wrap(read.get()));
    return digest.matches(hash.digits())
        ? Optional.of(batch.put(read.get(), 0, read.get().length))
        : Optional.empty();
  }

  private Optional<Blob> large(DvcHash hash, ObjectPlace place, long size) throws IOException {
    try {
      return Optional.of(
          content.put(
              out -> {
                DvcDigest digest = new DvcDigest(hash.legacy());
                byte[] buffer = new byte[SMALL];
                place
                    .objects()
                    .read(
                        hash.key(),
                        0,
                        size,
                        part -> {
                          digest.update(part.duplicate());
                          while (part.hasRemaining()) {
                            int count = Math.min(part.remaining(), buffer.length);
                            part.get(buffer, 0, count);
                            out.write(buffer, 0, count);
                          }
                        });
                if (!digest.matches(hash.digits())) {
                  throw new Damaged();
                }
              }));
    } catch (Damaged e) {
      return Optional.empty();
    }
  }

  /** Ends the writing of an object that is not what its name says: nothing of it is kept. */
  private static final class Damaged extends IOException {
    private static final long serialVersionUID = 1;
  }
}
