package dev.ftpipe.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TreeTest {
  private static final Digest A = Digest.of("a");

  @Test
  void digest_isStableAndDependsOnPathModeAndContent() {
    Tree tree = new Tree(List.of(file("b/c", false), file("a", true)));
    // printf 'ftpipe tree 1\nca97…48bb 1 x a\nca97…48bb 1 - b/c\n' | sha256sum
    assertThat(tree.artifact().digest().hex())
        .isEqualTo("21eacce1120ec5b870f4c36821f76706812ae0a462515090387e5d4eede94089");
    assertThat(tree.artifact().size()).isEqualTo(2);
    assertThat(new Tree(List.of(file("a", true), file("b/c", false)))).isEqualTo(tree);
    assertThat(new Tree(List.of(file("a", false), file("b/c", false))).artifact())
        .isNotEqualTo(tree.artifact());
    assertThat(new Tree(List.of(file("a", true), file("b/d", false))).artifact())
        .isNotEqualTo(tree.artifact());
  }

  @Test
  void parse_readsOddNames() {
    Tree tree = new Tree(List.of(file("a\nb", false), file(" x \\n", false), file("é\r", false)));
    assertThat(Tree.parse(tree.bytes())).isEqualTo(tree);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ftpipe tree 2\n",
        "ftpipe tree 1\nxyz 1 - a\n",
        "ftpipe tree 1\n%s 1 - ../a\n",
        "ftpipe tree 1\n%s 1 - /a\n",
        "ftpipe tree 1\n%s 1 - a//b\n",
        "ftpipe tree 1\n%s -1 - a\n",
        "ftpipe tree 1\n%s 99999999999999999999 - a\n",
        "ftpipe tree 1\n%1$s 1 - a\n%1$s 1 - a\n"
      })
  void parse_whenMalformed_isRefused(String text) {
    byte[] bytes = text.formatted(A.hex()).getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> Tree.parse(bytes)).isInstanceOf(IllegalArgumentException.class);
  }

  private static Tree.Entry file(String path, boolean executable) {
    return new Tree.Entry(path, executable, A, 1);
  }
}
