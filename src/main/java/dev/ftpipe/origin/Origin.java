package dev.ftpipe.origin;

/**
 * Where a source came from.
 *
 * @param url as it was asked for
 * @param pin what tells this state of it from another: the commit of a repository, the entity tag
 *     of a file; empty where the place has none
 */
public record Origin(String url, String pin) {}
