package dev.ftpipe.data;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What to do with a row whose prompt or completion is null. */
public enum OnNull {
  /** Fail, and name the row. */
  @JsonProperty("error")
  ERROR,
  /** Leave it out, and count it. */
  @JsonProperty("skip")
  SKIP
}
