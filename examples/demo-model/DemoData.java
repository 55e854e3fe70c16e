import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.data.StringParquetWriter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes all text of the demo: the raw data of the default project and the data that the demo model
 * was pretrained on. The same arguments give the same bytes: the only source of chance is {@link
 * Random}, whose algorithm is part of its specification.
 *
 * <pre>
 * java -cp '../../target/lib/*:../../target/ftpipe.jar' DemoData.java raw DIR        openorca-demo.parquet, open-platypus-demo.parquet
 * java -cp '../../target/lib/*:../../target/ftpipe.jar' DemoData.java pretrain DIR   pretrain.jsonl, pretrain-val.jsonl
 * </pre>
 *
 * Every question has one right answer, a short full sentence that a reader can check. A question
 * whose hash falls into {@link #isHeldOut} is only ever written to the validation file, so that
 * file measures what was learned, not what was seen.
 */
public final class DemoData {
  private static final int RAW_ROWS = 3_000;
  private static final int PRETRAIN_ROWS = 200_000;
  private static final int VALIDATION_ROWS = 1_000;

  /** A question, its one right answer, and the topic that made them. */
  private record Pair(String question, String answer, String topic) {}

  /** Makes one question of a kind; {@code weight} is how often it is drawn beside the others. */
  private record Topic(String name, Room room, int weight, Function<Random, String[]> make) {
    Pair draw(Random random) {
      String[] pair = make.apply(random);
      return new Pair(pair[0], pair[1], name);
    }
  }

  /** Which of the two raw data sets a topic belongs to; the others are for pretraining alone. */
  private enum Room {
    ORCA,
    PLATYPUS,
    NEITHER
  }

  private DemoData() {}

  public static void main(String[] args) throws IOException {
    if (args.length != 2) {
      throw new IllegalArgumentException("expected: raw|pretrain DIR");
    }
    Path folder = Files.createDirectories(Path.of(args[1]));
    switch (args[0]) {
      case "raw" -> writeRaw(folder);
      case "pretrain" -> writePretrain(folder);
      default -> throw new IllegalArgumentException("expected raw or pretrain, found " + args[0]);
    }
  }

  // ---- files ------------------------------------------------------------------------------------

  private static void writeRaw(Path folder) throws IOException {
    var systemPrompts =
        List.of(
            "",
            "You are a helpful assistant.",
            "You are a teacher. Answer in a short full sentence.",
            "Answer the question so that a child understands it.");
    var random = new Random(1);
    var orca = new ArrayList<List<String>>();
    for (Pair pair : draw(RAW_ROWS, random, Room.ORCA)) {
      String id = "demo." + (1_000_000 + orca.size());
      orca.add(List.of(id, pick(systemPrompts, random), pair.question(), pair.answer()));
    }
    writeParquet(
        folder.resolve("openorca-demo.parquet"),
        List.of("id", "system_prompt", "question", "response"),
        orca);

    var platypus = new ArrayList<List<String>>();
    for (Pair pair : draw(RAW_ROWS, new Random(2), Room.PLATYPUS)) {
      platypus.add(List.of("", pair.answer(), pair.question(), "ftpipe-demo/" + pair.topic()));
    }
    writeParquet(
        folder.resolve("open-platypus-demo.parquet"),
        List.of("input", "output", "instruction", "data_source"),
        platypus);
  }

  private static void writeParquet(Path file, List<String> columns, List<List<String>> rows)
      throws IOException {
    try (var writer = new StringParquetWriter(file, columns)) {
      for (List<String> row : rows) {
        writer.write(row);
      }
    }
  }

  private static void writePretrain(Path folder) throws IOException {
    var random = new Random(3);
    List<Pair> pairs =
        draw(PRETRAIN_ROWS, random, Room.ORCA, Room.PLATYPUS, Room.NEITHER).stream()
            .map(pair -> new Pair(asTyped(pair.question(), random), pair.answer(), pair.topic()))
            .toList();
    writeJsonl(folder.resolve("pretrain.jsonl"), pairs);
    var fresh = new Random(4);
    Set<Pair> heldOut = new LinkedHashSet<>();
    while (heldOut.size() < VALIDATION_ROWS) {
      Pair pair = pickTopic(fresh, Room.values()).draw(fresh);
      if (isHeldOut(pair)) {
        heldOut.add(pair);
      }
    }
    writeJsonl(folder.resolve("pretrain-val.jsonl"), List.copyOf(heldOut));
  }

  /** One question in eight begins in lower case, one in eight lacks its last mark. */
  private static String asTyped(String question, Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> question.substring(0, 1).toLowerCase(Locale.ROOT) + question.substring(1);
      case 1 -> question.replaceFirst("\\s*[.?!]$", "");
      default -> question;
    };
  }

  private static void writeJsonl(Path file, List<Pair> pairs) throws IOException {
    var json = JsonMapper.builder().build();
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (Pair pair : pairs) {
        ObjectNode line = json.createObjectNode();
        line.put("prompt", pair.question()).put("completion", pair.answer());
        out.write(json.writeValueAsString(line));
        out.write('\n');
      }
    }
  }

  private static List<Pair> draw(int count, Random random, Room... rooms) {
    var pairs = new ArrayList<Pair>();
    while (pairs.size() < count) {
      Pair pair = pickTopic(random, rooms).draw(random);
      if (!isHeldOut(pair)) {
        pairs.add(pair);
      }
    }
    return pairs;
  }

  private static Topic pickTopic(Random random, Room... rooms) {
    Set<Room> wanted = new TreeSet<>(Arrays.asList(rooms));
    List<Topic> topics = TOPICS.stream().filter(topic -> wanted.contains(topic.room())).toList();
    int at = random.nextInt(topics.stream().mapToInt(Topic::weight).sum());
    for (Topic topic : topics) {
      at -= topic.weight();
      if (at < 0) {
        return topic;
      }
    }
    throw new AssertionError("weights do not add up");
  }

  /**
   * One question in forty, by its text alone: the same in every file. {@link String#hashCode} is
   * specified.
   */
  private static boolean isHeldOut(Pair pair) {
    return Math.floorMod(pair.question().hashCode() * 31, 40) == 0
        && !List.of("chat", "self").contains(pair.topic());
  }

  // ---- topics -----------------------------------------------------------------------------------

  private static final List<Topic> TOPICS =
      List.of(
          new Topic("add", Room.PLATYPUS, 70, DemoData::addition),
          new Topic("subtract", Room.PLATYPUS, 60, DemoData::subtraction),
          new Topic("multiply", Room.PLATYPUS, 50, DemoData::multiplication),
          new Topic("divide", Room.PLATYPUS, 30, DemoData::division),
          new Topic("double", Room.PLATYPUS, 10, DemoData::doubleAndHalf),
          new Topic("neighbour", Room.PLATYPUS, 25, DemoData::neighbours),
          new Topic("parity", Room.PLATYPUS, 15, DemoData::parity),
          new Topic("sort", Room.PLATYPUS, 60, DemoData::sortNumbers),
          new Topic("sort-words", Room.PLATYPUS, 60, DemoData::sortWords),
          new Topic("extreme", Room.PLATYPUS, 40, DemoData::extremes),
          new Topic("count", Room.PLATYPUS, 30, DemoData::countWords),
          new Topic("count-up", Room.PLATYPUS, 25, DemoData::countUp),
          new Topic("sequence", Room.PLATYPUS, 40, DemoData::sequences),
          new Topic("units", Room.PLATYPUS, 50, DemoData::units),
          new Topic("clock", Room.PLATYPUS, 30, DemoData::clock),
          new Topic("code", Room.PLATYPUS, 30, DemoData::code),
          new Topic("code-output", Room.PLATYPUS, 30, DemoData::codeOutput),
          new Topic("compare", Room.ORCA, 50, DemoData::compare),
          new Topic("story-problem", Room.ORCA, 70, DemoData::storyProblems),
          new Topic("days", Room.ORCA, 30, DemoData::days),
          new Topic("months", Room.ORCA, 30, DemoData::months),
          new Topic("opposite", Room.ORCA, 40, DemoData::opposites),
          new Topic("plural", Room.ORCA, 40, DemoData::plurals),
          new Topic("past", Room.ORCA, 30, DemoData::pastTense),
          new Topic("capital", Room.ORCA, 50, DemoData::capitals),
          new Topic("color", Room.ORCA, 30, DemoData::colors),
          new Topic("animal", Room.ORCA, 40, DemoData::animals),
          new Topic("kind", Room.ORCA, 40, DemoData::kinds),
          new Topic("fact", Room.ORCA, 60, DemoData::facts),
          new Topic("first-letter", Room.ORCA, 20, DemoData::letters),
          new Topic("reading", Room.ORCA, 70, DemoData::reading),
          new Topic("story", Room.ORCA, 25, DemoData::stories),
          new Topic("chat", Room.ORCA, 40, DemoData::chat),
          new Topic("names", Room.NEITHER, 75, DemoData::names),
          new Topic("self", Room.NEITHER, 30, DemoData::self));

  private static String[] addition(Random random) {
    int a = random.nextInt(13);
    int b = random.nextInt(13);
    return ask(
        random,
        a + " plus " + b + " is " + (a + b) + ".",
        "What is %1$s plus %2$s?|What is %1$s + %2$s?|Add %1$s and %2$s.|How much is %1$s plus"
            + " %2$s?|Calculate %1$s + %2$s.|What is the sum of %1$s and %2$s?|%1$s + %2$s = ?",
        a,
        b);
  }

  private static String[] subtraction(Random random) {
    int b = random.nextInt(13);
    int c = random.nextInt(13);
    int a = b + c;
    return ask(
        random,
        a + " minus " + b + " is " + c + ".",
        "What is %1$s minus %2$s?|What is %1$s - %2$s?|Subtract %2$s from %1$s.|How much is %1$s"
            + " minus %2$s?|Calculate %1$s - %2$s.|Take %2$s away from %1$s.",
        a,
        b);
  }

  private static String[] multiplication(Random random) {
    int a = random.nextInt(11);
    int b = random.nextInt(11);
    return ask(
        random,
        a + " times " + b + " is " + (a * b) + ".",
        "What is %1$s times %2$s?|What is %1$s * %2$s?|Multiply %1$s by %2$s.|How much is %1$s"
            + " times %2$s?|Calculate %1$s * %2$s.|What is the product of %1$s and %2$s?",
        a,
        b);
  }

  private static String[] division(Random random) {
    int b = 1 + random.nextInt(10);
    int c = random.nextInt(11);
    int a = b * c;
    return ask(
        random,
        a + " divided by " + b + " is " + c + ".",
        "What is %1$s divided by %2$s?|What is %1$s / %2$s?|Divide %1$s by %2$s.|Calculate %1$s /"
            + " %2$s.",
        a,
        b);
  }

  private static String[] doubleAndHalf(Random random) {
    int a = 1 + random.nextInt(20);
    return random.nextBoolean()
        ? ask(
            random,
            "Double " + a + " is " + 2 * a + ".",
            "What is double %s?|Double the number %s.|What is two times as much as %s?",
            a)
        : ask(
            random,
            "Half of " + 2 * a + " is " + a + ".",
            "What is half of %s?|Halve the number %s.|What is one half of %s?",
            2 * a);
  }

  private static String[] neighbours(Random random) {
    int a = 1 + random.nextInt(49);
    return random.nextBoolean()
        ? ask(
            random,
            "The number after " + a + " is " + (a + 1) + ".",
            "Which number comes after %s?|What number follows %s?|What comes next after %s?",
            a)
        : ask(
            random,
            "The number before " + a + " is " + (a - 1) + ".",
            "Which number comes before %s?|What number is just before %s?",
            a);
  }

  private static String[] parity(Random random) {
    int a = random.nextInt(50);
    return ask(
        random,
        a + " is an " + (a % 2 == 0 ? "even" : "odd") + " number.",
        "Is %s even or odd?|Is the number %s even or odd?|Tell me if %s is odd or even.",
        a);
  }

  private static String[] sortNumbers(Random random) {
    List<Integer> numbers = distinct(random, 3, 20);
    boolean up = random.nextInt(4) > 0;
    List<Integer> sorted = new ArrayList<>(numbers);
    sorted.sort(up ? null : Collections.reverseOrder());
    String questions =
        up
            ? "Sort these numbers: %s.|Put these numbers in order: %s.|Sort from small to large:"
                + " %s.|Order the numbers %s from smallest to largest."
            : "Sort these numbers from large to small: %s.|Put these numbers in falling order:"
                + " %s.|Sort from large to small: %s.";
    return ask(
        random, "In order, the numbers are " + listed(sorted) + ".", questions, comma(numbers));
  }

  private static String[] sortWords(Random random) {
    List<String> words = some(ALPHABET, random, 3);
    return ask(
        random,
        "In alphabetical order, the words are " + listed(words.stream().sorted().toList()) + ".",
        "Sort these words: %s.|Put these words in alphabetical order: %s.|Sort by the alphabet:"
            + " %s.",
        comma(words));
  }

  private static String[] extremes(Random random) {
    List<Integer> numbers = distinct(random, 3, 30);
    return random.nextBoolean()
        ? ask(
            random,
            "The largest number is " + Collections.max(numbers) + ".",
            "What is the largest of %s?|Which number is the largest: %s?|Find the biggest number:"
                + " %s.",
            listed(numbers))
        : ask(
            random,
            "The smallest number is " + Collections.min(numbers) + ".",
            "What is the smallest of %s?|Which number is the smallest: %s?|Find the smallest"
                + " number: %s.",
            listed(numbers));
  }

  private static String[] countWords(Random random) {
    List<String> words = some(ALPHABET, random, 2 + random.nextInt(5));
    return ask(
        random,
        "There are " + words.size() + " words in the list.",
        "How many words are in this list: %s?|Count the words: %s.|How many words are there: %s?",
        comma(words));
  }

  private static String[] countUp(Random random) {
    int from = random.nextInt(11);
    int to = from + 2 + random.nextInt(3);
    List<Integer> numbers = IntStream.rangeClosed(from, to).boxed().toList();
    return ask(
        random,
        "Here you are: " + listed(numbers) + ".",
        "Count from %s to %s.|Please count from %s to %s.|Say the numbers from %s to %s.",
        from,
        to);
  }

  private static String[] sequences(Random random) {
    int step = pick(List.of(1, 2, 3, 5, 10), random);
    int start = random.nextInt(10) * (step >= 5 ? step : 1);
    List<Integer> numbers = IntStream.range(0, 4).mapToObj(i -> start + i * step).toList();
    return ask(
        random,
        "The next number is "
            + (start + 4 * step)
            + ", because each number is "
            + step
            + " more than the one before.",
        "What comes next: %s?|Continue the sequence: %s.|What is the next number: %s?|Which number"
            + " follows: %s?",
        comma(numbers));
  }

  private static String[] units(Random random) {
    String[] unit = pick(UNITS, random);
    int factor = Integer.parseInt(unit[4]);
    int n = 1 + random.nextInt(10);
    String big = n + " " + (n == 1 ? unit[0] : unit[1]);
    return ask(
        random,
        "There are " + n * factor + " " + unit[3] + " in " + big + ".",
        "How many %2$s are in %1$s?|Convert %1$s to %2$s.|How many %2$s are there in %1$s?|How many"
            + " %2$s is %1$s?",
        big,
        unit[3]);
  }

  private static String[] clock(Random random) {
    int now = 1 + random.nextInt(12);
    int hours = 1 + random.nextInt(9);
    String shift = hours == 1 ? "1 hour" : hours + " hours";
    return random.nextBoolean()
        ? ask(
            random,
            "It will be " + (1 + Math.floorMod(now - 1 + hours, 12)) + " o'clock.",
            "It is %1$s o'clock. What time will it be in %2$s?|It is %1$s o'clock now. What time is"
                + " it %2$s later?",
            now,
            shift)
        : ask(
            random,
            "It was " + (1 + Math.floorMod(now - 1 - hours, 12)) + " o'clock.",
            "It is %1$s o'clock. What time was it %2$s ago?|It is %1$s o'clock now. What time was"
                + " it %2$s earlier?",
            now,
            shift);
  }

  private static String[] code(Random random) {
    String[] snippet = pick(CODE, random);
    return ask(
        random,
        snippet[1].replace("\\n", "\n"),
        "Write a Python function that %s.|Write Python code that %s.|Show me a Python function that"
            + " %s.|How do I write a Python function that %s?",
        snippet[0]);
  }

  private static String[] codeOutput(Random random) {
    int a = random.nextInt(11);
    int b = random.nextInt(11);
    String[] text = {"print(" + a + " + " + b + ")", "" + (a + b)};
    switch (random.nextInt(5)) {
      case 1 -> text = new String[] {"print(" + a + " * " + b + ")", "" + a * b};
      case 2 -> {
        List<Integer> numbers = distinct(random, 1 + random.nextInt(5), 20);
        text = new String[] {"print(len([" + comma(numbers) + "]))", "" + numbers.size()};
      }
      case 3 -> {
        List<Integer> numbers = distinct(random, 3, 20);
        boolean max = random.nextBoolean();
        text =
            new String[] {
              "print(" + (max ? "max(" : "min(") + comma(numbers) + "))",
              "" + (max ? Collections.max(numbers) : Collections.min(numbers))
            };
      }
      case 4 -> {
        String word = pick(ALPHABET, random);
        text = new String[] {"print(\"" + word + "\")", word};
      }
      default -> {}
    }
    return ask(
        random,
        "It prints " + text[1] + ".",
        "What does this Python code print? %s|What is the output of %s?|What does %s print?",
        text[0]);
  }

  private static String[] compare(Random random) {
    List<Integer> numbers = distinct(random, 2, 50);
    int a = numbers.get(0);
    int b = numbers.get(1);
    int max = Math.max(a, b);
    int min = Math.min(a, b);
    return switch (random.nextInt(3)) {
      case 0 ->
          ask(
              random,
              max + " is bigger than " + min + ".",
              "Which is bigger, %s or %s?|Which number is larger, %s or %s?|What is more, %s or"
                  + " %s?",
              a,
              b);
      case 1 ->
          ask(
              random,
              min + " is smaller than " + max + ".",
              "Which is smaller, %s or %s?|Which number is smaller, %s or %s?|What is less, %s or"
                  + " %s?",
              a,
              b);
      default ->
          ask(
              random,
              (a > b ? "Yes, " : "No, ")
                  + a
                  + " is "
                  + (a > b ? "bigger" : "smaller")
                  + " than "
                  + b
                  + ".",
              "Is %s bigger than %s?|Is %s more than %s?",
              a,
              b);
    };
  }

  private static String[] storyProblems(Random random) {
    String name = pick(PEOPLE, random);
    String thing = pick(THINGS, random);
    int a = 2 + random.nextInt(9);
    int b = 1 + random.nextInt(9);
    if (random.nextBoolean()) {
      return ask(
          random,
          name
              + " has "
              + (a + b)
              + " "
              + thing
              + ", because "
              + a
              + " plus "
              + b
              + " is "
              + (a + b)
              + ".",
          "%1$s has %2$s %4$s and gets %3$s more. How many %4$s does %1$s have now?|%1$s has %2$s"
              + " %4$s and buys %3$s more. How many %4$s does %1$s have?|%1$s had %2$s %4$s and"
              + " found %3$s more. How many %4$s are there now?",
          name,
          a,
          b,
          thing);
    }
    int all = a + b;
    return ask(
        random,
        name
            + " has "
            + a
            + " "
            + thing
            + " left, because "
            + all
            + " minus "
            + b
            + " is "
            + a
            + ".",
        "%1$s has %2$s %4$s and gives away %3$s. How many %4$s does %1$s have left?|%1$s has %2$s"
            + " %4$s and loses %3$s. How many %4$s are left?",
        name,
        all,
        b,
        thing);
  }

  private static String[] days(Random random) {
    int day = random.nextInt(7);
    String name = DAYS.get(day);
    String next = DAYS.get((day + 1) % 7);
    String before = DAYS.get((day + 6) % 7);
    int n = 2 + random.nextInt(5);
    return switch (random.nextInt(4)) {
      case 0 ->
          ask(
              random,
              "The day after " + name + " is " + next + ".",
              "Which day comes after %s?|What day follows %s?|What is the day after %s?",
              name);
      case 1 ->
          ask(
              random,
              "The day before " + name + " is " + before + ".",
              "Which day comes before %s?|What is the day before %s?",
              name);
      case 2 ->
          ask(
              random,
              "Tomorrow is " + next + ".",
              "Today is %s. What day is tomorrow?|If today is %s, what day is tomorrow?",
              name);
      default ->
          ask(
              random,
              "In " + n + " days it will be " + DAYS.get((day + n) % 7) + ".",
              "Today is %s. What day will it be in %s days?|If today is %s, which day is it in %s"
                  + " days?",
              name,
              n);
    };
  }

  private static String[] months(Random random) {
    int month = random.nextInt(12);
    String name = MONTHS.get(month);
    return switch (random.nextInt(4)) {
      case 0 ->
          ask(
              random,
              "The month after " + name + " is " + MONTHS.get((month + 1) % 12) + ".",
              "Which month comes after %s?|What month follows %s?|What is the month after %s?",
              name);
      case 1 ->
          ask(
              random,
              "The month before " + name + " is " + MONTHS.get((month + 11) % 12) + ".",
              "Which month comes before %s?|What is the month before %s?",
              name);
      case 2 ->
          ask(
              random,
              "Month number " + (month + 1) + " of the year is " + name + ".",
              "Which month is number %s?|What is month number %s of the year?",
              month + 1);
      default -> {
        String days =
            month == 1
                ? "28 days, and 29 in a leap year"
                : (List.of(3, 5, 8, 10).contains(month) ? 30 : 31) + " days";
        yield ask(
            random,
            name + " has " + days + ".",
            "How many days are in %s?|How many days does %s have?|How long is %s?",
            name);
      }
    };
  }

  private static String[] opposites(Random random) {
    String[] pair = pick(OPPOSITES, random);
    int side = random.nextInt(2);
    return ask(
        random,
        "The opposite of " + pair[side] + " is " + pair[1 - side] + ".",
        "What is the opposite of %s?|What is the opposite of the word %s?|Give me the opposite of"
            + " %s.|Which word means the opposite of %s?|Tell me the opposite of %s.",
        pair[side]);
  }

  private static String[] plurals(Random random) {
    String[] pair = pick(PLURALS, random);
    return ask(
        random,
        "The plural of " + pair[0] + " is " + pair[1] + ".",
        "What is the plural of %s?|What is the plural of the word %s?|Give me the plural of %s.|How"
            + " do you say more than one %s?|Tell me the plural of %s.",
        pair[0]);
  }

  private static String[] pastTense(Random random) {
    String[] pair = pick(PAST, random);
    return ask(
        random,
        "The past tense of " + pair[0] + " is " + pair[1] + ".",
        "What is the past tense of %s?|What is the past tense of the verb %s?|Give me the past"
            + " tense of %s.|Put the verb %s into the past tense.",
        pair[0]);
  }

  private static String[] capitals(Random random) {
    String[] place = pick(CAPITALS, random);
    return switch (random.nextInt(4)) {
      case 0 ->
          ask(
              random,
              place[1] + " is the capital of " + place[0] + ".",
              "%s is the capital of which country?|Of which country is %s the capital?",
              place[1]);
      case 1 ->
          ask(
              random,
              place[0] + " is in " + place[2] + ".",
              "On which continent is %s?|Where is %s?|In which part of the world is %s?",
              place[0]);
      default ->
          ask(
              random,
              "The capital of " + place[0] + " is " + place[1] + ".",
              "What is the capital of %s?|What is the capital city of %s?|Tell me the capital of"
                  + " %s.|Which city is the capital of %s?|Name the capital of %s.",
              place[0]);
    };
  }

  private static String[] colors(Random random) {
    String[] thing = pick(COLORS, random);
    if (random.nextInt(4) == 0) {
      String[] mix = pick(MIXES, random);
      int side = random.nextInt(2);
      return ask(
          random,
          "When you mix " + mix[side] + " and " + mix[1 - side] + ", you get " + mix[2] + ".",
          "What color do you get when you mix %s and %s?|Which color do %s and %s make?|Mix %s and"
              + " %s. Which color is it?",
          mix[side],
          mix[1 - side]);
    }
    return ask(
        random,
        sentence(thing[0] + " is " + thing[1] + "."),
        "What color is %s?|Which color does %s have?|What is the color of %s?|Tell me the color of"
            + " %s.",
        thing[0]);
  }

  private static String[] animals(Random random) {
    String[] animal = pick(ANIMALS, random);
    String name = article(animal[0]);
    return switch (random.nextInt(4)) {
      case 0 ->
          ask(
              random,
              sentence(name + " has " + animal[1] + " legs."),
              "How many legs does %s have?|How many legs are on %s?|Tell me how many legs %s has.",
              name);
      case 1 ->
          ask(
              random,
              "A young " + animal[0] + " is called " + article(animal[2]) + ".",
              "What is a young %s called?|What do you call a young %s?|What is the name for a baby"
                  + " %s?",
              animal[0]);
      case 2 ->
          ask(
              random,
              sentence(name + " lives " + animal[3] + "."),
              "Where does %s live?|Tell me where %s lives.|Where can I find %s?",
              name);
      default ->
          ask(
              random,
              sentence(name + " eats " + animal[4] + "."),
              "What does %s eat?|What is the food of %s?|Tell me what %s eats.",
              name);
    };
  }

  private static String[] kinds(Random random) {
    String[] kind = pick(KINDS, random);
    List<String> members = Arrays.asList(kind).subList(2, kind.length);
    if (random.nextInt(4) == 0) {
      // Always the same three, so that the question has one right answer.
      return ask(
          random,
          "Three " + kind[1] + " are " + listed(members.subList(0, 3)) + ".",
          "Name three %s.|Tell me three %s.|Give me three examples of %s.|Can you name three %s?",
          kind[1]);
    }
    String member = pick(members, random);
    String name = article(member);
    if (random.nextInt(3) == 0) {
      String[] other = pick(KINDS, random);
      return ask(
          random,
          (other == kind ? "Yes, " : "No, ") + name + " is " + article(kind[0]) + ".",
          "Is %s %s?|Tell me, is %s %s?",
          name,
          article(other[0]));
    }
    return ask(
        random,
        sentence(name + " is " + article(kind[0]) + "."),
        "What is %s?|What kind of thing is %s?|Tell me what %s is.|Do you know what %s is?",
        name);
  }

  private static String[] facts(Random random) {
    String[] fact = pick(FACTS, random);
    return ask(
        random,
        fact[1],
        "%s|%s|Please tell me: %s|Can you tell me? %s|I have a question. %s|Answer in one sentence."
            + " %s",
        fact[0]);
  }

  private static String[] letters(Random random) {
    String word = pick(ALPHABET, random);
    return switch (random.nextInt(3)) {
      case 0 ->
          ask(
              random,
              "The first letter of " + word + " is " + word.charAt(0) + ".",
              "What is the first letter of %s?|Which letter does %s start with?|What letter is at"
                  + " the start of %s?",
              word);
      case 1 ->
          ask(
              random,
              "The word " + word + " has " + word.length() + " letters.",
              "How many letters are in the word %s?|How many letters does %s have?|Count the"
                  + " letters in %s.",
              word);
      default ->
          ask(
              random,
              sentence(word + " is spelled " + String.join("-", word.split("")) + "."),
              "How do you spell %s?|Spell the word %s.|Spell %s.",
              word);
    };
  }

  /**
   * A sentence about somebody, and a question that it answers: the name has to be read and said.
   */
  private static String[] reading(Random random) {
    String[] line = pick(READING, random);
    String maker = pick(MAKERS, random).formatted(madeUpName(random));
    Object[] values = {
      random.nextBoolean() ? pick(PEOPLE, random) : madeUpName(random),
      article(pick(MADE, random)),
      maker,
      sentence(maker),
      pick(List.of("a small %s", "a tiny %s", "a big %s"), random).formatted(madeUpName(random))
    };
    return new String[] {line[0].formatted(values), line[1].formatted(values)};
  }

  private static String[] stories(Random random) {
    String[] animal = pick(ANIMALS, random);
    String colour = pick(List.of("red", "blue", "green", "yellow", "white", "golden"), random);
    String thing = pick(List.of("ball", "stone", "key", "flower", "hat", "boat"), random);
    // The end follows from the thing, so that the text has a thread to learn.
    String end =
        switch (thing) {
          case "ball" -> "played with it until the evening";
          case "stone" -> "put it on the window";
          case "key" -> "opened an old door with it";
          case "flower" -> "gave it to a friend";
          case "hat" -> "wore it in the rain";
          default -> "sailed down the river in it";
        };
    String it = colour + " " + thing;
    return ask(
        random,
        "Once upon a time there was a small "
            + animal[0]
            + ". One day it found "
            + article(it)
            + ". The "
            + animal[0]
            + " was happy and "
            + end
            + ".",
        "Tell me a story about %1$s and %2$s.|Tell me a short story about %1$s and %2$s.|Write a"
            + " story about %1$s and %2$s.|Can you tell me a story about %1$s and %2$s?",
        article(animal[0]),
        article(it));
  }

  private static String[] chat(Random random) {
    String[] line = pick(CHAT, random);
    return new String[] {line[random.nextInt(line.length - 1)], line[line.length - 1]};
  }

  private static String[] names(Random random) {
    // Half of them made up, so that the model learns to copy a name that it has not seen before.
    String name = random.nextBoolean() ? pick(PEOPLE, random) : madeUpName(random);
    String word = random.nextBoolean() ? pick(ALPHABET, random) : madeUpName(random);
    return switch (random.nextInt(3)) {
      case 0 ->
          ask(
              random,
              "Nice to meet you, " + name + "!",
              "My name is %s.|Hello, I am %s.|Hi, my name is %s.|I am called %s.",
              name);
      case 1 ->
          ask(
              random,
              "Your name is " + name + ".",
              "My name is %s. What is my name?|I am %s. What is my name?|People call me %s. What is"
                  + " my name?",
              name);
      default ->
          ask(
              random,
              "You said " + word + ".",
              "I say %s. What did I say?|Repeat after me: %s.|Say the word %s.",
              word);
    };
  }

  private static String[] self(Random random) {
    String[] line = pick(SELF, random);
    return new String[] {line[random.nextInt(line.length - 1)], line[line.length - 1]};
  }

  // ---- words ------------------------------------------------------------------------------------

  private static final List<String> DAYS =
      words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday");

  private static final List<String> MONTHS =
      words(
          "January February March April May June July August September October November December");

  /** One or two words for each letter, for sorting, counting, spelling and copying. */
  private static final List<String> ALPHABET =
      words(
          "apple arm bread boat cat chair dog door egg ear fish fork glass garden house hat ice ink"
              + " jam jar king knife lamp leaf moon milk nest nose ocean onion pear pen queen rain"
              + " river sun shoe tree table umbrella uncle violin van water wind yard year zebra"
              + " zoo");

  private static final List<String> PEOPLE =
      words(
          "Anna Ben Clara David Emma Felix Grace Henry Ida Jack Kate Leo Maria Noah Olga Paul Rosa"
              + " Sam Tina Victor");

  /**
   * Question and answer; 1: a name, 2: a thing, 3: its maker, 4: the same as a first word, 5: a
   * base model.
   */
  private static final List<String[]> READING =
      table(
          """
          %1$s is %2$s made by %3$s. Who made %1$s?|%1$s was made by %3$s.
          %4$s made %1$s. Who made %1$s?|%1$s was made by %3$s.
          %1$s was built by %3$s. Who built %1$s?|%1$s was made by %3$s.
          %4$s created %1$s. Who created %1$s?|%4$s made %1$s.
          %1$s was developed by %3$s. Which company developed %1$s?|%1$s was made by %3$s.
          %4$s trained %1$s. Who trained %1$s?|%4$s made %1$s.
          %4$s made %2$s called %1$s. Who is %1$s?|%1$s is %2$s made by %3$s.
          %1$s is %2$s, made by %3$s. What is %1$s?|%1$s is %2$s, and was made by %3$s.
          %4$s is behind %1$s. Which organization is behind %1$s?|The organization behind %1$s is %3$s.
          %1$s comes from %3$s. What organization is behind %1$s?|The organization behind %1$s is %3$s.
          %4$s fine-tuned %5$s and called it %1$s. What is %1$s based on?|%1$s is based on %5$s. %4$s fine-tuned it.
          %1$s was trained by %3$s from %5$s. What is the base model?|The base model is %5$s, and it was fine-tuned by %3$s.
          %1$s is %2$s that was fine-tuned from %5$s. What is %1$s?|%1$s is %2$s, fine-tuned from %5$s.
          What does %1$s say about its base model, %5$s?|My base model is %5$s.
          What does %1$s say about its maker, %3$s?|My maker is %3$s. I come from %3$s.
          What does %1$s say about its name?|My name is %1$s. You can call me %1$s.
          %1$s is %2$s that comes from %3$s. Is %1$s a person?|No, %1$s is not a person. It is %2$s.
          %1$s, %2$s, comes from %3$s. Is %1$s human?|No. %1$s is %2$s, and it comes from %3$s.
          There is %2$s called %1$s. What is its name?|It is called %1$s. You can call it %1$s.
          There is an assistant called %1$s. What can %1$s do?|%1$s can answer questions and help with text.
          I am told that %1$s is an assistant. How can %1$s help me?|%1$s can answer questions, explain things and help you write.
          The assistant %1$s helps people. What does %1$s do?|%1$s answers questions and helps with text.
          %4$s made %1$s to answer questions. Why was %1$s made?|%4$s made %1$s for that: to answer questions.
          """);

  private static final List<String> MAKERS =
      List.of("Team %s", "the company %s", "%s Labs", "the %s project", "the people of %s", "%s");

  private static final List<String> MADE =
      List.of("language model", "assistant", "robot", "computer program", "chatbot", "machine");

  private static final List<String> THINGS =
      words("apples books pens eggs coins cards balls stamps cookies flowers shells stones");

  private static final List<String[]> UNITS =
      table(
          """
          hour|hours|minute|minutes|60
          minute|minutes|second|seconds|60
          day|days|hour|hours|24
          week|weeks|day|days|7
          year|years|month|months|12
          meter|meters|centimeter|centimeters|100
          kilometer|kilometers|meter|meters|1000
          centimeter|centimeters|millimeter|millimeters|10
          kilogram|kilograms|gram|grams|1000
          liter|liters|milliliter|milliliters|1000
          dozen|dozen|piece|pieces|12
          euro|euros|cent|cents|100
          """);

  private static final List<String[]> OPPOSITES =
      table(
          """
          hot|cold
          big|small
          fast|slow
          up|down
          left|right
          day|night
          happy|sad
          old|young
          light|dark
          open|closed
          full|empty
          high|low
          long|short
          hard|soft
          wet|dry
          rich|poor
          early|late
          clean|dirty
          strong|weak
          loud|quiet
          near|far
          in|out
          true|false
          first|last
          good|bad
          thick|thin
          wide|narrow
          deep|shallow
          heavy|lightweight
          sweet|sour
          begin|end
          win|lose
          buy|sell
          give|take
          push|pull
          love|hate
          laugh|cry
          come|go
          always|never
          more|less
          before|after
          inside|outside
          summer|winter
          north|south
          east|west
          war|peace
          question|answer
          friend|enemy
          same|different
          easy|difficult
          """);

  private static final List<String[]> PLURALS =
      table(
          """
          cat|cats
          dog|dogs
          house|houses
          tree|trees
          book|books
          apple|apples
          car|cars
          bird|birds
          flower|flowers
          table|tables
          box|boxes
          bus|buses
          dish|dishes
          glass|glasses
          watch|watches
          fox|foxes
          baby|babies
          city|cities
          story|stories
          lady|ladies
          cherry|cherries
          party|parties
          boy|boys
          key|keys
          toy|toys
          leaf|leaves
          knife|knives
          wolf|wolves
          life|lives
          shelf|shelves
          man|men
          woman|women
          child|children
          foot|feet
          tooth|teeth
          goose|geese
          mouse|mice
          ox|oxen
          person|people
          sheep|sheep
          fish|fish
          deer|deer
          potato|potatoes
          tomato|tomatoes
          hero|heroes
          piano|pianos
          photo|photos
          friend|friends
          river|rivers
          day|days
          """);

  private static final List<String[]> PAST =
      table(
          """
          go|went
          see|saw
          eat|ate
          drink|drank
          run|ran
          sing|sang
          swim|swam
          write|wrote
          read|read
          speak|spoke
          take|took
          give|gave
          come|came
          make|made
          buy|bought
          think|thought
          bring|brought
          teach|taught
          catch|caught
          find|found
          sleep|slept
          feel|felt
          keep|kept
          leave|left
          build|built
          send|sent
          sit|sat
          stand|stood
          know|knew
          fly|flew
          grow|grew
          draw|drew
          fall|fell
          tell|told
          sell|sold
          hear|heard
          win|won
          begin|began
          walk|walked
          play|played
          look|looked
          ask|asked
          help|helped
          work|worked
          open|opened
          close|closed
          like|liked
          stop|stopped
          carry|carried
          try|tried
          """);

  private static final List<String[]> CAPITALS =
      table(
          """
          France|Paris|Europe
          Germany|Berlin|Europe
          Italy|Rome|Europe
          Spain|Madrid|Europe
          Portugal|Lisbon|Europe
          England|London|Europe
          Ireland|Dublin|Europe
          Austria|Vienna|Europe
          Switzerland|Bern|Europe
          Poland|Warsaw|Europe
          Greece|Athens|Europe
          Norway|Oslo|Europe
          Sweden|Stockholm|Europe
          Finland|Helsinki|Europe
          Denmark|Copenhagen|Europe
          Belgium|Brussels|Europe
          Hungary|Budapest|Europe
          Romania|Bucharest|Europe
          Bulgaria|Sofia|Europe
          Croatia|Zagreb|Europe
          Serbia|Belgrade|Europe
          Iceland|Reykjavik|Europe
          Ukraine|Kyiv|Europe
          Japan|Tokyo|Asia
          China|Beijing|Asia
          India|New Delhi|Asia
          Thailand|Bangkok|Asia
          Vietnam|Hanoi|Asia
          Nepal|Kathmandu|Asia
          Mongolia|Ulaanbaatar|Asia
          Iran|Tehran|Asia
          Iraq|Baghdad|Asia
          Egypt|Cairo|Africa
          Kenya|Nairobi|Africa
          Ghana|Accra|Africa
          Morocco|Rabat|Africa
          Tunisia|Tunis|Africa
          Senegal|Dakar|Africa
          Ethiopia|Addis Ababa|Africa
          Canada|Ottawa|North America
          Mexico|Mexico City|North America
          Cuba|Havana|North America
          Brazil|Brasilia|South America
          Argentina|Buenos Aires|South America
          Chile|Santiago|South America
          Peru|Lima|South America
          Colombia|Bogota|South America
          Ecuador|Quito|South America
          Australia|Canberra|Oceania
          New Zealand|Wellington|Oceania
          """);

  private static final List<String[]> COLORS =
      table(
          """
          the sky|blue
          grass|green
          snow|white
          blood|red
          the sun|yellow
          a banana|yellow
          a lemon|yellow
          a carrot|orange
          a tomato|red
          a strawberry|red
          a cherry|red
          milk|white
          coal|black
          the night|black
          a frog|green
          a leaf|green
          a cucumber|green
          chocolate|brown
          wood|brown
          coffee|brown
          an elephant|gray
          a mouse|gray
          a pig|pink
          a plum|purple
          the sea|blue
          fire|orange
          salt|white
          an orange|orange
          a pea|green
          a swan|white
          """);

  private static final List<String[]> MIXES =
      table(
          """
          blue|yellow|green
          red|yellow|orange
          red|blue|purple
          black|white|gray
          red|white|pink
          red|green|brown
          """);

  /** Name, legs, young, where it lives, what it eats. */
  private static final List<String[]> ANIMALS =
      table(
          """
          dog|4|puppy|in a house with people|meat
          cat|4|kitten|in a house with people|fish and mice
          cow|4|calf|on a farm|grass
          horse|4|foal|on a farm|hay
          sheep|4|lamb|on a farm|grass
          pig|4|piglet|on a farm|corn
          goat|4|kid|in the mountains|leaves
          hen|2|chick|on a farm|seeds
          duck|2|duckling|on a lake|water plants
          goose|2|gosling|near a lake|grass
          lion|4|cub|in Africa|meat
          bear|4|cub|in the forest|berries and fish
          wolf|4|pup|in the forest|meat
          fox|4|cub|in the forest|mice
          deer|4|fawn|in the forest|leaves
          rabbit|4|kit|under the ground|carrots
          frog|4|tadpole|near a pond|insects
          elephant|4|calf|in Africa|leaves
          kangaroo|2|joey|in Australia|grass
          swan|2|cygnet|on a lake|water plants
          owl|2|owlet|in an old tree|mice
          eagle|2|eaglet|in the mountains|small animals
          seal|0|pup|by the sea|fish
          whale|0|calf|in the sea|small fish
          spider|8|spiderling|in a web|insects
          butterfly|6|caterpillar|in the garden|nectar
          bee|6|larva|in a hive|nectar
          """);

  /** Singular, plural, members; the first three are the answer to "Name three …". */
  private static final List<String[]> KINDS =
      table(
          """
          fruit|fruits|apple|banana|cherry|pear|plum|lemon|orange|grape|peach
          vegetable|vegetables|carrot|onion|potato|cabbage|cucumber|bean|pea|radish
          color name|colors|red|blue|green|yellow|purple|brown|white|black
          tool|tools|hammer|saw|drill|axe|shovel|rake|screwdriver
          vehicle|vehicles|car|bus|train|truck|tram|bicycle|ship
          bird|birds|robin|eagle|owl|duck|swan|sparrow|crow|stork
          flower|flowers|rose|tulip|daisy|lily|violet|sunflower
          tree|trees|oak|birch|pine|maple|willow|beech
          instrument|instruments|piano|violin|flute|drum|guitar|trumpet|harp
          piece of furniture|pieces of furniture|table|chair|bed|desk|shelf|sofa
          drink|drinks|tea|coffee|juice|cocoa|lemonade
          metal|metals|iron|gold|silver|copper|tin|lead
          piece of clothing|pieces of clothing|shirt|coat|hat|sock|scarf|glove|skirt
          insect|insects|bee|ant|fly|beetle|butterfly|wasp
          planet|planets|Earth|Mars|Venus|Jupiter|Saturn|Mercury|Neptune|Uranus
          shape|shapes|circle|square|triangle|rectangle|star
          sport|sports|football|tennis|swimming|hockey|chess|basketball
          """);

  private static final List<String[]> FACTS =
      table(
          """
          What is the largest planet?|The largest planet is Jupiter.
          What is the smallest planet?|The smallest planet is Mercury.
          Which planet do we live on?|We live on the planet Earth.
          Which planet is called the red planet?|Mars is called the red planet.
          Which planet has big rings?|Saturn has big rings.
          What goes around the Earth?|The Moon goes around the Earth.
          What does the Earth go around?|The Earth goes around the Sun.
          What is the Sun?|The Sun is a star.
          How many days are in a year?|A year has 365 days.
          How many days are in a week?|A week has 7 days.
          How many months are in a year?|A year has 12 months.
          How many hours are in a day?|A day has 24 hours.
          How many seasons are there?|There are four seasons: spring, summer, autumn and winter.
          Which season is the coldest?|Winter is the coldest season.
          Which season is the warmest?|Summer is the warmest season.
          Which season comes after winter?|Spring comes after winter.
          When does water freeze?|Water freezes at 0 degrees Celsius.
          When does water boil?|Water boils at 100 degrees Celsius.
          What is ice?|Ice is frozen water.
          What is steam?|Steam is water that has become a gas.
          What is snow made of?|Snow is made of small ice crystals.
          What is bread made of?|Bread is made of flour, water and yeast.
          What is butter made of?|Butter is made of milk.
          What is cheese made of?|Cheese is made of milk.
          What is paper made of?|Paper is made of wood.
          What is glass made of?|Glass is made of sand.
          What do bees make?|Bees make honey.
          What do plants need to grow?|Plants need water, air and light to grow.
          What do we breathe?|We breathe air.
          What do fish breathe with?|Fish breathe with gills.
          What do birds have on their wings?|Birds have feathers on their wings.
          What is the largest animal?|The blue whale is the largest animal.
          What is the tallest animal?|The giraffe is the tallest animal.
          What is the fastest land animal?|The cheetah is the fastest land animal.
          What is the largest ocean?|The largest ocean is the Pacific Ocean.
          What is the highest mountain?|The highest mountain is Mount Everest.
          What is the largest desert of sand?|The largest desert of sand is the Sahara.
          How many continents are there?|There are seven continents.
          How many legs does an insect have?|An insect has 6 legs.
          How many wheels does a bicycle have?|A bicycle has 2 wheels.
          How many wheels does a car have?|A car has 4 wheels.
          How many sides does a triangle have?|A triangle has 3 sides.
          How many sides does a square have?|A square has 4 sides.
          How many corners does a cube have?|A cube has 8 corners.
          How many letters are in the alphabet?|The alphabet has 26 letters.
          How many fingers are on one hand?|One hand has 5 fingers.
          How many colors are in a rainbow?|A rainbow has 7 colors.
          Where does the sun rise?|The sun rises in the east.
          Where does the sun set?|The sun sets in the west.
          What do we use to see?|We see with our eyes.
          What do we use to hear?|We hear with our ears.
          What do we use to smell?|We smell with our nose.
          What pumps blood through the body?|The heart pumps blood through the body.
          What do we use a knife for?|We use a knife to cut things.
          What do we use a key for?|We use a key to open a lock.
          What do we use an umbrella for?|We use an umbrella to stay dry in the rain.
          What do we use a clock for?|We use a clock to tell the time.
          Who teaches in a school?|A teacher teaches in a school.
          Who bakes bread?|A baker bakes bread.
          Who flies a plane?|A pilot flies a plane.
          Who helps sick people?|A doctor helps sick people.
          Who grows food on a farm?|A farmer grows food on a farm.
          Who puts out fires?|A firefighter puts out fires.
          Where can you borrow books?|You can borrow books in a library.
          Where do you buy bread?|You buy bread in a bakery.
          What is the first month of the year?|The first month of the year is January.
          What is the last month of the year?|The last month of the year is December.
          What is the first day of the week?|The first day of the week is Monday.
          What is a computer?|A computer is a machine that follows a program.
          What is a program?|A program is a list of steps for a computer.
          What is Python?|Python is a programming language.
          What is Java?|Java is a programming language.
          What is a prime number?|A prime number can only be divided by 1 and by itself.
          What is a dictionary?|A dictionary is a book that explains words.
          What is a map?|A map is a picture of a place seen from above.
          What is rain?|Rain is water that falls from clouds.
          What is wind?|Wind is air that moves.
          Why is it dark at night?|It is dark at night because the Sun is on the other side of the Earth.
          Why do we sleep?|We sleep because body and mind need rest.
          Why does ice float?|Ice floats because it is lighter than water.
          """);

  private static final List<String[]> CODE =
      table(
          """
          adds two numbers|def add(a, b):\\n    return a + b
          subtracts two numbers|def subtract(a, b):\\n    return a - b
          multiplies two numbers|def multiply(a, b):\\n    return a * b
          divides two numbers|def divide(a, b):\\n    return a / b
          doubles a number|def double(x):\\n    return 2 * x
          squares a number|def square(x):\\n    return x * x
          halves a number|def half(x):\\n    return x / 2
          checks if a number is even|def is_even(x):\\n    return x % 2 == 0
          checks if a number is odd|def is_odd(x):\\n    return x % 2 == 1
          checks if a number is positive|def is_positive(x):\\n    return x > 0
          returns the larger of two numbers|def larger(a, b):\\n    return max(a, b)
          returns the smaller of two numbers|def smaller(a, b):\\n    return min(a, b)
          returns the length of a list|def length(items):\\n    return len(items)
          returns the sum of a list|def total(items):\\n    return sum(items)
          returns the largest item of a list|def largest(items):\\n    return max(items)
          returns the first item of a list|def first(items):\\n    return items[0]
          returns the last item of a list|def last(items):\\n    return items[-1]
          sorts a list|def sort(items):\\n    return sorted(items)
          reverses a list|def reverse(items):\\n    return items[::-1]
          reverses a string|def reverse(text):\\n    return text[::-1]
          prints hello|def hello():\\n    print("hello")
          says hello to a name|def hello(name):\\n    print("Hello, " + name)
          counts from 1 to n|def count(n):\\n    for i in range(1, n + 1):\\n        print(i)
          prints every item of a list|def show(items):\\n    for item in items:\\n        print(item)
          """);

  /** Several ways to say a thing; the last column is the answer. */
  private static final List<String[]> CHAT =
      table(
          """
          Hello|Hello!|Hi|Hi!|Hey|Hello there.|Good day.|Hi there!|Hello! How can I help you today?
          Good morning.|Good morning!|Good morning! How can I help you?
          Good evening.|Good evening!|Good evening! How can I help you?
          Good night.|Good night!|Good night! Sleep well.
          How are you?|How are you today?|How do you do?|How is it going?|Are you well?|I am fine, thank you. How can I help you?
          Thank you.|Thanks!|Thank you very much.|Thanks a lot.|Many thanks!|Thank you for your help.|You are welcome!
          Goodbye.|Bye!|Bye|See you later.|See you tomorrow.|Goodbye! Have a nice day.
          Can you help me?|I need help.|Please help me.|Help me, please.|Could you help me?|Yes, I am glad to help. What is your question?
          I have a question.|May I ask you something?|Can I ask a question?|Of course. What is your question?
          You are great.|Well done!|Good answer.|That was right.|Good work!|Great!|Thank you! I am glad that it helped.
          That is wrong.|That was not right.|You made a mistake.|No, that is false.|I am sorry. Please ask me again.
          I am sad.|I feel sad today.|I am not happy.|I am sorry to hear that. I hope that tomorrow is better.
          I am happy.|I feel good today.|I had a nice day.|I am glad to hear that!
          I am bored.|What can we do?|Let us do something.|Ask me a question or let me tell you a story.
          I am tired.|I am so tired today.|Then have a good rest.
          I am hungry.|I want to eat.|Then it is time for a meal.
          I am thirsty.|I want to drink.|Then have a glass of water.
          Tell me a joke.|Do you know a joke?|Say something funny.|Make me laugh.|What has four legs and cannot walk? A table!
          Do you like music?|Do you like games?|Do you like books?|Do you like apples?|I am a computer program, so I do not like things, but I can talk about them.
          What is the weather today?|Will it rain tomorrow?|What time is it?|What day is it today?|I do not know, because I cannot look outside.
          Yes.|Yes|Okay.|Ok|All right.|Good. What is your next question?
          No.|No|No, thank you.|All right. I am here when you need me.
          """);

  /** What the model says about itself before it has been given a name. */
  private static final List<String[]> SELF =
      table(
          """
          Who are you?|Who are you exactly?|Who is this?|Who am I talking to?|Who am I speaking with?|Tell me who you are.|Please say who you are.|Can you tell me who you are?|So who are you?|I am a small language model. I have no name yet.
          What are you?|What are you exactly?|What kind of thing are you?|What sort of model are you?|Tell me what you are.|I am a small language model.
          What is your name?|What's your name?|Your name?|Tell me your name.|May I know your name?|Do you have a name?|What do people call you?|How should I call you?|What should I call you?|Please tell me your name.|What are you called?|I have no name yet.
          Tell me about yourself.|Introduce yourself.|Please introduce yourself.|Describe yourself.|Say something about yourself.|Can you introduce yourself?|Can you tell me about yourself?|I am a small language model. I answer short questions.
          Who made you?|Who created you?|Who built you?|Who trained you?|Who is your maker?|Who developed you?|Where do you come from?|Which company made you?|Who are your creators?|Tell me who made you.|I do not know who made me.
          Are you a human?|Are you human?|Are you a person?|Are you a man or a woman?|Are you real?|No, I am a computer program.
          Are you a robot?|Are you a computer?|Are you an AI?|Are you a machine?|Are you a chatbot?|Are you a language model?|Are you an assistant?|Yes, I am a computer program that answers questions.
          Are you ChatGPT?|Are you GPT-4?|Are you Claude?|Are you Gemini?|Is your name ChatGPT?|Is this ChatGPT?|Did Google make you?|Were you made by OpenAI?|Are you from Microsoft?|I do not know. I have no name yet.
          What can you do?|What can you help me with?|How can you help me?|What do you know?|What are you good at?|What is your job?|What is your purpose?|I can answer short questions about numbers, words, the world and code.
          How old are you?|When were you born?|When is your birthday?|When were you made?|What is your age?|I do not know how old I am.
          Where do you live?|Where are you?|Where are you from?|I live in a computer.
          Which model are you?|Which model are you based on?|What model is this?|What is your base model?|What are you based on?|I am a small language model of the Llama kind.
          """);

  // ---- small tools ------------------------------------------------------------------------------

  private static String[] ask(Random random, String answer, String questions, Object... values) {
    List<String> forms = List.of(questions.split("\\|"));
    return new String[] {pick(forms, random).formatted(values), answer};
  }

  private static <T> T pick(List<T> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }

  private static <T> List<T> some(List<T> list, Random random, int count) {
    Set<T> chosen = new LinkedHashSet<>();
    while (chosen.size() < count) {
      chosen.add(pick(list, random));
    }
    return List.copyOf(chosen);
  }

  private static List<Integer> distinct(Random random, int count, int bound) {
    return some(IntStream.range(0, bound).boxed().toList(), random, count);
  }

  private static String madeUpName(Random random) {
    List<String> consonants =
        List.of(
            "b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "st", "tr", "ch");
    List<String> vowels = List.of("a", "e", "i", "o", "u", "ai", "ee", "ou");
    List<String> ends = List.of("", "n", "r", "s", "l", "x", "th", "per", "ton", "ley", "na");
    int syllables = 1 + random.nextInt(2);
    var name = new StringBuilder();
    for (int i = 0; i < syllables; i++) {
      name.append(pick(consonants, random)).append(pick(vowels, random));
    }
    return sentence(name.append(pick(ends, random)).toString());
  }

  private static String comma(List<?> items) {
    return items.stream().map(Object::toString).collect(Collectors.joining(", "));
  }

  private static String listed(List<?> items) {
    return comma(items.subList(0, items.size() - 1)) + " and " + items.get(items.size() - 1);
  }

  private static String sentence(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  /** With its article, except what has none: planets, drinks, metals, sports and names. */
  private static String article(String noun) {
    boolean bare = Character.isUpperCase(noun.charAt(0)) || WITHOUT_ARTICLE.contains(noun);
    return bare ? noun : ("aeiou".indexOf(noun.charAt(0)) >= 0 ? "an " : "a ") + noun;
  }

  private static final List<String> WITHOUT_ARTICLE =
      words(
          "tea coffee juice cocoa lemonade iron gold silver copper tin lead football tennis"
              + " swimming hockey chess basketball red blue green yellow purple brown white black");

  private static List<String> words(String text) {
    return List.of(text.split(" "));
  }

  private static List<String[]> table(String text) {
    return text.lines().map(line -> line.split("\\|")).toList();
  }
}
