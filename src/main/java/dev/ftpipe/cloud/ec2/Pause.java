package dev.ftpipe.cloud.ec2;

import dev.ftpipe.base.FtpipeException;

/** Between two questions. */
final class Pause {
  private Pause() {}

  static void millis(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FtpipeException.interrupted("interrupted");
    }
  }
}
