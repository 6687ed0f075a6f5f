package io.drivedistill.nn.training;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.Backpropagation;
import io.drivedistill.nn.Bfloat16;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.WeightsFile;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Trains an initialised block: one batch, one backward pass and one {@link AdamW} update per step.
 *
 * <pre>{@code
 * new TrainingLoop<>(plan, seed, model, sampleCount, source, objective)
 *     .withCheckpoints(folder)
 *     .withListener(report -> progress.step(1))
 *     .run();
 * }</pre>
 *
 * <p>With a checkpoint folder a killed run continues: the same plan, data and thread count end in
 * the same weights, bit for bit. Parameters that do not require a gradient when the loop is made
 * stay as they are; weights outside the block are constants. Runs in one thread; steps of several
 * loops in one process take turns, unless they draw no random numbers. Interrupted, it ends at the
 * next step.
 *
 * @param <T> inputs of one step
 */
public final class TrainingLoop<T> {
  /** Name of the checkpoint in its folder. */
  public static final String CHECKPOINT_FILE = "checkpoint.safetensors";

  /** Name of the loss history in the checkpoint folder, see {@link LossHistory}. */
  public static final String HISTORY_FILE = "losses.jsonl";

  private final TrainingPlan plan;
  private final long seed;
  private final Block model;
  private final int sampleCount;
  private final BatchSource<T> source;
  private final Objective<T> objective;
  private ParameterGrouping grouping;
  private LearningRate schedule;
  private Path folder;
  private Consumer<StepReport> listener = report -> {};
  private boolean draws = true;
  private long waitedNanos;
  private long totalNanos;
  private long madeSteps;

  /**
   * @param seed of sample order, dropout and other draws
   * @param model initialised; trained in place
   * @param sampleCount samples to draw from
   */
  public TrainingLoop(
      TrainingPlan plan,
      long seed,
      Block model,
      int sampleCount,
      BatchSource<T> source,
      Objective<T> objective) {
    this.plan = plan;
    this.seed = seed;
    this.model = model;
    this.sampleCount = sampleCount;
    this.source = source;
    this.objective = objective;
    grouping = ParameterGrouping.decayMatricesOnly(plan.weightDecay());
    schedule = plan.schedule();
  }

  /** Replaces the grouping, which gives the plan's weight decay to matrices and filters. */
  public TrainingLoop<T> withGrouping(ParameterGrouping newGrouping) {
    grouping = newGrouping;
    return this;
  }

  /** Replaces the plan's schedule. */
  public TrainingLoop<T> withSchedule(LearningRate newSchedule) {
    schedule = newSchedule;
    return this;
  }

  /**
   * Promises that no step draws random numbers from the engine, as dropout does. Then loops in
   * other threads need not wait for this one.
   */
  public TrainingLoop<T> withoutDraws() {
    draws = false;
    return this;
  }

  /** Keeps checkpoint and loss history in this folder and continues from them. */
  public TrainingLoop<T> withCheckpoints(Path newFolder) {
    folder = newFolder;
    return this;
  }

  /**
   * Is told of every step after it, before a checkpoint is written. It may run the model, no graph
   * is built, and may change its weights in place. An exception ends the run. Steps after the last
   * checkpoint of a killed run are told again.
   */
  public TrainingLoop<T> withListener(Consumer<StepReport> newListener) {
    listener = newListener;
    return this;
  }

  /**
   * Trains to the plan's last step, from the last checkpoint if there is one. Afterwards the model
   * holds the averaged weights where the plan asks for averaging.
   *
   * @throws DriveDistillException if a loss is not finite, a batch cannot be read, or the
   *     checkpoint is damaged or of another run
   */
  public void run() {
    long begin = System.nanoTime();
    waitedNanos = 0;
    madeSteps = 0;
    try {
      Inference.run(this::trainToEnd);
    } finally {
      totalNanos = System.nanoTime() - begin;
    }
  }

  /** How fast the last run went. */
  public TrainingSpeed speed() {
    double share = totalNanos == 0 ? 0 : (double) waitedNanos / totalNanos;
    return new TrainingSpeed(madeSteps, totalNanos / 1e9, share);
  }

