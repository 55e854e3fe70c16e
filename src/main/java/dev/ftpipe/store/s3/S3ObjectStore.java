package dev.ftpipe.store.s3;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.RemoteSettings;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Objects below a prefix of a bucket. */
public final class S3ObjectStore implements ObjectStore {
  private static final int MOST_IN_A_DELETE = 1000;

  private final S3Client client;
  private final S3Location location;
  private final S3Requests requests;
  private final UnfinishedUploads unfinished;
  private final WholeObjects whole;
  private final SignedReads reads;

  private S3ObjectStore(S3Client client, S3Location location, RemoteSettings settings) {
    this.client = client;
    this.location = location;
    this.requests = new S3Requests(client, location, settings, new S3Problems(settings, location));
    this.unfinished = new UnfinishedUploads(requests);
    this.whole = new WholeObjects(requests);
    this.reads = new SignedReads(settings, location);
  }

  /**
   * The remote of these settings; no request is made yet.
   *
   * @throws FtpipeException usage, for a URL that is none of a bucket
   */
  public static S3ObjectStore open(RemoteSettings settings) {
    S3Location location = S3Location.parse(settings.url());
    return new S3ObjectStore(S3Clients.connect(settings), location, settings);
  }

  @Override
  public String location() {
    return location.toString();
  }

  @Override
  public void list(String prefix, Consumer<Stored> each) {
    Optional<String> token = Optional.empty();
    do {
      String next = token.orElse(null);
      ListObjectsV2Response page =
          requests.call(
              "s3:ListBucket",
              prefix,
              () ->
                  client.listObjectsV2(
                      request ->
                          request
                              .bucket(location.bucket())
                              .prefix(location.key(prefix))
                              .continuationToken(next)));
      for (S3Object object : page.contents()) {
        each.accept(
            new Stored(
                location.relative(object.key()),
                object.size(),
                tag(object.eTag()),
                object.lastModified()));
      }
      token =
          Boolean.TRUE.equals(page.isTruncated())
              ? Optional.ofNullable(page.nextContinuationToken())
              : Optional.empty();
    } while (token.isPresent());
  }

  @Override
  public Optional<Stored> find(String key) {
    try {
      HeadObjectResponse head = requests.head(key);
      return Optional.of(
          new Stored(key, head.contentLength(), tag(head.eTag()), head.lastModified()));
    } catch (S3Requests.Refused e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<byte[]> read(String key, int most) {
    try {
      return Optional.of(
          requests.call(
              "s3:GetObject",
              key,
              404,
              () ->
                  client.getObject(
                      request -> request.bucket(location.bucket()).key(location.key(key)),
                      (answer, in) -> small(key, most, answer.contentLength(), in))));
    } catch (S3Requests.Refused e) {
      return Optional.empty();
    }
  }

  private byte[] small(String key, int most, long length, InputStream in) {
    if (length > most) {
      throw requests.problem(
          location + key + " has " + length + " bytes; at most " + most + " are expected");
    }
    try {
      byte[] bytes = in.readNBytes((int) length);
      if (bytes.length == length) {
        return bytes;
      }
      throw RetryableException.create("the answer ended early");
    } catch (IOException e) {
      throw RetryableException.create("the answer broke off", e);
    }
  }

  @Override
  public boolean read(String key, long offset, long length, Sink sink) throws IOException {
    // No range says "no bytes".
    return length == 0
        ? find(key).isPresent()
        : new S3Download(requests, reads, key, offset, length, sink).run();
  }

  @Override
  public void write(String key, byte[] bytes) {
    requests.call(
        "s3:PutObject",
        key,
        () -> client.putObject(requests.put(key).build(), RequestBody.fromBytes(bytes)));
  }

  @Override
  public boolean writeIfAbsent(String key, byte[] bytes) {
    Absence answer = putIfAbsent(key, bytes);
    if (answer == Absence.NOT_SUPPORTED) {
      // The next best; that it does not hold against another writer is what refusesOverwrite says.
      boolean taken = find(key).isPresent();
      if (!taken) {
        write(key, bytes);
      }
      return !taken;
    }
    return answer == Absence.WRITTEN;
  }

  private enum Absence {
    WRITTEN,
    TAKEN,
    NOT_SUPPORTED
  }

  private Absence putIfAbsent(String key, byte[] bytes) {
    try {
      client.putObject(requests.put(key).ifNoneMatch("*").build(), RequestBody.fromBytes(bytes));
      return Absence.WRITTEN;
    } catch (S3Exception e) {
      return switch (e.statusCode()) {
        // 409: another writer of the same key is under way, and this one lost.
        case 409, 412 -> Absence.TAKEN;
        case 501 -> Absence.NOT_SUPPORTED;
        default -> throw requests.problems().of("s3:PutObject", key, e);
      };
    } catch (SdkException e) {
      throw requests.problems().of("s3:PutObject", key, e);
    }
  }

  @Override
  public boolean refusesOverwrite() {
    String key = "tmp/probe-" + UUID.randomUUID();
    byte[] probe = {1};
    write(key, probe);
    try {
      return putIfAbsent(key, probe) == Absence.TAKEN;
    } finally {
      removeProbe(key);
    }
  }

  /**
   * A policy may forbid to remove anything; of what is left then, a gc of somebody else takes care.
   */
  private void removeProbe(String key) {
    try {
      client.deleteObject(request -> request.bucket(location.bucket()).key(location.key(key)));
    } catch (S3Exception e) {
      if (e.statusCode() != 403) {
        throw requests.problems().of("s3:DeleteObject", key, e);
      }
    } catch (SdkException e) {
      throw requests.problems().of("s3:DeleteObject", key, e);
    }
  }

  @Override
  public Upload upload(String key, Source source) {
    return new S3Upload(requests, unfinished, whole, key, source);
  }

  @Override
  public void delete(Collection<String> keys) {
    List<String> all = List.copyOf(keys);
    for (int start = 0; start < all.size(); start += MOST_IN_A_DELETE) {
      List<ObjectIdentifier> some = new ArrayList<>();
      for (String key : all.subList(start, Math.min(all.size(), start + MOST_IN_A_DELETE))) {
        some.add(ObjectIdentifier.builder().key(location.key(key)).build());
      }
      DeleteObjectsResponse answer =
          requests.call(
              "s3:DeleteObject",
              location.relative(some.get(0).key()),
              () ->
                  client.deleteObjects(
                      request ->
                          request
                              .bucket(location.bucket())
                              .delete(what -> what.objects(some).quiet(true))));
      for (S3Error error : answer.errors()) {
        throw requests.problem(
            "cannot remove s3://"
                + location.bucket()
                + "/"
                + error.key()
                + ": "
                + error.code()
                + " "
                + error.message());
      }
    }
  }

  @Override
  public int dropUnfinished(String prefix, int olderThanHours) {
    return unfinished.drop(prefix, olderThanHours);
  }

  @Override
  public void close() {
    whole.close();
    reads.close();
    client.close();
  }

  private static String tag(String etag) {
    return etag == null ? "" : etag.replace("\"", "");
  }
}
