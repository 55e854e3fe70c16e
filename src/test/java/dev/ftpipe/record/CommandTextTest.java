package dev.ftpipe.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CommandTextTest {
  @ParameterizedTest
  @CsvSource({
    "repro, repro",
    "train.max_tokens=5, train.max_tokens=5",
    "tokenizer=x, tokenizer=x",
    "key=5, key=5",
    "hub.token=hf_abc, hub.token=***",
    "db.PASSWORD=x, db.PASSWORD=***",
    "aws_secret_access_key=x, aws_secret_access_key=***",
    "api-key=x, api-key=***",
    "url=https://user:pw@host/path, url=https://***@host/path",
    "https://host/a@b, https://host/a@b",
  })
  void withoutSecrets_hidesThemOnly(String given, String shown) {
    assertThat(CommandText.withoutSecrets(given)).isEqualTo(shown);
  }
}
