package dev.ftpipe.origin;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.ObjectStore;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Fetches what is at an address into a store. */
public final class Fetcher {
  private final ContentStore content;
  private final Path work;
  private final Map<String, String> environment;
  private final Function<String, ObjectStore> buckets;
  private final Patience patience;
  private final Flow flow = new Flow();

  /**
   * A fetcher; nothing is asked yet.
   *
   * @param work a folder for what is on its way, and goes on after a kill
   * @param environment of this process: tokens, endpoints, proxies
   * @param buckets opens {@code s3://BUCKET}
   */
  public Fetcher(
      ContentStore content,
      Path work,
      Map<String, String> environment,
      Function<String, ObjectStore> buckets,
      Patience patience) {
    this.content = content;
    this.work = work;
    this.environment = environment;
    this.buckets = buckets;
    this.patience = patience;
  }

  /**
   * What was fetched.
   *
   * @param content its bytes are in the store
   * @param origin the address, pinned
   */
  public record Fetched(Artifact content, Origin origin) {}

  /** How far the fetch is that runs now. */
  public Flow flow() {
    return flow;
  }

  /**
   * Fetches what is there now.
   *
   * @throws FtpipeException wrong use, for what is no address; of the environment, when it cannot
   *     be had
   */
  public Fetched fetch(String url) throws IOException {
    Place.Fetched fetched = place(url).fetch("");
    return new Fetched(fetched.content(), new Origin(url, fetched.pin()));
  }

  /**
   * Fetches what is there now of a repository of the Hugging Face Hub, or of a folder of one.
   *
   * @param wanted its files, by their paths in it
   */
  public Fetched fetch(String url, Predicate<String> wanted) throws IOException {
    Place.Fetched fetched = hub(url, wanted).fetch("");
    return new Fetched(fetched.content(), new Origin(url, fetched.pin()));
  }

  /** Fetches the state that the pin names, where the place keeps its past; else the present one. */
  public Artifact fetch(Origin origin) throws IOException {
    return place(origin.url()).fetch(origin.pin()).content();
  }

  /** The pin of what is there now; empty when only fetching it would tell. */
  public String presentPin(String url) throws IOException {
    return place(url).presentPin();
  }

  private Place place(String url) {
    int colon = url.indexOf(':');
    String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
    return switch (scheme) {
      case "" -> throw notAnAddress(url, "it has no scheme");
      case "file" -> new LocalFiles(localPath(url), content, flow);
      case "http", "https" ->
          new WebFile(webAddress(url), new Web(environment, patience), content, work, flow);
      case "s3" -> bucket(url);
      case "hf" -> hub(url, path -> true);
      default -> throw notAnAddress(url, "'" + scheme + ":' is not known");
    };
  }

  private HubFiles hub(String url, Predicate<String> wanted) {
    Web web = new Web(environment, patience);
    return new HubFiles(url, wanted, new HubApi(environment, web), web, content, work, flow);
  }

  private static FtpipeException notAnAddress(String url, String why) {
    return FtpipeException.usage(
        "nothing can be fetched from '"
            + url
            + "': "
            + why
            + "; file:, https:, s3: or hf:// is expected");
  }

  private static Path localPath(String url) {
    try {
      return Path.of(new URI(url));
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw notAnAddress(url, String.valueOf(e.getMessage()));
    }
  }

  private static URI webAddress(String url) {
    try {
      URI address = new URI(url);
      if (address.getHost() == null) {
        throw notAnAddress(url, "it names no server");
      }
      if (address.getUserInfo() != null) {
        throw FtpipeException.usage(
            "an address with a password would be kept in pipeline.lock; fetch it by hand, then"
                + " ftpipe add PATH");
      }
      return address;
    } catch (URISyntaxException e) {
      throw notAnAddress(url, String.valueOf(e.getMessage()));
    }
  }

  private Place bucket(String url) {
    String rest = url.startsWith("s3://") ? url.substring("s3://".length()) : "";
    int slash = rest.indexOf('/');
    String bucket = slash < 0 ? rest : rest.substring(0, slash);
    String key = slash < 0 ? "" : rest.substring(slash + 1).replaceAll("/+$", "");
    if (bucket.isEmpty()) {
      throw notAnAddress(url, "it names no bucket; s3://BUCKET/KEY is expected");
    }
    return new BucketFiles(url, key, () -> buckets.apply(bucket), content, work, flow);
  }

  /** Whether a text looks like an address, and not like a path. */
  public static Optional<String> schemeOf(String text) {
    int colon = text.indexOf(':');
    return colon > 1 && text.substring(0, colon).matches("[A-Za-z][A-Za-z0-9+.-]*")
        ? Optional.of(text.substring(0, colon))
        : Optional.empty();
  }
}
