package dev.ftpipe.report;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** Puts pages together out of resources and data. */
final class HtmlPage {
  private static final String LIBRARY = "META-INF/resources/webjars/chart.js/";
  private static final String LIBRARY_VERSION =
      "META-INF/maven/org.webjars.npm/chart.js/pom.properties";

  private HtmlPage() {}

  /**
   * The whole page.
   *
   * @param name of its parts: {@code name.html}, {@code name.css}, {@code name.js}
   */
  static String of(String name, String title, Object data) {
    return part(name + ".html")
        .replace("/*STYLE*/", part(name + ".css"))
        .replace("<!--TITLE-->", escaped(title))
        // The order matters: what is put in later is not searched for earlier marks.
        .replace("/*PAGE*/", part(name + ".js"))
        .replace("/*DATA*/", data(data))
        .replace("/*LIBRARY*/", library());
  }

  // No text of a user's can end the script that holds it.
  private static String data(Object data) {
    try {
      return Json.mapper()
          .writeValueAsString(data)
          .replace("&", "\\u0026")
          .replace("<", "\\u003c")
          .replace(">", "\\u003e")
          .replace("/*", "/\\u002a")
          .replace("\u2028", "\\u2028")
          .replace("\u2029", "\\u2029");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("charts are JSON", e);
    }
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        // Nor can it look like one of the page's own marks.
        .replace("*", "&#42;");
  }

  private static String part(String name) {
    return resource("dev/ftpipe/report/" + name);
  }

  private static String library() {
    Properties properties = new Properties();
    try {
      properties.load(new java.io.StringReader(resource(LIBRARY_VERSION)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String version = requireNonNull(properties.getProperty("version"), "chart.js has no version");
    String script = resource(LIBRARY + version + "/dist/chart.umd.js");
    // The map of its sources is a file of its own.
    return script.replaceAll("(?m)^//# sourceMappingURL=.*$", "");
  }

  private static String resource(String path) {
    ClassLoader loader = requireNonNull(HtmlPage.class.getClassLoader(), "no class loader");
    try (InputStream in = loader.getResourceAsStream(path)) {
      return new String(
          requireNonNull(in, "resource is missing: " + path).readAllBytes(),
          StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
