package dev.ftpipe.stage;

/**
 * A named input or output of a built-in stage.
 *
 * @param name the key under {@code in} or {@code out}; {@link #ANY_NAME} stands for every name
 * @param required whether a call must give it
 * @param many whether it takes a list of paths
 */
public record Port(String name, boolean required, boolean many) {
  public static final String ANY_NAME = "*";

  public static Port required(String name) {
    return new Port(name, true, false);
  }

  public static Port optional(String name) {
    return new Port(name, false, false);
  }

  /** Any number of ports of any name, each with a list of paths. */
  public static Port anyLists() {
    return new Port(ANY_NAME, false, true);
  }

  /** Any number of ports of any name, each with one path. */
  public static Port any() {
    return new Port(ANY_NAME, false, false);
  }
}
