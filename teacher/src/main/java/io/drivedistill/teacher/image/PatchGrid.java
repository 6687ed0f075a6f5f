package io.drivedistill.teacher.image;

/**
 * Size of a picture or clip in patches, the published {@code grid_thw}.
 *
 * @param frames groups of frames that share their patches; 1 for a picture
 * @param rows patches from top to bottom
 * @param columns patches from left to right
 */
public record PatchGrid(int frames, int rows, int columns) {
  /** Number of patches. */
  public int patches() {
    return frames * rows * columns;
  }

  /** Number of language model tokens when {@code merge}² patches become one. */
  public int tokens(int merge) {
    return patches() / (merge * merge);
  }
}
