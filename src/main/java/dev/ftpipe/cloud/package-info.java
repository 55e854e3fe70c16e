/**
 * Runs on other machines: the task file, the snapshot of the workspace, the run protocol, which
 * goes through the store alone, and the contract of those who provide machines.
 */
@NullMarked
package dev.ftpipe.cloud;

import org.jspecify.annotations.NullMarked;
