package dev.ftpipe.store.local;

import static java.util.Objects.requireNonNull;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.Reflink;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.Link;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Large files that share their bytes with the work tree, in the first way of a list that works. */
final class LinkedBlobs {
  private final LooseBlobs blobs;
  private final List<Link> links;

  LinkedBlobs(LooseBlobs blobs, List<Link> links) {
    this.blobs = blobs;
    this.links = links;
  }

  /** Keeps a file of the work tree, which may be a link to the object afterwards. */
  Blob adopt(Path file) throws IOException {
    if (!Files.isSymbolicLink(file)) {
      for (Link link : links) {
        switch (link) {
          case COPY -> {
            return blobs.put(file);
          }
          case REFLINK -> {
            Path temporary = blobs.temporary();
            if (Reflink.possible(file) && Reflink.make(file, temporary)) {
              try {
                return published(temporary);
              } finally {
                Files.deleteIfExists(temporary);
              }
            }
          }
          case HARDLINK, SYMLINK -> {
            Path temporary = blobs.temporary();
            if (onOneDisk(file, requireNonNull(temporary.getParent()))) {
              return moved(file, temporary, link);
            }
          }
        }
      }
    }
    return blobs.put(file);
  }

  private static boolean onOneDisk(Path one, Path other) throws IOException {
    return Files.getFileStore(one).equals(Files.getFileStore(other));
  }

  private Blob published(Path temporary) throws IOException {
    Blob blob = new Blob(Digest.ofFile(temporary), Files.size(temporary));
    blobs.publish(temporary, blob);
    return blob;
  }

  // The file keeps a name all the time: a crash in between leaves it where it was.
  private Blob moved(Path file, Path temporary, Link link) throws IOException {
    Files.createLink(temporary, file);
    try {
      Blob blob = new Blob(Digest.ofFile(temporary), Files.size(temporary));
      // What the cache has already stays a file of its own: whoever measures it has just looked
      // at it, and would take another file in its place for a change.
      if (!blobs.contains(blob.digest(), blob.size())) {
        blobs.publish(temporary, blob);
        if (link == Link.SYMLINK) {
          replace(file, blobs.object(blob.digest()));
        }
      }
      return blob;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void replace(Path file, Path object) throws IOException {
    Path beside = file.resolveSibling("." + file.getFileName() + ".ftpipe-link");
    Files.deleteIfExists(beside);
    create(beside, object, Link.SYMLINK);
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void create(Path place, Path object, Link link) throws IOException {
    if (link == Link.HARDLINK) {
      Files.createLink(place, object);
    } else {
      Files.createSymbolicLink(place, object.toAbsolutePath());
    }
  }

  /** Whether a restored file will be a copy with bytes of its own. */
  boolean copies() {
    for (Link link : links) {
      switch (link) {
        case COPY -> {
          return true;
        }
        case REFLINK -> {
          if (Reflink.possible(requireNonNull(blobs.temporary().getParent()))) {
            return false;
          }
        }
        case HARDLINK, SYMLINK -> {
          return false;
        }
      }
    }
    return true;
  }

  /** Puts an object in place, checked against its digest, as a link where that is wanted. */
  boolean restore(Digest digest, long size, Path target) throws IOException {
    Path folder = requireNonNull(target.toAbsolutePath().getParent());
    for (Link link : links) {
      switch (link) {
        case COPY -> {
          return blobs.restore(digest, size, target);
        }
        case REFLINK -> {
          if (Reflink.possible(folder)
              && blobs.isSound(digest, size)
              && Reflink.make(blobs.object(digest), target)) {
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));
            return true;
          }
        }
        case HARDLINK, SYMLINK -> {
          if (!blobs.isSound(digest, size)) {
            return false;
          }
          if (link == Link.SYMLINK || onOneDisk(folder, blobs.object(digest))) {
            create(target, blobs.object(digest), link);
            return true;
          }
        }
      }
    }
    return blobs.restore(digest, size, target);
  }
}
