package io.drivedistill.navsim.imported;

import io.drivedistill.navsim.log.ObjectType;
import io.drivedistill.navsim.log.Vector3;

/**
 * An object at one instant, in the map of its recording.
 *
 * @param type class in NAVSIM's terms
 * @param track the source's name of the object over time
 * @param centreInMapM centre of the box
 * @param headingInMapRad direction of the length
 * @param lengthM extent along the heading
 * @param widthM extent across it
 * @param heightM vertical extent
 * @param velocityXMps eastward speed over ground
 * @param velocityYMps northward speed over ground
 */
record RecordedObject(
    ObjectType type,
    String track,
    Vector3 centreInMapM,
    double headingInMapRad,
    double lengthM,
    double widthM,
    double heightM,
    double velocityXMps,
    double velocityYMps) {}
