package dev.ftpipe.cloud.ec2;

import dev.ftpipe.base.Digest;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * How everything of a run is called and tagged, so that it is found without any memory of it.
 *
 * @param id of the run
 */
record RunName(String id) {
  private static final String START = "ftpipe-";
  static final String RUN_TAG = "ftpipe:run";
  static final String STORE_TAG = "ftpipe:store";

  /** Of the fleets of a batch: each has one machine and its own part of the stages. */
  static final String PART_TAG = "ftpipe:part";

  /** The path of roles and profiles, for policies that speak of all of them. */
  static final String IAM_PATH = "/ftpipe/";

  /** The name of a group, a template, a role, a profile. */
  String name() {
    return START + id;
  }

  /** The name of the template of a part. */
  String template(int part) {
    return name() + suffix(part);
  }

  /** The first part, which most runs have alone, is called as the run. */
  static String suffix(int number) {
    return number == 0 ? "" : "-" + number;
  }

  /** The folder of the run's secrets. */
  String secrets() {
    return "/ftpipe/" + id + "/";
  }

  /** Tags of everything that is made. */
  Map<String, String> tags(String store, Map<String, String> labels) {
    Map<String, String> tags = new LinkedHashMap<>(labels);
    tags.put("Name", name());
    tags.put(RUN_TAG, id);
    tags.put(STORE_TAG, storeTag(store));
    return tags;
  }

  /** A remote as a tag may name it: some have letters that a tag has not. */
  static String storeTag(String store) {
    return store.matches("[A-Za-z0-9 _.:/=+@-]{1,256}") ? store : Digest.of(store).hex();
  }

  /** The run whose thing has this name. */
  static Optional<String> ofName(String name) {
    return name.startsWith(START) ? Optional.of(name.substring(START.length())) : Optional.empty();
  }

  /** The value of a tag, whatever service has it. */
  static <T> Optional<String> tag(
      Collection<T> tags, String key, Function<T, String> keys, Function<T, String> values) {
    return tags.stream().filter(tag -> keys.apply(tag).equals(key)).map(values).findFirst();
  }
}
