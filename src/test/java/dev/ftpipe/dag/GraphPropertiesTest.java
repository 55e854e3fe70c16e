package dev.ftpipe.dag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Random stages over a small tree of paths, against a model that compares every pair of them. */
final class GraphPropertiesTest {
  /** A stage of the model: what it reads and writes. */
  private record Node(String name, List<String> deps, List<String> outs) {}

  @Property(tries = 400)
  void aGraphIsRightOrItsProblemsAreNamed(
      @ForAll @IntRange(min = 0, max = 12) int size,
      @ForAll @IntRange(min = 1, max = 4) int width,
      @ForAll long seed) {
    List<Node> nodes = random(size, width, new Random(seed));
    Set<String> overlapping = overlapping(nodes);
    Set<String> cyclic = cyclic(nodes);
    FtpipeException thrown =
        catchThrowableOfType(FtpipeException.class, () -> Graph.of(stages(nodes)));
    if (overlapping.isEmpty() && cyclic.isEmpty()) {
      assertThat(thrown).isNull();
      check(nodes, Graph.of(stages(nodes)));
      return;
    }
    assertThat(thrown).isNotNull();
    assertThat(thrown.kind()).isEqualTo(FtpipeException.Kind.USAGE);
    overlapping.forEach(path -> assertThat(thrown.getMessage()).contains("output '" + path + "'"));
    if (!cyclic.isEmpty() && overlapping.isEmpty()) {
      List<String> cycles =
          thrown.getMessage().lines().filter(line -> line.contains(": cycle: ")).toList();
      assertThat(cycles).isNotEmpty().allSatisfy(line -> checkCycle(line, nodes));
    }
  }

  /** What is called a cycle is one: each stage reads what the one before it writes. */
  private static void checkCycle(String line, List<Node> nodes) {
    String names = line.replaceAll(".*: cycle: (.*); each writes.*", "$1");
    String[] cycle = names.split(" → ", -1);
    assertThat(cycle).hasSizeGreaterThan(1);
    assertThat(cycle[0]).isEqualTo(cycle[cycle.length - 1]);
    for (int i = 1; i < cycle.length; i++) {
      assertThat(follows(node(nodes, cycle[i]), node(nodes, cycle[i - 1]))).isTrue();
    }
  }

  private static void check(List<Node> nodes, Graph graph) {
    List<String> order = graph.stages().stream().map(Stage::name).toList();
    assertThat(order).containsExactlyInAnyOrderElementsOf(nodes.stream().map(Node::name).toList());
    for (Node node : nodes) {
      Set<String> before = new TreeSet<>();
      Set<String> after = new TreeSet<>();
      for (Node other : nodes) {
        if (follows(node, other)) {
          before.add(other.name());
          assertThat(order.indexOf(other.name())).isLessThan(order.indexOf(node.name()));
        }
        if (follows(other, node)) {
          after.add(other.name());
        }
      }
      Stage stage = graph.stage(node.name());
      assertThat(names(graph.upstream(stage))).isEqualTo(before);
      assertThat(names(graph.downstream(stage))).isEqualTo(after);
      assertThat(names(graph.select(List.of(node.name()), false, false)))
          .isEqualTo(reach(node, nodes, true));
      assertThat(names(graph.select(List.of(node.name()), false, true)))
          .isEqualTo(reach(node, nodes, false));
    }
  }

  private static Set<String> names(List<Stage> stages) {
    Set<String> names = new TreeSet<>();
    stages.forEach(stage -> names.add(stage.name()));
    return names;
  }

  private static Set<String> reach(Node from, List<Node> nodes, boolean upstream) {
    Set<String> reached = new TreeSet<>(Set.of(from.name()));
    for (boolean grown = true; grown; ) {
      grown = false;
      for (Node a : nodes) {
        for (Node b : nodes) {
          boolean edge = upstream ? follows(a, b) : follows(b, a);
          grown |= edge && reached.contains(a.name()) && reached.add(b.name());
        }
      }
    }
    return reached;
  }

  private static boolean follows(Node later, Node earlier) {
    return later.deps().stream()
        .anyMatch(dep -> earlier.outs().stream().anyMatch(out -> overlap(dep, out)));
  }

  private static boolean overlap(String a, String b) {
    return (a + "/").startsWith(b + "/") || (b + "/").startsWith(a + "/");
  }

  /** The outputs that another output is the same as, or that lie inside another. */
  private static Set<String> overlapping(List<Node> nodes) {
    List<String> all = new ArrayList<>();
    nodes.forEach(node -> all.addAll(node.outs()));
    Set<String> found = new TreeSet<>();
    for (int i = 0; i < all.size(); i++) {
      for (int j = 0; j < all.size(); j++) {
        if (i != j && (all.get(i) + "/").startsWith(all.get(j) + "/")) {
          found.add(all.get(i));
        }
      }
    }
    return found;
  }

  private static Set<String> cyclic(List<Node> nodes) {
    Set<String> found = new TreeSet<>();
    for (Node node : nodes) {
      for (Node before : nodes) {
        if (follows(node, before) && reach(before, nodes, true).contains(node.name())) {
          found.add(node.name());
        }
      }
    }
    return found;
  }

  private static Node node(List<Node> nodes, String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst().orElseThrow();
  }

  private static List<Node> random(int size, int width, Random random) {
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      List<String> outs = new ArrayList<>();
      for (int k = random.nextInt(2); k >= 0; k--) {
        // Mostly a place of its own: else next to every graph would overlap.
        String path = path(width, random);
        outs.add(random.nextInt(6) == 0 ? path : path + "/own" + i + k);
      }
      Set<String> deps = new TreeSet<>();
      for (int k = random.nextInt(3); k > 0; k--) {
        Node other = nodes.isEmpty() ? null : nodes.get(random.nextInt(nodes.size()));
        String out = other == null ? "in" : other.outs().get(0);
        int way = random.nextInt(8);
        deps.add(way == 0 ? path(width, random) : way == 1 ? out + "/part" : out);
      }
      nodes.add(new Node("s" + i, List.copyOf(deps), List.copyOf(new TreeSet<>(outs))));
    }
    return nodes;
  }

  private static String path(int width, Random random) {
    StringBuilder path = new StringBuilder("d" + random.nextInt(width));
    for (int i = random.nextInt(3); i > 0; i--) {
      path.append("/d").append(random.nextInt(width));
    }
    return path.toString();
  }

  private static List<Stage> stages(List<Node> nodes) {
    return nodes.stream().map(GraphPropertiesTest::stage).toList();
  }

  private static Stage stage(Node node) {
    List<Output> outs = new ArrayList<>();
    for (String path : node.outs()) {
      outs.add(
          new Output(path, Output.Role.OUT, true, false, true, Optional.empty(), Optional.empty()));
    }
    return new Stage(
        node.name(),
        node.name(),
        new Location("pipeline.yaml", Integer.parseInt(node.name().substring(1)) + 1, 1),
        new Action.Shell(List.of("true"), "."),
        node.deps(),
        List.of(),
        outs,
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
