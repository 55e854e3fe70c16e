/**
 * What a pipeline has to show: params, metrics and plots, of the work tree or of a revision, as
 * tables, as JSON and as one HTML page. Reads and shows; computes nothing.
 */
@NullMarked
package dev.ftpipe.report;

import org.jspecify.annotations.NullMarked;
