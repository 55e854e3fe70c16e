package dev.ftpipe.model.torch;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The device, or the host for the CPU, has no memory left for a tensor. */
public final class DeviceMemoryException extends ScriptException {
  private static final long serialVersionUID = 1;

  /** As libtorch's allocators word it, on the host and on CUDA. */
  private static final Pattern NEED =
      Pattern.compile("you tried to allocate [^.\n]*bytes|Tried to allocate [^\n]*? is free");

  DeviceMemoryException(String method, Throwable cause) {
    super(method, cause);
  }

  /** The sentence of the allocator that says how much was wanted and what was free. */
  public String need() {
    Matcher matcher = NEED.matcher(String.valueOf(getMessage()));
    return matcher.find() ? matcher.group() : "no more memory";
  }

  /** Whether the engine's message is one of its allocators'. */
  static boolean isOne(Throwable error) {
    String message = String.valueOf(error.getMessage());
    return message.contains("can't allocate memory") || message.contains("out of memory");
  }
}
