package dev.ftpipe.store;

import dev.ftpipe.base.Digest;

/** What of a store somebody still refers to. */
public interface Needed {
  boolean needs(Digest blob);

  boolean needs(ActionKey entry);

  /** What this or another needs. */
  default Needed or(Needed other) {
    return new Needed() {
      @Override
      public boolean needs(Digest blob) {
        return Needed.this.needs(blob) || other.needs(blob);
      }

      @Override
      public boolean needs(ActionKey entry) {
        return Needed.this.needs(entry) || other.needs(entry);
      }
    };
  }

  /** What this does not need. */
  default Needed not() {
    return new Needed() {
      @Override
      public boolean needs(Digest blob) {
        return !Needed.this.needs(blob);
      }

      @Override
      public boolean needs(ActionKey entry) {
        return !Needed.this.needs(entry);
      }
    };
  }
}
