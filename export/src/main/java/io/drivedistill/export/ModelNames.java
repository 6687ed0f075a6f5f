package io.drivedistill.export;

import io.drivedistill.core.DriveDistillException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the names of inputs and outputs must be, so that a user finds each in the graph. */
final class ModelNames {
  private ModelNames() {}

  /**
   * Checks them.
   *
   * @param outputs names of all arrays that the block returns
   * @param kept names of those to export
   * @throws DriveDistillException if a name is empty or used twice, or there is nothing to export
   */
  static void check(List<InputSpec> inputs, List<String> outputs, List<String> kept) {
    if (inputs.isEmpty() || kept.isEmpty()) {
      throw new DriveDistillException(
          "A network needs an input and an output, given are "
              + inputs.size()
              + " inputs and "
              + kept.size()
              + " outputs",
          "Maybe describe each array that the block takes and name each that it returns.");
    }
    Set<String> names = new HashSet<>();
    inputs.forEach(input -> requireNew(input.name(), "input", names));
    outputs.forEach(output -> requireNew(output, "output", names));
    if (!outputs.containsAll(kept) || new HashSet<>(kept).size() != kept.size()) {
      throw new DriveDistillException(
          "The outputs to export are " + kept + ", the block's are named " + outputs,
          "Maybe take each from the names of all outputs, and each once.");
    }
  }

  private static void requireNew(String name, String kind, Set<String> names) {
    if (name.isBlank() || !names.add(name)) {
      throw new DriveDistillException(
          "The " + kind + " name \"" + name + "\" is empty or used twice among inputs and outputs",
          "Maybe give every input and output a name of its own.");
    }
  }
}
