package dev.ftpipe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

final class OrderedTasksTest {
  private static final int TASKS = 100;

  @Test
  void run_doesEachTaskOnceAndClosesEachWorker() throws Exception {
    AtomicIntegerArray done = new AtomicIntegerArray(TASKS);
    AtomicInteger open = new AtomicInteger();
    AtomicInteger opened = new AtomicInteger();
    OrderedTasks.run(
        TASKS,
        4,
        () -> {
          open.incrementAndGet();
          opened.incrementAndGet();
          return new OrderedTasks.Worker() {
            @Override
            public void task(int number) {
              done.incrementAndGet(number);
            }

            @Override
            public void close() {
              open.decrementAndGet();
            }
          };
        },
        () -> {});
    for (int i = 0; i < TASKS; i++) {
      assertThat(done.get(i)).isOne();
    }
    assertThat(opened.get()).isEqualTo(4);
    assertThat(open.get()).isZero();
  }

  /** Task 3 fails at once, task 2 after it: the run reports task 2. */
  @Test
  void run_whenTasksFail_throwsTheLowest() {
    CountDownLatch laterFailed = new CountDownLatch(1);
    AtomicInteger begun = new AtomicInteger();
    assertThatThrownBy(
            () ->
                OrderedTasks.run(
                    TASKS,
                    4,
                    () ->
                        number -> {
                          begun.incrementAndGet();
                          if (number == 2) {
                            await(laterFailed);
                          }
                          if (number == 3) {
                            laterFailed.countDown();
                          }
                          if (number >= 2) {
                            throw new IOException("task " + number);
                          }
                        },
                    () -> {}))
        .isInstanceOf(IOException.class)
        .hasMessage("task 2");
    assertThat(begun.get()).isLessThan(TASKS);
  }

  @Test
  void run_whenTheLookEndsIt_stopsSoon() {
    AtomicInteger begun = new AtomicInteger();
    CountDownLatch looked = new CountDownLatch(1);
    assertThatThrownBy(
            () ->
                OrderedTasks.run(
                    TASKS,
                    2,
                    () ->
                        number -> {
                          begun.incrementAndGet();
                          await(looked);
                        },
                    () -> {
                      looked.countDown();
                      throw new InterruptedException("enough");
                    }))
        .isInstanceOf(InterruptedException.class)
        .hasMessage("enough");
    assertThat(begun.get()).isPositive();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
