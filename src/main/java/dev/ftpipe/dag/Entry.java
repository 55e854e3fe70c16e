package dev.ftpipe.dag;

import dev.ftpipe.base.Location;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.Variables;

/**
 * One stage to be, after {@code foreach} and {@code matrix}, before templating.
 *
 * @param name {@code group@item}, or the group where there is one stage only
 * @param location where the group's name stands
 * @param body the mapping with {@code cmd} or {@code uses}
 * @param variables what its templates may name, {@code item} and {@code key} included
 */
record Entry(String name, String group, Location location, Located body, Variables variables) {}
