package io.drivedistill.navsim.log;

/**
 * One annotated object of a frame, in the ego frame of that frame (origin rear axle, x forward, y
 * left, z up).
 *
 * @param type class of the object
 * @param centerInEgoM centre of the box
 * @param lengthM extent along the heading
 * @param widthM extent across the heading
 * @param heightM vertical extent
 * @param headingInEgoRad box yaw minus ego yaw, not wrapped
 * @param velocityInEgoMps velocity over ground, rotated into the ego axes
 * @param instanceToken id of this box in this frame
 * @param trackToken id of the object over time
 */
public record AnnotatedBox(
    ObjectType type,
    Vector3 centerInEgoM,
    double lengthM,
    double widthM,
    double heightM,
    double headingInEgoRad,
    Vector3 velocityInEgoMps,
    String instanceToken,
    String trackToken) {}
