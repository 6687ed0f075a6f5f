package io.drivedistill.core.pickle;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one pickle of protocol 2 to 5 (Python's {@code pickletools} describes the opcodes).
 *
 * <p>Values come as String, Long, BigInteger, Double, Boolean, byte[], null, {@code
 * ArrayList<Object>} for lists, {@code Object[]} for tuples, {@code LinkedHashMap<Object, Object>}
 * for dictionaries, and what {@link PickleGlobals} builds. Names outside the allow-list, persistent
 * ids it does not know, extension codes and out-of-band buffers are refused. A value may contain
 * itself; callers must not walk values without bound.
 */
public final class PickleReader {
  private static final Object MARK = new Object();
  private static final long MOST_BUILT_FACTOR = 16;

  private final ByteBuffer input;
  private final PickleGlobals globals;
  private final ArrayList<Object> stack = new ArrayList<>();
  private final ArrayList<Integer> marks = new ArrayList<>();
  private final ArrayList<Object> memo = new ArrayList<>();
  private long builtBytes;

  private PickleReader(byte[] bytes, PickleGlobals globals) {
    this.input = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.globals = globals;
  }

  /**
   * Reads a pickle.
   *
   * @param bytes the whole pickle
   * @param globals the allowed names
   * @throws PickleException if the bytes are truncated, damaged, or use anything not allowed
   */
  public static Object read(byte[] bytes, PickleGlobals globals) throws PickleException {
    return new PickleReader(bytes, globals).run();
  }

  private Object run() throws PickleException {
    while (true) {
      int at = input.position();
      int code = octet();
      if (code == '.') {
        Object result = pop();
        if (!stack.isEmpty()) {
          throw new PickleException("values are left over at the end of the pickle");
        }
        return result;
      }
      if (!value(code) && !structure(code)) {
        throw new PickleException(
            String.format("opcode 0x%02x at byte %d is not accepted", code, at));
      }
    }
  }

  /** Opcodes that push a plain value. */
  private boolean value(int code) throws PickleException {
    switch (code) {
      case 'N' -> push(null);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) octet());
      case 'M' -> push((long) (octet() | octet() << 8));
      case 'J' -> push((long) need(4).getInt());
      case 0x8a -> push(integer(octet()));
      case 0x8b -> push(integer(length(need(4).getInt())));
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(need(8).getLong())));
      case 0x8c -> push(text(octet()));
      case 'X' -> push(text(length(need(4).getInt())));
      case 0x8d -> push(text(length(need(8).getLong())));
      case 'C' -> push(bytes(octet()));
      case 'B' -> push(bytes(length(need(4).getInt())));
      case 0x8e, 0x96 -> push(bytes(length(need(8).getLong())));
      case 'U' -> push(latin(octet()));
      case 'T' -> push(latin(length(need(4).getInt())));
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Opcodes that build, remember or call. */
  private boolean structure(int code) throws PickleException {
    switch (code) {
      case 0x80 -> protocol(octet());
      case 0x95 -> need(8).getLong(); // Length of a frame: a hint for streams, not needed here.
      case '(' -> marks.add(stack.size());
      case '0' -> pop();
      case '1' -> popMark();
      case '2' -> push(top());
      case ']' -> push(new ArrayList<>());
      case '}' -> push(new LinkedHashMap<>());
      case ')' -> push(new Object[0]);
      case 't' -> push(popMark());
      case 0x85 -> push(popMany(1));
      case 0x86 -> push(popMany(2));
      case 0x87 -> push(popMany(3));
      case 'l' -> push(new ArrayList<>(Arrays.asList(popMark())));
      case 'a' -> append(popMany(1));
      case 'e' -> append(popMark());
      case 'd' -> dictionary();
      case 's' -> setItems(popMany(2));
      case 'u' -> setItems(popMark());
      case 0x94 -> memo.add(top());
      case 'q' -> remember(octet());
      case 'r' -> remember(need(4).getInt());
      case 'h' -> push(recall(octet()));
      case 'j' -> push(recall(need(4).getInt()));
      case 'c' -> push(global(line(), line()));
      case 0x93 -> {
        Object[] names = popMany(2);
        push(global(as(String.class, names[0]), as(String.class, names[1])));
      }
      case 'R', 0x81 -> {
        Object[] call = popMany(2);
        Object built =
            as(PickleGlobals.Constructor.class, call[0]).construct(as(Object[].class, call[1]));
        charge(built);
        push(built);
      }
      case 'b' -> {
        Object state = pop();
        as(PickleGlobals.Stateful.class, top()).setState(state);
      }
      case 'Q' -> push(globals.persistent(pop()));
      default -> {
        return false;
      }
    }
    return true;
  }

  /** A few bytes of a pickle may copy a long text again and again: copies have a bound. */
  private void charge(Object built) throws PickleException {
    builtBytes +=
        built instanceof byte[] bytes
            ? bytes.length
            : built instanceof String text ? text.length() : 0;
    if (builtBytes > MOST_BUILT_FACTOR * input.limit()) {
      throw new PickleException("its calls build far more than the file holds");
    }
  }

  private static void protocol(int version) throws PickleException {
    if (version < 2 || version > 5) {
      throw new PickleException("pickle protocol " + version + " is not one of 2 to 5");
    }
  }

  private PickleGlobals.Constructor global(String module, String name) throws PickleException {
    PickleGlobals.Constructor constructor = globals.find(module, name);
    if (constructor == null) {
      throw new PickleException(
          "the name " + printable(module) + "." + printable(name) + " is not on the allow-list");
    }
    return constructor;
  }

  @SuppressWarnings("unchecked") // Every ArrayList and LinkedHashMap on the stack was made here.
  private void append(Object[] values) throws PickleException {
    if (top() instanceof InertObject) {
      return;
    }
    ((ArrayList<Object>) as(ArrayList.class, top())).addAll(Arrays.asList(values));
  }

  private void dictionary() throws PickleException {
    Object[] items = popMark();
    push(new LinkedHashMap<>());
    setItems(items);
  }

  @SuppressWarnings("unchecked") // See append.
  private void setItems(Object[] items) throws PickleException {
    if (top() instanceof InertObject) {
      return;
    }
    Map<Object, Object> map = (LinkedHashMap<Object, Object>) as(LinkedHashMap.class, top());
    if (items.length % 2 != 0) {
      throw new PickleException("a dictionary has a key without a value");
    }
    for (int i = 0; i < items.length; i += 2) {
      // Python cannot hash these either; one that contains itself would never finish hashing here.
      if (items[i] instanceof List || items[i] instanceof Map) {
        throw new PickleException("a dictionary has a list or a dictionary as a key");
      }
      map.put(items[i], items[i + 1]);
    }
  }

  private void remember(int index) throws PickleException {
    if (index < 0 || index > input.limit()) {
      throw new PickleException("memo index " + index + " is out of range");
    }
    while (memo.size() <= index) {
      memo.add(MARK);
    }
    memo.set(index, top());
  }

  private Object recall(int index) throws PickleException {
    Object value = index >= 0 && index < memo.size() ? memo.get(index) : MARK;
    if (value == MARK) {
      throw new PickleException("memo index " + index + " was never set");
    }
    return value;
  }

  private static <T> T as(Class<T> kind, Object value) throws PickleException {
    if (!kind.isInstance(value)) {
      throw new PickleException(
          "an opcode expects "
              + kind.getSimpleName()
              + " and meets "
              + (value == null ? "None" : value.getClass().getSimpleName()));
    }
    return kind.cast(value);
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object top() throws PickleException {
    if (stack.isEmpty()) {
      throw new PickleException("the stack is empty");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() throws PickleException {
    Object value = top();
    stack.remove(stack.size() - 1);
    return value;
  }

  private Object[] popMany(int count) throws PickleException {
    int from = stack.size() - count;
    if (from < 0) {
      throw new PickleException("the stack is empty");
    }
    return cut(from);
  }

  private Object[] popMark() throws PickleException {
    if (marks.isEmpty() || marks.get(marks.size() - 1) > stack.size()) {
      throw new PickleException("a mark is missing");
    }
    return cut(marks.remove(marks.size() - 1));
  }

  private Object[] cut(int from) {
    List<Object> tail = stack.subList(from, stack.size());
    Object[] values = tail.toArray();
    tail.clear();
    return values;
  }

  private int octet() throws PickleException {
    return need(1).get() & 0xff;
  }

  private ByteBuffer need(int count) throws PickleException {
    if (input.remaining() < count) {
      throw new PickleException(
          "the file ends after " + input.limit() + " bytes in the middle of a value");
    }
    return input;
  }

  private int length(long stated) throws PickleException {
    if (stated < 0 || stated > input.remaining()) {
      throw new PickleException(
          "a value of "
              + stated
              + " bytes starts at byte "
              + input.position()
              + ", but the file ends after "
              + input.limit());
    }
    return (int) stated;
  }

  private byte[] bytes(int count) throws PickleException {
    byte[] bytes = new byte[length(count)];
    input.get(bytes);
    return bytes;
  }

  private String text(int count) throws PickleException {
    return new String(bytes(count), StandardCharsets.UTF_8);
  }

  private String latin(int count) throws PickleException {
    return new String(bytes(count), StandardCharsets.ISO_8859_1);
  }

  private String line() throws PickleException {
    int start = input.position();
    while (octet() != '\n') {
      // Only moves on.
    }
    return new String(
        input.array(), start, input.position() - 1 - start, StandardCharsets.US_ASCII);
  }

  private Object integer(int count) throws PickleException {
    byte[] little = bytes(count);
    byte[] big = new byte[little.length];
    for (int i = 0; i < big.length; i++) {
      big[i] = little[big.length - 1 - i];
    }
    if (big.length == 0) {
      return 0L;
    }
    BigInteger value = new BigInteger(big);
    return value.bitLength() < 64 ? (Object) value.longValue() : value;
  }

  /** Text from a file, cut and stripped of control characters, for an error message. */
  public static String printable(String text) {
    String cut = text.length() > 80 ? text.substring(0, 80) + "..." : text;
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
