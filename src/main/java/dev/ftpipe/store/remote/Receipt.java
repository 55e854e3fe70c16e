package dev.ftpipe.store.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.Json;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What a push relies on, written to the remote before it asks what is there: a gc keeps all of it
 * for as long as the receipt is young, be it new or old.
 */
record Receipt(List<Artifact> contents, List<ActionKey> entries) {
  static final int LARGEST = 64 << 20;

  Receipt {
    contents =
        contents.stream()
            .distinct()
            .sorted((one, other) -> one.toString().compareTo(other.toString()))
            .toList();
    entries = entries.stream().distinct().sorted().toList();
  }

  static Receipt of(PushPlan plan) {
    return new Receipt(plan.roots(), plan.actions());
  }

  /** Equal receipts have equal bytes, and so one name: pushing the same again renews it. */
  byte[] bytes() {
    try {
      return Json.mapper().writeValueAsString(this).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record is JSON", e);
    }
  }

  /** Empty when the bytes are not those of this name. */
  static Optional<Receipt> parse(Digest name, byte[] bytes) {
    if (!Digest.of(bytes).equals(name)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.mapper().readValue(bytes, Receipt.class));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
