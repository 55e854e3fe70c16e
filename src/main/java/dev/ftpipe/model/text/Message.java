package dev.ftpipe.model.text;

/**
 * One turn of a conversation.
 *
 * @param role {@code system}, {@code user} or {@code assistant}, as far as the template knows it
 */
public record Message(String role, String content) {}
