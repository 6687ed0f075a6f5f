package io.drivedistill.nn.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.BatchNorm2d;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Conv2d;
import io.drivedistill.nn.CrossEntropy;
import io.drivedistill.nn.Dropout;
import io.drivedistill.nn.Layer;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Nonlinearity;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Resampling;
import io.drivedistill.nn.Weights;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingLoopTest {
  private static final int SAMPLES = 24;
  private final NDManager manager = NDManager.newBaseManager();
  @TempDir private Path folder;

  /** A convolution with dropout, and a head nobody calls. */
  static final class Net extends Layer {
    private final Conv2d conv = child("conv", new Conv2d(1, 6, 3, 1, 1, false));
    private final BatchNorm2d norm = child("norm", new BatchNorm2d(6));
    private final Dropout dropout = new Dropout(0.2);
    private final Linear head = child("head", new Linear(24, 2));

    Net() {
      child("unused", new Linear(3, 3));
    }

    @Override
    public NDArray forward(Pass pass, NDArray x) {
      NDArray map = Nonlinearity.RELU.of(norm.forward(pass, conv.forward(pass, x)));
      NDArray pooled = Resampling.adaptiveAverage(map, 2, 2).reshape(-1, 24);
      return head.forward(pass, dropout.forward(pass, pooled));
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Images(float[] pixels, long[] labels) {}

  /** Pictures with a bright upper or lower half. */
  static Images read(long step, int[] samples, long seed) {
    float[] pixels = new float[samples.length * 64];
    long[] labels = new long[samples.length];
    for (int i = 0; i < samples.length; i++) {
      SplittableRandom random = new SplittableRandom(samples[i]);
      labels[i] = samples[i] % 2;
      for (int j = 0; j < 64; j++) {
        pixels[i * 64 + j] = (float) (random.nextGaussian() + (j / 32 == labels[i] ? 1 : 0));
      }
    }
    return new Images(pixels, labels);
  }

  static Objective<Images> objective(Net net) {
    return (pass, batch) -> {
      Images images = batch.input();
      NDArray x = Constants.of(batch.manager(), images.pixels(), images.labels().length, 1, 8, 8);
      NDArray labels = Constants.of(batch.manager(), images.labels(), images.labels().length);
      NDArray logits = net.forward(pass, x);
      NDArray hits = logits.argMax(1).eq(labels).toType(logits.getDataType(), false);
      return new Losses()
          .term("class", CrossEntropy.mean(logits, labels))
          .term("size", 0.01, logits.square().mean())
          .metric("accuracy", hits.mean());
    };
  }

  private Net net() {
    Net net = new Net();
    net.initialize(manager, 11);
    return net;
  }

  private static TrainingPlan plan(long steps, double emaDecay) {
    return new TrainingPlan(steps, 4, 1e-2, 0.01, 3, 1, 4, emaDecay);
  }

  private static TrainingLoop<Images> loop(TrainingPlan plan, Net net) {
    return loop(plan, 5, net);
  }

  private static TrainingLoop<Images> loop(TrainingPlan plan, long seed, Net net) {
    return new TrainingLoop<>(plan, seed, net, SAMPLES, TrainingLoopTest::read, objective(net));
  }

  private static Map<String, float[]> values(Net net) {
    Map<String, float[]> values = new LinkedHashMap<>();
    Weights.of(net).forEach((name, p) -> values.put(name, p.getArray().toFloatArray()));
    return values;
  }

  private static void assertSame(Net actual, Net expected) {
    Map<String, float[]> wanted = values(expected);
    values(actual).forEach((name, found) -> assertThat(found).as(name).isEqualTo(wanted.get(name)));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void learnsAndLeavesUnusedWeightsAlone() {
    Net net = net();
    Net fresh = net();
    List<StepReport> reports = new ArrayList<>();
    TrainingLoop<Images> loop = loop(plan(60, 0), net).withListener(reports::add);
    loop.run();
    assertThat(loop.speed().waitedShare()).isBetween(0.0, 1.0);
    assertThat(loop.speed().steps()).isPositive();
    assertThat(reports).hasSize(60);
    assertThat(reports.get(0).terms()).containsOnlyKeys("class", "size");
    double early = reports.subList(0, 6).stream().mapToDouble(StepReport::loss).average().orElse(0);
    double late =
        reports.subList(54, 60).stream().mapToDouble(StepReport::loss).average().orElse(9);
    assertThat(late).isLessThan(0.5 * early);
    assertThat(values(net).get("unused.weight")).isEqualTo(values(fresh).get("unused.weight"));
    assertThat(values(net).get("norm.running_mean")).isNotEqualTo(new float[6]);
  }

  @Test
  void aKilledRunEndsInTheSameWeights() {
    long seed = System.nanoTime();
    System.out.println("TrainingLoopTest seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    TrainingPlan plan = plan(20, 0.9);
    Net whole = net();
    loop(plan, whole).withCheckpoints(folder.resolve("whole")).run();
    Path broken = folder.resolve("broken");
    for (int kill = 0; kill < 3; kill++) {
      long at = random.nextLong(20);
      Consumer<StepReport> killer =
          report -> {
            if (report.step() == at) {
              throw new IllegalStateException("killed");
            }
          };
      try {
        loop(plan, net()).withCheckpoints(broken).withListener(killer).run();
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("killed");
      }
    }
    Net resumed = net();
    loop(plan, resumed).withCheckpoints(broken).run();
    assertSame(resumed, whole);
    assertThat(broken.resolve(TrainingLoop.CHECKPOINT_FILE))
        .hasSameBinaryContentAs(folder.resolve("whole").resolve(TrainingLoop.CHECKPOINT_FILE));
    assertThat(broken.resolve(TrainingLoop.HISTORY_FILE))
        .hasSameBinaryContentAs(folder.resolve("whole").resolve(TrainingLoop.HISTORY_FILE));
    assertThat(LossHistory.read(broken.resolve(TrainingLoop.HISTORY_FILE)))
        .extracting(StepReport::step)
        .hasSize(20)
        .startsWith(0L)
        .endsWith(19L);
  }

  @Test
  void averagedWeightsReplaceTheLastOnes() {
    Net last = net();
    Net averaged = net();
    loop(plan(12, 0), last).run();
    loop(plan(12, 0.99), averaged).run();
    assertThat(values(averaged).get("head.weight")).isNotEqualTo(values(last).get("head.weight"));
    assertThat(values(averaged).get("norm.running_var"))
        .isEqualTo(values(last).get("norm.running_var"));
  }

  @Test
  void frozenParametersStay() {
    Net net = net();
    Net fresh = net();
    Weights.freeze(net, name -> name.startsWith("conv"));
    loop(plan(4, 0), net).run();
    assertThat(values(net).get("conv.weight")).isEqualTo(values(fresh).get("conv.weight"));
    assertThat(values(net).get("head.weight")).isNotEqualTo(values(fresh).get("head.weight"));
  }

  @Test
  void aLossThatIsNoNumberStopsTheRunByName() {
    Net net = net();
    Objective<Images> bad =
        (pass, batch) -> {
          Losses losses = objective(net).losses(pass, batch);
          NDArray value = batch.manager().full(new Shape(), batch.step() == 2 ? Float.NaN : 0f);
          return losses.term("codes", value).metric("usage", 0.25);
        };
    TrainingLoop<Images> loop =
        new TrainingLoop<>(plan(5, 0), 5, net, SAMPLES, TrainingLoopTest::read, bad);
    assertThatThrownBy(loop::run)
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("'codes' became NaN at step 2 of 5")
        .hasMessageContaining("usage=0.25")
        .hasMessageContaining("Maybe the learning rate");
  }

  @Test
  void aDamagedOrForeignCheckpointIsRefused() throws IOException {
    TrainingPlan plan = plan(4, 0);
    loop(plan, net()).withCheckpoints(folder).run();
    Path file = folder.resolve(TrainingLoop.CHECKPOINT_FILE);
    byte[] good = Files.readAllBytes(file);

    assertThatThrownBy(() -> loop(plan, 6, net()).withCheckpoints(folder).run())
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("seed 5")
        .hasMessageContaining("Maybe choose another output folder");

    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(good.length - 40);
      bytes.write(good[good.length - 40] ^ 1);
    }
    assertThatThrownBy(() -> loop(plan, net()).withCheckpoints(folder).run())
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("is damaged: its checksum")
        .hasMessageContaining("delete it and run the same command again");

    Files.write(file, java.util.Arrays.copyOf(good, good.length - 8));
    assertThatThrownBy(() -> loop(plan, net()).withCheckpoints(folder).run())
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining(TrainingLoop.CHECKPOINT_FILE);
  }

  @Test
  void anUnreadableBatchNamesItsStep() {
    Net net = net();
    BatchSource<Images> source =
        (step, samples, seed) -> {
          if (step == 3) {
            throw new IOException("cannot read cam_f0.jpg");
          }
          return read(step, samples, seed);
        };
    TrainingLoop<Images> loop =
        new TrainingLoop<>(plan(9, 0), 5, net, SAMPLES, source, objective(net));
    assertThatThrownBy(loop::run)
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("batch of step 3: cannot read cam_f0.jpg");
  }

  @Test
  void anInfiniteGradientStopsTheRunBeforeTheWeightsAreTouched() {
    Net net = net();
    Net fresh = net();
    Objective<Images> steep =
        (pass, batch) ->
            // The root's slope at zero is infinite while its value is not.
            new Losses().term("root", pass.value(Weights.of(net).get("head.bias")).sqrt().sum());
    Weights.of(net).get("head.bias").getArray().set(new NDIndex("..."), 0);
    TrainingLoop<Images> loop =
        new TrainingLoop<>(plan(5, 0), 5, net, SAMPLES, TrainingLoopTest::read, steep);
    assertThatThrownBy(loop::run)
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("The gradient's norm became Infinity at step 0 of 5");
    assertThat(values(net).get("head.bias")).containsExactly(0, 0);
    assertThat(values(net).get("conv.weight")).isEqualTo(values(fresh).get("conv.weight"));
  }

  @Test
  void twoLoopsInOneProcessTakeTurns() throws InterruptedException {
    Net alone = net();
    loop(plan(15, 0), alone).run();
    Net first = net();
    Net second = net();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread other =
        new Thread(
            () -> {
              try {
                loop(plan(15, 0), second).run();
              } catch (RuntimeException | Error e) {
                failure.set(e);
              }
            });
    other.start();
    loop(plan(15, 0), first).run();
    other.join();
    assertThat(failure.get()).isNull();
    assertSame(first, alone);
    assertSame(second, alone);
  }

  @Test
  void arraysDoNotPileUp() {
    Net net = net();
    List<Integer> counts = new ArrayList<>();
    NDManager system = manager.getParentManager();
    loop(plan(200, 0.99), net)
        .withListener(
            report ->
                counts.add(manager.getManagedArrays().size() + system.getManagedArrays().size()))
        .run();
    assertThat(counts.subList(1, 200)).containsOnly(counts.get(0));
  }
}
