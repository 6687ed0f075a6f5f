package io.drivedistill.navsim.score;

/**
 * The objects around the ego at each step, as boxes (SPEC-pdms sections 7 and 11.1). Immutable by
 * agreement: arrays are not changed after building.
 *
 * @param stepsPerMap how many 0.1 s steps one map stands for
 * @param tokens track token per object
 * @param agent whether an object moves
 * @param speed speed per object, 0 for static ones
 * @param radius half diagonal per object
 * @param ignored whether an object is ignored from the start
 * @param members objects per map, in map order
 * @param boxes boxes per map in the layout of {@link Boxes}, in the order of members
 * @param redLights lane connectors that are closed at some step
 * @param redSteps steps at which they are, a bit per step
 */
@SuppressWarnings("ArrayRecordComponent") // Package-private carrier of hot primitive data.
record Observation(
    int stepsPerMap,
    String[] tokens,
    boolean[] agent,
    double[] speed,
    double[] radius,
    boolean[] ignored,
    int[][] members,
    double[][] boxes,
    AreaPolygon[] redLights,
    long[] redSteps) {

  int map(int step) {
    return step / stepsPerMap;
  }

  int objects() {
    return tokens.length;
  }
}
