package io.drivedistill.core.pickle;

import java.util.LinkedHashMap;

/** Python's {@code collections.OrderedDict}, whose attributes (PyTorch's metadata) are dropped. */
public final class OrderedDictionary extends LinkedHashMap<Object, Object>
    implements PickleGlobals.Stateful {
  private static final long serialVersionUID = 1L;

  @Override
  public void setState(Object state) {
    // Attributes carry no items.
  }
}
