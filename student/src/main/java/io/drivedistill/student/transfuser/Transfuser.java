package io.drivedistill.student.transfuser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.PointGrid;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.nn.Conv2d;
import io.drivedistill.nn.Embedding;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Mlp;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.ResNet;
import io.drivedistill.nn.Resampling;
import io.drivedistill.nn.Scalars;
import io.drivedistill.nn.TransformerDecoder;
import io.drivedistill.nn.TransformerDecoderLayer;
import io.drivedistill.student.Encoding;
import io.drivedistill.student.HumanTrajectory;
import io.drivedistill.student.PlannerLoss;
import io.drivedistill.student.SceneCaches;
import io.drivedistill.student.Student;
import io.drivedistill.student.head.HeadLosses;
import io.drivedistill.student.head.HeadSizes;
import io.drivedistill.student.head.PlanningHead;
import io.drivedistill.student.head.PlanningState;
import io.drivedistill.student.head.Proposals;
import io.drivedistill.student.head.RegressionHead;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * TransFuser as the NAVSIM benchmark publishes it (SPEC-transfuser section 2; Chitta et al. 2022),
 * with the published parameter names: camera and LiDAR encoders with fusion, query decoder, heads
 * for trajectory, agents and semantic map.
 *
 * <p>Camera and LiDAR may be uint8 (pixels 0 to 255, point counts 0 to 5) or float32 already
 * divided by 255 and 5; uint8 keeps batches and transfers small.
 */
public final class Transfuser extends Student {
  /** Predicted boxes: x, y, heading, length, width, [B, agents, 5]. */
  public static final String AGENT_STATES = "agent_states";

  /** Whether a row of {@link #AGENT_STATES} is a vehicle: logits [B, agents], targets 0 or 1. */
  public static final String AGENT_LABELS = "agent_labels";

  /** Logits [B, classes, rows, columns], targets the class of each cell [B, rows, columns]. */
  public static final String BEV_SEMANTIC_MAP = "bev_semantic_map";

  /** Where the speed along the vehicle stands in the status, after the command. */
  private static final NDIndex SPEED = new NDIndex(":, 4:5");

  /** Before the names of the planning head's losses, [B], among the predictions. */
  static final String HEAD = "head/";

  /**
   * Proposals to be scored, [B, K, T, 3], among the predictions of a head that forecasts scores.
   */
  static final String PROPOSALS = "proposals";

  /** Its forecast, logits [B, K, 6]. */
  static final String SCORE_LOGITS = "score_logits";

  private static final double MAX_PIXEL = 255;
  private static final double MAX_COUNT = LidarHistogram.MAX_COUNT;

  private final TransfuserConfig config;
  private final TransfuserBackbone backbone;
  private final Embedding memoryPositions;
  private final Embedding queries;
  private final Conv2d bevDownscale;
  private final Linear statusEncoding;
  private final Conv2d semantic0;
  private final Conv2d semantic2;
  private final TransformerDecoder decoder;
  private final Mlp agentStates;
  private final Linear agentLabel;
  private final PlanningHead head;

  /** With the published head. */
  public Transfuser(TransfuserConfig config) {
    this(config, RegressionHead::new);
  }

  /**
   * @param headOf makes the planning head, which keeps the published one's name {@code
   *     _trajectory_head}
   */
  public Transfuser(TransfuserConfig config, Function<HeadSizes, ? extends PlanningHead> headOf) {
    this.config = config;
    TransfuserConfig.Decoder sizes = config.decoder();
    int channels = sizes.channels();
    int bev = config.bev().channels();
    backbone = child("_backbone", new TransfuserBackbone(config));
    memoryPositions = child("_keyval_embedding", new Embedding(config.memoryCells() + 1, channels));
    queries = child("_query_embedding", new Embedding(1 + config.agents(), channels));
    bevDownscale = child("_bev_downscale", new Conv2d(config.lastWidth(), channels, 1, 1, 0, true));
    statusEncoding =
        child("_status_encoding", new Linear(TransfuserConfig.STATUS_CHANNELS, channels));
    semantic0 = child("_bev_semantic_head.0", new Conv2d(bev, bev, 3, 1, 1, true));
    semantic2 =
        child("_bev_semantic_head.2", new Conv2d(bev, config.bev().classes(), 1, 1, 0, true));
    decoder =
        child(
            "_tf_decoder",
            new TransformerDecoder(
                sizes.layers(),
                () ->
                    new TransformerDecoderLayer(channels, sizes.heads(), sizes.feedForward(), 0)));
    agentStates = child("_agent_head._mlp_states", new Mlp(channels, sizes.feedForward(), 5));
    agentLabel = child("_agent_head._mlp_label.0", new Linear(channels, 1));
    head =
        child(
            "_trajectory_head",
            headOf.apply(
                new HeadSizes(
                    channels,
                    sizes.heads(),
                    sizes.feedForward(),
                    config.poses(),
                    config.poseIntervalS())));
  }

