package io.drivedistill.latentaction;

import io.drivedistill.navsim.scene.Pose2;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One picture of a drive.
 *
 * @param token names the frame, unique in its recording
 * @param image file of the picture
 * @param timeS seconds, on any clock
 * @param egoInMap pose of the vehicle in any fixed frame (metres, radians), if known
 */
public record RecordedFrame(String token, Path image, double timeS, Optional<Pose2> egoInMap) {}
