package dev.ftpipe.origin;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.ContentStore.Blob;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A file at a web server. Its pin is its entity tag. */
final class WebFile implements Place {
  private static final Refusals REFUSALS =
      new Refusals("a file that needs an account has to be fetched by hand, then ftpipe add PATH");

  private final URI address;
  private final Web web;
  private final ContentStore content;
  private final Path work;
  private final Flow flow;

  /**
   * A file.
   *
   * @param work a folder for what is on its way
   */
  WebFile(URI address, Web web, ContentStore content, Path work, Flow flow) {
    this.address = address;
    this.web = web;
    this.content = content;
    this.work = work;
    this.flow = flow;
  }

  @Override
  public Fetched fetch(String pin) throws IOException {
    Web.Ask ask = Web.Ask.get(address, Optional.empty());
    flow.expect(0);
    Path file = work.resolve(Digest.of(address.toString()).hex());
    try (Partial partial = Partial.open(file, address.toString())) {
      Optional<HttpHeaders> headers =
          new Download(web, REFUSALS, ask, OptionalLong.empty(), false, flow).run(partial);
      String found = headers.map(WebFile::pin).orElse("");
      Blob blob = new Received(content).take(partial, address.toString());
      flow.finish();
      return new Fetched(new Artifact(Artifact.Kind.FILE, blob.digest(), blob.size()), found);
    }
  }

  private static String pin(HttpHeaders headers) {
    return headers.firstValue("etag").or(() -> headers.firstValue("last-modified")).orElse("");
  }

  @Override
  public String presentPin() throws IOException {
    Web.Ask ask = Web.Ask.get(address, Optional.empty()).with(Map.of("Range", "bytes=0-0"));
    return new Retries(web.patience())
        .run(
            address.toString(),
            () -> 0,
            () -> {
              HttpResponse<InputStream> answer = web.send(ask);
              int status = answer.statusCode();
              if (status != 200 && status != 206 && status != 416) {
                throw REFUSALS.of(address.toString(), answer);
              }
              Web.close(answer);
              return pin(answer.headers());
            });
  }
}
