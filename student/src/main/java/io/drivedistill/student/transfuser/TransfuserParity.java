package io.drivedistill.student.transfuser;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.parity.FixtureOptions;
import io.drivedistill.nn.parity.FormulaInput;
import io.drivedistill.nn.parity.ParityFamily;
import io.drivedistill.nn.parity.ParityFixture;
import io.drivedistill.student.Encoding;
import io.drivedistill.student.PlannerLoss;
import io.drivedistill.student.Student;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** TransFuser with and without LiDAR: plan, losses, matching, gradients, one step of Adam. */
public final class TransfuserParity implements ParityFamily {
  private static final String LIDAR = "in/lidar_counts_0to5";
  private static final String STEPPED = "out/trajectory_after_adam_step";
  private static final String MATCH = "out/match_gt_index_for_pred";

  @Override
  public String name() {
    return "TransFuser";
  }

  @Override
  public boolean reads(String model) {
    return model.startsWith("navsim transfuser");
  }

  @Override
  public void run(ParityFixture fixture, NDManager manager) {
    FixtureOptions options = fixture.options();
    if (options.has("rules")) {
      fullSize(fixture, manager);
      return;
    }
    options.documentation("agents_per_sample", "assignment_margin", "draws_rejected_for_ties");
    Transfuser network = new Transfuser(config(fixture));
    fixture.weights().load(network, manager);
    NDList inputs = inputs(fixture, network.config(), manager);
    Map<String, NDArray> targets = targets(fixture, manager);
    NDArray labelled = manager.ones(new Shape(inputs.head().getShape().get(0)));
    TransfuserLoss loss = new TransfuserLoss(weights(fixture), network.config().latent());
    Pass pass = pass(manager);
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      Encoding encoding = network.encode(pass, inputs);
      Map<String, NDArray> predictions = network.predict(pass, encoding);
      fixture.check("out/trajectory", predictions.get(Student.TRAJECTORY));
      fixture.check("out/agent_states", predictions.get(Transfuser.AGENT_STATES));
      fixture.check("out/agent_labels", predictions.get(Transfuser.AGENT_LABELS));
      checkMap(fixture, predictions.get(Transfuser.BEV_SEMANTIC_MAP));
      checkMatching(fixture, network.config(), predictions, targets);
      PlannerLoss.Parts parts =
          loss.of(network.predict(pass, encoding, targets), targets, labelled);
      parts.parts().forEach((part, value) -> fixture.check("loss/" + part, value.getFloat()));
      fixture.check("loss/total", parts.total().getFloat());
      collector.backward(parts.total());
    }
    fixture.checkGradients(network);
    Inference.run(
        () -> {
          AdamStep.take(network, manager).reverseWhereRoundingDecided(fixture, STEPPED, inputs);
          Encoding encoding = network.encode(pass, inputs);
          fixture.check(STEPPED, network.plan(pass, encoding));
          checkLossAfterStep(
              fixture, network.predict(pass, encoding, targets), targets, loss, labelled);
        });
  }

  /** Large maps are stored with every n-th row and column. */
  private static void checkMap(ParityFixture fixture, NDArray map) {
    String name = "out/bev_semantic_map";
    long stride = map.getShape().get(2) / fixture.shape(name)[2];
    fixture.check(
        name, stride <= 1 ? map : map.get(new NDIndex(":, :, ::" + stride + ", ::" + stride)));
  }

  private static void checkMatching(
      ParityFixture fixture,
      TransfuserConfig config,
      Map<String, NDArray> predictions,
      Map<String, NDArray> targets) {
    NDArray labels = targets.get(Transfuser.AGENT_LABELS);
    int batch = (int) labels.getShape().get(0);
    int count = (int) labels.getShape().get(1);
    double[] all = new double[batch];
    Arrays.fill(all, 1);
    AgentMatching matching =
        AgentMatching.of(
            predictions.get(Transfuser.AGENT_STATES),
            predictions.get(Transfuser.AGENT_LABELS),
            targets.get(Transfuser.AGENT_STATES),
            labels,
            all,
            weights(fixture),
            config.latent());
    // Targets without a vehicle all cost the same, so that only real ones have a unique partner.
    boolean[] valid = matching.valid();
    long[] expected = fixture.longs(MATCH);
    long[] found = new long[expected.length];
    for (int i = 0; i < found.length; i++) {
      int sample = i / count;
      int column = matching.columns()[sample][i % count];
      boolean free = !valid[sample * count + column];
      found[i] = free && !valid[sample * count + (int) expected[i]] ? expected[i] : column;
    }
    fixture.check(MATCH, found);
  }

  /** Where the matching is not unique any more, each of the equally cheap ones is as good. */
  private static void checkLossAfterStep(
      ParityFixture fixture,
      Map<String, NDArray> predictions,
      Map<String, NDArray> targets,
      TransfuserLoss loss,
      NDArray labelled) {
    String name = "loss/total_after_one_adam_step_lr1e-3";
    double total = loss.of(predictions, targets, labelled).total().getFloat();
    boolean latent = fixture.options().part("config").flag("latent");
    double[] agents = TiedMatchings.agentLosses(predictions, targets, weights(fixture), latent);
    double expected = fixture.doubles(name)[0];
    double nearest =
        Arrays.stream(agents)
            .map(tied -> total - agents[0] + tied)
            .boxed()
            .min(Comparator.comparingDouble(value -> Math.abs(value - expected)))
            .orElseThrow();
    fixture.check(name, nearest);
  }

  private static void fullSize(ParityFixture fixture, NDManager manager) {
    FixtureOptions options = fixture.options();
    options.documentation("strides");
    TransfuserConfig config = TransfuserConfig.published().withLatent(options.flag("latent"));
    Transfuser network = new Transfuser(config);
    fixture.formulaWeights().fill(network, manager);
    fixture.checkOption("unique_parameters", Weights.count(network));
    FixtureOptions formulas = options.part("inputs");
    NDList inputs = new NDList();
    inputs.add(FormulaInput.of(formulas.text("camera"), Map.of(), manager));
    if (config.latent()) {
      formulas.documentation("lidar");
    } else {
      inputs.add(FormulaInput.of(formulas.text("lidar"), Map.of(), manager));
    }
    inputs.add(FormulaInput.of(formulas.text("status"), Map.of(), manager));
    Pass pass = pass(manager);
    Inference.run(
        () -> {
          Encoding encoding = network.encode(pass, inputs);
          Map<String, NDArray> predictions = network.predict(pass, encoding);
          if (fixture.has("mid/query_out")) {
            long kept = fixture.shape("mid/query_out")[1];
            fixture.check(
                "mid/query_out",
                network.decode(pass, encoding).get(new NDIndex(":, 0:" + kept + ", :")));
          }
          fixture.check("out/trajectory", predictions.get(Student.TRAJECTORY));
          fixture.check("out/agent_states", predictions.get(Transfuser.AGENT_STATES));
          fixture.check("out/agent_labels", predictions.get(Transfuser.AGENT_LABELS));
          NDArray map = predictions.get(Transfuser.BEV_SEMANTIC_MAP);
          fixture.check("out/bev_semantic_stride8", map.get(new NDIndex(":, :, ::8, ::8")));
          fixture.check("out/bev_semantic_sum", map.sum(new int[] {2, 3}));
        });
  }

  private static Pass pass(NDManager manager) {
    return new Pass(new ParameterStore(manager, false), manager.getDevice(), false);
  }

  private static NDList inputs(ParityFixture fixture, TransfuserConfig config, NDManager manager) {
    NDList inputs = new NDList(fixture.input(manager, "in/camera_feature"));
    if (!config.latent()) {
      inputs.add(fixture.input(manager, LIDAR));
    } else if (fixture.has(LIDAR)) {
      fixture.omit(LIDAR, "the latent variant has no LiDAR");
    }
    inputs.add(fixture.input(manager, "in/status_feature"));
    return inputs;
  }

  private static Map<String, NDArray> targets(ParityFixture fixture, NDManager manager) {
    Map<String, NDArray> targets = new LinkedHashMap<>();
    for (String name :
        List.of(
            Student.TRAJECTORY,
            Transfuser.AGENT_STATES,
            Transfuser.AGENT_LABELS,
            Transfuser.BEV_SEMANTIC_MAP)) {
      targets.put(name, fixture.input(manager, "in/target/" + name));
    }
    targets.compute(
        Transfuser.AGENT_LABELS, (name, labels) -> labels.toType(DataType.FLOAT32, true));
    return targets;
  }

  private static TransfuserLoss.Weights weights(ParityFixture fixture) {
    FixtureOptions options = fixture.options().part("config");
    return new TransfuserLoss.Weights(
        options.number("trajectory_weight"),
        options.number("agent_class_weight"),
        options.number("agent_box_weight"),
        options.number("bev_semantic_weight"));
  }

  private static TransfuserConfig config(ParityFixture fixture) {
    FixtureOptions sizes = fixture.options().part("config");
    long[] image = fixture.shape("in/camera_feature");
    return new TransfuserConfig(
        new TransfuserConfig.Image((int) image[2], (int) image[3]),
        new TransfuserConfig.Lidar(
            sizes.integer("lidar_resolution_height"),
            sizes.integer("lidar_resolution_width"),
            sizes.number("lidar_max_x", 32),
            sizes.flag("use_ground_plane", false)),
        sizes.flag("latent"),
        fixture.options().integers("resnet_widths"),
        fixture.options().integers("resnet_layers"),
        new TransfuserConfig.Fusion(
            sizes.integer("n_layer"),
            sizes.integer("n_head"),
            sizes.integer("block_exp"),
            sizes.integer("img_vert_anchors"),
            sizes.integer("img_horz_anchors"),
            sizes.integer("lidar_vert_anchors"),
            sizes.integer("lidar_horz_anchors"),
            0),
        new TransfuserConfig.Bev(
            sizes.integer("bev_features_channels"),
            sizes.integer("num_bev_classes"),
            sizes.integer("bev_down_sample_factor"),
            sizes.integer("bev_upsample_factor")),
        new TransfuserConfig.Decoder(
            sizes.integer("tf_d_model"),
            sizes.integer("tf_d_ffn"),
            sizes.integer("tf_num_layers"),
            sizes.integer("tf_num_head")),
        sizes.integer("num_bounding_boxes"),
        fixture.options().integer("num_poses"),
        0.5);
  }
}
