/**
 * A thin room over git: which revision a folder is at, what changed since, and the files of other
 * revisions. Git is used where it is and needed nowhere; JGit's classes load only for a command
 * that asks for another revision.
 */
@NullMarked
package dev.ftpipe.git;

import org.jspecify.annotations.NullMarked;
