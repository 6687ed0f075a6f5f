package io.drivedistill.export.trace;

import java.util.List;

/**
 * One array operation of a forward pass.
 *
 * @param name the method of {@code NDArray} or {@code NDArrayEx}
 * @param receiver the array it was called on
 * @param arguments the arguments in order without managers; arrays are {@link Value}s, array lists
 *     are lists of values, an {@code NDIndex} is an {@link ArrayIndex}
 * @param results the arrays it gave; for a call in place, the new content of the receiver
 * @param site the Java line that made the call
 */
public record RecordedCall(
    String name, Value receiver, List<Object> arguments, List<Value> results, String site) {}
