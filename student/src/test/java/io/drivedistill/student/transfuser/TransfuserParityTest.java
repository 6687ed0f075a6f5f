package io.drivedistill.student.transfuser;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import com.fasterxml.jackson.databind.JsonNode;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.parity.FormulaWeights;
import io.drivedistill.nn.parity.ParityFixture;
import io.drivedistill.student.Encoding;
import io.drivedistill.student.Fixtures;
import io.drivedistill.student.PlannerLoss;
import io.drivedistill.student.Student;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransfuserParityTest {
  private static final double ADAM_RATE = 1e-3;
  private static final double ADAM_EPSILON = 1e-8;

  @ParameterizedTest
  @ValueSource(strings = {"transfuser_small", "transfuser_lidar256", "transfuser_noagents"})
  void equalsTheReference(String name) {
    try (NDManager manager = NDManager.newBaseManager();
        ParityFixture fixture = ParityFixture.open(Fixtures.folder(name))) {
      Transfuser network = new Transfuser(config(fixture));
      fixture.weights().load(network, manager);
      NDList inputs = inputs(fixture, manager);
      Map<String, NDArray> targets = targets(fixture, manager);
      NDArray labelled = manager.ones(new Shape(inputs.head().getShape().get(0)));
      Pass pass = new Pass(new ParameterStore(manager, false), inputs.head().getDevice(), false);
      boolean strided = name.equals("transfuser_lidar256");

      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        Encoding encoding = network.encode(pass, inputs);
        Shape cells = new Shape(fixture.tensors().info("mid/bev_downscale").shapeArray());
        fixture.check("mid/bev_downscale", encoding.bevTokens().transpose(0, 2, 1).reshape(cells));
        fixture.check("mid/query_out", network.decode(pass, encoding));
        Map<String, NDArray> predictions = network.predict(pass, encoding);
        fixture.check("out/trajectory", predictions.get(Student.TRAJECTORY));
        fixture.check("out/agent_states", predictions.get(Transfuser.AGENT_STATES));
        fixture.check("out/agent_labels", predictions.get(Transfuser.AGENT_LABELS));
        NDArray map = predictions.get(Transfuser.BEV_SEMANTIC_MAP);
        fixture.check(
            "out/bev_semantic_map", strided ? map.get(new NDIndex(":, :, ::8, ::8")) : map);
        assertThat(network.plan(pass, encoding)).isEqualTo(predictions.get(Student.TRAJECTORY));
        checkMatching(fixture, predictions, targets);

        PlannerLoss.Parts loss =
            network.loss().of(network.predict(pass, encoding, targets), targets, labelled);
        loss.parts().forEach((part, value) -> fixture.check("loss/" + part, value.getFloat()));
        fixture.check("loss/total", loss.total().getFloat());
        collector.backward(loss.total());
      }
      fixture.checkGradients(network);
      Inference.run(() -> firstAdamStep(network));
      Encoding encoding = network.encode(pass, inputs);
      fixture.check("out/trajectory_after_adam_step", network.plan(pass, encoding));
      fixture.check(
          "loss/total_after_one_adam_step_lr1e-3",
          network
              .loss()
              .of(network.predict(pass, encoding, targets), targets, labelled)
              .total()
              .getFloat());
      assertThat(fixture.unchecked()).isEmpty();
      fixture.assertAllPass();
    }
  }

  private static void checkMatching(
      ParityFixture fixture, Map<String, NDArray> predictions, Map<String, NDArray> targets) {
    NDArray labels = targets.get(Transfuser.AGENT_LABELS);
    int batch = (int) labels.getShape().get(0);
    int count = (int) labels.getShape().get(1);
    double[] all = new double[batch];
    java.util.Arrays.fill(all, 1);
    AgentMatching matching =
        AgentMatching.of(
            predictions.get(Transfuser.AGENT_STATES),
            predictions.get(Transfuser.AGENT_LABELS),
            targets.get(Transfuser.AGENT_STATES),
            labels,
            all,
            TransfuserLoss.Weights.published(),
            false);
    // Targets without a vehicle all cost the same, so that only real ones have a unique partner.
    float[] valid = labels.toFloatArray();
    long[] expected = fixture.tensors().longs("out/match_gt_index_for_pred");
    float[] found = new float[expected.length];
    for (int i = 0; i < found.length; i++) {
      int sample = i / count;
      int column = matching.columns()[sample][i % count];
      boolean free = valid[sample * count + column] == 0;
      found[i] = free && valid[sample * count + (int) expected[i]] == 0 ? expected[i] : column;
    }
    fixture.check("out/match_gt_index_for_pred", found);
  }

  /** After one step Adam's moments are g and g², so the step is the sign of g, softened. */
  private static void firstAdamStep(Transfuser network) {
    for (Parameter parameter : Weights.of(network).values()) {
      if (parameter.requiresGradient()) {
        NDArray value = parameter.getArray();
        try (NDArray gradient = value.getGradient()) {
          NDArray step = gradient.div(gradient.abs().add(ADAM_EPSILON)).mul(ADAM_RATE);
          value.subi(step);
        }
      }
    }
  }

  @Test
  void equalsTheReferenceAtFullSize() {
    try (NDManager manager = NDManager.newBaseManager();
        ParityFixture fixture = ParityFixture.open(Fixtures.folder("transfuser_real_procedural"))) {
      Transfuser network = new Transfuser(TransfuserConfig.published());
      fixture.formulaWeights().fill(network, manager);
      NDArray camera = FormulaWeights.input(manager, "input.camera", 0.5, 0.5, 1, 3, 256, 1024);
      NDArray lidar =
          FormulaWeights.input(manager, "input.lidar", 10, 0, 1, 1, 256, 256)
              .floor()
              .clip(0, 5)
              .div(5);
      float[] status = new float[8];
      status[1] = 1;
      for (int i = 0; i < 4; i++) {
        status[4 + i] = 6 * FormulaWeights.unit("input.status", i);
      }
      NDList inputs = new NDList(camera, lidar, Constants.of(manager, status, 1, 8));
      Pass pass = new Pass(new ParameterStore(manager, false), camera.getDevice(), false);
      Inference.run(
          () -> {
            Encoding encoding = network.encode(pass, inputs);
            Map<String, NDArray> predictions = network.predict(pass, encoding);
            fixture.check(
                "mid/query_out", network.decode(pass, encoding).get(new NDIndex(":, 0:3, :")));
            fixture.check("out/trajectory", predictions.get(Student.TRAJECTORY));
            fixture.check("out/agent_states", predictions.get(Transfuser.AGENT_STATES));
            fixture.check("out/agent_labels", predictions.get(Transfuser.AGENT_LABELS));
            NDArray map = predictions.get(Transfuser.BEV_SEMANTIC_MAP);
            fixture.check("out/bev_semantic_stride8", map.get(new NDIndex(":, :, ::8, ::8")));
            fixture.check("out/bev_semantic_sum", map.sum(new int[] {2, 3}));
          });
      assertThat(fixture.unchecked()).isEmpty();
      fixture.assertAllPass();
    }
  }

  @Test
  void publishedSizesHaveThePublishedNumbersOfParameters() {
    assertThat(Weights.count(new Transfuser(TransfuserConfig.published()))).isEqualTo(55_970_149);
    assertThat(Weights.count(new Transfuser(TransfuserConfig.publishedLatent())))
        .isEqualTo(56_035_685);
  }

  private static NDList inputs(ParityFixture fixture, NDManager manager) {
    return new NDList(
        fixture.input(manager, "in/camera_feature"),
        fixture.input(manager, "in/lidar_counts_0to5"),
        fixture.input(manager, "in/status_feature"));
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

  private static TransfuserConfig config(ParityFixture fixture) {
    JsonNode sizes = fixture.config().get("config");
    long[] image = fixture.tensors().info("in/camera_feature").shapeArray();
    return new TransfuserConfig(
        new TransfuserConfig.Image((int) image[2], (int) image[3]),
        new TransfuserConfig.Lidar(
            sizes.get("lidar_resolution_height").asInt(),
            sizes.get("lidar_resolution_width").asInt(),
            32,
            false),
        sizes.get("latent").asBoolean(),
        integers(fixture.config().get("resnet_widths")),
        integers(fixture.config().get("resnet_layers")),
        new TransfuserConfig.Fusion(
            sizes.get("n_layer").asInt(),
            sizes.get("n_head").asInt(),
            sizes.get("block_exp").asInt(),
            sizes.get("img_vert_anchors").asInt(),
            sizes.get("img_horz_anchors").asInt(),
            sizes.get("lidar_vert_anchors").asInt(),
            sizes.get("lidar_horz_anchors").asInt(),
            0.1),
        new TransfuserConfig.Bev(
            sizes.get("bev_features_channels").asInt(),
            sizes.get("num_bev_classes").asInt(),
            sizes.get("bev_down_sample_factor").asInt(),
            sizes.get("bev_upsample_factor").asInt()),
        new TransfuserConfig.Decoder(
            sizes.get("tf_d_model").asInt(),
            sizes.get("tf_d_ffn").asInt(),
            sizes.get("tf_num_layers").asInt(),
            sizes.get("tf_num_head").asInt()),
        sizes.get("num_bounding_boxes").asInt(),
        fixture.config().get("num_poses").asInt(),
        0.5);
  }

  private static List<Integer> integers(JsonNode list) {
    List<Integer> values = new ArrayList<>();
    list.forEach(value -> values.add(value.asInt()));
    return values;
  }
}