  /** The sizes of this network. */
  public TransfuserConfig config() {
    return config;
  }

  /** What turns the decoded query into trajectories. */
  public PlanningHead head() {
    return head;
  }

  @Override
  public Optional<ResNet> imageEncoder() {
    return Optional.of(backbone.imageEncoder());
  }

  /** The LiDAR encoder. */
  public ResNet lidarEncoder() {
    return backbone.lidarEncoder();
  }

  @Override
  public List<TensorSpec> inputs() {
    List<TensorSpec> specs = new ArrayList<>();
    specs.add(
        TensorSpec.of(
            "camera",
            Dtype.U8,
            new long[] {TensorSpec.BATCH, 3, config.image().height(), config.image().width()},
            "1",
            "image",
            "Left front, front and right front camera side by side, RGB, current frame: without"
                + " 28/1080 of the rows above and below and, of the outer two, 416/1920 of the"
                + " columns on both sides; then resized bilinearly."));
    if (!config.latent()) {
      TransfuserConfig.Lidar lidar = config.lidar();
      specs.add(
          TensorSpec.of(
              "lidar",
              Dtype.U8,
              new long[] {TensorSpec.BATCH, lidar.channels(), lidar.rows(), lidar.columns()},
              "1",
              "ego at the current time; rows forward, columns left",
              "LiDAR points per cell: " + lidar.points().inWords() + "."));
    }
    specs.add(
        TensorSpec.of(
            "status",
            Dtype.F32,
            new long[] {TensorSpec.BATCH, TransfuserConfig.STATUS_CHANNELS},
            "1, m/s, m/s²",
            "ego at the current time",
            "Command one-hot (left, straight, right, unknown), velocity x y, acceleration x y."));
    return specs;
  }

  @Override
  public Map<String, PointGrid> pointGrids() {
    return config.latent() ? Map.of() : Map.of("lidar", config.lidar().points());
  }

  @Override
  public TensorSpec trajectory() {
    return HumanTrajectory.spec(config.poses(), config.poseIntervalS());
  }

  @Override
  public List<TensorSpec> targets() {
    String frame = "ego at the current time";
    List<TensorSpec> specs = new ArrayList<>();
    specs.add(trajectory());
    specs.add(
        TensorSpec.of(
            AGENT_STATES,
            Dtype.F32,
            new long[] {TensorSpec.BATCH, config.agents(), 5},
            "m, m, rad, m, m",
            frame,
            "The nearest vehicles: centre x y, heading, length, width."));
    specs.add(
        TensorSpec.of(
            AGENT_LABELS,
            Dtype.F32,
            new long[] {TensorSpec.BATCH, config.agents()},
            "1",
            frame,
            "1 for rows of agent_states that hold a vehicle."));
    specs.add(
        TensorSpec.of(
            BEV_SEMANTIC_MAP,
            Dtype.U8,
            new long[] {TensorSpec.BATCH, config.bevRows(), config.bevColumns()},
            "1",
            frame + "; rows forward, columns left",
            "Class of each cell."));
    specs.addAll(head.targets());
    return specs;
  }

  @Override
  public TokenSizes tokenSizes() {
    return new TokenSizes(
        config.memoryCells(),
        config.decoder().channels(),
        config.imageCells(),
        config.lastWidth(),
        TransfuserConfig.STATUS_CHANNELS);
  }

  @Override
  public Encoding encode(Pass pass, NDList inputs) {
    NDArray image = normalised(inputs.get(0), MAX_PIXEL);
    NDArray lidar = config.latent() ? null : normalised(inputs.get(1), MAX_COUNT);
    NDArray status = inputs.get(inputs.size() - 1);
    TransfuserBackbone.Maps maps = backbone.encode(pass, image, lidar);
    NDArray memory = FusionTransformer.tokens(bevDownscale.forward(pass, maps.lidar()));
    NDArray imageTokens = FusionTransformer.tokens(maps.image());
    return new Encoding(memory, imageTokens, status, new NDList(maps.lidar()));
  }

  private static NDArray normalised(NDArray x, double max) {
    return x.getDataType() == DataType.UINT8
        ? Scalars.scale(x.toType(DataType.FLOAT32, false), 1 / max)
        : x;
  }

