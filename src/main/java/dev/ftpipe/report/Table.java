package dev.ftpipe.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Rows under headings, as plain text or as Markdown, in the widths that DVC prints. */
public final class Table {
  private static final int HEADING_PADDING = 2;

  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  public Table(List<String> headings) {
    this.headings = List.copyOf(headings);
  }

  /** Adds a row, one cell a heading. */
  public Table add(List<String> cells) {
    if (cells.size() != headings.size()) {
      throw new IllegalArgumentException(
          cells.size() + " cells under " + headings.size() + " headings");
    }
    rows.add(cells.stream().map(cell -> cell.replace('\n', ' ').replace('\t', ' ')).toList());
    return this;
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Columns with spaces between them. */
  public String text() {
    StringBuilder text = new StringBuilder();
    List<Integer> widths = widths(headings, rows);
    line(headings, widths, text);
    rows.forEach(row -> line(row, widths, text));
    return text.toString();
  }

  private static void line(List<String> cells, List<Integer> widths, StringBuilder text) {
    int end = text.length();
    for (int i = 0; i < cells.size(); i++) {
      text.append(i == 0 ? "" : "  ").append(padded(cells.get(i), widths.get(i)));
      end = cells.get(i).isEmpty() ? end : text.length() - widths.get(i) + width(cells.get(i));
    }
    text.setLength(end);
    text.append('\n');
  }

  /** A table of GitHub's Markdown. */
  public String markdown() {
    List<List<String>> escaped = rows.stream().map(Table::escaped).toList();
    List<Integer> widths = widths(escaped(headings), escaped);
    StringBuilder text = new StringBuilder();
    markdownLine(escaped(headings), widths, text);
    widths.forEach(width -> text.append('|').append("-".repeat(width + 2)));
    text.append("|\n");
    escaped.forEach(row -> markdownLine(row, widths, text));
    return text.toString();
  }

  private static List<String> escaped(List<String> cells) {
    return cells.stream().map(cell -> cell.replace("|", "\\|")).toList();
  }

  private static void markdownLine(List<String> cells, List<Integer> widths, StringBuilder text) {
    for (int i = 0; i < cells.size(); i++) {
      text.append("| ").append(padded(cells.get(i), widths.get(i))).append(' ');
    }
    text.append("|\n");
  }

  private static List<Integer> widths(List<String> headings, List<List<String>> rows) {
    List<Integer> widths = new ArrayList<>(Collections.nCopies(headings.size(), HEADING_PADDING));
    for (int i = 0; i < headings.size(); i++) {
      int column = i;
      int longest = rows.stream().mapToInt(row -> width(row.get(column))).max().orElse(0);
      widths.set(i, Math.max(longest, width(headings.get(i)) + HEADING_PADDING));
    }
    return widths;
  }

  private static String padded(String cell, int width) {
    return cell + " ".repeat(Math.max(0, width - width(cell)));
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
