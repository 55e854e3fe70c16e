package dev.ftpipe.run;

/** Exit codes of processes that tell something. */
final class ExitCodes {
  static final int KILLED = 137;

  private ExitCodes() {}

  /** A clause in brackets, or nothing. */
  static String meaning(int exit) {
    return switch (exit) {
      case 126 -> " (not executable)";
      case 127 -> " (command not found)";
      case 134 -> " (aborted in native code, SIGABRT)";
      case KILLED -> " (killed, SIGKILL: most likely the kernel, out of memory)";
      case 139 -> " (crashed in native code, SIGSEGV)";
      case 143 -> " (ended from outside, SIGTERM)";
      default -> "";
    };
  }
}
