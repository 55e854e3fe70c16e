package dev.ftpipe.cli;

/** The provider {@code local}: a process of this machine. */
final class LocalProviderTest extends ProviderContract {
  @Override
  String profile() {
    return "{provider: local}";
  }
}
