package dev.ftpipe;

import dev.ftpipe.run.StageWorker;
import dev.ftpipe.run.WorkerCommand;
import dev.ftpipe.stage.StageKind;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Entry point; wires the rooms together, and the only class that exits. */
public final class Main {
  private static final List<StageKind<?>> KINDS = List.of();

  private Main() {}

  public static void main(String[] args) {
    if (args.length > 0 && args[0].equals(WorkerCommand.ARGUMENT)) {
      System.exit(work());
    }
    System.exit(0);
  }

  /** This process runs one built-in stage for another ftpipe. */
  private static int work() {
    PrintStream events = System.out;
    // Whatever else prints must not get between the events.
    System.setOut(System.err);
    Map<String, StageKind<?>> kinds =
        KINDS.stream().collect(Collectors.toMap(StageKind::name, kind -> kind));
    StageWorker worker = new StageWorker(System.in, events, kinds, Runtime.getRuntime()::halt);
    Runtime.getRuntime().addShutdownHook(new Thread(worker::endForSignal, "stop"));
    return worker.run();
  }
}
