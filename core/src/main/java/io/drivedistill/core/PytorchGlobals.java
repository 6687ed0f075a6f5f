package io.drivedistill.core;

import io.drivedistill.core.pickle.InertObject;
import io.drivedistill.core.pickle.OrderedDictionary;
import io.drivedistill.core.pickle.PickleException;
import io.drivedistill.core.pickle.PickleGlobals;
import io.drivedistill.core.pickle.PickleReader;
import java.util.Map;
import java.util.Set;

/**
 * The names that {@code torch.save} writes. Tensors, storages and ordered dictionaries are built;
 * classes of other code (hyper-parameters, callbacks, optimizer settings) become {@link
 * InertObject}s; names of Python's own modules that act on the machine are refused, so that a
 * hostile file is called hostile.
 */
final class PytorchGlobals implements PickleGlobals {
  private static final Map<String, Dtype> DTYPES =
      Map.ofEntries(
          Map.entry("float64", Dtype.F64),
          Map.entry("float32", Dtype.F32),
          Map.entry("float16", Dtype.F16),
          Map.entry("bfloat16", Dtype.BF16),
          Map.entry("int64", Dtype.I64),
          Map.entry("int32", Dtype.I32),
          Map.entry("int16", Dtype.I16),
          Map.entry("int8", Dtype.I8),
          Map.entry("uint8", Dtype.U8),
          Map.entry("bool", Dtype.BOOL));

  private static final Map<String, Dtype> STORAGES =
      Map.ofEntries(
          Map.entry("DoubleStorage", Dtype.F64),
          Map.entry("FloatStorage", Dtype.F32),
          Map.entry("HalfStorage", Dtype.F16),
          Map.entry("BFloat16Storage", Dtype.BF16),
          Map.entry("LongStorage", Dtype.I64),
          Map.entry("IntStorage", Dtype.I32),
          Map.entry("ShortStorage", Dtype.I16),
          Map.entry("CharStorage", Dtype.I8),
          Map.entry("ByteStorage", Dtype.U8),
          Map.entry("BoolStorage", Dtype.BOOL));

  /** Harmless names of {@code builtins}; every other one is refused. */
  private static final Set<String> HARMLESS_BUILTINS =
      Set.of(
          "object",
          "set",
          "frozenset",
          "slice",
          "range",
          "complex",
          "bytes",
          "bytearray",
          "int",
          "float",
          "str",
          "bool",
          "list",
          "dict",
          "tuple",
          "type");

  private static final Set<String> ACTING_MODULES =
      Set.of(
          "os",
          "posix",
          "nt",
          "subprocess",
          "sys",
          "importlib",
          "runpy",
          "pty",
          "socket",
          "ctypes",
          "shutil",
          "code",
          "codeop",
          "commands",
          "webbrowser",
          "pickle",
          "_pickle",
          "cPickle",
          "marshal",
          "multiprocessing",
          "threading",
          "asyncio",
          "urllib",
          "http",
          "tempfile",
          "pdb",
          "timeit",
          "cProfile",
          "profile",
          "operator",
          "_operator",
          "types");

  private static final String UNTYPED = "UntypedStorage";

  /** The name of a type in a pickle: passed to functions, never called. */
  private record TypeName(Dtype dtype) implements Constructor {
    @Override
    public Object construct(Object[] arguments) throws PickleException {
      throw new PickleException("a type of tensors is called");
    }
  }

  @Override
  public Constructor find(String module, String name) {
    String root = module.contains(".") ? module.substring(0, module.indexOf('.')) : module;
    if (root.equals("builtins") || root.equals("__builtin__")) {
      return HARMLESS_BUILTINS.contains(name) ? new InertObject("builtins." + name) : null;
    }
    if (ACTING_MODULES.contains(root)) {
      return null;
    }
    return switch (module) {
      case "collections" -> collection(name);
      case "torch", "torch.storage" -> torch(module, name);
      case "torch._utils" -> rebuild(name);
      case "torch._tensor" ->
          name.equals("_rebuild_from_type_v2")
              ? PytorchGlobals::subclass
              : new InertObject(module + "." + name);
      default -> new InertObject(module + "." + name);
    };
  }

  private static Constructor collection(String name) {
    return name.equals("OrderedDict")
        ? arguments -> new OrderedDictionary()
        : new InertObject("collections." + name);
  }

  private static Constructor torch(String module, String name) {
    if (name.equals("Size")) {
      return arguments -> arguments.length == 1 ? arguments[0] : new Object[0];
    }
    if (name.equals(UNTYPED)) {
      return new TypeName(null);
    }
    Dtype dtype = STORAGES.getOrDefault(name, DTYPES.get(name));
    return dtype != null ? new TypeName(dtype) : new InertObject(module + "." + name);
  }

  private static Constructor rebuild(String name) {
    return switch (name) {
      case "_rebuild_tensor", "_rebuild_tensor_v2" -> PytorchGlobals::tensor;
      case "_rebuild_tensor_v3" -> PytorchGlobals::typedTensor;
      case "_rebuild_parameter", "_rebuild_parameter_with_state" ->
          arguments -> arguments.length > 0 ? arguments[0] : null;
      default -> new InertObject("torch._utils." + name);
    };
  }

  /** {@code (storage, offset, size, stride, ...)}. */
  private static Object tensor(Object[] arguments) throws PickleException {
    if (arguments.length < 4) {
      throw new PickleException("a tensor lacks its storage, offset, size or stride");
    }
    if (arguments[0] instanceof InertObject unsupported) {
      return unsupported;
    }
    if (!(arguments[0] instanceof PytorchStorage storage) || storage.dtype() == null) {
      throw new PickleException("a tensor has no storage of a known type");
    }
    return PytorchTensor.of(storage, storage.dtype(), arguments[1], arguments[2], arguments[3]);
  }

  /** {@code (storage, offset, size, stride, requires_grad, hooks, dtype, ...)}. */
  private static Object typedTensor(Object[] arguments) throws PickleException {
    if (arguments.length < 7 || !(arguments[0] instanceof PytorchStorage storage)) {
      throw new PickleException("a tensor lacks its storage, offset, size, stride or dtype");
    }
    if (!(arguments[6] instanceof TypeName type) || type.dtype() == null) {
      return new InertObject(String.valueOf(arguments[6]));
    }
    return PytorchTensor.of(storage, type.dtype(), arguments[1], arguments[2], arguments[3]);
  }

  /** {@code (function, type, arguments, state)}: a tensor of a subclass is read as a tensor. */
  private static Object subclass(Object[] arguments) throws PickleException {
    if (arguments.length < 3
        || !(arguments[0] instanceof Constructor function)
        || !(arguments[2] instanceof Object[] inner)) {
      throw new PickleException("a tensor of a subclass lacks its function or arguments");
    }
    return function.construct(inner);
  }

  /** {@code ("storage", type, key, location, number of elements)}. */
  @Override
  public Object persistent(Object id) throws PickleException {
    if (!(id instanceof Object[] fields)
        || fields.length < 5
        || !"storage".equals(fields[0])
        || !(fields[2] instanceof String key)) {
      throw new PickleException("a persistent id is not one of a storage");
    }
    if (fields[1] instanceof TypeName type) {
      return new PytorchStorage(key, type.dtype());
    }
    if (fields[1] instanceof InertObject unsupported) {
      return unsupported;
    }
    throw new PickleException("a storage has no type: " + PickleReader.printable(key));
  }
}
