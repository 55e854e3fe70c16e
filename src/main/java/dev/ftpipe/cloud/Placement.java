package dev.ftpipe.cloud;

/**
 * Where a run was sent: {@code runs/ID/handle.json}.
 *
 * @param handle the engine's own name for the job
 */
public record Placement(String provider, String profile, String handle) {}
