package dev.ftpipe.store.s3;

import dev.ftpipe.base.FtpipeException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A bucket and what all keys in it start with.
 *
 * @param prefix empty, or ends with {@code /}
 */
record S3Location(String bucket, String prefix) {
  private static final String SCHEME = "s3://";

  /** Reads {@code s3://bucket/prefix}. */
  static S3Location parse(String url) {
    Matcher match = Pattern.compile("s3://([a-zA-Z0-9._-]{1,255})(?:/(.*))?").matcher(url);
    if (!match.matches()) {
      throw FtpipeException.usage(
          "not the place of a remote: '" + url + "'; s3://BUCKET/PREFIX is expected");
    }
    String path = match.group(2) == null ? "" : match.group(2).replaceAll("^/+|/+$", "");
    return new S3Location(match.group(1), path.isEmpty() ? "" : path + "/");
  }

  String key(String relative) {
    return prefix + relative;
  }

  String relative(String key) {
    return key.substring(prefix.length());
  }

  @Override
  public String toString() {
    return SCHEME + bucket + "/" + prefix;
  }
}
