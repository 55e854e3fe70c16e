package dev.ftpipe.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsTest {
  @TempDir Path root;

  private void write(String name, String text) throws IOException {
    Files.createDirectories(root.resolve(".ftpipe"));
    Files.writeString(root.resolve(".ftpipe").resolve(name), text);
  }

  @Test
  void read_whenThereIsNone_reflinksOrCopies() throws IOException {
    CacheSettings usual = new CacheSettings(Optional.empty(), List.of("reflink", "copy"));
    assertThat(Settings.read(root).cache()).isEqualTo(usual);
    write("config.yaml", "");
    assertThat(Settings.read(root).cache()).isEqualTo(usual);
  }

  @Test
  void read_letsTheLocalFileDecide() throws IOException {
    write("config.yaml", "cache:\n  dir: /mnt/cache\n  link: symlink\nremote: {}\n");
    write("config.local.yaml", "cache: {link: [hardlink, copy]}\n");
    assertThat(Settings.read(root).cache())
        .isEqualTo(new CacheSettings(Optional.of("/mnt/cache"), List.of("hardlink", "copy")));
  }

  @Test
  void read_whenWrong_namesEachPlace() throws IOException {
    write("config.yaml", "cach: 1\ncache:\n  dirr: x\n  link: [copy, hard]\n");
    assertThatThrownBy(() -> Settings.read(root).cache())
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining(".ftpipe/config.yaml:1:1: unknown key 'cach'; did you mean 'cache'?")
        .hasMessageContaining(".ftpipe/config.yaml:3:3: unknown key 'dirr'; did you mean 'dir'?")
        .hasMessageContaining(".ftpipe/config.yaml:4:16: 'link' has to be reflink, copy");
  }

  @Test
  void read_letsTheLocalFileTakeBackWhatTheSharedOneSays() throws IOException {
    write("config.yaml", "remote: {default: a, autopush: true}\n");
    assertThat(Settings.read(root).autopush()).contains(true);
    write("config.local.yaml", "remote: {autopush: false}\n");
    assertThat(Settings.read(root).autopush()).contains(false);
    assertThat(Settings.read(root).defaultRemote()).contains("a");
  }
}
