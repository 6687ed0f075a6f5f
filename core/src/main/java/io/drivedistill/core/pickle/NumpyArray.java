package io.drivedistill.core.pickle;

import java.nio.ByteBuffer;
import java.util.List;

/** A numpy array from a pickle; elements are read in C order whatever the storage was. */
public final class NumpyArray implements PickleGlobals.Stateful {
  private int[] shape = {0};
  private int size;
  private boolean fortran;
  private NumpyType type;
  private ByteBuffer bytes;
  private List<?> objects = List.of();

  NumpyArray() {}

  static int[] shape(Object value) throws PickleException {
    if (value instanceof Long length) {
      return new int[] {extent(length)};
    }
    if (!(value instanceof Object[] extents) || extents.length > 8) {
      throw new PickleException("unexpected shape of an array");
    }
    int[] shape = new int[extents.length];
    for (int i = 0; i < shape.length; i++) {
      if (!(extents[i] instanceof Long extent)) {
        throw new PickleException("unexpected shape of an array");
      }
      shape[i] = extent(extent);
    }
    return shape;
  }

  private static int extent(long value) throws PickleException {
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new PickleException("an array cannot have the extent " + value);
    }
    return (int) value;
  }

  void fill(NumpyType newType, int[] newShape, boolean newFortran, Object data)
      throws PickleException {
    long count = 1;
    for (int extent : newShape) {
      count *= extent;
      if (count > Integer.MAX_VALUE) {
        throw new PickleException("an array is larger than its bytes");
      }
    }
    if (newType.kind() == 'O') {
      if (!(data instanceof List<?> list) || list.size() != count) {
        throw new PickleException("an object array does not have the stated number of elements");
      }
      objects = list;
    } else {
      if (!(data instanceof byte[] raw)
          || raw.length != count * newType.itemSize()
          || (newType.itemSize() == 0 && count > 0)) {
        throw new PickleException("an array does not have the stated number of bytes");
      }
      bytes = ByteBuffer.wrap(raw).order(newType.order());
    }
    type = newType;
    shape = newShape;
    size = (int) count;
    fortran = newFortran && newShape.length > 1;
  }

  @Override
  public void setState(Object state) throws PickleException {
    if (!(state instanceof Object[] values)
        || values.length != 5
        || !(values[2] instanceof NumpyType newType)
        || !(values[3] instanceof Boolean newFortran)) {
      throw new PickleException("unexpected state of an array");
    }
    fill(newType, shape(values[1]), newFortran, values[4]);
  }

  /** Number of elements. */
  public int size() {
    return size;
  }

  /** A copy of the extents. */
  public int[] shape() {
    return shape.clone();
  }

  /** The element at a flat index in C order: Double, Long, Boolean, String or any object. */
  public Object get(int index) {
    int place = fortran ? fortranPlace(index) : index;
    return type.kind() == 'O' ? objects.get(place) : type.value(bytes, place * type.itemSize());
  }

  private int fortranPlace(int index) {
    int rest = index;
    int place = 0;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      int stride = 1;
      for (int before = 0; before < axis; before++) {
        stride *= shape[before];
      }
      place += rest % shape[axis] * stride;
      rest /= shape[axis];
    }
    return place;
  }
}
