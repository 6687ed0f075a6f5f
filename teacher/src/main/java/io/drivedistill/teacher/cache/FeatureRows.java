package io.drivedistill.teacher.cache;

import com.github.luben.zstd.Zstd;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.Safetensors;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The features of a shard's scenes as little endian float16, scene by scene: the tensor {@code
 * features} [scenes, N, C]; or, compressed, {@code features_zstd} with one frame after the other,
 * {@code features_ends} with the end of each, and {@code features_shape} with N and C.
 */
final class FeatureRows {
  private static final String PLAIN = "features";
  private static final String FRAMES = "features_zstd";
  private static final String ENDS = "features_ends";
  private static final String SHAPE = "features_shape";
  private static final int LEVEL = 3;

  private FeatureRows() {}

  /**
   * Tensors to be written.
   *
   * @param halves [scenes, count, channels] float16, position 0
   */
  static Map<String, Safetensors.Source> sources(
      ByteBuffer halves, int scenes, int count, int channels, Compression compression) {
    if (compression == Compression.NONE) {
      return Map.of(
          PLAIN,
          Safetensors.Source.of(Dtype.F16, new long[] {scenes, count, channels}, () -> halves));
    }
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    long[] ends = new long[scenes];
    byte[] row = new byte[count * channels * Short.BYTES];
    for (int scene = 0; scene < scenes; scene++) {
      halves.get(scene * row.length, row);
      frames.writeBytes(Zstd.compress(planes(row), LEVEL));
      ends[scene] = frames.size();
    }
    Map<String, Safetensors.Source> sources = new LinkedHashMap<>();
    sources.put(ENDS, Safetensors.Source.ofLongs(ends, scenes));
    sources.put(SHAPE, Safetensors.Source.ofLongs(new long[] {count, channels}, 2));
    sources.put(
        FRAMES,
        Safetensors.Source.of(
            Dtype.U8, new long[] {frames.size()}, () -> ByteBuffer.wrap(frames.toByteArray())));
    return sources;
  }

  /** N and C. */
  static int[] shape(Safetensors shard) {
    if (shard.contains(SHAPE)) {
      long[] shape = shard.longs(SHAPE);
      return new int[] {(int) shape[0], (int) shape[1]};
    }
    long[] shape = shard.info(PLAIN).shapeArray();
    return new int[] {(int) shape[1], (int) shape[2]};
  }

  /** One scene; nothing else of the shard is touched. */
  static ByteBuffer read(Safetensors shard, int scene, int bytes) {
    if (shard.contains(PLAIN)) {
      return shard.bytes(PLAIN, (long) scene * bytes, bytes);
    }
    long begin = scene == 0 ? 0 : end(shard, scene - 1);
    ByteBuffer frame = shard.bytes(FRAMES, begin, Math.toIntExact(end(shard, scene) - begin));
    byte[] compressed = new byte[frame.remaining()];
    frame.get(compressed);
    return ByteBuffer.wrap(pairs(Zstd.decompress(compressed, bytes)))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private static long end(Safetensors shard, int scene) {
    return shard.bytes(ENDS, (long) scene * Long.BYTES, Long.BYTES).getLong();
  }

  /** High bytes (sign and exponent, which repeat) first, then low bytes. */
  private static byte[] planes(byte[] pairs) {
    int half = pairs.length / 2;
    byte[] planes = new byte[pairs.length];
    for (int i = 0; i < half; i++) {
      planes[i] = pairs[2 * i + 1];
      planes[half + i] = pairs[2 * i];
    }
    return planes;
  }

  private static byte[] pairs(byte[] planes) {
    int half = planes.length / 2;
    byte[] pairs = new byte[planes.length];
    for (int i = 0; i < half; i++) {
      pairs[2 * i + 1] = planes[i];
      pairs[2 * i] = planes[half + i];
    }
    return pairs;
  }
}
