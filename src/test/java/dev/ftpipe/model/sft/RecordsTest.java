package dev.ftpipe.model.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.text.Message;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RecordsTest {
  private static final String GOOD = "{\"prompt\":\"a\",\"completion\":\"b\"}\n";

  @TempDir private Path folder;

  private List<SftRecord> read(String text) throws Exception {
    Path file = Files.writeString(folder.resolve("x"), text);
    List<SftRecord> records = new ArrayList<>();
    Records.read(file, "train.jsonl", (record, where) -> records.add(record));
    return records;
  }

  @Test
  void read_knowsThreeKinds() throws Exception {
    var records =
        read(
            GOOD
                + """
                {"messages":[{"role":"system","content":"s"},{"role":"user","content":"u"}]}
                {"input_ids":[1,2],"labels":[-100,2]}
                {"input_ids":[3,4]}
                """);
    assertThat(records).hasSize(4);
    assertThat(records.get(0))
        .isEqualTo(
            new SftRecord.Conversation(
                List.of(new Message("user", "a"), new Message("assistant", "b"))));
    assertThat(records.get(1))
        .isEqualTo(
            new SftRecord.Conversation(
                List.of(new Message("system", "s"), new Message("user", "u"))));
    assertThat(((SftRecord.Tokenized) records.get(2)).example().labels()).containsExactly(-100, 2);
    assertThat(((SftRecord.Tokenized) records.get(3)).example().labels()).containsExactly(3, 4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"prompt\":\"a\"}                             | found the keys [prompt]",
        "{\"prompt\":\"a\",\"completion\":null}         | 'completion' must be a text, found null",
        "{\"prompt\":1,\"completion\":\"b\"}            | 'prompt' must be a text, found 1",
        "[1]                                            | found ARRAY",
        "``                                             | the line is empty",
        "{\"input_ids\":[1,-5]}                         | 'input_ids' must hold token ids, found -5",
        "{\"input_ids\":[1,99999999999]}                | found 99999999999",
        "{\"input_ids\":[1],\"labels\":[1,2]}           | 1 input_ids but 2 labels",
        "{\"messages\":[]}                              | 'messages' is empty",
        "{\"messages\":[{\"role\":\"user\"}]}           | 'content' must be a text, found nothing",
        "{} {}                                          | not one JSON object",
      })
  void read_whenALineIsNoRecord_namesFileAndLine(String line, String message) {
    assertThatThrownBy(() -> read(GOOD + line + "\n"))
        .isInstanceOf(FtpipeException.class)
        .hasMessageStartingWith("train.jsonl:2: ")
        .hasMessageContaining(message);
  }

  @Test
  void read_whenTextIsNotUtf8_namesFileAndLine() throws Exception {
    byte[] good = GOOD.getBytes(StandardCharsets.UTF_8);
    byte[] bytes = Arrays.copyOf(good, good.length + 3);
    bytes[good.length + 1] = (byte) 0xff;
    Path file = Files.write(folder.resolve("x"), bytes);
    assertThatThrownBy(() -> Records.read(file, "train.jsonl", (record, where) -> {}))
        .isInstanceOf(FtpipeException.class)
        .hasMessageStartingWith("train.jsonl:2: not UTF-8");
  }

  @Test
  void read_whenTheLastLineHasNoNewline_readsIt() throws Exception {
    assertThat(read(GOOD + GOOD.strip())).hasSize(2);
    assertThat(read("")).isEmpty();
  }

  @Test
  void read_aFolder_isRefused() {
    assertThatThrownBy(() -> Records.read(folder, "data/train", (record, where) -> {}))
        .isInstanceOf(FtpipeException.class)
        .hasMessage("data/train: a folder; expected a file of records, JSON lines");
  }
}
