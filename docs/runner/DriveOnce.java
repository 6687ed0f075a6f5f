import ai.onnxruntime.*;
import java.nio.*;
import java.util.*;

/** Plans once with an exported student: java -cp onnxruntime-1.29.0.jar DriveOnce.java student.onnx */
public class DriveOnce {
  public static void main(String[] arguments) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(arguments[0])) {
      Map<String, OnnxTensor> inputs = new HashMap<>();
      for (NodeInfo input : session.getInputInfo().values()) { // card.json says what each one means
        TensorInfo info = (TensorInfo) input.getInfo();
        long[] shape = Arrays.stream(info.getShape()).map(size -> Math.max(size, 1)).toArray(); // -1: batch, points
        int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        ByteBuffer data = ByteBuffer.allocateDirect(count * info.type.size).order(ByteOrder.nativeOrder());
        if (input.getName().equals("status")) {
          // Command one-hot (left, straight, right, unknown), velocity x y in m/s, acceleration x y in m/s².
          data.asFloatBuffer().put(new float[] {0, 1, 0, 0, 8.3f, 0, 0.2f, 0});
        } // else fill it with the bytes of a picture, with points or counts of points
        inputs.put(input.getName(), OnnxTensor.createTensor(environment, data, shape, info.type));
      }
      try (OrtSession.Result result = session.run(inputs)) {
        for (float[] pose : ((float[][][]) result.get("trajectory").get().getValue())[0]) {
          System.out.printf("%.2f m ahead, %.2f m left, %.3f rad%n", pose[0], pose[1], pose[2]);
        }
      }
    }
  }
}
