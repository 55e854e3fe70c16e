package dev.ftpipe.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.dag.Resources;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who may run beside whom. */
final class SlotsTest {
  private static final long GIB = 1L << 30;
  private static final Slots.Machine MACHINE =
      new Slots.Machine() {
        @Override
        public long memoryBytes() {
          return 16 * GIB;
        }

        @Override
        public List<String> gpus() {
          return List.of("2", "3");
        }
      };

  private final Slots slots = new Slots(4, MACHINE);
  private final List<String> got = Collections.synchronizedList(new ArrayList<>());

  private Thread taker(String name, Resources wanted) throws InterruptedException {
    Thread thread =
        new Thread(
            () -> {
              try {
                slots.take(wanted);
                got.add(name);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    thread.start();
    while (thread.isAlive() && thread.getState() != Thread.State.WAITING) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    return thread;
  }

  @Test
  void take_countsOneProcessorWhereAStageSaysNothing() throws InterruptedException {
    for (int i = 0; i < 4; i++) {
      assertThat(slots.take(Resources.UNSAID).cpus()).isEqualTo(1);
    }
    Thread fifth = taker("fifth", Resources.UNSAID);
    assertThat(got).isEmpty();
    slots.giveBack(new Slots.Lease(1, 0, List.of()));
    fifth.join();
    assertThat(got).containsExactly("fifth");
  }

  @Test
  void take_servesWhoAskedFirst_soThatALargeOneIsNotPassedBy() throws InterruptedException {
    Slots.Lease small = slots.take(new Resources(2, 0, 0));
    Thread large = taker("large", new Resources(4, 0, 0));
    Thread later = taker("later", Resources.UNSAID);
    assertThat(got).isEmpty();
    slots.giveBack(small);
    large.join();
    assertThat(got).containsExactly("large");
    slots.giveBack(new Slots.Lease(4, 0, List.of()));
    later.join();
    assertThat(got).containsExactly("large", "later");
  }

  @Test
  void take_sharesMemory() throws InterruptedException {
    slots.take(new Resources(1, 10 * GIB, 0));
    Slots.Lease fits = slots.take(new Resources(1, 6 * GIB, 0));
    Thread third = taker("third", new Resources(1, GIB, 0));
    assertThat(got).isEmpty();
    slots.giveBack(fits);
    third.join();
  }

  @Test
  void take_givesEachItsOwnGpu() throws InterruptedException {
    Slots.Lease one = slots.take(new Resources(0, 0, 1));
    Slots.Lease other = slots.take(new Resources(0, 0, 1));
    assertThat(one.gpus()).containsExactly("2");
    assertThat(other.gpus()).containsExactly("3");
    Thread third = taker("third", new Resources(0, 0, 1));
    assertThat(got).isEmpty();
    slots.giveBack(one);
    third.join();
  }

  @Test
  void take_whenAStageIsLargerThanTheMachine_itRunsAlone() throws InterruptedException {
    Slots.Lease huge = slots.take(new Resources(1, 100 * GIB, 0));
    assertThat(huge.cpus()).isEqualTo(4);
    assertThat(huge.memoryBytes()).isEqualTo(16 * GIB);
    Thread next = taker("next", Resources.UNSAID);
    assertThat(got).isEmpty();
    slots.giveBack(huge);
    next.join();
    assertThat(slots.take(new Resources(2, 0, 0)).cpus()).isEqualTo(2);
  }

  @Test
  void thisMachine_countsTheGpusItIsAllowedToSee() {
    assertThat(new ThisMachine(Map.of("CUDA_VISIBLE_DEVICES", "0, 1,GPU-x")).gpus())
        .containsExactly("0", "1", "GPU-x");
    for (String none : List.of("", "-1", "NoDevFiles")) {
      assertThat(new ThisMachine(Map.of("CUDA_VISIBLE_DEVICES", none)).gpus())
          .containsExactly(Slots.Machine.UNKNOWN_GPU);
    }
    assertThat(new ThisMachine(Map.of("CUDA_VISIBLE_DEVICES", "3,-1,4")).gpus())
        .containsExactly("3");
    assertThat(new ThisMachine(Map.of()).gpus()).isNotEmpty();
    assertThat(new ThisMachine(Map.of()).memoryBytes()).isGreaterThan(1 << 20);
  }
}
