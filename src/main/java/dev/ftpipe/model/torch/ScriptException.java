package dev.ftpipe.model.torch;

/**
 * A TorchScript method that failed: the operator's message with the source line. A defect of the
 * caller or the script unless it is a {@link DeviceMemoryException}.
 */
public class ScriptException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Wraps what the engine threw; {@code method} is the one that was called. */
  public ScriptException(String method, Throwable cause) {
    super("TorchScript method " + method + " failed: " + cause.getMessage(), cause);
  }
}
