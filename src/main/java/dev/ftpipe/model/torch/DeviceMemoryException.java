package dev.ftpipe.model.torch;

/** The device, or the host for the CPU, has no memory left for a tensor. */
public final class DeviceMemoryException extends ScriptException {
  private static final long serialVersionUID = 1;

  DeviceMemoryException(String method, Throwable cause) {
    super(method, cause);
  }

  /** Whether the engine's message is one of its allocators'. */
  static boolean isOne(Throwable error) {
    String message = String.valueOf(error.getMessage());
    return message.contains("can't allocate memory") || message.contains("out of memory");
  }
}
