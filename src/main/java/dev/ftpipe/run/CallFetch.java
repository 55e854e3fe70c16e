package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.origin.Fetcher;
import dev.ftpipe.origin.Flow;
import dev.ftpipe.origin.Patience;
import dev.ftpipe.run.tree.WorkTree;
import dev.ftpipe.stage.Progress;
import dev.ftpipe.stage.StageContext;
import dev.ftpipe.stage.StageContext.Fetched;
import dev.ftpipe.store.ContentStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** Brings what a call wants from elsewhere into its scratch folder. */
public interface CallFetch {
  /** For calls that want nothing. */
  CallFetch NONE =
      (url, wanted, scratch, context) -> {
        throw new IllegalStateException("only a stage in a process of its own fetches " + url);
      };

  /** See {@link StageContext#fetch}. */
  Fetched fetch(String url, Predicate<String> wanted, Path scratch, StageContext<?> context)
      throws IOException, InterruptedException;

  /**
   * From the Hugging Face Hub, or a mirror of it.
   *
   * @param stores opens a store in a folder
   * @param environment tokens, endpoints, proxies
   */
  record FromHub(
      Function<Path, ContentStore> stores, Map<String, String> environment, Patience patience)
      implements CallFetch {
    private static final int PAUSE_MILLIS = 250;
    private static final int MIB = 1 << 20;

    @Override
    public Fetched fetch(
        String url, Predicate<String> wanted, Path scratch, StageContext<?> context)
        throws IOException, InterruptedException {
      Path folder = Files.createDirectories(scratch.resolve("fetched"));
      ContentStore content = stores.apply(folder.resolve("store"));
      Fetcher fetcher =
          new Fetcher(
              content,
              folder.resolve("parts"),
              environment,
              bucket -> {
                throw new IllegalStateException("not of the hub: " + bucket);
              },
              patience);
      Fetcher.Fetched fetched = watched(fetcher, url, wanted, context);
      String name = url.replaceFirst(".*/", "").replaceFirst("@.*", "");
      if (!WorkTree.open(folder, folder.resolve("none"), content, context::log)
          .restore(name, fetched.content())) {
        throw FtpipeException.environment(url + " was damaged as it was fetched", null);
      }
      return new Fetched(folder.resolve(name), fetched.origin().pin());
    }

    /** Fetches with the progress shown beside it, and ends it when the call is to end. */
    private static Fetcher.Fetched watched(
        Fetcher fetcher, String url, Predicate<String> wanted, StageContext<?> context)
        throws IOException, InterruptedException {
      Thread caller = Thread.currentThread();
      Thread watch = new Thread(() -> watch(fetcher.flow(), caller, context), "fetch");
      watch.setDaemon(true);
      watch.start();
      try {
        return fetcher.fetch(url, wanted);
      } catch (FtpipeException e) {
        if (context.stopRequested()) {
          throw new InterruptedException("stopped while " + url + " was fetched");
        }
        throw e;
      } finally {
        watch.interrupt();
        watch.join();
      }
    }

    private static void watch(Flow flow, Thread caller, StageContext<?> context) {
      try {
        while (!context.stopRequested()) {
          if (flow.expected() > 0) {
            context.progress(
                new Progress(
                    flow.bytes() / MIB,
                    Math.max(1, flow.total() / MIB),
                    "MiB",
                    flow.files() + "/" + flow.expected() + " files"));
          }
          Thread.sleep(PAUSE_MILLIS);
        }
        caller.interrupt();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
