package dev.ftpipe.cli;

import picocli.CommandLine.IVersionProvider;

/** The version, as the build wrote it into the jar. */
public final class VersionText implements IVersionProvider {
  private static final String OPTION = "--version";

  /** Nothing but the version is asked for: that needs no model of the command line. */
  public static boolean isAll(String[] arguments) {
    return arguments.length == 1 && arguments[0].equals(OPTION);
  }

  @Override
  public String[] getVersion() {
    String version = VersionText.class.getPackage().getImplementationVersion();
    return new String[] {
      "ftpipe " + (version == null ? "(not from a jar)" : version),
      "Java "
          + Runtime.version()
          + ", "
          + System.getProperty("os.name")
          + " "
          + System.getProperty("os.arch"),
    };
  }
}
