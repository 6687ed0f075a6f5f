package io.drivedistill.navsim.pickle;

/** The allow-list: which Python names a pickle may use, and what they build here. */
@FunctionalInterface
public interface PickleGlobals {
  /** Builds the value of {@code callable(*arguments)}. */
  @FunctionalInterface
  interface Constructor {
    /**
     * Builds a value.
     *
     * @throws PickleException if the arguments do not fit
     */
    Object construct(Object[] arguments) throws PickleException;
  }

  /** A value that takes its state after construction, Python's {@code __setstate__}. */
  interface Stateful {
    /**
     * Takes the state.
     *
     * @throws PickleException if the state does not fit
     */
    void setState(Object state) throws PickleException;
  }

  /**
   * The constructor behind a Python name, or null to refuse the file.
   *
   * @param module as {@code numpy.core.multiarray}
   * @param name as {@code scalar}
   */
  Constructor find(String module, String name);
}
