package io.drivedistill.core;

/** The error of a name that a file lacks. */
final class MissingTensor {
  private MissingTensor() {}

  static DriveDistillException named(String name, TensorFile file) {
    return new DriveDistillException(
        file.file().toAbsolutePath() + " holds no tensor '" + name + "'",
        NearestName.of(name, file.names())
            .map(near -> "Maybe you meant '" + near + "'.")
            .orElse("Maybe the file belongs to another model."));
  }
}
