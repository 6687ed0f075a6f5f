package io.drivedistill.student.ipad;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Scalars;

/**
 * Where the cameras would see the vehicle if it stood at a pose (SPEC-ipad section 2): its corners
 * at several heights, projected into every camera. Stateless; no gradient flows to the poses.
 */
final class VehicleAnchors {
  static final int CORNERS = 4;

  /** Signs of the corners, forward and left. */
  private static final float[] FORWARD = {1, 1, -1, -1};

  private static final float[] LEFT = {1, -1, -1, 1};
  private static final double SMALLEST_DEPTH = 1e-5;

  private final IpadConfig config;

  VehicleAnchors(IpadConfig config) {
    this.config = config;
  }

  /**
   * What the cameras see.
   *
   * @param places [B, cameras, N, points, 2], x and y as shares of the padded picture's size
   * @param hits [B, cameras, N, points], 1 where the place is within the picture and before the
   *     camera, else 0
   */
  record Seen(NDArray places, NDArray hits) {}

  /**
   * @param poses [B, N, 3]
   * @param groundToImage [B, cameras, 4, 4]
   */
  Seen of(NDArray poses, NDArray groundToImage) {
    Shape shape = poses.getShape();
    long queries = shape.get(1);
    int points = config.anchors().points();
    long cameras = groundToImage.getShape().get(1);
    // [B, 1, 4, N·points]
    NDArray columns = points(poses).reshape(-1, 1, queries * points, 4).swapAxes(2, 3);
    NDList image = groundToImage.matMul(columns).split(new long[] {1, 2, 3}, 2);
    NDArray depth = image.get(2);
    NDArray safe = Scalars.atLeast(depth, SMALLEST_DEPTH);
    NDManager manager = poses.getManager();
    NDArray size =
        Constants.of(
            manager,
            new float[] {config.image().width(), config.image().paddedHeight()},
            1,
            1,
            2,
            1);
    NDArray places = image.get(0).concat(image.get(1), 2).div(safe).div(size);
    NDArray x = places.get(":, :, 0:1");
    NDArray y = places.get(":, :, 1:2");
    NDArray hits = one(depth.gt(SMALLEST_DEPTH)).mul(within(x)).mul(within(y));
    return new Seen(
        places.swapAxes(2, 3).reshape(-1, cameras, queries, points, 2),
        hits.reshape(-1, cameras, queries, points));
  }

  private static NDArray within(NDArray share) {
    return one(share.gt(0)).mul(one(share.lt(1)));
  }

  private static NDArray one(NDArray condition) {
    return condition.toType(DataType.FLOAT32, false);
  }

  /** Homogeneous points [B, N, points, 4]. */
  NDArray points(NDArray poses) {
    IpadConfig.Anchors anchors = config.anchors();
    int points = anchors.points();
    float[] forward = new float[points];
    float[] left = new float[points];
    float[] heightAndOne = new float[2 * points];
    for (int i = 0; i < points; i++) {
      int corner = i % CORNERS;
      // The released code tiles corners and heights alike, so that only four pairs occur.
      int height = config.asReleased() ? i % anchors.heights() : i / CORNERS;
      forward[i] = (float) (FORWARD[corner] * anchors.halfLengthM());
      left[i] = (float) (LEFT[corner] * anchors.halfWidthM());
      heightAndOne[2 * i] = (float) heightM(height);
      heightAndOne[2 * i + 1] = 1;
    }
    NDManager manager = poses.getManager();
    NDArray ahead = Constants.of(manager, forward, 1, 1, points);
    NDArray aside = Constants.of(manager, left, 1, 1, points);
    NDList parts = poses.split(new long[] {1, 2}, 2);
    NDArray cos = parts.get(2).cos();
    NDArray sin = parts.get(2).sin();
    // In the order of the reference: near a camera's plane every rounding shows.
    NDArray centreX = parts.get(0).add(Scalars.scale(cos, anchors.rearAxleToCentreM()));
    NDArray centreY = parts.get(1).add(Scalars.scale(sin, anchors.rearAxleToCentreM()));
    NDArray x = cos.mul(ahead).sub(sin.mul(aside)).add(centreX);
    NDArray y = sin.mul(ahead).add(cos.mul(aside)).add(centreY);
    NDArray rest = Constants.of(manager, heightAndOne, 1, 1, points, 2);
    NDArray upright = x.sub(x).expandDims(3).add(rest);
    return x.expandDims(3).concat(y.expandDims(3), 3).concat(upright, 3);
  }

  private double heightM(int index) {
    IpadConfig.Anchors anchors = config.anchors();
    return anchors.heights() == 1
        ? anchors.lowestM()
        : anchors.lowestM()
            + index * (anchors.highestM() - anchors.lowestM()) / (anchors.heights() - 1);
  }
}
