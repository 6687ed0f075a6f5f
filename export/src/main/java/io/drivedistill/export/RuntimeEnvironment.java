package io.drivedistill.export;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.drivedistill.core.DriveDistillException;
import java.nio.file.Path;

/**
 * ONNX Runtime's environment, which all sessions share and which lasts as long as the process.
 *
 * <p>ONNX Runtime's Java part frees it when the process is asked to end, while sessions may still
 * run, which then read freed memory and crash. The native part counts who holds it, so it is held
 * once more here.
 */
final class RuntimeEnvironment {
  /** Places in ONNX Runtime's C interface, which keeps them for good (onnxruntime_c_api.h). */
  private static final int C_INTERFACE_VERSION = 1;

  private static final int CREATE_ENVIRONMENT = 3;
  private static final int WARNINGS = 2;

  private RuntimeEnvironment() {}

  /** Held by being loaded. */
  private static final class Held {
    static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

    static {
      RuntimeLibraries.runtime().ifPresent(RuntimeEnvironment::hold);
    }
  }

  /**
   * The environment; the first call unpacks and loads the native library.
   *
   * @throws DriveDistillException if that cannot be done
   */
  static OrtEnvironment get() {
    RuntimeLibraries.provide();
    try {
      return DeepStack.call(() -> Held.ENVIRONMENT);
    } catch (LinkageError | OrtException e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      throw new DriveDistillException(
          "ONNX Runtime's native library could not be loaded: " + root.getMessage(),
          "Maybe there is none for this system, or a folder that "
              + RuntimeLibraries.FOLDER_PROPERTY
              + " names lacks it.",
          e);
    }
  }

  private static void hold(Path library) {
    Pointer versions =
        NativeLibrary.getInstance(library.toString())
            .getFunction("OrtGetApiBase")
            .invokePointer(new Object[0]);
    Pointer functions =
        Function.getFunction(versions.getPointer(0))
            .invokePointer(new Object[] {C_INTERFACE_VERSION});
    Function create =
        Function.getFunction(functions.getPointer((long) CREATE_ENVIRONMENT * Native.POINTER_SIZE));
    Pointer failure =
        create.invokePointer(new Object[] {WARNINGS, "drivedistill", new PointerByReference()});
    if (failure != null) {
      throw new IllegalStateException("ONNX Runtime gives no second hold of its environment");
    }
  }
}
