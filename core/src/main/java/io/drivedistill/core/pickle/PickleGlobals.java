package io.drivedistill.core.pickle;

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

  /**
   * The value behind a persistent id, which a format may use for data that lies outside the pickle.
   *
   * @throws PickleException unless the format knows such ids
   */
  default Object persistent(Object id) throws PickleException {
    throw new PickleException("persistent ids are not accepted");
  }
}
