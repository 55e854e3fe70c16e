package dev.ftpipe.store.local;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.store.Damage;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks and cleans the large blobs, each a file. */
final class BlobUpkeep {
  private static final Pattern FOLDER = Pattern.compile("[0-9a-f]{2}");
  private static final Pattern REST = Pattern.compile("[0-9a-f]{62}");

  private final StoreLayout layout;

  BlobUpkeep(StoreLayout layout) {
    this.layout = layout;
  }

  private interface Visitor {
    void visit(Digest digest, Path file) throws IOException;
  }

  private void visit(Visitor visitor) throws IOException {
    for (Path folder : children(layout.blobs())) {
      if (FOLDER.matcher(folder.getFileName().toString()).matches()) {
        for (Path file : children(folder)) {
          String rest = file.getFileName().toString();
          if (REST.matcher(rest).matches()
              && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            visitor.visit(new Digest(folder.getFileName() + rest), file);
          }
        }
      }
    }
  }

  private static List<Path> children(Path folder) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      files.forEach(children::add);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return children;
    }
    children.sort(null);
    return children;
  }

  void audit(AuditTally tally) throws IOException {
    visit((digest, file) -> problem(digest, file, tally).ifPresent(tally::add));
  }

  private static Optional<Damage> problem(Digest digest, Path file, AuditTally tally) {
    try {
      Digest found = Digest.ofFile(file);
      if (found.equals(digest)) {
        tally.sound(Files.size(file));
        return Optional.empty();
      }
      return Optional.of(
          Damage.ofBlob(
              file.toString(), digest, "its bytes have the digest " + found.brief() + "…"));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          Damage.ofBlob(file.toString(), digest, "cannot be read: " + IoProblem.sentence(e)));
    }
  }

  void discard(Collection<Damage> damages) {
    Set<String> places = new HashSet<>();
    damages.forEach(damage -> places.add(damage.place()));
    for (Damage damage : damages) {
      if (damage.blob().isPresent()) {
        Path file = layout.blob(damage.blob().get());
        if (places.contains(file.toString())) {
          delete(file);
        }
      }
    }
  }

  List<Path> garbage(SweepTally tally) throws IOException {
    List<Path> garbage = new ArrayList<>();
    visit(
        (digest, file) -> {
          BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
          if (tally.drops(digest, attributes.size(), attributes.lastModifiedTime().toInstant())) {
            garbage.add(file);
          }
        });
    return garbage;
  }

  void drop(Collection<Path> files) {
    files.forEach(BlobUpkeep::delete);
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw IoProblem.writing(file, e);
    }
  }
}