  private void trainToEnd() {
    Map<String, Parameter> trained = trainedParameters();
    Map<String, NDArray> weights = new LinkedHashMap<>();
    trained.forEach((name, parameter) -> weights.put(name, parameter.getArray()));
    NDManager root = weights.values().iterator().next().getManager();
    try (AdamW optimizer = new AdamW(weights, root, grouping);
        AveragedWeights averaged =
            plan.emaDecay() > 0 ? new AveragedWeights(weights, root, plan.emaDecay()) : null) {
      Checkpoint checkpoint = checkpoint(optimizer, averaged);
      long first = checkpoint == null ? 0 : checkpoint.restore();
      try (LossHistory history =
              folder == null ? null : LossHistory.continueAt(folder.resolve(HISTORY_FILE), first);
          Prefetch<T> batches =
              new Prefetch<>(
                  source,
                  new SampleOrder(seed, sampleCount, plan.batchSize()),
                  seed,
                  first,
                  plan.steps())) {
        for (long step = first; step < plan.steps(); step++) {
          StepReport report = step(step, root, batches, trained, optimizer);
          if (averaged != null) {
            averaged.update(step);
          }
          madeSteps++;
          listener.accept(report);
          if (history != null) {
            history.add(report);
            if (isCheckpointDue(step + 1)) {
              history.flush();
              checkpoint.save(step + 1);
            }
          }
        }
      }
      if (averaged != null) {
        averaged.moveIntoWeights();
      }
    }
  }

  private Map<String, Parameter> trainedParameters() {
    Map<String, Parameter> trained = new LinkedHashMap<>();
    Set<Parameter> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Weights.of(model)
        .forEach(
            (name, parameter) -> {
              if (!parameter.isInitialized()) {
                throw new IllegalStateException(name + " is not initialised");
              }
              if (parameter.requiresGradient() && seen.add(parameter)) {
                trained.put(name, parameter);
              }
            });
    if (trained.isEmpty()) {
      throw new IllegalStateException("The model has no parameter to train");
    }
    return trained;
  }

  private boolean isCheckpointDue(long finished) {
    return finished == plan.steps()
        || (plan.checkpointEverySteps() > 0 && finished % plan.checkpointEverySteps() == 0);
  }

  private Checkpoint checkpoint(AdamW optimizer, AveragedWeights averaged) {
    if (folder == null) {
      return null;
    }
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    WeightsFile.arrays(model).forEach((name, array) -> arrays.put("weight/" + name, array));
    // Matrices in bfloat16 cannot be trained, so nothing of them is to be restored.
    arrays.values().removeIf(Bfloat16::holds);
    arrays.putAll(optimizer.moments());
    if (averaged != null) {
      averaged.averages().forEach((name, array) -> arrays.put("average/" + name, array));
    }
    String identity =
        plan.withoutCheckpoints() + " with seed " + seed + " on " + sampleCount + " samples";
    return new Checkpoint(folder.resolve(CHECKPOINT_FILE), arrays, optimizer, identity);
  }

  private StepReport step(
      long step,
      NDManager root,
      Prefetch<T> batches,
      Map<String, Parameter> trained,
      AdamW optimizer) {
    // The scope closes what attaches itself to other managers, such as the root.
    try (NDManager manager = root.newSubManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      long begin = System.nanoTime();
      StepBatch<T> batch = batches.take(step, manager);
      waitedNanos += System.nanoTime() - begin;
      StepWeights weights = new StepWeights(manager, trained);
      Device device = manager.getDevice();
      Function<GradientCollector, Losses> pass =
          collector -> {
            Losses result = objective.losses(new Pass(weights, device, true), batch);
            requireFinite(step, result);
            collector.backward(result.total());
            return result;
          };
      Losses losses =
          draws
              ? Backpropagation.run(
                  collector -> {
                    Engine.getInstance().setRandomSeed((int) batch.seed());
                    return pass.apply(collector);
                  })
              : Backpropagation.withoutDraws(pass);
      Map<String, NDArray> gradients = weights.gradients();
      double norm = Gradients.norm(gradients);
      if (!Double.isFinite(norm)) {
        throw diverged("The gradient's norm became " + norm, step, losses);
      }
      double rate = schedule.at(step);
      optimizer.step(rate, gradients, Gradients.clipFactor(norm, plan.gradientClipNorm()));
      return new StepReport(
          step, rate, norm, losses.total().getFloat(), losses.termValues(), losses.metricValues());
    }
  }

  private void requireFinite(long step, Losses losses) {
    losses
        .termValues()
        .forEach(
            (name, value) -> {
              if (!Double.isFinite(value)) {
                throw diverged("Loss term '" + name + "' became " + value, step, losses);
              }
            });
  }

  private DriveDistillException diverged(String what, long step, Losses losses) {
    return new DriveDistillException(
        what
            + " at step "
            + step
            + " of "
            + plan.steps()
            + " (learning rate "
            + schedule.at(step)
            + ", terms "
            + losses.termValues()
            + ", metrics "
            + losses.metricValues()
            + ")",
        "Maybe the learning rate is too high: try a third of "
            + plan.learningRate()
            + ", a longer warm-up than "
            + plan.warmupSteps()
            + " steps, or a gradientClipNorm below "
            + plan.gradientClipNorm()
            + "; if it happens at the first step, look for NaN or infinite numbers in the inputs.");
  }
}
