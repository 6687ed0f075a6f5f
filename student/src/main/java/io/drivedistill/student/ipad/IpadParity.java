package io.drivedistill.student.ipad;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Scalars;
import io.drivedistill.nn.parity.FixtureOptions;
import io.drivedistill.nn.parity.FormulaInput;
import io.drivedistill.nn.parity.ParityFamily;
import io.drivedistill.nn.parity.ParityFixture;
import io.drivedistill.student.PlannerLoss;
import io.drivedistill.student.Student;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** iPad: proposals of every refinement, where they look, scores, losses and gradients. */
public final class IpadParity implements ParityFamily {
  private static final double INTERVAL_S = 0.5;

  /** Makes of most float32 numbers a neighbour. */
  private static final double NEXT_FLOAT = 1 + 0x1p-23;

  private static final Map<String, String> LOSSES =
      Map.ofEntries(
          Map.entry(IpadLoss.CLOSEST, "trajectory_loss"),
          Map.entry(IpadLoss.SUB_SCORES, "sub_score_loss"),
          Map.entry(IpadLoss.FINAL_SCORE, "final_score_loss"),
          Map.entry(IpadLoss.AGENT_VALIDITY, "pred_ce_loss"),
          Map.entry(IpadLoss.AGENT_CORNERS, "pred_l1_loss"),
          Map.entry(IpadLoss.AREAS, "pred_area_loss"),
          Map.entry(IpadLoss.FIRST_DIVERSITY, "inter_loss0"),
          Map.entry(IpadLoss.LAST_DIVERSITY, "inter_loss"),
          Map.entry(IpadLoss.FIRST_CLOSEST, "min_loss0"),
          Map.entry(IpadLoss.LAST_CLOSEST, "min_loss"),
          Map.entry(IpadLoss.PDM_SCORE, "score"),
          Map.entry(IpadLoss.BEST_PDM_SCORE, "best_score"));

  @Override
  public String name() {
    return "iPad";
  }

  @Override
  public boolean reads(String model) {
    return model.startsWith("iPad");
  }

