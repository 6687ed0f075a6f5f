package io.drivedistill.latentaction;

import java.util.List;

/**
 * Pictures of one uninterrupted drive from one camera, in time order. Nothing else is needed: no
 * labels, no map, no objects.
 *
 * @param name names the recording
 * @param frames in time order
 */
public record Recording(String name, List<RecordedFrame> frames) {
  /** Copies the frames and checks their order. */
  public Recording {
    frames = List.copyOf(frames);
    for (int i = 1; i < frames.size(); i++) {
      if (!(frames.get(i).timeS() > frames.get(i - 1).timeS())) {
        throw new IllegalArgumentException(
            "Frame "
                + frames.get(i).token()
                + " of "
                + name
                + " is not later than the frame before it");
      }
    }
  }

  /** Whether every frame has a pose. */
  public boolean hasPoses() {
    return !frames.isEmpty() && frames.stream().allMatch(frame -> frame.egoInMap().isPresent());
  }

  /** Median time between frames, or 0 if there are fewer than two. */
  public double periodS() {
    if (frames.size() < 2) {
      return 0;
    }
    double[] gaps = new double[frames.size() - 1];
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = frames.get(i + 1).timeS() - frames.get(i).timeS();
    }
    java.util.Arrays.sort(gaps);
    return gaps[gaps.length / 2];
  }

  /**
   * The frame nearest to a time, if it is not farther than half a period.
   *
   * @return index, or −1
   */
  public int nearest(double timeS) {
    int low = 0;
    int high = frames.size();
    while (low < high) {
      int middle = (low + high) / 2;
      if (frames.get(middle).timeS() < timeS) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    int best = -1;
    // A hair above one half, so that a time just between two frames finds one of them.
    double limit = 0.501 * periodS();
    for (int i = Math.max(0, low - 1); i <= Math.min(low, frames.size() - 1); i++) {
      double distance = Math.abs(frames.get(i).timeS() - timeS);
      if (distance <= limit) {
        limit = distance;
        best = i;
      }
    }
    return best;
  }
}
