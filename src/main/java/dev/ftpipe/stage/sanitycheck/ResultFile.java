package dev.ftpipe.stage.sanitycheck;

import dev.ftpipe.base.AtomicFiles;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Writes the answers as CSV (RFC 4180). */
final class ResultFile {
  private ResultFile() {}

  /** The column {@code pass} is there when a prompt has an expectation, and empty where none. */
  static void write(Path file, List<Answers> all) throws IOException {
    boolean withPass = Answers.anyExpected(all);
    List<String> header =
        new ArrayList<>(List.of("prompt", "results_pretrained", "results_finetuned"));
    if (withPass) {
      header.add("pass");
    }
    StringWriter text = new StringWriter();
    try (CSVPrinter printer = new CSVPrinter(text, CSVFormat.RFC4180)) {
      printer.printRecord(header);
      for (Answers answers : all) {
        List<String> row =
            new ArrayList<>(
                List.of(answers.prompt().text(), answers.pretrained(), answers.finetuned()));
        if (withPass) {
          row.add(answers.pass().map(String::valueOf).orElse(""));
        }
        printer.printRecord(row);
      }
    }
    AtomicFiles.write(file, text.toString());
  }
}
