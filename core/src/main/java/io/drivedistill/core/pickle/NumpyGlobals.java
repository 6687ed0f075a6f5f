package io.drivedistill.core.pickle;

import java.nio.charset.StandardCharsets;

/**
 * The names that pickled numpy arrays, dtypes and scalars use, for numpy 1 ({@code numpy.core}) and
 * numpy 2 ({@code numpy._core}), pickle protocols 2 to 5.
 */
public final class NumpyGlobals implements PickleGlobals {
  @Override
  public Constructor find(String module, String name) {
    String place = module.replace("numpy._core", "numpy.core") + "." + name;
    return switch (place) {
      case "numpy.dtype" -> NumpyGlobals::dtype;
      case "numpy.ndarray" -> NumpyGlobals::notCallable;
      case "numpy.core.numeric._frombuffer" -> NumpyGlobals::fromBuffer;
      case "numpy.core.multiarray._reconstruct" -> arguments -> new NumpyArray();
      case "numpy.core.multiarray.scalar" -> NumpyGlobals::scalar;
      case "_codecs.encode" -> NumpyGlobals::encode;
      case "builtins.bytearray", "__builtin__.bytearray", "__builtin__.bytes" ->
          NumpyGlobals::byteArray;
      default -> null;
    };
  }

  private static Object notCallable(Object[] arguments) throws PickleException {
    throw new PickleException("numpy.ndarray is not called directly in a pickle");
  }

  private static Object dtype(Object[] arguments) throws PickleException {
    if (arguments.length == 0 || !(arguments[0] instanceof String code)) {
      throw new PickleException("a dtype needs its code as text");
    }
    return NumpyType.of(code);
  }

  private static Object fromBuffer(Object[] arguments) throws PickleException {
    if (arguments.length != 4
        || !(arguments[0] instanceof byte[] bytes)
        || !(arguments[1] instanceof NumpyType type)
        || !(arguments[3] instanceof String order)) {
      throw new PickleException("_frombuffer needs bytes, dtype, shape and order");
    }
    NumpyArray array = new NumpyArray();
    array.fill(type, NumpyArray.shape(arguments[2]), order.equals("F"), bytes);
    return array;
  }

  private static Object scalar(Object[] arguments) throws PickleException {
    if (arguments.length != 2
        || !(arguments[0] instanceof NumpyType type)
        || !(arguments[1] instanceof byte[] bytes)) {
      throw new PickleException("a numpy scalar needs dtype and bytes");
    }
    NumpyArray array = new NumpyArray();
    array.fill(type, new int[0], false, bytes);
    return array.get(0);
  }

  /** Protocol 2 writes bytes as {@code _codecs.encode(text, 'latin1')}. */
  private static Object encode(Object[] arguments) throws PickleException {
    if (arguments.length == 2
        && arguments[0] instanceof String text
        && "latin1".equals(arguments[1])) {
      return text.getBytes(StandardCharsets.ISO_8859_1);
    }
    throw new PickleException("_codecs.encode is only accepted for latin1 text");
  }

  private static Object byteArray(Object[] arguments) throws PickleException {
    if (arguments.length == 0) {
      return new byte[0];
    }
    if (arguments.length == 1 && arguments[0] instanceof byte[] bytes) {
      return bytes.clone();
    }
    throw new PickleException("bytearray is only accepted for bytes");
  }
}
