package dev.ftpipe.dag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.base.Location;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The order of stages on random graphs, declared in random order. */
final class OrderPropertiesTest {
  @Property(tries = 200)
  void whatIsReadIsWrittenBefore(@ForAll @IntRange(min = 0, max = 40) int size, @ForAll long seed) {
    List<Stage> declared = random(size, new Random(seed));
    Graph graph = Graph.of(declared);
    assertThat(graph.stages()).containsExactlyInAnyOrderElementsOf(declared);
    Set<String> written = new HashSet<>();
    for (Stage stage : graph.stages()) {
      stage.deps().stream()
          .filter(dep -> graph.producer(dep).isPresent())
          .forEach(dep -> assertThat(written).contains(dep));
      stage.outs().forEach(out -> written.add(out.path()));
    }
  }

  /** The naive order: again and again the first declared stage whose inputs are there. */
  @Property(tries = 200)
  void tiesGoByDeclaration(@ForAll @IntRange(min = 0, max = 40) int size, @ForAll long seed) {
    List<Stage> open = new ArrayList<>(random(size, new Random(seed)));
    Graph graph = Graph.of(open);
    List<Stage> expected = new ArrayList<>();
    Set<String> written = new TreeSet<>();
    while (!open.isEmpty()) {
      Stage next =
          open.stream()
              .filter(stage -> written.containsAll(stage.deps()))
              .findFirst()
              .orElseThrow();
      open.remove(next);
      expected.add(next);
      next.outs().forEach(out -> written.add(out.path()));
    }
    assertThat(graph.stages()).isEqualTo(expected);
  }

  private static List<Stage> random(int size, Random random) {
    List<Stage> stages = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      List<String> deps = new ArrayList<>();
      for (int j = 0; j < i; j++) {
        if (random.nextInt(4) == 0) {
          deps.add("out/" + j);
        }
      }
      stages.add(stage(i, deps));
    }
    java.util.Collections.shuffle(stages, random);
    return stages;
  }

  private static Stage stage(int number, List<String> deps) {
    Output out =
        new Output(
            "out/" + number,
            Output.Role.OUT,
            true,
            false,
            true,
            Optional.empty(),
            Optional.empty());
    return new Stage(
        "s" + number,
        "s" + number,
        new Location("pipeline.yaml", number + 1, 1),
        new Action.Shell(List.of("true"), "."),
        deps,
        List.of(),
        List.of(out),
        Map.of(),
        Resources.UNSAID,
        Optional.empty(),
        0,
        false,
        false,
        new Reproducible.Bytes(),
        Optional.empty());
  }
}
