/**
 * How a planner turns what it knows of a scene into trajectories: one contract, {@link
 * io.drivedistill.student.head.PlanningHead}, and a head for each way.
 */
package io.drivedistill.student.head;
