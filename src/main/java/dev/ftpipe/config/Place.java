package dev.ftpipe.config;

import com.fasterxml.jackson.core.JsonPointer;
import dev.ftpipe.base.Location;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a value, and everything in it, was written. A tree beside the tree of values; what is not
 * in it (it came out of a template) has the place of the nearest thing around it.
 */
public final class Place {
  private final Location at;
  private final Location key;
  private final Map<String, Place> members;
  private final List<Place> items;
  private final @Nullable Place origin;

  private Place(
      Location at,
      Location key,
      Map<String, Place> members,
      List<Place> items,
      @Nullable Place origin) {
    this.at = at;
    this.key = key;
    this.members = members;
    this.items = items;
    this.origin = origin;
  }

  /** The place of a value that holds no other. */
  public static Place of(Location at) {
    return new Place(at, at, Map.of(), List.of(), null);
  }

  static Place ofMapping(Location at, Map<String, Place> members) {
    return new Place(at, at, members, List.of(), null);
  }

  static Place ofList(Location at, List<Place> items) {
    return new Place(at, at, Map.of(), items, null);
  }

  /** The same place, for the value of a key. */
  Place underKey(Location where) {
    return new Place(at, where, members, items, origin);
  }

  /** The place of the key alone. */
  public Place ofKey() {
    return new Place(key, key, Map.of(), List.of(), null);
  }

  /** The same things at another spot: an alias for an anchor. */
  Place seenFrom(Location where) {
    return new Place(where, where, members, items, origin);
  }

  /** The same spot for other things in it. */
  Place holding(Map<String, Place> otherMembers, List<Place> otherItems) {
    return new Place(at, key, otherMembers, otherItems, origin);
  }

  /** This place for a value that a template took from {@code variable}. */
  Place takenFrom(Place variable) {
    return new Place(at, key, Map.of(), List.of(), variable);
  }

  /** Where the value begins. */
  public Location at() {
    return at;
  }

  /** Where the key of the value begins; where the value begins when it has no key. */
  public Location key() {
    return key;
  }

  public Place member(String name) {
    Place member = members.get(name);
    return member != null ? member : inside(origin == null ? null : origin.member(name));
  }

  public Place item(int index) {
    return index < items.size()
        ? items.get(index)
        : inside(origin == null ? null : origin.item(index));
  }

  private Place inside(@Nullable Place originOfPart) {
    return new Place(at, key, Map.of(), List.of(), originOfPart);
  }

  /** The place of what {@code pointer} leads to from here, or of the nearest thing around it. */
  public Place find(JsonPointer pointer) {
    Place here = this;
    for (JsonPointer rest = pointer; !rest.matches(); rest = rest.tail()) {
      here =
          rest.mayMatchElement() && here.members.isEmpty() && !here.items.isEmpty()
              ? here.item(rest.getMatchingIndex())
              : here.member(rest.getMatchingProperty());
    }
    return here;
  }

  /** A clause that says where the value itself stands, when a template took it from there. */
  String originNote() {
    return origin == null ? "" : " (the value comes from " + origin.at + ")";
  }
}
