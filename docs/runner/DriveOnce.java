import ai.onnxruntime.*;
import java.nio.*;
import java.util.Map;

/** Plans once with an exported student: java -cp onnxruntime-1.29.0.jar DriveOnce.java student.onnx */
public class DriveOnce {
  public static void main(String[] arguments) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(arguments[0])) {
      // Command one-hot (left, straight, right, unknown), velocity x y in m/s, acceleration x y in m/s².
      FloatBuffer status = FloatBuffer.wrap(new float[] {0, 1, 0, 0, 8.3f, 0, 0.2f, 0});
      Map<String, OnnxTensor> inputs = Map.of(
          "camera", bytes(environment, session, "camera"), // RGB bytes of the stitched front view
          "lidar", bytes(environment, session, "lidar"), // LiDAR points per cell, at most 5
          "status", OnnxTensor.createTensor(environment, status, new long[] {1, 8}));
      try (OrtSession.Result result = session.run(inputs)) {
        for (float[] pose : ((float[][][]) result.get("trajectory").get().getValue())[0]) {
          System.out.printf("%.2f m ahead, %.2f m left, %.3f rad%n", pose[0], pose[1], pose[2]);
        }
      }
    }
  }

  private static OnnxTensor bytes(OrtEnvironment environment, OrtSession session, String input) throws OrtException {
    long[] shape = ((TensorInfo) session.getInputInfo().get(input).getInfo()).getShape();
    shape[0] = 1; // the batch is free
    ByteBuffer data = ByteBuffer.allocateDirect((int) (shape[1] * shape[2] * shape[3])); // fill it with a picture
    return OnnxTensor.createTensor(environment, data, shape, OnnxJavaType.UINT8);
  }
}
