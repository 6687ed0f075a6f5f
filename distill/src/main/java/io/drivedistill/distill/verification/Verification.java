package io.drivedistill.distill.verification;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.latentaction.LatentActionParity;
import io.drivedistill.latentaction.VectorQuantizerParity;
import io.drivedistill.nn.TensorLibrary;
import io.drivedistill.nn.dinov2.Dinov2Parity;
import io.drivedistill.nn.parity.Comparison;
import io.drivedistill.nn.parity.ParityFamily;
import io.drivedistill.nn.parity.ParityFixture;
import io.drivedistill.nn.verification.DeformableAttentionParity;
import io.drivedistill.nn.verification.OperatorParity;
import io.drivedistill.nn.verification.ResNetParity;
import io.drivedistill.student.AttentionPoolingParity;
import io.drivedistill.student.ipad.IpadParity;
import io.drivedistill.student.transfuser.TransfuserBuildersParity;
import io.drivedistill.student.transfuser.TransfuserParity;
import io.drivedistill.teacher.qwen.QwenIndexParity;
import io.drivedistill.teacher.qwen.QwenParity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs models against what their published implementations computed. A new kind of fixture is one
 * class that implements {@link ParityFamily} in the room of its model, and one line in {@link
 * #FAMILIES}.
 */
public final class Verification {
  /** The first family that reads a fixture's model runs it. */
  private static final List<ParityFamily> FAMILIES =
      List.of(
          new OperatorParity(),
          new ResNetParity(),
          new DeformableAttentionParity(),
          new Dinov2Parity(),
          new VectorQuantizerParity(),
          new LatentActionParity(),
          new QwenIndexParity(),
          new QwenParity(),
          new AttentionPoolingParity(),
          new IpadParity(),
          new TransfuserParity(),
          new TransfuserBuildersParity());

  private Verification() {}

  /**
   * What became of a fixture.
   *
   * @param name of the fixture's folder
   * @param family that ran it
   * @param comparisons one per stored tensor, loss and gradient
   */
  public record Outcome(String name, String family, List<Comparison> comparisons) {
    /** Whether something was compared and nothing failed. */
    public boolean passed() {
      return count(Comparison.Verdict.FAIL) == 0 && count(Comparison.Verdict.PASS) > 0;
    }

    /** Comparisons that ended so. */
    public long count(Comparison.Verdict verdict) {
      return comparisons.stream().filter(c -> c.verdict() == verdict).count();
    }
  }

  /**
   * Fixture folders among these: each itself, or the fixtures directly below it, by name.
   *
   * @throws DriveDistillException if a folder is absent, or neither is nor holds a fixture
   */
  public static List<Path> fixtures(List<Path> folders) {
    List<Path> found = new ArrayList<>();
    for (Path folder : folders) {
      if (!Files.isDirectory(folder)) {
        throw new DriveDistillException(
            "There is no folder " + folder.toAbsolutePath(), "Maybe the path is misspelt.");
      }
      if (Files.exists(folder.resolve("config.json"))
          || Files.exists(folder.resolve("io.safetensors"))) {
        found.add(folder);
        continue;
      }
      List<Path> below = below(folder);
      if (below.isEmpty()) {
        throw new DriveDistillException(
            folder.toAbsolutePath() + " is no fixture and holds none",
            "Maybe name the folder that holds config.json and io.safetensors.");
      }
      found.addAll(below);
    }
    return found;
  }

  private static List<Path> below(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(e -> Files.exists(e.resolve("config.json"))).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Builds the model of a fixture and compares everything it computes.
   *
   * @throws DriveDistillException if the fixture is damaged, or its model or an option is unknown
   */
  public static Outcome verify(Path folder) {
    try (NDManager manager = TensorLibrary.newManager();
        ParityFixture fixture = ParityFixture.open(folder)) {
      ParityFamily family = familyOf(fixture);
      try {
        family.run(fixture, manager);
      } catch (DriveDistillException e) {
        throw e;
      } catch (RuntimeException e) {
        // Sizes that contradict each other surface wherever the model first meets them.
        throw new DriveDistillException(
            folder.toAbsolutePath()
                + " does not fit together: "
                + (e instanceof IllegalArgumentException ? e.getMessage() : e),
            "Maybe the fixture is damaged: its sizes and its tensors differ.",
            e);
      }
      fixture.finish(manager);
      return new Outcome(fixture.name(), family.name(), fixture.comparisons());
    }
  }

  private static ParityFamily familyOf(ParityFixture fixture) {
    return FAMILIES.stream()
        .filter(family -> family.reads(fixture.model()))
        .findFirst()
        .orElseThrow(
            () ->
                new DriveDistillException(
                    fixture.folder().toAbsolutePath()
                        + "/config.json names the unknown model '"
                        + fixture.model()
                        + "'",
                    "Maybe the fixture is newer than this program; it knows "
                        + FAMILIES.stream()
                            .map(ParityFamily::name)
                            .collect(Collectors.joining(", "))
                        + "."));
  }
}
