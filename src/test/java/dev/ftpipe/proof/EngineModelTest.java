package dev.ftpipe.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.proof.Program.Result;
import dev.ftpipe.stage.StageKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * Random pipelines and random edits: the engine does what the {@link Model} says, no less, no more.
 */
final class EngineModelTest {
  private static final Map<String, StageKind<?>> KINDS = Map.of("mix", new Mix());

  /**
   * Some edits and a repro.
   *
   * @param how which options it gets
   */
  record Step(List<Edit> edits, int how) {}

  @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
  void whatRunsIsWhatMust(
      @ForAll @IntRange(min = 1, max = 9) int stages,
      @ForAll int seed,
      @ForAll("steps") @Size(min = 1, max = 5) List<Step> steps)
      throws IOException {
    check(stages, seed, steps);
  }

  @Tag("slow")
  @Property(tries = 5000, edgeCases = EdgeCasesMode.NONE)
  void whatRunsIsWhatMustThousandsOfTimes(
      @ForAll @IntRange(min = 1, max = 20) int stages,
      @ForAll int seed,
      @ForAll("steps") @Size(min = 1, max = 10) List<Step> steps)
      throws IOException {
    check(stages, seed, steps);
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Edit> edit =
        Combinators.combine(Arbitraries.of(Edit.Kind.values()), Arbitraries.integers())
            .as(Edit::new);
    return Combinators.combine(
            edit.list().ofMinSize(0).ofMaxSize(3), Arbitraries.integers().between(0, 999))
        .as(Step::new)
        .list();
  }

  private static void check(int stages, int seed, List<Step> steps) throws IOException {
    Path memory = Path.of("/dev/shm");
    Path project =
        Files.isWritable(memory)
            ? Files.createTempDirectory(memory, "ftpipe")
            : Files.createTempDirectory("ftpipe");
    try {
      World world = new World(project, stages, new Random(seed));
      repro(world, world.model.plans, List.of(), new Model.How(false, true));
      for (Step step : steps) {
        for (Edit edit : step.edits()) {
          edit.apply(world);
        }
        step(world, new Random(step.how()));
      }
    } finally {
      AtomicFiles.deleteTree(project);
    }
  }

  private static void step(World world, Random random) throws IOException {
    List<Plan> plans = world.model.plans;
    List<Plan> selected = plans;
    List<String> target = new ArrayList<>();
    if (!plans.isEmpty() && random.nextInt(4) == 0) {
      Plan one = plans.get(random.nextInt(plans.size()));
      target.add(random.nextBoolean() ? one.name() : one.outs().get(0));
      selected = world.model.closure(one);
    }
    boolean force = random.nextInt(12) == 0;
    boolean useCache = random.nextInt(12) > 0;
    if (!force && useCache) {
      status(world, selected, target);
    }
    List<String> options = new ArrayList<>(target);
    options.add("--jobs=" + (1 + 3 * random.nextInt(2)));
    if (force) {
      options.add("--force");
    }
    if (!useCache) {
      options.add("--no-cache");
    }
    repro(world, selected, options, new Model.How(force, useCache));
    if (random.nextInt(2) == 0) {
      // Whatever was done: at once after it, nothing is to be done.
      Map<String, String> again = world.model.status(selected);
      assertThat(again.entrySet().stream().filter(s -> !s.getValue().equals("up-to-date")))
          .as("the model itself")
          .allMatch(s -> isOrFollowsAlways(world.model, s.getKey()));
      status(world, selected, target);
      repro(world, selected, target, new Model.How(false, true));
    }
  }

  private static boolean isOrFollowsAlways(Model model, String stage) {
    Plan plan = model.plans.stream().filter(p -> p.name().equals(stage)).findFirst().orElseThrow();
    return model.closure(plan).stream().anyMatch(Plan::always);
  }

  private static void status(World world, List<Plan> selected, List<String> target)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("status", "--json"));
    command.addAll(target);
    Result result = Inside.run(world.project, KINDS, command.toArray(String[]::new));
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(sorted(result.stages()))
        .as(() -> explain(world, result))
        .isEqualTo(sorted(world.model.status(selected)));
  }

  private static void repro(World world, List<Plan> selected, List<String> options, Model.How how)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("repro", "--json"));
    command.addAll(options);
    Map<String, String> expected = world.model.repro(selected, how);
    Result result = Inside.run(world.project, KINDS, command.toArray(String[]::new));
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(sorted(result.stages()))
        .as(() -> explain(world, result))
        .isEqualTo(sorted(expected));
    assertThat(world.onDisk()).isEqualTo(world.model.tree);
    for (Plan plan : selected) {
      world
          .model
          .truth(plan)
          .forEach((path, node) -> assertThat(world.model.at(path)).contains(node));
    }
  }

  private static String explain(World world, Result result) {
    try {
      return Files.readString(world.project.resolve("pipeline.yaml")) + result.out() + result.err();
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static Map<String, String> sorted(Map<String, String> stages) {
    return new LinkedHashMap<>(new java.util.TreeMap<>(stages));
  }
}
