package dev.ftpipe.proof;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.SettingsOf;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.compress.Compression;
import dev.ftpipe.store.local.LocalStore;
import dev.ftpipe.store.remote.PushPlan;
import dev.ftpipe.store.remote.PushReport;
import dev.ftpipe.store.remote.Remote;
import dev.ftpipe.store.s3.S3ObjectStore;
import dev.ftpipe.store.s3.S3Server;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** Pushes one object of a cache, in a process whose memory is counted. */
final class HeapPush {
  private static final int JOBS = 8;

  private HeapPush() {}

  /** Arguments: the cache, the address of the server, the digest and size of the object. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Store store = LocalStore.open(folder, note -> {});
    Blob blob = new Blob(new Digest(arguments[2]), Long.parseLong(arguments[3]));
    S3ObjectStore objects =
        S3ObjectStore.open(
            SettingsOf.of("origin", "s3://bucket/heap")
                .endpoint(URI.create(arguments[1]))
                .keys(S3Server.KEYS)
                .build());
    try (Remote remote =
        new Remote(objects, Compression.NONE, folder.resolve("work"), JOBS, note -> {})) {
      PushReport report =
          remote.push(
              store,
              new PushPlan(
                  List.of(blob),
                  List.of(),
                  List.of(),
                  List.of(new Artifact(Artifact.Kind.FILE, blob.digest(), blob.size()))));
      if (report.verified() != 1 || report.sent() != 1) {
        throw new IllegalStateException("not pushed: " + report);
      }
    }
  }
}
