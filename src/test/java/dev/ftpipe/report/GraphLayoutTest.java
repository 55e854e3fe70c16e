package dev.ftpipe.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.report.GraphLayout.Item;
import dev.ftpipe.report.GraphLayout.Node;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where the boxes of the graph stand. */
final class GraphLayoutTest {
  private static Item item(String name, String... after) {
    return new Item(name, name, List.of(after));
  }

  @Test
  void aNode_standsJustAboveTheFirstThatNeedsIt() {
    List<Node> nodes =
        GraphLayout.of(
            List.of(
                item("early"),
                item("middle", "early"),
                item("late"),
                item("both", "middle", "late"),
                item("end", "early", "both"),
                item("alone")));

    assertThat(nodes).extracting(Node::layer).containsExactly(0, 1, 1, 2, 3, 0);
    assertThat(nodes.get(1).place()).isNotEqualTo(nodes.get(2).place());
  }
}
