package io.drivedistill.export.trace;

import ai.djl.ndarray.NDArray;
import io.drivedistill.core.DriveDistillException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Errors about forward passes that cannot be recorded; each names the Java line. */
final class Escape {
  private static final String ENGINE_MANAGER = "ai.djl.pytorch.engine.PtNDManager";

  private Escape() {}

  /** A method that would hand the content of a traced array to Java code. */
  static DriveDistillException through(Method method) {
    String site = CallSite.here();
    if (engineTakesTheArray()) {
      return new DriveDistillException(
          "An array that was made outside the forward pass is the receiver of an operation on a"
              + " traced array at "
              + site
              + ", so the operation cannot be seen",
          "Maybe write it the other way round, traced.operation(constant), make the array inside"
              + " forward from the manager of an input, or make it a parameter and take it from the"
              + " parameter store.");
    }
    String types =
        Arrays.stream(method.getParameterTypes())
            .map(Class::getSimpleName)
            .collect(Collectors.joining(", "));
    return new DriveDistillException(
        "A traced value leaves the tensor world through "
            + CallSite.calledMethod()
                .filter(called -> !called.equals(method.getName()))
                .map(called -> called + ", which reads it with ")
                .orElse("")
            + method.getName()
            + "("
            + types
            + ") at "
            + site
            + ": what the Java code does with it would be frozen into the exported network",
        "Maybe compute with NDArray operations only (where, clip, gather) instead of reading"
            + " numbers, or move this code outside the block.");
  }

  /** The engine reads a stand-in only where a real array's method got it as an argument. */
  private static boolean engineTakesTheArray() {
    return StackWalker.getInstance()
        .walk(frames -> frames.anyMatch(frame -> frame.getClassName().equals(ENGINE_MANAGER)));
  }

  /** An argument that has no meaning outside this JVM. */
  static DriveDistillException with(Object argument) {
    return new DriveDistillException(
        "An operation takes an argument of type "
            + argument.getClass().getName()
            + " at "
            + CallSite.here()
            + ", which cannot be traced",
        "Maybe write the step with other NDArray operations.");
  }

  /** An operation that the engine itself does not compute. */
  static DriveDistillException notOffered(Method method, UnsupportedOperationException e) {
    return new DriveDistillException(
        "DJL's PyTorch engine does not offer "
            + method.getName()
            + " as it is called at "
            + CallSite.here()
            + ": "
            + e.getMessage(),
        "Maybe write the step with other NDArray operations.",
        e);
  }

  /** An array that lives in a field of the block. */
  static DriveDistillException kept(TracedArray array) {
    return new DriveDistillException(
        "An array of shape "
            + array.real.getShape()
            + " that an earlier forward pass computed from inputs or parameters is used again at "
            + CallSite.here(),
        "Maybe the block keeps it in a field; compute it in every pass, or make it a parameter.");
  }

  /** Nothing where an array should be. */
  static DriveDistillException nothing(int output) {
    return new DriveDistillException(
        "The block returns null" + (output < 0 ? "" : " as output " + output),
        "Maybe a branch of its forward method returns nothing in inference mode.");
  }

  /** The forward pass broke off: in the engine, in DJL's blocks or in the user's code. */
  static DriveDistillException failed(Map<String, NDArray> inputs, RuntimeException e) {
    String found =
        CallSite.operationOf(e).map(operation -> operation + " fails").orElse("the pass fails")
            + " at "
            + CallSite.of(e)
            + ": "
            + e.getMessage();
    if (e instanceof ClassCastException && String.valueOf(e.getMessage()).contains("$Proxy")) {
      return new DriveDistillException(
          "The forward pass casts a traced array to an engine class: " + found,
          "Maybe it calls the engine's native methods directly; write the step with NDArray"
              + " operations.",
          e);
    }
    List<String> given =
        inputs.entrySet().stream()
            .map(i -> i.getKey() + " " + i.getValue().getDataType() + i.getValue().getShape())
            .toList();
    return new DriveDistillException(
        "The forward pass cannot run with the inputs " + given + ": " + found,
        "Maybe the described inputs are not those of the block, or it does not run at every batch"
            + " size (a free batch is traced at 2 and 3); DJL fails on them without the exporter"
            + " too.",
        e);
  }

  /** Random numbers would be the same in every run of the exported network. */
  static DriveDistillException random(String method) {
    return new DriveDistillException(
        "The forward pass draws random numbers with " + method + " at " + CallSite.here(),
        "Maybe the block is not in inference mode, or it must take its noise as an input.");
  }

  /** An array whose memory was changed behind its back. */
  static DriveDistillException stale(TracedArray array) {
    return new DriveDistillException(
        "An array of shape "
            + array.real.getShape()
            + " is used again"
            + CallSite.ofUser().map(line -> " at " + line).orElse(" as output")
            + " after it was changed in place at "
            + array.storage.changedAt
            + " through another array that shares its memory",
        "Maybe use the operation that returns a new array (add instead of addi), or duplicate()"
            + " the array before changing it.");
  }
}
