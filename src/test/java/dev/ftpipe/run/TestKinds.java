package dev.ftpipe.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.stage.Parameters;
import dev.ftpipe.stage.Port;
import dev.ftpipe.stage.Progress;
import dev.ftpipe.stage.StageContext;
import dev.ftpipe.stage.StageKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Built-ins that do what tests need. */
final class TestKinds {
  private TestKinds() {}

  static Map<String, StageKind<?>> all() {
    return Map.of("count", new Count(false), "count_apart", new Count(true));
  }

  /**
   * Parameters of {@link Count}.
   *
   * @param behave what to do at the end: {@code write}, {@code fail}, {@code abort}, {@code print}
   */
  record With(int steps, int millis, String behave) {}

  /**
   * Counts slowly, keeps its place in the scratch folder, and writes how far it got and where it
   * started.
   */
  record Count(boolean ownProcess) implements StageKind<With> {
    @Override
    public String name() {
      return ownProcess ? "count_apart" : "count";
    }

    @Override
    public int version() {
      return 1;
    }

    @Override
    public List<Port> inputs() {
      return List.of(Port.optional("text"));
    }

    @Override
    public List<Port> outputs() {
      return List.of(Port.required("file"));
    }

    @Override
    public Class<With> parametersType() {
      return With.class;
    }

    @Override
    public ObjectNode defaults() {
      return Parameters.defaults("{\"steps\": 3, \"millis\": 0, \"behave\": \"write\"}");
    }

    @Override
    public void run(StageContext<With> context) throws IOException, InterruptedException {
      With with = context.parameters();
      Path place = context.scratch().resolve("place");
      int start = Files.exists(place) ? Integer.parseInt(Files.readString(place)) : 0;
      Files.writeString(context.scratch().resolve("pid"), "" + ProcessHandle.current().pid());
      for (int step = start; step < with.steps(); step++) {
        if (context.stopRequested()) {
          throw new InterruptedException();
        }
        TimeUnit.MILLISECONDS.sleep(with.millis());
        Files.writeString(place, String.valueOf(step + 1));
        context.progress(new Progress(step + 1, with.steps(), "steps", ""));
      }
      context.log("started at " + start);
      switch (with.behave()) {
        case "fail" ->
            throw FtpipeException.pipeline(
                context.display(context.output("file")) + ":1: wrong on purpose");
        case "abort" -> Runtime.getRuntime().halt(134);
        case "kill" -> kill();
        case "print" -> System.out.println("from native code");
        default -> {}
      }
      Files.writeString(context.output("file"), "counted to " + with.steps() + "\n");
    }

    // A process may not destroy itself through its handle.
    private static void kill() throws IOException, InterruptedException {
      new ProcessBuilder("kill", "-9", String.valueOf(ProcessHandle.current().pid()))
          .start()
          .waitFor();
      TimeUnit.SECONDS.sleep(10);
    }
  }
}
