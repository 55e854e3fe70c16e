package dev.ftpipe.origin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The questions that are asked of the Hugging Face Hub, or of a mirror of it. */
final class HubApi {
  static final Refusals REFUSALS =
      new Refusals(
          "check its name; where it is private or gated, get access to it on its page and set"
              + " HF_TOKEN to a token that may read it");

  private static final int LARGEST_ANSWER = 64 << 20;
  private static final int MOST_PAGES = 10_000;
  private static final Pattern NEXT = Pattern.compile("<([^>]+)>\\s*;[^,]*rel=\"?next\"?");

  private final String endpoint;
  private final Optional<String> token;
  private final Web web;

  HubApi(Map<String, String> environment, Web web) {
    String named = environment.getOrDefault("HF_ENDPOINT", "").strip().replaceAll("/+$", "");
    this.endpoint = named.isEmpty() ? "https://huggingface.co" : named;
    this.token = HubToken.find(environment);
    this.web = web;
  }

  /**
   * A file or folder of a repository.
   *
   * @param oid the digest that git has for it
   * @param sha256 of the bytes, of a file in LFS
   */
  record Entry(String path, boolean isFolder, long size, String oid, Optional<String> sha256) {}

  /** The commit of a revision. */
  String commit(HubAddress address) throws IOException {
    String what = address.repository() + "@" + address.revisionOrMain();
    JsonNode answer =
        ask(
                api(address, "/revision/" + encoded(address.revisionOrMain(), "")),
                Optional.empty(),
                what)
            .json();
    String commit = answer.path("sha").asText();
    if (!commit.matches("[0-9a-f]{40}([0-9a-f]{24})?")) {
      throw FtpipeException.environment(
          endpoint + " does not say which commit " + what + " is", null);
    }
    return commit;
  }

  /** What a path is in a commit; empty when there is no such path. */
  Optional<Entry> find(HubAddress address, String commit) throws IOException {
    String body = Json.canonical(Map.of("paths", List.of(address.path()), "expand", false));
    JsonNode answer =
        ask(
                api(address, "/paths-info/" + commit),
                Optional.of(body),
                address.repository() + "/" + address.path())
            .json();
    return answer.isArray() && !answer.isEmpty()
        ? Optional.of(entry(answer.get(0)))
        : Optional.empty();
  }

  /** All files below a path of a commit. */
  List<Entry> files(HubAddress address, String commit) throws IOException {
    List<Entry> files = new ArrayList<>();
    String below = address.path().isEmpty() ? "" : "/" + encoded(address.path(), "/");
    Optional<URI> page =
        Optional.of(api(address, "/tree/" + commit + below + "?recursive=true&expand=false"));
    for (int pages = 0; page.isPresent(); pages++) {
      if (pages == MOST_PAGES) {
        throw FtpipeException.environment(
            endpoint + " lists " + address.repository() + " without an end", null);
      }
      Answer answer = ask(page.get(), Optional.empty(), address.repository());
      for (JsonNode each : answer.json()) {
        Entry entry = entry(each);
        if (!entry.isFolder()) {
          files.add(entry);
        }
      }
      URI from = page.get();
      page =
          answer
              .link()
              .map(NEXT::matcher)
              .filter(Matcher::find)
              .map(m -> m.group(1))
              .map(from::resolve);
    }
    return files;
  }

  private static Entry entry(JsonNode node) {
    JsonNode lfs = node.path("lfs");
    Optional<String> sha256 =
        Optional.of(lfs.path("oid").asText())
            .map(text -> text.replaceFirst("^sha256:", ""))
            .filter(Digest::isOne);
    long size = lfs.has("size") ? lfs.path("size").asLong(-1) : node.path("size").asLong(-1);
    return new Entry(
        node.path("path").asText(),
        node.path("type").asText().equals("directory"),
        size,
        node.path("oid").asText(),
        sha256);
  }

  /** The request for a file's bytes. */
  Web.Ask bytes(HubAddress address, String commit, String path) {
    String kind = address.kind().equals("models") ? "" : address.kind() + "/";
    return Web.Ask.get(
        URI.create(
            endpoint
                + "/"
                + kind
                + address.repository()
                + "/resolve/"
                + commit
                + "/"
                + encoded(path, "/")),
        token);
  }

  private URI api(HubAddress address, String what) {
    try {
      return URI.create(endpoint + "/api/" + address.kind() + "/" + address.repository() + what);
    } catch (IllegalArgumentException e) {
      throw FtpipeException.usage("HF_ENDPOINT is no address of a server: " + endpoint);
    }
  }

  private static String encoded(String text, String kept) {
    StringBuilder out = new StringBuilder();
    for (String part : kept.isEmpty() ? List.of(text) : List.of(text.split(kept, -1))) {
      out.append(out.isEmpty() ? "" : kept)
          .append(URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"));
    }
    return out.toString();
  }

  private record Answer(JsonNode json, Optional<String> link) {}

  private Answer ask(URI address, Optional<String> body, String what) throws IOException {
    Web.Ask ask =
        new Web.Ask(
            address,
            body.isPresent() ? Map.of("Content-Type", "application/json") : Map.of(),
            token,
            body);
    return new Retries(web.patience())
        .run(
            what + " from " + endpoint,
            () -> 0,
            () -> {
              HttpResponse<InputStream> answer = web.send(ask);
              if (answer.statusCode() != 200) {
                throw REFUSALS.of(what + " from " + endpoint, answer);
              }
              return new Answer(json(answer, address), answer.headers().firstValue("link"));
            });
  }

  private JsonNode json(HttpResponse<InputStream> answer, URI address) throws IOException {
    byte[] bytes;
    try (InputStream body = answer.body();
        Watch watch = new Watch(body, web.patience().silence())) {
      bytes = body.readNBytes(LARGEST_ANSWER);
      watch.alive();
    } catch (IOException e) {
      throw new TransientProblem("the answer broke off: " + e.getMessage(), Optional.empty());
    }
    try {
      return Json.mapper().readTree(bytes);
    } catch (JsonProcessingException e) {
      throw FtpipeException.environment(
          address + " does not answer as the Hugging Face Hub does: " + e.getOriginalMessage(), e);
    }
  }
}
