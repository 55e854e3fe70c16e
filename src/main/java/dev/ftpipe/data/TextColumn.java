package dev.ftpipe.data;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Nearest;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;

/**
 * A column of texts at the top level of a parquet schema.
 *
 * @param chunk its index among the column chunks of a row group
 * @param optional whether it can hold nulls
 */
record TextColumn(String name, int chunk, boolean optional) {
  /** A field of the schema's root and the index of the first column chunk below it. */
  private record Field(SchemaElement element, int chunk) {}

  /**
   * Finds the columns by their exact names.
   *
   * @param schema the footer's list: the tree in depth-first order, each node with its number of
   *     children
   * @param file for messages
   */
  static List<TextColumn> find(List<SchemaElement> schema, List<String> names, String file) {
    List<Field> fields = fields(schema, file);
    return names.stream().map(name -> find(fields, name, file)).toList();
  }

  private static TextColumn find(List<Field> fields, String name, String file) {
    List<Field> found =
        fields.stream().filter(field -> field.element.getName().equals(name)).toList();
    if (found.isEmpty()) {
      List<String> there = fields.stream().map(field -> field.element.getName()).toList();
      throw FtpipeException.pipeline(
          file
              + ": no column '"
              + name
              + "'; the columns are "
              + String.join(", ", there)
              + Nearest.hint(name, there));
    }
    if (found.size() > 1) {
      throw FtpipeException.pipeline(
          file + ": " + found.size() + " columns are named '" + name + "'; rename all but one");
    }
    Field field = found.get(0);
    String wrong = notText(field.element);
    if (!wrong.isEmpty()) {
      throw FtpipeException.pipeline(
          file + ": column '" + name + "' is " + wrong + "; expected a column of texts");
    }
    boolean optional = field.element.getRepetition_type() == FieldRepetitionType.OPTIONAL;
    return new TextColumn(name, field.chunk, optional);
  }

  /** What the element is when it is not a text; empty when it is one. */
  private static String notText(SchemaElement element) {
    String annotation = annotation(element);
    if (!element.isSetType()) {
      return switch (annotation) {
        case "LIST" -> "a list";
        case "MAP", "MAP_KEY_VALUE" -> "a map";
        default -> "a struct (a group of columns)";
      };
    }
    if (element.getRepetition_type() == FieldRepetitionType.REPEATED) {
      return "a list (REPEATED " + element.getType() + ")";
    }
    boolean text =
        switch (annotation) {
          case "", "UTF8", "STRING", "ENUM", "JSON" -> true;
          default -> false;
        };
    if (element.getType() != Type.BYTE_ARRAY || !text) {
      return element.getType() + (annotation.isEmpty() ? "" : " (" + annotation + ")");
    }
    return "";
  }

  private static String annotation(SchemaElement element) {
    if (element.isSetLogicalType() && element.getLogicalType().isSet()) {
      return element.getLogicalType().getSetField().getFieldName();
    }
    return element.isSetConverted_type() ? element.getConverted_type().name() : "";
  }

  private static List<Field> fields(List<SchemaElement> schema, String file) {
    List<Field> fields = new ArrayList<>();
    if (schema.isEmpty()) {
      throw damaged(file);
    }
    int children = children(schema, 0, file);
    int at = 1;
    int chunk = 0;
    for (int i = 0; i < children; i++) {
      if (at >= schema.size()) {
        throw damaged(file);
      }
      fields.add(new Field(schema.get(at), chunk));
      long pending = 1;
      while (pending > 0) {
        int below = children(schema, at, file);
        chunk += schema.get(at).isSetType() ? 1 : 0;
        pending += below - 1L;
        at++;
      }
    }
    return fields;
  }

  private static int children(List<SchemaElement> schema, int at, String file) {
    if (at >= schema.size() || schema.get(at).getNum_children() < 0) {
      throw damaged(file);
    }
    return schema.get(at).isSetType() ? 0 : schema.get(at).getNum_children();
  }

  private static FtpipeException damaged(String file) {
    return FtpipeException.pipeline(
        file + ": the parquet footer's schema contradicts itself; the file is damaged");
  }
}
