package io.drivedistill.navsim.log;

/** The eight cameras of a NAVSIM vehicle; constant names are the keys of the log. */
public enum CameraName {
  /** Front. */
  CAM_F0,
  /** Front left. */
  CAM_L0,
  /** Left. */
  CAM_L1,
  /** Rear left. */
  CAM_L2,
  /** Front right. */
  CAM_R0,
  /** Right. */
  CAM_R1,
  /** Rear right. */
  CAM_R2,
  /** Rear. */
  CAM_B0
}
