package io.drivedistill.navsim.sensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Encodes point clouds as binary PCD with the fields of NAVSIM's merged lidar: x, y, z, intensity,
 * ring, lidar_info, all float32 little endian (SPEC-pdms section 1).
 */
public final class PointCloudWriter {
  /** Values per point. */
  public static final int FIELDS = 6;

  private PointCloudWriter() {}

  /**
   * The bytes of a file.
   *
   * @param points {@code [count, 6]} row-major: x, y, z in metres, intensity, ring, lidar number
   * @param count number of points
   */
  public static byte[] encode(float[] points, int count) {
    String header =
        """
        # .PCD v0.7 - Point Cloud Data file format
        VERSION 0.7
        FIELDS x y z intensity ring lidar_info
        SIZE 4 4 4 4 4 4
        TYPE F F F F F F
        COUNT 1 1 1 1 1 1
        WIDTH %d
        HEIGHT 1
        VIEWPOINT 0 0 0 1 0 0 0
        POINTS %d
        DATA binary
        """
            .formatted(count, count);
    byte[] head = header.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer file =
        ByteBuffer.allocate(head.length + 4 * FIELDS * count).order(ByteOrder.LITTLE_ENDIAN);
    file.put(head);
    file.asFloatBuffer().put(points, 0, FIELDS * count);
    return file.array();
  }
}
