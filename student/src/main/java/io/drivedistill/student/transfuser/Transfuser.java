package io.drivedistill.student.transfuser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.nn.Conv2d;
import io.drivedistill.nn.Embedding;
import io.drivedistill.nn.Layer;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.ResNet;
import io.drivedistill.nn.Resampling;
import io.drivedistill.nn.Scalars;
import io.drivedistill.nn.TransformerDecoder;
import io.drivedistill.nn.TransformerDecoderLayer;
import io.drivedistill.student.Encoding;
import io.drivedistill.student.PlannerLoss;
import io.drivedistill.student.Student;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
  private final Mlp trajectory;

  public Transfuser(TransfuserConfig config) {
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
    trajectory =
        child("_trajectory_head._mlp", new Mlp(channels, sizes.feedForward(), 3 * config.poses()));
  }

  /** The sizes of this network. */
  public TransfuserConfig config() {
    return config;
  }

  /** The camera encoder, which takes ImageNet weights by torchvision's or timm's names. */
  public ResNet imageEncoder() {
    return backbone.imageEncoder();
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
            "Left front, front and right front camera side by side, RGB, current frame."));
    if (!config.latent()) {
      TransfuserConfig.Lidar lidar = config.lidar();
      specs.add(
          TensorSpec.of(
              "lidar",
              Dtype.U8,
              new long[] {TensorSpec.BATCH, lidar.channels(), lidar.rows(), lidar.columns()},
              "1",
              "ego at the current time; rows forward, columns left",
              "LiDAR points per cell, at most 5."));
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
  public TensorSpec trajectory() {
    return TensorSpec.of(
        TRAJECTORY,
        Dtype.F32,
        new long[] {TensorSpec.BATCH, config.poses(), 3},
        "m, m, rad",
        "ego at the current time",
        "Rear axle poses every " + config.poseIntervalS() + " s from now.");
  }

  @Override
  public List<TensorSpec> targets() {
    String frame = "ego at the current time";
    return List.of(
        trajectory(),
        TensorSpec.of(
            AGENT_STATES,
            Dtype.F32,
            new long[] {TensorSpec.BATCH, config.agents(), 5},
            "m, m, rad, m, m",
            frame,
            "The nearest vehicles: centre x y, heading, length, width."),
        TensorSpec.of(
            AGENT_LABELS,
            Dtype.F32,
            new long[] {TensorSpec.BATCH, config.agents()},
            "1",
            frame,
            "1 for rows of agent_states that hold a vehicle."),
        TensorSpec.of(
            BEV_SEMANTIC_MAP,
            Dtype.U8,
            new long[] {TensorSpec.BATCH, config.bevRows(), config.bevColumns()},
            "1",
            frame + "; rows forward, columns left",
            "Class of each cell."));
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
  public NDArray plan(Pass pass, Encoding encoding) {
    NDArray decoded = decode(pass, encoding);
    return trajectory(pass, decoded);
  }

  @Override
  public Map<String, NDArray> predict(Pass pass, Encoding encoding) {
    NDArray decoded = decode(pass, encoding);
    NDArray agents = decoded.get(new NDIndex(":, 1:, :"));
    Map<String, NDArray> outputs = new LinkedHashMap<>();
    outputs.put(TRAJECTORY, trajectory(pass, decoded));
    outputs.put(AGENT_STATES, agentStates(pass, agents));
    outputs.put(AGENT_LABELS, agentLabel.forward(pass, agents).squeeze(2));
    outputs.put(BEV_SEMANTIC_MAP, semanticMap(pass, encoding.carried().head()));
    return outputs;
  }

  /** Query states [B, 1 + agents, C]. */
  NDArray decode(Pass pass, Encoding encoding) {
    NDArray status = statusEncoding.forward(pass, encoding.status()).expandDims(1);
    NDArray memory =
        encoding.bevTokens().concat(status, 1).add(memoryPositions.table(pass).expandDims(0));
    NDArray asked = TransfuserBackbone.repeated(queries.table(pass).expandDims(0), memory);
    return decoder.forward(pass, asked, memory);
  }

  private NDArray trajectory(Pass pass, NDArray decoded) {
    NDArray raw =
        trajectory
            .forward(pass, decoded.get(new NDIndex(":, 0, :")))
            .reshape(-1, config.poses(), 3);
    NDList parts = raw.split(new long[] {2}, 2);
    return parts.get(0).concat(Scalars.scale(parts.get(1).tanh(), Math.PI), 2);
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

  /** Linear, ReLU, Linear, named 0 and 2. */
  private static final class Mlp extends Layer {
    private final Linear up;
    private final Linear down;

    Mlp(int in, int hidden, int out) {
      up = child("0", new Linear(in, hidden));
      down = child("2", new Linear(hidden, out));
    }

    @Override
    public NDArray forward(Pass pass, NDArray x) {
      return down.forward(pass, Activation.relu(up.forward(pass, x)));
    }
  }
}
