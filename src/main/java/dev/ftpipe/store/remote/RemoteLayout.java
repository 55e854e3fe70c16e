package dev.ftpipe.store.remote;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ActionKey;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The keys of a remote; no other class knows them. */
final class RemoteLayout {
  static final String BLOBS = "cas/sha256/";
  static final String PACKS = "packs/";
  static final String ACTIONS = "actions/";

  /** What pushes referred to, and when. */
  static final String RECEIPTS = "pushes/";

  /** One object while a gc or a repair is at work. */
  static final String MARKERS = "gc/";

  /** What stages at work have left for their next attempt. */
  static final String CHECKPOINTS = "checkpoints/";

  /** Objects that a request or two need, and that are removed at once. */
  static final String TEMPORARY = "tmp/";

  private static final Pattern BLOB = Pattern.compile("cas/sha256/([0-9a-f]{2})/([0-9a-f]{62})");
  private static final Pattern PACK = Pattern.compile("packs/([0-9a-f]{64})\\.pack");
  private static final Pattern INDEX =
      Pattern.compile("packs/index/([0-9a-f]{64})\\.([0-9a-f]{16})\\.idx");
  private static final Pattern ACTION =
      Pattern.compile("actions/([0-9a-f]{2})/([0-9a-f]{62})\\.json");

  private static final Pattern RECEIPT = Pattern.compile("pushes/([0-9a-f]{64})\\.json");
  private static final Pattern MOMENTARY = Pattern.compile("tmp/(?:probe|clock)-[0-9a-f-]{36}");
  private static final Pattern CHECKPOINT = Pattern.compile("checkpoints/([0-9a-f]{64})/.+");
  private static final Pattern MARKER = Pattern.compile("gc/[0-9a-f-]{36}");

  private RemoteLayout() {}

  /**
   * The index of a pack.
   *
   * @param check the first digits of the digest of its bytes
   */
  record IndexName(String pack, String check) {
    String key() {
      return "packs/index/" + pack + "." + check + ".idx";
    }

    static IndexName of(Digest pack, Digest index) {
      return new IndexName(pack.hex(), index.hex().substring(0, 16));
    }

    boolean fits(Digest index) {
      return index.hex().startsWith(check);
    }
  }

  static String blob(Digest digest) {
    return BLOBS + digest.hex().substring(0, 2) + "/" + digest.hex().substring(2);
  }

  /** A pack is named by the digest of its bytes. */
  static String pack(String name) {
    return PACKS + name + ".pack";
  }

  static String action(ActionKey key) {
    return ACTIONS + key.hex().substring(0, 2) + "/" + key.hex().substring(2) + ".json";
  }

  static Optional<Digest> blobOf(String key) {
    Matcher match = BLOB.matcher(key);
    return match.matches()
        ? Optional.of(new Digest(match.group(1) + match.group(2)))
        : Optional.empty();
  }

  static Optional<String> packOf(String key) {
    Matcher match = PACK.matcher(key);
    return match.matches() ? Optional.of(match.group(1)) : Optional.empty();
  }

  /** Whether an object is content that is named by its bytes: a large blob or a pack. */
  static boolean isContent(String key) {
    return blobOf(key).isPresent() || packOf(key).isPresent();
  }

  static Optional<IndexName> indexOf(String key) {
    Matcher match = INDEX.matcher(key);
    return match.matches()
        ? Optional.of(new IndexName(match.group(1), match.group(2)))
        : Optional.empty();
  }

  static Optional<ActionKey> actionOf(String key) {
    Matcher match = ACTION.matcher(key);
    return match.matches()
        ? Optional.of(ActionKey.of(match.group(1) + match.group(2)))
        : Optional.empty();
  }

  /** A receipt is named by the digest of its bytes. */
  static String receipt(Digest digest) {
    return RECEIPTS + digest.hex() + ".json";
  }

  static Optional<Digest> receiptOf(String key) {
    Matcher match = RECEIPT.matcher(key);
    return match.matches() ? Optional.of(new Digest(match.group(1))) : Optional.empty();
  }

  static String marker(UUID id) {
    return MARKERS + id;
  }

  /** An object that asks the server for its time. */
  static String clock(UUID id) {
    return TEMPORARY + "clock-" + id;
  }

  /** Whether an object is left only where a process was killed. */
  static boolean isMomentary(String key) {
    return MOMENTARY.matcher(key).matches() || isMarker(key);
  }

  static boolean isMarker(String key) {
    return MARKER.matcher(key).matches();
  }

  /** Everything that a stage of this key has left for its next attempt is below this. */
  static String checkpoint(ActionKey key) {
    return CHECKPOINTS + key.hex() + "/";
  }

  /** The key of the stage that an object was left by. */
  static Optional<String> checkpointOf(String key) {
    Matcher match = CHECKPOINT.matcher(key);
    return match.matches() ? Optional.of(match.group(1)) : Optional.empty();
  }
}
