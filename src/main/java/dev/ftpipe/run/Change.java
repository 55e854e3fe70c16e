package dev.ftpipe.run;

/**
 * One difference between what a stage last ran with and what it would run with now.
 *
 * @param kind {@code stage}, {@code version}, {@code command}, {@code parameter}, {@code input},
 *     {@code output}, {@code env}
 * @param name which one: a path, a parameter's dotted name; empty where there is only one
 * @param before the old value, shortened for a person; empty when there was none
 * @param after the new value; empty when there is none
 */
public record Change(String kind, String name, String before, String after) {}
