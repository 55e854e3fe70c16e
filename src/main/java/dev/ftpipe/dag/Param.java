package dev.ftpipe.dag;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A value from a params file that a shell stage declares to read.
 *
 * @param file relative to the project
 * @param name dotted path inside the file; empty for the whole file
 */
public record Param(String file, String name, JsonNode value) {}
