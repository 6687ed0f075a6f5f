package io.drivedistill.latentaction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;

/** Turns trajectory and ego state into one token each: Linear, GELU, Linear (SPEC-lam B4.1). */
final class DriveTokens extends Module {
  private final int trajectoryWidth;
  private final Linear trajectoryIn;
  private final Linear trajectoryOut;
  private final Linear egoIn;
  private final Linear egoOut;

  DriveTokens(Conditioning.Drive drive, int width) {
    trajectoryWidth = 3 * drive.poses();
    trajectoryIn = child("trajectory.0", new Linear(trajectoryWidth, width));
    trajectoryOut = child("trajectory.2", new Linear(width, width));
    egoIn = child("ego.0", new Linear(drive.egoWidth(), width));
    egoOut = child("ego.2", new Linear(width, width));
  }

  /** [B, 3·poses + ego] to [B, 2, width]. */
  NDArray forward(Pass pass, NDArray condition) {
    NDArray trajectory = condition.get(":, 0:" + trajectoryWidth);
    NDArray ego = condition.get(":, " + trajectoryWidth + ":");
    NDArray first =
        trajectoryOut.forward(pass, Activation.gelu(trajectoryIn.forward(pass, trajectory)));
    NDArray second = egoOut.forward(pass, Activation.gelu(egoIn.forward(pass, ego)));
    return NDArrays.concat(new NDList(first.expandDims(1), second.expandDims(1)), 1);
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    return new NDList(forward(pass, inputs.singletonOrThrow()));
  }
}
