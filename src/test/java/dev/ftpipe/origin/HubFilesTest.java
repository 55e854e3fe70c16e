package dev.ftpipe.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Repositories of the Hugging Face Hub, from a server in its layout. */
@Timeout(60)
final class HubFilesTest {
  private static final byte[] WEIGHTS = Fetchers.random(2_500_000);

  @TempDir private Path folder;
  private HubServer hub;
  private Fetchers fetchers;

  @BeforeEach
  void start() throws IOException {
    hub = new HubServer();
    hub.files.put("config.json", "{}".getBytes(StandardCharsets.UTF_8));
    hub.files.put("data/ü n.txt", "text".getBytes(StandardCharsets.UTF_8));
    hub.files.put("data/again.txt", "text".getBytes(StandardCharsets.UTF_8));
    hub.inLfs.put("model.safetensors", WEIGHTS);
    hub.inLfs.put("data/small.bin", new byte[] {1, 2, 3});
    fetchers = new Fetchers(folder);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private Fetcher.Fetched fetch(String url) throws IOException {
    return fetchers.with(hub.environment()).fetch(url);
  }

  private List<String> paths(Artifact folderContent) throws IOException {
    return Tree.parse(fetchers.bytes(folderContent)).entries().stream()
        .map(Tree.Entry::path)
        .toList();
  }

  @Test
  void repository_isFetchedWholeOverAllPages_andPinned() throws IOException {
    Fetcher.Fetched fetched = fetch("hf://acme/tiny");
    assertThat(fetched.origin()).isEqualTo(new Origin("hf://acme/tiny", HubServer.COMMIT));
    assertThat(paths(fetched.content()))
        .containsExactly(
            "config.json", "data/again.txt", "data/small.bin", "data/ü n.txt", "model.safetensors");
    Tree tree = Tree.parse(fetchers.bytes(fetched.content()));
    assertThat(tree.entries().get(4).digest()).isEqualTo(Fetchers.digest(WEIGHTS));
  }

  @Test
  void folderAndFile_areFetchedByTheirPaths() throws IOException {
    assertThat(paths(fetch("hf://acme/tiny/data@v1").content()))
        .containsExactly("again.txt", "small.bin", "ü n.txt");
    Fetcher.Fetched file = fetch("hf://acme/tiny@v1/model.safetensors");
    assertThat(file.content().digest()).isEqualTo(Fetchers.digest(WEIGHTS));
    assertThat(file.origin().pin()).isEqualTo(HubServer.COMMIT);
  }

  @Test
  void dataSet_hasItsOwnAddresses() throws IOException {
    hub.kind = "datasets";
    assertThat(fetch("hf://datasets/acme/tiny/config.json").content().size()).isEqualTo(2);
    assertThat(fetch("hf://datasets/acme/tiny@refs/convert/parquet/config.json").content().size())
        .isEqualTo(2);
  }

  @Test
  void token_goesToTheHubAndNotToTheHostOfTheBytes() throws IOException {
    hub.token = "hf_secret";
    fetch("hf://acme/tiny");
    assertThat(hub.web.asked)
        .filteredOn(asked -> asked.path().startsWith("/cdn/"))
        .hasSize(2)
        .allMatch(asked -> asked.authorization().equals("null"));
  }

  @Test
  void tokenFile_isReadAsTheHubsOwnToolsDo() throws IOException {
    hub.token = "hf_secret";
    Files.writeString(folder.resolve("token"), "hf_secret\n");
    Map<String, String> environment =
        Map.of("HF_ENDPOINT", hub.web.at("/").toString(), "HF_HOME", folder.toString());
    assertThat(fetchers.with(environment).fetch("hf://acme/tiny/config.json").content().size())
        .isEqualTo(2);
    Map<String, String> without =
        Map.of(
            "HF_ENDPOINT",
            hub.web.at("/").toString(),
            "HF_HOME",
            folder.toString(),
            "HF_HUB_DISABLE_IMPLICIT_TOKEN",
            "1");
    assertThatThrownBy(() -> fetchers.with(without).fetch("hf://acme/tiny"))
        .hasMessageContaining("(401)")
        .hasMessageContaining("Access is restricted")
        .hasMessageContaining("HF_TOKEN");
  }

  @Test
  void pinnedState_isAskedFor() throws IOException {
    Origin origin = new Origin("hf://acme/tiny/config.json@main", HubServer.COMMIT);
    fetchers.with(hub.environment()).fetch(origin);
    assertThat(hub.web.asked).noneMatch(asked -> asked.path().contains("/revision/"));
    hub.commit = "f".repeat(40);
    assertThat(fetchers.with(hub.environment()).presentPin(origin.url())).isEqualTo(hub.commit);
    assertThatThrownBy(() -> fetchers.with(hub.environment()).fetch(origin))
        .hasMessageContaining("is not there (404)");
  }

  @Test
  void wrongBytes_areNotKept() throws IOException {
    byte[] flipped = WEIGHTS.clone();
    flipped[1_000_000] ^= 1;
    hub.instead.put("model.safetensors", flipped);
    assertThatThrownBy(() -> fetch("hf://acme/tiny/model.safetensors"))
        .hasMessageContaining("do not have the SHA-256 " + Fetchers.digest(WEIGHTS).hex())
        .hasMessageContaining("nothing of it is kept");
    assertThat(fetchers.content.contains(Fetchers.digest(flipped), flipped.length)).isFalse();
    hub.instead.put("config.json", "[]".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> fetch("hf://acme/tiny/config.json"))
        .hasMessageContaining("do not have the git digest");
    hub.instead.clear();
    fetch("hf://acme/tiny");
  }

  @Test
  void pointerInPlaceOfTheFile_isNotTaken() {
    hub.instead.put("model.safetensors", HubServer.pointer(WEIGHTS));
    assertThatThrownBy(() -> fetch("hf://acme/tiny/model.safetensors"))
        .hasMessageContaining("they are a pointer of Git LFS, not the file");
  }

  @Test
  void longerAnswer_isNotTaken() {
    hub.instead.put("data/small.bin", new byte[100]);
    assertThatThrownBy(() -> fetch("hf://acme/tiny/data/small.bin"))
        .hasMessageContaining("more than the 3 bytes");
  }

  @Test
  void whatTheStoreHas_isNotFetchedAgain() throws IOException {
    fetch("hf://acme/tiny/model.safetensors");
    hub.web.asked.clear();
    fetch("hf://acme/tiny/model.safetensors");
    assertThat(hub.web.asked).noneMatch(asked -> asked.path().contains("/resolve/"));
  }

  @Test
  void whatIsNotThere_isSaid() {
    assertThatThrownBy(() -> fetch("hf://acme/tiny@v9"))
        .hasMessageContaining("it is not there (404) (Invalid rev id: v9)");
    assertThatThrownBy(() -> fetch("hf://acme/tiny/nothing.json"))
        .hasMessageContaining("there is no nothing.json in acme/tiny at " + HubServer.COMMIT);
    assertThatThrownBy(() -> fetch("hf://acme/other")).hasMessageContaining("not there (404)");
  }

  @Test
  void serverThatIsNoHub_isSaid() throws IOException {
    hub.web.then(e -> WebServer.file(e, "<html>".getBytes(StandardCharsets.UTF_8), "\"x\""));
    assertThatThrownBy(() -> fetch("hf://acme/tiny"))
        .hasMessageContaining("does not answer as the Hugging Face Hub does");
  }

  @Test
  void hostilePaths_areRefused() {
    hub.files.put("../../outside", new byte[] {1});
    assertThatThrownBy(() -> fetch("hf://acme/tiny"))
        .hasMessageContaining("names a file that is refused");
    assertThat(folder.resolve("outside")).doesNotExist();
  }

  @Test
  void addresses_areRead() {
    assertThat(HubAddress.parse("hf://org/name"))
        .isEqualTo(new HubAddress("models", "org/name", "", ""));
    assertThat(HubAddress.parse("hf://gpt2@v1"))
        .isEqualTo(new HubAddress("models", "gpt2", "", "v1"));
    assertThat(HubAddress.parse("hf://datasets/o/n/a/b.parquet@refs/convert/parquet"))
        .isEqualTo(new HubAddress("datasets", "o/n", "a/b.parquet", "refs/convert/parquet"));
    assertThat(HubAddress.parse("hf://datasets/o/n@refs/pr/1/a/b"))
        .isEqualTo(new HubAddress("datasets", "o/n", "a/b", "refs/pr/1"));
    for (String wrong : new String[] {"hf://", "hf://a/../b", "hf://o/n/../x", "hf://o//x"}) {
      assertThatThrownBy(() -> HubAddress.parse(wrong)).hasMessageContaining("not a place of the");
    }
  }
}
