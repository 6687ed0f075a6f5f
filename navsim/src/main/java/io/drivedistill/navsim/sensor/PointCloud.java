package io.drivedistill.navsim.sensor;

import java.util.EnumMap;
import java.util.Map;

/** A lidar sweep as float32, one array per field, in the lidar frame (x forward, y left, z up). */
public final class PointCloud {
  private final int size;
  private final Map<Field, float[]> values = new EnumMap<>(Field.class);

  /** The fields that NAVSIM reads, in its order. */
  public enum Field {
    /** Forward, metres. */
    X,
    /** Left, metres. */
    Y,
    /** Up, metres. */
    Z,
    /** Strength of the return. */
    INTENSITY,
    /** Index of the laser. */
    RING,
    /** Index of the sensor that measured the point. */
    LIDAR_INFO
  }

  PointCloud(int size, Map<Field, float[]> values) {
    this.size = size;
    this.values.putAll(values);
  }

  /** Number of points. */
  public int size() {
    return size;
  }

  /** One value of a point. */
  public float get(Field field, int point) {
    return values.get(field)[point];
  }

  /** A copy of all values of a field, one per point. */
  public float[] values(Field field) {
    return values.get(field).clone();
  }
}
