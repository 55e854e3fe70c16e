package dev.ftpipe.report;

import java.util.Base64;
import java.util.Locale;
import java.util.Map;

/** Pictures that stand in a page as data URIs. */
final class PlotImages {
  private static final Map<String, String> TYPES =
      Map.of(
          "png", "image/png",
          "jpg", "image/jpeg",
          "jpeg", "image/jpeg",
          "gif", "image/gif",
          "webp", "image/webp",
          "bmp", "image/bmp",
          "svg", "image/svg+xml");

  private PlotImages() {}

  static boolean isImage(String path) {
    return TYPES.containsKey(ending(path));
  }

  /** As the source of an {@code img}, where a script inside an SVG does not run. */
  static String dataUri(String path, byte[] bytes) {
    return "data:"
        + TYPES.get(ending(path))
        + ";base64,"
        + Base64.getEncoder().encodeToString(bytes);
  }

  private static String ending(String path) {
    return path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
