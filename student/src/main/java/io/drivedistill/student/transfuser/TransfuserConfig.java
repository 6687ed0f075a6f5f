package io.drivedistill.student.transfuser;

import io.drivedistill.core.PointGrid;
import java.util.List;

/**
 * Sizes of a {@link Transfuser}. {@link #published} is the network of the NAVSIM benchmark, {@link
 * #quickstart} one that trains in minutes on two CPU cores.
 *
 * @param image stitched front view, pixels
 * @param lidar bird's-eye-view grid
 * @param latent true for Latent TransFuser: a learned constant instead of LiDAR
 * @param widths channels of the four stages of both encoders
 * @param blocks residual blocks of the four stages
 * @param fusion transformers between the encoders
 * @param bev semantic map head, used in training only
 * @param decoder query decoder
 * @param agents boxes predicted beside the trajectory
 * @param poses planned poses
 * @param poseIntervalS time between poses
 */
public record TransfuserConfig(
    Image image,
    Lidar lidar,
    boolean latent,
    List<Integer> widths,
    List<Integer> blocks,
    Fusion fusion,
    Bev bev,
    Decoder decoder,
    int agents,
    int poses,
    double poseIntervalS) {

  /** Encoders halve the map once in the stem, once in the pool and in stages 2 to 4. */
  static final int STRIDE = 32;

  static final int STATUS_CHANNELS = 8;

  /** Size of the stitched camera picture. */
  public record Image(int height, int width) {}

  /**
   * The grid covers x and y from −{@code rangeM} to {@code rangeM} in the ego frame; rows run
   * forward, columns to the left.
   *
   * @param rows cells along x
   * @param columns cells along y
   * @param rangeM half the side of the square
   * @param groundPlane true for two channels: points below and above 0.2 m; else those above only
   */
  public record Lidar(int rows, int columns, double rangeM, boolean groundPlane) {
    /** Channels of the histogram. */
    public int channels() {
      return groundPlane ? 2 : 1;
    }

    /** How points are counted. */
    PointGrid points() {
      return new PointGrid(
          rows,
          columns,
          rangeM,
          LidarHistogram.GROUND_M,
          LidarHistogram.CEILING_M,
          groundPlane,
          LidarHistogram.MAX_COUNT);
    }
  }

  /**
   * Transformers that let the two encoders see each other, one after each stage.
   *
   * @param layers transformer blocks
   * @param heads attention heads
   * @param expansion hidden channels of the MLP per channel
   * @param imageRows tokens over the height of the image
   * @param imageColumns tokens over its width
   * @param lidarRows tokens over the rows of the grid
   * @param lidarColumns tokens over its columns
   * @param dropout rate on embeddings, attention weights and block outputs
   */
  public record Fusion(
      int layers,
      int heads,
      int expansion,
      int imageRows,
      int imageColumns,
      int lidarRows,
      int lidarColumns,
      double dropout) {
    int imageTokens() {
      return imageRows * imageColumns;
    }

    int lidarTokens() {
      return lidarRows * lidarColumns;
    }
  }

  /**
   * The semantic map covers the front half of the LiDAR grid, cell by cell.
   *
   * @param channels of the top-down path
   * @param classes of the map, background included
   * @param downsample LiDAR cells per cell of the top-down map
   * @param upsample factor of the first step up
   */
  public record Bev(int channels, int classes, int downsample, int upsample) {}

  /** Sizes of the query decoder. */
  public record Decoder(int channels, int feedForward, int layers, int heads) {}

  /** Checks that the sizes fit together. */
  public TransfuserConfig {
    widths = List.copyOf(widths);
    blocks = List.copyOf(blocks);
    require(
        widths.size() == 4 && blocks.size() == 4,
        "TransFuser has four stages, got widths " + widths + " and blocks " + blocks);
    for (int width : widths) {
      require(
          width % fusion.heads() == 0,
          "Stage width " + width + " is no multiple of the fusion's " + fusion.heads() + " heads");
    }
    require(
        decoder.channels() % decoder.heads() == 0,
        "Decoder channels " + decoder.channels() + " are no multiple of " + decoder.heads());
    require(
        image.height() >= STRIDE && image.width() >= STRIDE,
        "The image is " + image.height() + "x" + image.width() + ", smaller than one cell of 32");
    require(
        lidar.rows() % 2 == 0 && lidar.rows() >= STRIDE && lidar.columns() >= STRIDE,
        "The LiDAR grid is " + lidar.rows() + "x" + lidar.columns());
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }

  /** The network of the NAVSIM benchmark: 55 970 149 parameters. */
  public static TransfuserConfig published() {
    return new TransfuserConfig(
        new Image(256, 1024),
        new Lidar(256, 256, 32, false),
        false,
        List.of(64, 128, 256, 512),
        List.of(3, 4, 6, 3),
        new Fusion(2, 4, 4, 8, 32, 8, 8, 0.1),
        new Bev(64, 7, 4, 2),
        new Decoder(256, 1024, 3, 8),
        30,
        8,
        0.5);
  }

  /** Latent TransFuser of the benchmark, camera only: 56 035 685 parameters. */
  public static TransfuserConfig publishedLatent() {
    return published().withLatent(true);
  }

  /** A small network for two CPU cores. */
  public static TransfuserConfig quickstart() {
    return new TransfuserConfig(
        new Image(64, 256),
        new Lidar(64, 64, 32, false),
        false,
        List.of(16, 32, 64, 128),
        List.of(1, 1, 1, 1),
        new Fusion(1, 4, 2, 2, 8, 2, 2, 0.0),
        new Bev(16, 7, 4, 2),
        new Decoder(64, 128, 2, 4),
        30,
        8,
        0.5);
  }

  /** The same sizes with or without LiDAR. */
  public TransfuserConfig withLatent(boolean newLatent) {
    return new TransfuserConfig(
        image,
        lidar,
        newLatent,
        widths,
        blocks,
        fusion,
        bev,
        decoder,
        agents,
        poses,
        poseIntervalS);
  }

  /** Metres per cell of LiDAR grid and semantic map. */
  public double cellM() {
    return 2 * lidar.rangeM() / lidar.rows();
  }

  /** Rows of the semantic map: the front half of the grid. */
  public int bevRows() {
    return lidar.rows() / 2;
  }

  /** Columns of the semantic map. */
  public int bevColumns() {
    return lidar.columns();
  }

  int lastWidth() {
    return widths.get(widths.size() - 1);
  }

  int memoryCells() {
    return cells(lidar.rows()) * cells(lidar.columns());
  }

  int imageCells() {
    return cells(image.height()) * cells(image.width());
  }

  private static int cells(int size) {
    return (size + STRIDE - 1) / STRIDE;
  }
}
