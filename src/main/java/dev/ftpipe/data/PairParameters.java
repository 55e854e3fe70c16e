package dev.ftpipe.data;

import java.util.List;

/** What a stage is told that takes prompts and completions from columns of parquet. */
public interface PairParameters {
  /** How many of the rows. */
  SampleSize subsetSize();

  /** Of the order of the rows. */
  long seed();

  /** What to do with a row that lacks a text. */
  OnNull onNull();

  /** Where the texts are. */
  PairColumns columns();

  /** What is wrong with the values, a sentence each. */
  default List<String> problems() {
    return Permutations.numpySeedProblem("seed", seed());
  }

  /** The sample that is asked for. */
  default ParquetSample sample() {
    return new ParquetSample(columns(), subsetSize(), seed(), onNull());
  }
}
