package dev.ftpipe.git;

import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;

/**
 * JGit's view of the machine without its own configuration files: it would otherwise start a git
 * process to find the system's, and write its measurements of the file system into the user's home.
 */
final class QuietSystemReader extends SystemReader.Delegate {
  QuietSystemReader(SystemReader system) {
    super(system);
  }

  /** Makes it JGit's, for this process. */
  static synchronized void install() {
    if (!(SystemReader.getInstance() instanceof QuietSystemReader)) {
      SystemReader.setInstance(new QuietSystemReader(SystemReader.getInstance()));
    }
  }

  @Override
  public FileBasedConfig openSystemConfig(Config parent, FS fs) {
    return new Nothing(parent, fs);
  }

  @Override
  public FileBasedConfig openJGitConfig(Config parent, FS fs) {
    return new Nothing(parent, fs);
  }

  /** A configuration in memory only. */
  private static final class Nothing extends FileBasedConfig {
    Nothing(Config parent, FS fs) {
      super(parent, new java.io.File("none"), fs);
    }

    @Override
    public void load() {
      // There is no file.
    }

    @Override
    public void save() {
      // What JGit measured is forgotten with the process.
    }

    @Override
    public boolean isOutdated() {
      return false;
    }
  }
}
