package io.drivedistill.student.head;

import ai.djl.ndarray.NDArray;

/**
 * What a planner knows when it decides.
 *
 * @param query [B, C], state of the query that asks for the trajectory
 * @param memory [B, M, C], tokens of the scene, guidance included
 * @param speedMps [B, 1], speed along the vehicle now
 */
public record PlanningState(NDArray query, NDArray memory, NDArray speedMps) {}
