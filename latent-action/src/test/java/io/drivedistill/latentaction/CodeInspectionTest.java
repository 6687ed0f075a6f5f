package io.drivedistill.latentaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.drivedistill.navsim.scene.Pose2;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeInspectionTest {
  private static final int FRAMES = 121;

  /** 0 stands, 1 drives straight at 10 m/s, 2 bends left at 0.2 rad/s; some frames each. */
  private static final int[] PHASES = phases();

  @TempDir private Path folder;

  private static int[] phases() {
    SplittableRandom random = new SplittableRandom(3);
    int[] phases = new int[FRAMES];
    for (int i = 0; i < FRAMES; ) {
      int phase = random.nextInt(3);
      for (int end = Math.min(FRAMES, i + random.nextInt(3, 9)); i < end; i++) {
        phases[i] = phase;
      }
    }
    return phases;
  }

  private Recording drive(boolean posed) {
    List<RecordedFrame> frames = new ArrayList<>();
    Pose2 pose = new Pose2(0, 0, 0);
    for (int i = 0; i < FRAMES; i++) {
      frames.add(
          new RecordedFrame(
              "f" + i,
              folder.resolve("frame.png"),
              0.5 * i,
              posed ? Optional.of(pose) : Optional.empty()));
      int phase = PHASES[i];
      pose = new Pose2(phase == 0 ? 0 : 5, 0, phase == 2 ? 0.1 : 0).from(pose);
    }
    return new Recording("drive", frames);
  }

  /** Token 0 tells the phase, token 1 is random. */
  private static List<CodedPair> coded(Recording recording, boolean told) {
    SplittableRandom random = new SplittableRandom(5);
    List<CodedPair> pairs = new ArrayList<>();
    for (int i = 0; i + 1 < FRAMES; i++) {
      int first = told ? 2 * PHASES[i] : random.nextInt(6);
      pairs.add(new CodedPair(recording, i, i + 1, new int[] {first, random.nextInt(6)}));
    }
    return pairs;
  }

  @Test
  void codesThatTellTheMotionAreRecognised() {
    CodeInspection inspection = CodeInspection.of(coded(drive(true), true), 6);
    assertThat(inspection.pairs()).isEqualTo(120);
    assertThat(inspection.posedPairs()).isEqualTo(120);
    assertThat(inspection.health().tokenPerplexity().get(0)).isBetween(2.0, 3.0);
    List<CodeMeaning> told = inspection.meanings().stream().filter(m -> m.token() == 0).toList();
    assertThat(told).extracting(CodeMeaning::code).containsExactly(0, 2, 4);
    assertThat(told.stream().mapToInt(CodeMeaning::pairs).sum()).isEqualTo(120);
    assertThat(told.get(0).manoeuvre()).isEqualTo(Manoeuvre.STANDING);
    assertThat(told.get(0).speedMps()).isCloseTo(0, within(1e-9));
    assertThat(told.get(2).manoeuvre()).isEqualTo(Manoeuvre.TURNING_LEFT);
    assertThat(told.get(2).share()).isCloseTo(1, within(1e-9));
    assertThat(told.get(2).shareOfAll()).isCloseTo(told.get(2).pairs() / 120.0, within(1e-9));
    assertThat(told.get(2).yawRateRadps()).isCloseTo(0.2, within(1e-9));

    for (PairProbe probe : inspection.probes()) {
      if (!probe.quantity().equals("speed change")) {
        assertThat(probe.rSquared()).as(probe.quantity()).isGreaterThan(0.7);
        assertThat(probe.rSquared()).isGreaterThan(probe.controlNinetyFive());
      }
      assertThat(probe.pairs()).isEqualTo(120);
      assertThat(probe.control()).isLessThan(0.2);
    }
    assertThat(inspection.probes())
        .extracting(PairProbe::quantity)
        .containsExactly("speed change", "yaw rate", "speed", "stop or go");
  }

  @Test
  void codesThatTellNothingAreSeenToTellNothing() {
    for (PairProbe probe : CodeInspection.of(coded(drive(true), false), 6).probes()) {
      assertThat(probe.rSquared()).as(probe.quantity()).isLessThan(0.1);
      assertThat(probe.chance()).as(probe.quantity()).isBetween(0.02, 1.0);
    }
  }

  @Test
  void transitionsAreCountedTokenByToken() {
    Recording drive = drive(false);
    List<CodedPair> pairs =
        List.of(
            new CodedPair(drive, 0, 2, new int[] {0, 1}),
            new CodedPair(drive, 1, 3, new int[] {0, 0}),
            new CodedPair(drive, 2, 4, new int[] {0, 0}),
            new CodedPair(drive, 3, 5, new int[] {1, 0}));
    CodeTransitions transitions = CodeTransitions.of(pairs, 2);
    assertThat(transitions.counts()).containsExactly(List.of(2L, 1L), List.of(1L, 0L));
    assertThat(transitions.staying()).isEqualTo(0.5);
    // Token 0: two from 0, one of two to 0. Token 1: one of two from 0, two to 0.
    assertThat(transitions.stayingByChance()).isEqualTo(0.5);
  }

  @Test
  void withoutPosesThereIsUsageOnlyAndThePicturesShowThePairs() throws IOException {
    ImageIO.write(
        new BufferedImage(64, 32, BufferedImage.TYPE_INT_RGB),
        "png",
        folder.resolve("frame.png").toFile());
    List<CodedPair> pairs = coded(drive(false), true);
    CodeInspection inspection = CodeInspection.of(pairs, 6);
    assertThat(inspection.posedPairs()).isZero();
    assertThat(inspection.meanings()).isEmpty();
    assertThat(inspection.probes()).isEmpty();
    List<Path> sheets = PairSheets.write(pairs, 6, folder.resolve("sheets"));
    assertThat(sheets).hasSize(3 + 6);
    BufferedImage sheet = ImageIO.read(sheets.get(0).toFile());
    assertThat(sheet.getWidth()).isEqualTo(3 * 256 + 4 * 4);
    assertThat(sheet.getHeight()).isEqualTo(5 * (128 + 4) + 4);
  }
}
