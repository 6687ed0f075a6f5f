package io.drivedistill.student.ipad;

import io.drivedistill.nn.Linear;

/**
 * Where deformable attention looks before it has learnt anything: each head in a direction of its
 * own, the points one to n steps away.
 */
final class SamplingOffsets {
  private SamplingOffsets() {}

  /** A layer from channels to offsets [heads, groups, points, 2] that starts as that star. */
  static Linear linear(int in, int heads, int groups, int points) {
    float[] star = new float[heads * groups * points * 2];
    int at = 0;
    for (int head = 0; head < heads; head++) {
      double angle = head * 2 * Math.PI / heads;
      double x = Math.cos(angle);
      double y = Math.sin(angle);
      double longest = Math.max(Math.abs(x), Math.abs(y));
      for (int group = 0; group < groups; group++) {
        for (int point = 1; point <= points; point++) {
          star[at++] = (float) (point * x / longest);
          star[at++] = (float) (point * y / longest);
        }
      }
    }
    return Linear.constant(in, star);
  }
}
