package io.drivedistill.navsim.log;

/**
 * State of the light over one lane connector; the log knows red and not red only.
 *
 * @param laneConnectorId feature id of the lane connector in the map
 * @param red whether the light is red
 */
public record TrafficLight(int laneConnectorId, boolean red) {}
