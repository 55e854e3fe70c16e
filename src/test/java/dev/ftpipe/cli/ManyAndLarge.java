package dev.ftpipe.cli;

/** A pipeline of two stages, one with a folder of small files and one with a large file. */
final class ManyAndLarge {
  private ManyAndLarge() {}

  /**
   * Its text; what the stages write says {@code word}, but for one file that is always the same.
   */
  static String pipeline(String word) {
    return """
        stages:
          many:
            cmd: mkdir -p many; for i in 1 2 3; do echo WORD $i > many/$i; done; echo same > many/x
            outs: [many]
          large:
            cmd: head -c 1500000 /dev/zero | tr '\\0' 'L' > large; echo WORD >> large
            deps: [many]
            outs: [large]
        """
        .replace("WORD", word);
  }
}
