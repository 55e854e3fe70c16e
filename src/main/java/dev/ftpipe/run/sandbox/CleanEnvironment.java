package dev.ftpipe.run.sandbox;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The variables that a command in a sandbox sees: those that describe the machine and its user,
 * listed here, and those that the stage declares. A variable that decides what a command makes and
 * is not declared is thereby missing, instead of being read behind the key's back.
 */
final class CleanEnvironment {
  /** Who and where: programs, user, language, time zone, temporary files. */
  private static final Set<String> MACHINE =
      Set.of(
          "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TERM", "TMPDIR");

  /** Where the machine keeps its tools and which of its devices are ours. */
  private static final Set<String> TOOLS =
      Set.of(
          "LD_LIBRARY_PATH",
          "DYLD_LIBRARY_PATH",
          "JAVA_HOME",
          "VIRTUAL_ENV",
          "CONDA_PREFIX",
          "CUDA_HOME",
          "CUDA_PATH",
          "CUDA_VISIBLE_DEVICES",
          "NVIDIA_VISIBLE_DEVICES",
          "NVIDIA_DRIVER_CAPABILITIES");

  /** How the machine reaches the network. */
  private static final Set<String> NETWORK =
      Set.of(
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "ALL_PROXY",
          "NO_PROXY",
          "http_proxy",
          "https_proxy",
          "all_proxy",
          "no_proxy",
          "SSL_CERT_FILE",
          "SSL_CERT_DIR");

  // What a shell sets for itself, whatever it is given.
  private static final Set<String> OF_SHELLS = Set.of("PWD", "OLDPWD", "SHLVL", "_");

  private final Map<String, String> outside;
  private final Map<String, String> declared;

  CleanEnvironment(Map<String, String> outside, Map<String, String> declared) {
    this.outside = outside;
    this.declared = declared;
  }

  private static boolean passes(String name) {
    return MACHINE.contains(name)
        || TOOLS.contains(name)
        || NETWORK.contains(name)
        || name.startsWith("LC_");
  }

  /** Everything that the command sees. */
  Map<String, String> variables() {
    Map<String, String> seen = new TreeMap<>(outside);
    seen.keySet().removeIf(name -> !passes(name));
    seen.putAll(declared);
    return seen;
  }

  /** The names of what is set outside and not seen. */
  Set<String> hidden() {
    Set<String> hidden = new TreeSet<>(outside.keySet());
    hidden.removeIf(name -> passes(name) || declared.containsKey(name));
    hidden.removeAll(OF_SHELLS);
    return hidden;
  }
}
