package io.drivedistill.teacher.qwen;

import ai.djl.ndarray.NDArray;

/**
 * Frames of equal size for the vision tower.
 *
 * @param patches [F, rows·columns, patch length] normalised, each frame in merge-block order
 * @param rows patches from top to bottom
 * @param columns patches from left to right
 */
public record VisualFrames(NDArray patches, int rows, int columns) {}
