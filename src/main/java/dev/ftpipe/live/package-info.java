/**
 * A page that changes while one looks at it, for the person at this machine only: an HTTP server on
 * the loopback interface that knows neither runs nor stages and writes nothing.
 */
@NullMarked
package dev.ftpipe.live;

import org.jspecify.annotations.NullMarked;
