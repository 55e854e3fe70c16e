package dev.ftpipe.cloud;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Files that must not leave the machine, by name and by content. */
final class SecretPaths {
  /** Bytes of a file that are looked at: keys and credentials stand at the beginning. */
  static final int LOOKED_AT = 64 << 10;

  private static final Set<String> NAMES =
      Set.of(
          "id_rsa",
          "id_dsa",
          "id_ecdsa",
          "id_ecdsa_sk",
          "id_ed25519",
          "id_ed25519_sk",
          ".netrc",
          ".pgpass",
          ".git-credentials",
          ".gitconfig",
          ".npmrc",
          ".pypirc",
          ".dockercfg",
          "credentials",
          "credentials.json",
          "kubeconfig");
  private static final Set<String> ENDINGS = Set.of("ppk", "p12", "pfx", "jks", "kdbx");
  private static final Set<String> FOLDERS = Set.of(".ssh", ".aws", ".gnupg", ".kube", ".docker");
  private static final Pattern CONTENT =
      Pattern.compile(
          "-----BEGIN (?:[A-Z]+ )?PRIVATE KEY(?: BLOCK)?-----"
              + "|PuTTY-User-Key-File-\\d"
              + "|(?i:secret_?access_?key)[\"']?\\s*[=:]\\s*[\"']?[A-Za-z0-9/+]{40}"
              + "|\\bhf_[A-Za-z0-9]{30,}"
              + "|\\bgh[pousr]_[A-Za-z0-9]{36,}|\\bgithub_pat_[A-Za-z0-9_]{60,}|\\bglpat-[\\w-]{20,}"
              + "|\\bAIza[\\w-]{35}\\b|\\bxox[abprs]-[\\w-]{20,}"
              + "|\\bsk-(?:proj|ant|svcacct)-[\\w-]{40,}|\\bsk-[A-Za-z0-9]{40,}"
              + "|\\bnpm_[A-Za-z0-9]{36}\\b|\\bpypi-AgE[\\w-]{50,}"
              + "|\"type\"\\s*:\\s*\"service_account\"");

  private SecretPaths() {}

  /** Why a file of this name stays here; empty for any other. */
  static Optional<String> byName(String path) {
    String[] parts = path.split("/", -1);
    String name = parts[parts.length - 1].toLowerCase(Locale.ROOT);
    for (int i = 0; i < parts.length - 1; i++) {
      if (FOLDERS.contains(parts[i])) {
        return Optional.of("is in a folder of credentials (" + parts[i] + ")");
      }
    }
    if (name.endsWith(".env")
        || (name.startsWith(".env.") && !name.matches(".*\\.(example|sample|template)"))) {
      return Optional.of("is a file of secrets by its name");
    }
    if (FOLDERS.contains(name)) {
      return Optional.of("is a folder of credentials");
    }
    return NAMES.contains(name.replaceFirst("\\.pub$", ""))
            || ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1))
        ? Optional.of("is a key or a file of credentials by its name")
        : Optional.empty();
  }

  /** What a file holds that has to stay here; empty when nothing was found. */
  static Optional<String> byContent(byte[] bytes, int length) {
    String text = new String(bytes, 0, Math.min(length, LOOKED_AT), StandardCharsets.ISO_8859_1);
    return CONTENT.matcher(text).find()
        ? Optional.of("holds a private key or a credential")
        : Optional.empty();
  }
}
