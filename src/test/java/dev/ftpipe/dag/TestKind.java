package dev.ftpipe.dag;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.stage.Parameters;
import dev.ftpipe.stage.Port;
import dev.ftpipe.stage.StageContext;
import dev.ftpipe.stage.StageKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Built-in stages for tests: what they take, without what they do. */
record TestKind(String name, List<Port> inputs, List<Port> outputs)
    implements StageKind<TestKind.With> {
  /** Parameters of each test kind. */
  record With(double valSize, long seed, Group group) {
    /** Parameters in a group. */
    record Group(int rank) {}
  }

  static final Map<String, StageKind<?>> ALL = new LinkedHashMap<>();

  static {
    add(new TestKind("make", List.of(), List.of(Port.required("records"))));
    add(
        new TestKind(
            "split",
            List.of(Port.required("records"), Port.optional("weights")),
            List.of(Port.required("train"), Port.required("val"), Port.optional("metrics"))));
    add(new TestKind("merge", List.of(Port.anyLists()), List.of(Port.any())));
  }

  private static void add(TestKind kind) {
    ALL.put(kind.name(), kind);
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public Class<With> parametersType() {
    return With.class;
  }

  @Override
  public ObjectNode defaults() {
    return Parameters.defaults(
        """
        {"val_size": 0.1, "seed": 42, "group": {"rank": 8}}""");
  }

  @Override
  public List<String> problems(With parameters, Set<String> inputs, Set<String> outputs) {
    return parameters.valSize() < 0
        ? List.of("'val_size' may not be negative: " + parameters.valSize())
        : List.of();
  }

  @Override
  public void run(StageContext<With> context) {
    throw new UnsupportedOperationException("never run in these tests");
  }
}
