package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.Needed;
import dev.ftpipe.store.Swept;
import dev.ftpipe.store.collect.Reach;
import dev.ftpipe.store.collect.Roots;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/** Drops from the cache of a project what nobody refers to. */
public final class Cleaning {
  /** Only what is needed. */
  public static final Keeping ONLY = needed -> needed;

  private final Project project;
  private final Roots roots;
  private final Instant since;
  private final Keeping keeping;

  /** Says, of what is needed, what is kept. */
  public interface Keeping {
    Needed kept(Needed needed) throws IOException;
  }

  /**
   * A cleaning of the cache.
   *
   * @param roots what is referred to
   * @param grace how long anything stays, referred to or not
   * @param keeping what else stays
   */
  public Cleaning(Project project, Roots roots, Duration grace, Keeping keeping) {
    this.project = project;
    this.roots = roots;
    // With no grace, what was written a moment ago goes, too, whatever the clock's step.
    this.since = grace.isZero() ? Instant.MAX : Instant.now().minus(grace);
    this.keeping = keeping;
  }

  /** What {@link #sweep} would drop. */
  public Swept survey() throws IOException {
    Swept swept = project.store().upkeep().survey(needed(), since);
    project.store().content().release();
    return swept;
  }

  /**
   * Drops it.
   *
   * @throws FtpipeException of the environment, while a repro is at work in this folder
   */
  public Swept sweep() throws IOException {
    project.folders().prepare();
    try (WorkspaceLock held = WorkspaceLock.take(project.folders().workspaceLock())) {
      // Nothing is dropped that a command of a killed repro may still write to.
      Orphans.endAfter(held, project.root(), project::note);
      project.reloadLock();
      Needed needed = needed();
      project.store().content().release();
      return project.store().upkeep().sweep(needed, since);
    }
  }

  private Needed needed() throws IOException {
    Reach reach = new Reach(new LocalSource(project.store())).add(roots).add(LockRoots.of(project));
    reach.addEntries(project.store().upkeep().entriesSince(since));
    return keeping.kept(reach);
  }
}
