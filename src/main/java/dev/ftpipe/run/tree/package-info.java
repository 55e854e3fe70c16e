/**
 * The work tree as content: folders walked, files stat-ed and read only when they changed, kept in
 * the store and put back.
 */
@NullMarked
package dev.ftpipe.run.tree;

import org.jspecify.annotations.NullMarked;
