package io.drivedistill.latentaction;

import io.drivedistill.core.DriveDistillException;
import java.util.ArrayList;
import java.util.List;

/**
 * A single drive cut into blocks that are trained on and blocks that are held out, in turn. No
 * frame is in two blocks.
 *
 * @param train blocks to train on
 * @param test blocks held out
 */
public record HeldOutBlocks(List<Recording> train, List<Recording> test) {

  /**
   * Cuts a recording.
   *
   * @param trainS length of a block to train on, seconds
   * @param testS length of a block to hold out, seconds
   * @throws DriveDistillException if the recording is too short for one of each
   */
  public static HeldOutBlocks of(Recording recording, double trainS, double testS) {
    List<Recording> train = new ArrayList<>();
    List<Recording> test = new ArrayList<>();
    List<RecordedFrame> block = new ArrayList<>();
    List<RecordedFrame> frames = recording.frames();
    int current = 0;
    for (RecordedFrame frame : frames) {
      double timeS = frame.timeS() - frames.get(0).timeS();
      int turn = (int) (timeS / (trainS + testS));
      boolean heldOut = timeS - turn * (trainS + testS) >= trainS;
      int number = 2 * turn + (heldOut ? 1 : 0);
      if (number != current) {
        add(recording.name(), current, block, train, test);
        block = new ArrayList<>();
        current = number;
      }
      block.add(frame);
    }
    add(recording.name(), current, block, train, test);
    if (train.isEmpty() || test.isEmpty()) {
      throw new DriveDistillException(
          recording.name() + " is too short to hold out blocks of " + testS + " s after " + trainS,
          "Maybe use shorter blocks.");
    }
    return new HeldOutBlocks(train, test);
  }

  private static void add(
      String name,
      int number,
      List<RecordedFrame> block,
      List<Recording> train,
      List<Recording> test) {
    if (!block.isEmpty()) {
      (number % 2 == 0 ? train : test).add(new Recording(name + "#" + number, block));
    }
  }
}
