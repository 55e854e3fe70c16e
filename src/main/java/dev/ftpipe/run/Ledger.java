package dev.ftpipe.run;

import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What each stage last read and wrote, as far as this command knows: the lock file, and the journal
 * of the stages that ended since it was written. Safe for several threads; changed only by the
 * holder of the workspace's lock.
 */
final class Ledger implements AutoCloseable {
  private final Path lockFile;
  private final Path journalFile;
  private final Journal journal;
  private final Map<String, Artifact> sources = new HashMap<>();
  private final Map<String, AddedSource> added = new HashMap<>();
  private final Map<String, LockFile.Entry> stages = new HashMap<>();
  private byte[] lockBytes = new byte[0];
  private boolean changed;

  private Ledger(Path lockFile, Path journalFile) {
    this.lockFile = lockFile;
    this.journalFile = journalFile;
    this.journal = new Journal(journalFile);
  }

  /**
   * Reads both files and writes nothing.
   *
   * @throws dev.ftpipe.base.FtpipeException wrong use, for a lock file that ftpipe cannot read
   */
  static Ledger open(Path lockFile, Path journalFile) throws IOException {
    Ledger ledger = new Ledger(lockFile, journalFile);
    ledger.read(LockFile.bytes(lockFile));
    return ledger;
  }

  private void read(byte[] lock) throws IOException {
    LockFile known = LockFile.parse(lock);
    lockBytes = lock;
    sources.clear();
    sources.putAll(known.sources());
    added.clear();
    added.putAll(known.added());
    stages.clear();
    stages.putAll(known.stages());
    List<LockReader.Line> lines = Journal.read(journalFile, lock);
    lines.forEach(this::apply);
    changed = !lines.isEmpty();
  }

  private void apply(LockReader.Line line) {
    sources.putAll(line.sources());
    line.entry()
        .ifPresentOrElse(
            entry -> stages.put(line.stage(), entry), () -> stages.remove(line.stage()));
  }

  /** Reads them again, now that nobody else writes them. */
  synchronized void reload() throws IOException {
    byte[] lock = LockFile.bytes(lockFile);
    if (changed || !Arrays.equals(lock, lockBytes) || !Journal.read(journalFile, lock).isEmpty()) {
      read(lock);
    }
  }

  synchronized Optional<LockFile.Entry> stage(String name) {
    return Optional.ofNullable(stages.get(name));
  }

  /** Everything, as of now. */
  synchronized LockFile snapshot() {
    return new LockFile(sources, added, stages);
  }

  /** Makes a stage's success known; when this returns, it survives the end of the process. */
  synchronized void record(String stage, LockFile.Entry entry, Map<String, Artifact> itsSources)
      throws IOException {
    add(new LockReader.Line(stage, Optional.of(entry), itsSources));
  }

  /** What was added, by path; a copy. */
  synchronized Map<String, AddedSource> added() {
    return added.isEmpty() ? Map.of() : new TreeMap<>(added);
  }

  /** Adds a source, over what is known of this path; the lock file says so when it is written. */
  synchronized void add(String path, AddedSource source) {
    if (!source.equals(added.put(path, source))) {
      changed = true;
    }
  }

  /** Takes a source from those that were added. */
  synchronized void remove(String path) {
    changed |= added.remove(path) != null;
  }

  /** What another lock file says, instead of what was known; what was added here stays. */
  synchronized void adopt(LockFile lock) {
    sources.putAll(lock.sources());
    lock.added().forEach(added::putIfAbsent);
    stages.clear();
    stages.putAll(lock.stages());
    changed = true;
  }

  /** What was known of the stage holds no more. */
  synchronized void forget(String stage) throws IOException {
    if (stages.containsKey(stage)) {
      add(new LockReader.Line(stage, Optional.empty(), Map.of()));
    }
  }

  private void add(LockReader.Line line) throws IOException {
    if (!journal.isOpen()) {
      begin();
    }
    journal.add(line);
    apply(line);
    changed = true;
  }

  // What an earlier journal said goes to the lock file first: two would have to be told apart.
  private void begin() throws IOException {
    if (changed) {
      writeLock(snapshot());
    }
    journal.begin(lockBytes);
  }

  private void writeLock(LockFile lock) throws IOException {
    lock.write(lockFile);
    lockBytes = LockFile.bytes(lockFile);
    changed = false;
  }

  /** Writes the lock file, without what left the pipeline, if there is anything new. */
  synchronized void write(Set<String> sourcePaths, Set<String> stageNames) throws IOException {
    if (!stageNames.containsAll(stages.keySet()) || !sourcePaths.containsAll(sources.keySet())) {
      stages.keySet().retainAll(stageNames);
      sources.keySet().retainAll(sourcePaths);
      changed = true;
    }
    if (changed) {
      writeLock(snapshot());
    }
    journal.remove();
  }

  @Override
  public synchronized void close() throws IOException {
    journal.close();
  }
}
