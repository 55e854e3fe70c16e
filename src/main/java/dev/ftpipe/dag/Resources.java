package dev.ftpipe.dag;

/** What a stage occupies while it runs; 0 where it does not say. */
public record Resources(int cpus, long memoryBytes, int gpus) {
  public static final Resources UNSAID = new Resources(0, 0, 0);
}