  @Override
  public int proposals() {
    return head.proposals();
  }

  @Override
  public List<TensorSpec> noise() {
    return head.noise();
  }

  @Override
  public Proposals propose(Pass pass, Encoding encoding, NDList noise) {
    return head.propose(pass, state(encoding, decode(pass, encoding)), noise);
  }

  @Override
  public NDArray plan(Pass pass, Encoding encoding) {
    return plan(pass, encoding, decode(pass, encoding));
  }

  /** The best proposal where chance says nothing. */
  private NDArray plan(Pass pass, Encoding encoding, NDArray decoded) {
    NDList silence = new NDList();
    for (TensorSpec spec : head.noise()) {
      long[] shape = spec.shape().stream().mapToLong(Long::longValue).toArray();
      shape[0] = decoded.getShape().get(0);
      silence.add(decoded.getManager().zeros(new Shape(shape)));
    }
    return head.propose(pass, state(encoding, decoded), silence).best();
  }

  @Override
  public Map<String, NDArray> predict(Pass pass, Encoding encoding) {
    NDArray decoded = decode(pass, encoding);
    Map<String, NDArray> outputs = new LinkedHashMap<>();
    outputs.put(TRAJECTORY, plan(pass, encoding, decoded));
    putPerception(pass, encoding, decoded, outputs);
    return outputs;
  }

  /** In place of the trajectory come the head's losses, which start from what people did. */
  @Override
  public Map<String, NDArray> predict(Pass pass, Encoding encoding, Map<String, NDArray> targets) {
    NDArray decoded = decode(pass, encoding);
    Map<String, NDArray> outputs = new LinkedHashMap<>();
    HeadLosses losses = head.losses(pass, state(encoding, decoded), targets);
    losses.terms().forEach((name, loss) -> outputs.put(HEAD + name, loss));
    losses
        .forecast()
        .ifPresent(
            forecast -> {
              outputs.put(PROPOSALS, forecast.trajectories());
              outputs.put(SCORE_LOGITS, forecast.logits());
            });
    putPerception(pass, encoding, decoded, outputs);
    return outputs;
  }

  private void putPerception(
      Pass pass, Encoding encoding, NDArray decoded, Map<String, NDArray> outputs) {
    NDArray agents = decoded.get(new NDIndex(":, 1:, :"));
    outputs.put(AGENT_STATES, agentStates(pass, agents));
    outputs.put(AGENT_LABELS, agentLabel.forward(pass, agents).squeeze(2));
    outputs.put(BEV_SEMANTIC_MAP, semanticMap(pass, encoding.carried().head()));
  }

  private static PlanningState state(Encoding encoding, NDArray decoded) {
    return new PlanningState(
        decoded.get(new NDIndex(":, 0, :")), encoding.bevTokens(), encoding.status().get(SPEED));
  }

  /** Query states [B, 1 + agents, C]. */
  NDArray decode(Pass pass, Encoding encoding) {
    NDArray status = statusEncoding.forward(pass, encoding.status()).expandDims(1);
    NDArray memory =
        encoding.bevTokens().concat(status, 1).add(memoryPositions.table(pass).expandDims(0));
    NDArray asked = TransfuserBackbone.repeated(queries.table(pass).expandDims(0), memory);
    return decoder.forward(pass, asked, memory);
  }

  private NDArray agentStates(Pass pass, NDArray agents) {
    NDList parts = agentStates.forward(pass, agents).split(new long[] {2, 3}, 2);
    NDArray position = Scalars.scale(parts.get(0).tanh(), config.lidar().rangeM());
    NDArray heading = Scalars.scale(parts.get(1).tanh(), Math.PI);
    return position.concat(heading, 2).concat(parts.get(2), 2);
  }

  private NDArray semanticMap(Pass pass, NDArray lidarMap) {
    NDArray topDown = backbone.topDown(pass, lidarMap);
    NDArray hidden = Activation.relu(semantic0.forward(pass, topDown));
    return Resampling.bilinear(
        semantic2.forward(pass, hidden), config.bevRows(), config.bevColumns());
  }

  @Override
  public PlannerLoss loss() {
    return new TransfuserLoss(TransfuserLoss.Weights.published(), config.latent());
  }

  /** Scores the proposals of every step where the head forecasts scores. */
  @Override
  public PlannerLoss loss(SceneCaches scenes) {
    return new ForecastLoss(loss(), head, config.poseIntervalS(), scenes);
  }
}
