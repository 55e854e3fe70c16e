package dev.ftpipe.cloud;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A GPU instance type of EC2, from the bundled table, which has no prices.
 *
 * @param gpus as EC2 counts them; 0 where an instance has a share of one
 * @param gpuGib memory of each
 * @param memory GiB
 * @param spot whether the type is sold as spot
 * @param architectures of its processor, in Linux's words
 * @param source whose data it is, with its version
 */
public record InstanceType(
    String name,
    String maker,
    String gpu,
    int gpus,
    double gpuGib,
    int cpus,
    double memory,
    boolean spot,
    String architectures,
    String source) {
  private static final String TABLE = "aws-gpu-instances.csv";

  /** Of before Turing: NVIDIA's open driver, which images have, is not for them. */
  private static final Set<String> OLD = Set.of("K80", "V100");

  /** What the distribution has a runtime for. */
  private static final String ARCHITECTURE = "x86_64";

  /** All types of the table, by GPU and size. */
  public static List<InstanceType> all() {
    try (InputStream in =
        Objects.requireNonNull(InstanceType.class.getResourceAsStream(TABLE), TABLE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .skip(1)
          .map(line -> of(line.split(",", -1)))
          .sorted(
              Comparator.comparing(InstanceType::gpu)
                  .thenComparing(InstanceType::gpus)
                  .thenComparing(InstanceType::cpus)
                  .thenComparing(InstanceType::name))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The type of this name; empty for one without a GPU. */
  public static Optional<InstanceType> named(String name) {
    return all().stream().filter(type -> type.name().equals(name)).findFirst();
  }

  /** Whether NVIDIA's open driver is for its GPUs. */
  public boolean hasOpenDriver() {
    return maker.equals("NVIDIA") && !OLD.contains(gpu);
  }

  private static InstanceType of(String[] cells) {
    return new InstanceType(
        cells[0],
        cells[1],
        cells[2],
        Integer.parseInt(cells[3]),
        Double.parseDouble(cells[6]),
        Integer.parseInt(cells[7]),
        Double.parseDouble(cells[8]),
        cells[11].contains("spot"),
        cells[10],
        cells[12]);
  }

  /** The types that do for a task, the smallest first, for its accelerators in their order. */
  public static List<InstanceType> candidates(NodeSpec spec) {
    List<InstanceType> all = all();
    return spec.accelerators().stream()
        .flatMap(
            wanted ->
                all.stream()
                    .filter(type -> type.gpus() == wanted.count() && type.isCalled(wanted.name())))
        .filter(type -> type.architectures().contains(ARCHITECTURE))
        .filter(type -> spec.cpus().fits(type.cpus()) && spec.memory().fits(type.memory()))
        .filter(type -> !spec.spot() || type.spot())
        .filter(type -> spec.instanceType().map(type.name()::equals).orElse(true))
        .toList();
  }

  private boolean isCalled(String wanted) {
    String name = gpu.toLowerCase(Locale.ROOT);
    String asked = wanted.toLowerCase(Locale.ROOT);
    return name.equals(asked) || name.replaceAll(".* ", "").equals(asked.replace('-', ' '));
  }
}
