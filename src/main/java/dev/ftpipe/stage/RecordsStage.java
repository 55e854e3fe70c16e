package dev.ftpipe.stage;

import java.util.List;

/** A kind that makes one output of records of one input, both called {@code records}. */
public interface RecordsStage<P> extends StageKind<P> {
  /** The name of the input and of the output. */
  String RECORDS = "records";

  @Override
  default List<Port> inputs() {
    return List.of(Port.required(RECORDS));
  }

  @Override
  default List<Port> outputs() {
    return List.of(Port.required(RECORDS));
  }
}
