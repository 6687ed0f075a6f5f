package io.drivedistill.export.trace;

import java.util.List;

/** Finds the Java line a user recognises: the innermost one outside DJL and the tracer. */
final class CallSite {
  private static final String TRACER = CallSite.class.getPackageName() + ".";

  private CallSite() {}

  /**
   * The innermost frame of user code; inside a block that DJL itself defines, the line of that
   * block.
   */
  static String here() {
    List<StackWalker.StackFrame> frames =
        StackWalker.getInstance()
            .walk(
                all ->
                    all.takeWhile(frame -> !frame.getClassName().equals(Tracer.class.getName()))
                        .filter(frame -> !isHidden(frame.getClassName()))
                        .toList());
    return frames.stream()
        .filter(frame -> !frame.getClassName().startsWith("ai.djl."))
        .findFirst()
        .or(() -> frames.stream().findFirst())
        .map(CallSite::describe)
        .orElse("an unknown line");
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

  private static String describe(StackWalker.StackFrame frame) {
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
