package io.drivedistill.core.pickle;

/**
 * Stands for a Python class, function or object that is of no interest: it can be called, take
 * items and state, and does nothing with them. Compared by identity.
 */
public final class InertObject implements PickleGlobals.Constructor, PickleGlobals.Stateful {
  private final String name;

  /** The stand-in for a Python name, as {@code omegaconf.dictconfig.DictConfig}. */
  public InertObject(String name) {
    this.name = name;
  }

  @Override
  public Object construct(Object[] arguments) {
    return new InertObject(name);
  }

  @Override
  public void setState(Object state) {
    // Nothing of it is kept.
  }

  /** The Python name it stands for, safe to print. */
  @Override
  public String toString() {
    return PickleReader.printable(name);
  }
}
