/**
 * The pages in a real browser: Chromium without a window, driven by the chromedriver of the same
 * system.
 */
@NullMarked
package dev.ftpipe.browser;

import org.jspecify.annotations.NullMarked;
