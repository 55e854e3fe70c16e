package dev.ftpipe.dag;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls of built-in stages, held against their contracts. */
final class CallRulesTest {
  @TempDir Path folder = Path.of("");
  private Project project = new Project(folder);

  @BeforeEach
  void useFolder() {
    project = new Project(folder);
  }

  @Test
  void aCallKnowsWhatItReadsAndWrites() {
    project
        .params("val: 0.2\nseed: 7\n")
        .pipeline(
            """
            stages:
              split:
                uses: split
                in: {records: data/all.jsonl}
                out:
                  train: data/train.jsonl
                  val: {path: data/val.jsonl, cache: false, push: false, persist: true}
                  metrics: metrics
                with: {val_size: '${val}', seed: '${seed}'}
            """);
    Stage stage = project.load().stage("split");
    assertThat(stage.deps()).containsExactly("data/all.jsonl");
    assertThat(stage.outs())
        .extracting(out -> out.path() + " " + out.role() + " " + out.cache() + out.persist())
        .containsExactly(
            "data/train.jsonl OUT truefalse",
            "data/val.jsonl OUT falsetrue",
            "metrics METRIC truefalse");
    Action.Call call = (Action.Call) stage.action();
    assertThat(call.kind().name()).isEqualTo("split");
    assertThat(call.parameters())
        .hasToString("{\"val_size\":0.2,\"seed\":7,\"group\":{\"rank\":8}}");
    assertThat(call.inputs()).containsExactly(Map.entry("records", List.of("data/all.jsonl")));
    assertThat(call.outputs().keySet()).containsExactly("train", "val", "metrics");
  }

  @Test
  void anyNumberOfNamedListsGoIn() {
    project.pipeline(
        """
        stages:
          merge:
            uses: merge
            in: {train: [a, b], val: [c, a]}
            out: {train: t, val: v}
        """);
    Stage stage = project.load().stage("merge");
    assertThat(((Action.Call) stage.action()).inputs())
        .containsExactly(
            Map.entry("train", List.of("a", "b")), Map.entry("val", List.of("c", "a")));
    assertThat(stage.deps()).containsExactly("a", "b", "c");
  }

  @Test
  void aGroupOfParametersComesFromOneVariable() {
    project
        .params("group: {rank: 64}\n")
        .pipeline(
            """
            stages:
              make: {uses: make, out: {records: r}, with: {group: '${group}'}}
            """);
    Action.Call call = (Action.Call) project.load().stage("make").action();
    assertThat(call.parameters().at("/group/rank").intValue()).isEqualTo(64);
  }

  @Test
  void anUnknownBuiltIn() {
    project.pipeline("stages:\n  a: {uses: spilt}\n  b: {uses: something_else}\n");
    assertThat(project.problems())
        .containsExactly(
            "pipeline.yaml:2:13: there is no built-in stage 'spilt'; did you mean 'split'?",
            "pipeline.yaml:3:13: there is no built-in stage 'something_else'; there are: make,"
                + " merge, split");
  }

  @Test
  void portsAreChecked() {
    project.pipeline(
        """
        stages:
          a:
            uses: split
            in: {record: x, weights: [y]}
            out: {train: t, vall: v}
          b:
            uses: merge
            in: {train: x}
            out: {train: [t]}
          c: {uses: make, in: {records: x}, out: {records: {cache: true, pth: r}}}
          d: {uses: make}
        """);
    assertThat(project.problems())
        .containsExactly(
            "pipeline.yaml:4:5: 'split' needs 'records' in 'in'",
            "pipeline.yaml:4:10: 'split' has no 'record' in 'in'; did you mean 'records'?",
            "pipeline.yaml:4:30: input 'weights' takes one path; found a list",
            "pipeline.yaml:5:5: 'split' needs 'val' in 'out'",
            "pipeline.yaml:5:21: 'split' has no 'vall' in 'out'; did you mean 'val'?",
            "pipeline.yaml:8:17: input 'train' takes a list of paths; found the text 'x'",
            "pipeline.yaml:9:18: output 'train' has to be a path; found a list",
            "pipeline.yaml:10:24: 'make' has no 'records' in 'in'; it has none",
            "pipeline.yaml:10:52: output 'records' has no 'path'",
            "pipeline.yaml:10:66: unknown key 'pth'; did you mean 'path'?",
            "pipeline.yaml:11:7: 'make' needs 'records' in 'out'");
  }

  @Test
  void parametersAreChecked() {
    project
        .params("size: big\nnegative: -1\n")
        .pipeline(
            """
            stages:
              a: {uses: make, out: {records: a}, with: {val_siz: 1, group: {rnk: 1}}}
              b: {uses: make, out: {records: b}, with: {val_size: '${size}'}}
              c: {uses: make, out: {records: c}, with: {group: {rank: eight}}}
              d: {uses: make, out: {records: d}, with: {val_size: '${negative}'}}
              e: {uses: make, out: {records: e}, with: [x]}
              f: {uses: make, out: {records: f}, with: {sede: '${size}'}}
            """);
    assertThat(project.problems())
        .containsExactly(
            "pipeline.yaml:2:45: unknown parameter 'val_siz'; did you mean 'val_size'?",
            "pipeline.yaml:2:65: unknown parameter 'rnk'; did you mean 'rank'?",
            "pipeline.yaml:3:45: 'val_size' of make: not a number: big (the value comes from"
                + " params.yaml:1:7)",
            "pipeline.yaml:4:53: 'group.rank' of make: not a whole number: eight",
            "pipeline.yaml:5:38: 'val_size' may not be negative: -1.0",
            "pipeline.yaml:6:44: 'with' has to be a mapping; found a list",
            "pipeline.yaml:7:45: unknown parameter 'sede'; did you mean 'seed'?");
  }

  @Test
  void keysOfShellStagesDoNotMixWithCalls() {
    project.pipeline(
        """
        stages:
          a:
            uses: make
            cmd: make
            deps: [x]
            out: {records: r}
          b:
            cmd: b
            with: {seed: 1}
        """);
    assertThat(project.problems())
        .containsExactly(
            "pipeline.yaml:4:5: 'cmd' cannot stand beside 'uses': what a built-in stage reads and"
                + " writes is in 'in', 'out' and 'with'",
            "pipeline.yaml:5:5: 'deps' cannot stand beside 'uses': what a built-in stage reads and"
                + " writes is in 'in', 'out' and 'with'",
            "pipeline.yaml:9:5: 'with' belongs to a built-in stage, and this one has no 'uses'");
  }
}
