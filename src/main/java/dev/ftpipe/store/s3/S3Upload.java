package dev.ftpipe.store.s3;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.ObjectStore.Source;
import dev.ftpipe.store.s3.S3Requests.Stretch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** A small object in one request, a large one in parts. */
final class S3Upload implements ObjectStore.Upload {
  /** Half of a part in flight a thread is what a kill costs. */
  static final long PART_BYTES = 8L << 20;

  static final long LARGEST_SINGLE = 2 * PART_BYTES;
  private static final int MOST_PARTS = 10_000;
  private static final long MIB = 1L << 20;

  private final S3Requests requests;
  private final UnfinishedUploads unfinished;
  private final WholeObjects whole;
  private final String key;
  private final Source source;
  private final Map<Integer, CompletedPart> sent = new ConcurrentSkipListMap<>();
  private Map<Integer, Part> listed = Map.of();
  private @Nullable String id;

  S3Upload(
      S3Requests requests,
      UnfinishedUploads unfinished,
      WholeObjects whole,
      String key,
      Source source) {
    this.requests = requests;
    this.unfinished = unfinished;
    this.whole = whole;
    this.key = key;
    this.source = source;
  }

  @Override
  public boolean sendWhole(Digest expected, LongConsumer moved) throws IOException {
    // Parts that are there already are worth more than one quick request.
    return source.size() > LARGEST_SINGLE
        && unfinished.of(key).isEmpty()
        && whole.send(key, source, expected, moved);
  }

  @Override
  public List<Piece> pieces() {
    if (source.size() <= LARGEST_SINGLE) {
      return List.of();
    }
    begin();
    long most = partBytes(source.size());
    List<Piece> pieces = new ArrayList<>();
    for (long offset = 0; offset < source.size(); offset += most) {
      pieces.add(new Piece(pieces.size() + 1, offset, Math.min(most, source.size() - offset)));
    }
    return pieces;
  }

  /** Depends on the size alone, so that another attempt finds the parts where it expects them. */
  static long partBytes(long size) {
    long least = (size + MOST_PARTS - 1) / MOST_PARTS;
    return Math.max(PART_BYTES, (least + MIB - 1) / MIB * MIB);
  }

  private void begin() {
    if (id != null) {
      return;
    }
    Optional<String> earlier = unfinished.of(key);
    if (earlier.isPresent()) {
      Optional<Map<Integer, Part>> parts = unfinished.parts(key, earlier.get());
      if (parts.filter(this::canBeCompared).isPresent()) {
        id = earlier.get();
        listed = parts.get();
        return;
      }
    }
    CreateMultipartUploadRequest.Builder request =
        CreateMultipartUploadRequest.builder().bucket(requests.bucket()).key(requests.key(key));
    requests.settings().sse().ifPresent(request::serverSideEncryption);
    requests.settings().kmsKey().ifPresent(request::ssekmsKeyId);
    if (requests.hidesDigests()) {
      request.checksumAlgorithm(ChecksumAlgorithm.SHA256);
    }
    id =
        requests
            .call(
                "s3:PutObject", key, () -> requests.client().createMultipartUpload(request.build()))
            .uploadId();
  }

  private boolean canBeCompared(Map<Integer, Part> parts) {
    return !requests.hidesDigests()
        || parts.values().stream().allMatch(part -> part.checksumSHA256() != null);
  }

  @Override
  public void send(Piece piece, LongConsumer moved) throws IOException {
    Optional<String> checksum =
        requests.hidesDigests()
            ? Optional.of(PartDigests.sha256(source, piece.offset(), piece.length()))
            : Optional.empty();
    String tag = listedTag(piece, checksum).orElse("");
    if (tag.isEmpty()) {
      UploadPartRequest.Builder request =
          UploadPartRequest.builder()
              .bucket(requests.bucket())
              .key(requests.key(key))
              .uploadId(id)
              .partNumber(piece.number());
      checksum.ifPresent(request::checksumSHA256);
      try {
        tag =
            requests
                .send(
                    "s3:PutObject",
                    key,
                    source,
                    new Stretch(piece.offset(), piece.length()),
                    moved,
                    body -> requests.client().uploadPart(request.build(), body))
                .eTag();
      } catch (S3Requests.Gone e) {
        checkFinishedByAnother();
        return;
      }
    }
    CompletedPart.Builder part = CompletedPart.builder().partNumber(piece.number()).eTag(tag);
    checksum.ifPresent(part::checksumSHA256);
    sent.put(piece.number(), part.build());
  }

  /** The tag of a part that the server has, when its bytes are those of the piece. */
  private Optional<String> listedTag(Piece piece, Optional<String> checksum) throws IOException {
    Part part = listed.get(piece.number());
    if (part == null || part.size() != piece.length()) {
      return Optional.empty();
    }
    boolean isSame =
        checksum.isPresent()
            ? checksum.get().equals(part.checksumSHA256())
            : part.eTag()
                .replace("\"", "")
                .equals(PartDigests.md5(source, piece.offset(), piece.length()));
    return isSame ? Optional.of(part.eTag()) : Optional.empty();
  }

  @Override
  public void finish(LongConsumer moved) throws IOException {
    if (id == null) {
      putWhole(moved);
      return;
    }
    String upload = id;
    try {
      requests.call(
          "s3:PutObject",
          key,
          404,
          () ->
              requests
                  .client()
                  .completeMultipartUpload(
                      request ->
                          request
                              .bucket(requests.bucket())
                              .key(requests.key(key))
                              .uploadId(upload)
                              .multipartUpload(parts -> parts.parts(sent.values()))));
    } catch (S3Requests.Refused e) {
      checkFinishedByAnother();
    }
  }

  private void putWhole(LongConsumer moved) throws IOException {
    requests.send(
        "s3:PutObject",
        key,
        source,
        new Stretch(0, source.size()),
        moved,
        body -> requests.client().putObject(requests.put(key).build(), body));
  }

  /** Two machines may send the parts of one object together; one of them finishes it. */
  private void checkFinishedByAnother() {
    boolean isThere = unfinished.sizeOf(key).filter(size -> size == source.size()).isPresent();
    if (!isThere) {
      throw requests.problem(
          "the upload of "
              + requests.location()
              + key
              + " was dropped by somebody else while it was under way; run the command again");
    }
  }

  @Override
  public void abandon() {
    if (id != null) {
      unfinished.drop(key, id);
    }
  }
}
