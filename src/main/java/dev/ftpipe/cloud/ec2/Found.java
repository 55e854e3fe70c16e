package dev.ftpipe.cloud.ec2;

/**
 * Something that was made for a run.
 *
 * @param what it is, in words
 * @param run whose it is
 * @param store where that run's remote is
 */
record Found(String what, String run, String store) {}