  @Override
  public void run(ParityFixture fixture, NDManager manager) {
    if (fixture.options().has("rules")) {
      fullSize(fixture, manager);
      return;
    }
    fixture.options().documentation("hits_per_camera");
    Ipad network = new Ipad(config(fixture.options()));
    IpadCheckpoint.at(fixture.folder().resolve("weights.safetensors")).load(network, manager);
    // The picture's size is part of the config; the file repeats it.
    fixture.input(manager, "in/img_shape");
    NDList inputs =
        new NDList(
            fixture.input(manager, "in/camera_feature"),
            fixture.input(manager, "in/lidar2img"),
            fixture.input(manager, "in/ego_status").get(":, -1"));
    NDArray labelled = manager.ones(new Shape(inputs.head().getShape().get(0)));
    Pass pass = pass(manager);
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      Map<String, NDArray> predictions = network.predict(pass, network.encode(pass, inputs));
      checkPlans(fixture, network, predictions, inputs.get(1));
      if (predictions.containsKey(Ipad.AGENTS)) {
        String agents = "out/pred_agents_states";
        fixture.check(
            agents, predictions.get(Ipad.AGENTS).reshape(new Shape(fixture.shape(agents))));
      }
      if (predictions.containsKey(Ipad.AREAS)) {
        String areas = "out/pred_area_logit";
        fixture.check(areas, predictions.get(Ipad.AREAS).reshape(new Shape(fixture.shape(areas))));
      }
      PlannerLoss.Parts loss = network.loss().of(predictions, targets(fixture, manager), labelled);
      LOSSES.forEach(
          (part, reference) -> {
            if (loss.parts().containsKey(part)) {
              fixture.check("loss/" + reference, loss.parts().get(part).getFloat());
            }
          });
      fixture.check("loss/loss", loss.total().getFloat());
      collector.backward(loss.total());
    }
    fixture.checkGradients(network);
  }

  private static void checkPlans(
      ParityFixture fixture, Ipad network, Map<String, NDArray> predictions, NDArray projection) {
    IpadConfig config = network.config();
    VehicleAnchors anchors = new VehicleAnchors(config);
    for (int i = 0; i < config.refinements(); i++) {
      NDArray proposals = predictions.get(Ipad.PROPOSALS).get(":, " + i);
      fixture.check("out/proposals_iter" + i, proposals);
      if (fixture.has("mid/cam_hit#" + i)) {
        NDArray poses = proposals.stopGradient().reshape(-1, config.queries(), 3);
        NDArray points = anchors.points(poses).transpose(2, 0, 1, 3);
        fixture.check("mid/ref_points_xyz1#" + i, points);
        VehicleAnchors.Seen seen = anchors.of(poses, projection);
        NDArray hits = seen.hits().transpose(1, 0, 2, 3);
        fixture.check("mid/cam_hit#" + i, hits);
        fixture.checkWhere(
            "mid/ref_cam_uv#" + i, seen.places().transpose(1, 0, 2, 3, 4), hits.toFloatArray());
      }
    }
    NDArray logits = predictions.get(Ipad.SCORE_LOGITS);
    fixture.check("out/pred_logit", logits);
    fixture.check(
        "out/pdm_score",
        logits.get(":, :, " + (ProposalScorer.SCORES - 1)).getNDArrayInternal().sigmoid());
    fixture.check("out/trajectory", predictions.get(Student.TRAJECTORY));
  }

  private static void fullSize(ParityFixture fixture, NDManager manager) {
    FixtureOptions formulas = fixture.options().part("inputs");
    Ipad network =
        new Ipad(IpadConfig.published().withBehaviour(IpadConfig.Behaviour.RELEASED_WEIGHTS));
    fixture.formulaWeights().fill(network, manager);
    NDList inputs =
        new NDList(
            FormulaInput.of(formulas.text("camera_feature"), Map.of(), manager),
            fixture.input(manager, "in/lidar2img"),
            FormulaInput.of(formulas.text("ego_status"), Map.of(), manager));
    Pass pass = pass(manager);
    Inference.run(
        () -> {
          Map<String, NDArray> plan = network.predict(pass, network.encode(pass, inputs));
          checkPlans(fixture, network, plan, inputs.get(1));
          if (!fixture.failures().isEmpty()) {
            NDArray picture = Scalars.scale(inputs.get(0), NEXT_FLOAT);
            NDArray status = Scalars.scale(inputs.get(2), NEXT_FLOAT);
            NDList nudged = new NDList(picture, inputs.get(1), status);
            tellSensitivity(fixture, plan, network.predict(pass, network.encode(pass, nudged)));
          }
        });
  }

  /** Says how far the plans move with the inputs' last bit: no limit below that can be kept. */
  private static void tellSensitivity(
      ParityFixture fixture, Map<String, NDArray> plan, Map<String, NDArray> nudged) {
    NDArray proposals = plan.get(Ipad.PROPOSALS);
    NDArray moved = nudged.get(Ipad.PROPOSALS).sub(proposals).abs();
    for (int i = 0; i < proposals.getShape().get(1); i++) {
      float largest = proposals.get(":, " + i).abs().max().getFloat();
      fixture.omit(
          "proposals_iter" + i + ", last bit",
          String.format(
              Locale.ROOT,
              "when only the last bit of picture and status changes, this build moves by %.2e",
              moved.get(":, " + i).max().getFloat() / largest));
    }
  }

  private static Pass pass(NDManager manager) {
    return new Pass(new ParameterStore(manager, false), manager.getDevice(), false);
  }

  private static Map<String, NDArray> targets(ParityFixture fixture, NDManager manager) {
    Map<String, NDArray> targets = new LinkedHashMap<>();
    targets.put(Student.TRAJECTORY, fixture.input(manager, "in/target_trajectory"));
    targets.put(
        SimulatedTargets.SCORES, fixture.input(manager, "in/target_scores_NC_DAC_EP_TTC_C_final"));
    targets.put(SimulatedTargets.AGENT_CORNERS, fixture.input(manager, "in/target_agent_corners"));
    targets.put(SimulatedTargets.AGENT_VALID, floats(fixture, manager, "in/target_agent_valid"));
    targets.put(SimulatedTargets.AREAS, floats(fixture, manager, "in/target_ego_areas"));
    return targets;
  }

  private static NDArray floats(ParityFixture fixture, NDManager manager, String tensor) {
    return fixture.input(manager, tensor).toType(DataType.FLOAT32, true);
  }

  private static IpadConfig config(FixtureOptions fixture) {
    FixtureOptions sizes = fixture.part("config");
    sizes.only("b2d", false);
    sizes.only("traj_bev", true);
    sizes.only("traj_proposal_query", true);
    sizes.only("double_score", false);
    sizes.only("bev_map", false);
    sizes.only("bev_agent", false);
    // Read by heads that are off, or by nothing in the released model.
    sizes.documentation(
        "command_num",
        "tf_num_layers",
        "tf_num_head",
        "agent_class_weight",
        "agent_box_weight",
        "bev_semantic_weight",
        "num_bounding_boxes",
        "latent");
    fixture.only("attention_heads", IpadConfig.HEADS);
    List<Integer> picture = fixture.integers("input_hw");
    List<Double> range = heightRange(sizes.numbers("point_cloud_range"));
    double lidarHeightM = sizes.number("lidar_height");
    return new IpadConfig(
        new IpadConfig.Image(
            List.of(CameraName.CAM_B0, CameraName.CAM_F0, CameraName.CAM_L0, CameraName.CAM_R0),
            picture.get(0),
            picture.get(1)),
        fixture.integers("resnet_widths"),
        fixture.integers("resnet_layers"),
        sizes.integer("proposal_num"),
        sizes.integer("num_poses"),
        INTERVAL_S,
        sizes.integer("ref_num"),
        new IpadConfig.Refiner(
            sizes.integer("tf_d_model"),
            sizes.integer("tf_d_ffn"),
            sizes.integer("num_bev_layers"),
            sizes.number("tf_dropout")),
        new IpadConfig.Anchors(
            sizes.number("half_length"),
            sizes.number("half_width"),
            sizes.number("rear_axle_to_center"),
            sizes.integer("num_points_in_pillar"),
            range.get(0) - lidarHeightM,
            range.get(1) - lidarHeightM),
        new IpadConfig.Foresight(sizes.flag("agent_pred"), sizes.flag("area_pred")),
        new IpadConfig.LossWeights(
            sizes.number("trajectory_weight"),
            sizes.number("prev_weight"),
            sizes.number("inter_weight"),
            sizes.number("sub_score_weight"),
            sizes.number("final_score_weight"),
            sizes.number("pred_ce_weight"),
            sizes.number("pred_l1_weight"),
            sizes.number("pred_area_weight")),
        fixture.text("quirk", "").isEmpty()
            ? IpadConfig.Behaviour.RELEASED_WEIGHTS
            : IpadConfig.Behaviour.RELEASED_TRAINING);
  }

  /** Lowest and highest of x, y, z, x, y, z; the plane must be the one that proposals live in. */
  private static List<Double> heightRange(List<Double> range) {
    double plane = ProposalAttention.RANGE_M;
    if (range.size() != 6
        || range.get(0) != -plane
        || range.get(1) != -plane
        || range.get(3) != plane
        || range.get(4) != plane) {
      throw new DriveDistillException(
          "point_cloud_range is "
              + range
              + "; this program has [-32, -32, lowest, 32, 32, highest]",
          "Maybe the fixture is newer than this program.");
    }
    return List.of(range.get(2), range.get(5));
  }
}
