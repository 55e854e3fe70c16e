package dev.ftpipe.run;

import java.io.PrintStream;

/** What the program's entry point does for a worker, with the kinds of these tests. */
final class TestWorkerMain {
  private TestWorkerMain() {}

  public static void main(String[] args) {
    PrintStream events = System.out;
    StageWorker worker =
        new StageWorker(
            System.in, events, TestKinds.all(), CallFetch.NONE, Runtime.getRuntime()::halt);
    Runtime.getRuntime().addShutdownHook(new Thread(worker::endForSignal));
    System.exit(worker.run());
  }
}
