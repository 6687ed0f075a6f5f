package io.drivedistill.student.head;

/**
 * What a planner fixes for its head.
 *
 * @param channels C of the query and the memory
 * @param attentionHeads of attention to the memory, a divisor of {@code channels}
 * @param hidden channels between two linear layers
 * @param poses T, planned poses
 * @param poseIntervalS time between poses
 */
public record HeadSizes(
    int channels, int attentionHeads, int hidden, int poses, double poseIntervalS) {
  /** Numbers of one trajectory. */
  int numbers() {
    return 3 * poses;
  }
}
