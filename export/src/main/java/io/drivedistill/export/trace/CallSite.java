package io.drivedistill.export.trace;

import ai.djl.ndarray.NDArray;
import java.lang.StackWalker.StackFrame;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Finds the Java line a user recognises: the innermost one outside DJL and the tracer. */
final class CallSite {
  private static final String TRACER = CallSite.class.getPackageName() + ".";
  private static final String UNKNOWN = "an unknown line";
  private static final String ENGINE_ARRAY = "ai.djl.pytorch.engine.PtNDArray";

  private CallSite() {}

  /**
   * The innermost frame of user code; inside a block that DJL itself defines, the line of that
   * block.
   */
  static String here() {
    return line(stack());
  }

  /** The same, or nothing outside the forward pass. */
  static Optional<String> ofUser() {
    String line = here();
    return line.equals(UNKNOWN) ? Optional.empty() : Optional.of(line);
  }

  /** The method of an array that the user called, where it is made of others. */
  static Optional<String> calledMethod() {
    return stack().stream()
        .takeWhile(frame -> isHidden(frame.getClassName()))
        .filter(frame -> frame.getClassName().equals(NDArray.class.getName()))
        .map(StackTraceElement::getMethodName)
        .reduce((inner, outer) -> outer);
  }

  private static List<StackTraceElement> stack() {
    return StackWalker.getInstance().walk(all -> all.map(StackFrame::toStackTraceElement).toList());
  }

  /** Where the forward pass was when it failed. */
  static String of(Throwable failure) {
    return line(List.of(failure.getStackTrace()));
  }

  /** The array operation that failed, or nothing where it was no array operation. */
  static Optional<String> operationOf(Throwable failure) {
    return Arrays.stream(failure.getStackTrace())
        .filter(frame -> frame.getClassName().startsWith(ENGINE_ARRAY))
        .map(StackTraceElement::getMethodName)
        .reduce((inner, outer) -> outer);
  }

  private static String line(List<StackTraceElement> stack) {
    List<StackTraceElement> frames =
        stack.stream()
            .takeWhile(frame -> !frame.getClassName().equals(Tracer.class.getName()))
            .filter(frame -> !isHidden(frame.getClassName()))
            .toList();
    return frames.stream()
        .filter(frame -> !frame.getClassName().startsWith("ai.djl."))
        .findFirst()
        .or(() -> frames.stream().findFirst())
        .map(CallSite::describe)
        .orElse(UNKNOWN);
  }

  private static boolean isHidden(String type) {
    return type.startsWith(TRACER) || isPlatform(type) || isArrayLayer(type);
  }

  private static boolean isPlatform(String type) {
    return type.startsWith("java.") || type.startsWith("jdk.") || type.startsWith("sun.");
  }

  private static boolean isArrayLayer(String type) {
    return type.startsWith("ai.djl.ndarray.") || type.startsWith("ai.djl.pytorch.");
  }

  private static String describe(StackTraceElement frame) {
    return frame.getClassName()
        + "."
        + frame.getMethodName()
        + "("
        + frame.getFileName()
        + ":"
        + frame.getLineNumber()
        + ")";
  }
}
