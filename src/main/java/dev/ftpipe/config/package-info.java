/**
 * YAML to immutable records with the place of every value; templating; every problem collected and
 * shown at once.
 */
@NullMarked
package dev.ftpipe.config;

import org.jspecify.annotations.NullMarked;
