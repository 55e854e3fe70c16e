package dev.ftpipe.origin;

import dev.ftpipe.store.Artifact;
import java.io.IOException;

/** An address of one kind, at which content can be had. */
interface Place {
  /**
   * Fetches the content.
   *
   * @param pin the state to fetch, see {@link Origin}; empty for the present one
   */
  Fetched fetch(String pin) throws IOException;

  /** The pin of the present state; empty when only fetching it can tell. */
  String presentPin() throws IOException;

  /**
   * What was fetched.
   *
   * @param pin of the state that it is
   */
  record Fetched(Artifact content, String pin) {}
}
