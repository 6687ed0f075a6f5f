package io.drivedistill.core.pickle;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes values in pickle protocol 4 with numpy 1.x names, which every numpy since can load. Arrays
 * are rebuilt by {@code _reconstruct} and {@code __setstate__}; the globals and dtypes are
 * memoised. The caller keeps the order: {@link #start}, one value, {@link #finish}; within a
 * dictionary or an object every key is followed by its value.
 */
public final class PickleEncoder {
  private static final int PROTO = 0x80;
  private static final int MARK = '(';
  private static final int STOP = '.';
  private static final int NONE = 'N';
  private static final int TRUE = 0x88;
  private static final int FALSE = 0x89;
  private static final int BININT = 'J';
  private static final int BININT1 = 'K';
  private static final int BININT2 = 'M';
  private static final int LONG1 = 0x8a;
  private static final int BINFLOAT = 'G';
  private static final int SHORT_BINUNICODE = 0x8c;
  private static final int BINUNICODE = 'X';
  private static final int SHORT_BINBYTES = 'C';
  private static final int BINBYTES = 'B';
  private static final int EMPTY_LIST = ']';
  private static final int APPENDS = 'e';
  private static final int EMPTY_DICT = '}';
  private static final int SETITEMS = 'u';
  private static final int EMPTY_TUPLE = ')';
  private static final int NEWOBJ = 0x81;
  private static final int TUPLE = 't';
  private static final int TUPLE1 = 0x85;
  private static final int TUPLE2 = 0x86;
  private static final int TUPLE3 = 0x87;
  private static final int STACK_GLOBAL = 0x93;
  private static final int REDUCE = 'R';
  private static final int BUILD = 'b';
  private static final int MEMOIZE = 0x94;
  private static final int BINGET = 'h';

  /** Memo slots, filled by {@link #start} in this order. */
  private static final int RECONSTRUCT_SLOT = 0;

  private static final int NDARRAY_SLOT = 1;
  private static final int DTYPE_SLOT = 2;
  private static final int FLOAT64_SLOT = 3;
  private static final int INT64_SLOT = 4;

  private final DataOutputStream out;

  /** An encoder onto a stream, which it does not close. */
  public PickleEncoder(OutputStream out) {
    this.out = new DataOutputStream(out);
  }

  /** Header and the memoised globals. */
  public void start() throws IOException {
    out.write(PROTO);
    out.write(4);
    memoiseGlobal("numpy.core.multiarray", "_reconstruct");
    memoiseGlobal("numpy", "ndarray");
    memoiseGlobal("numpy", "dtype");
    memoiseNumericDtype("f8");
    memoiseNumericDtype("i8");
  }

  private void memoiseGlobal(String module, String name) throws IOException {
    text(module);
    text(name);
    out.write(STACK_GLOBAL);
    out.write(MEMOIZE);
    out.write('0');
  }

  private void memoiseNumericDtype(String code) throws IOException {
    dtype(code, "<", -1, -1, 0);
    out.write(MEMOIZE);
    out.write('0');
  }

  private void dtype(String code, String order, int itemSize, int alignment, int flags)
      throws IOException {
    get(DTYPE_SLOT);
    text(code);
    bool(false);
    bool(true);
    out.write(TUPLE3);
    out.write(REDUCE);
    out.write(MARK);
    integer(3);
    text(order);
    out.write(NONE);
    out.write(NONE);
    out.write(NONE);
    integer(itemSize);
    integer(alignment);
    integer(flags);
    out.write(TUPLE);
    out.write(BUILD);
  }

  /** Ends the pickle and flushes the stream. */
  public void finish() throws IOException {
    out.write(STOP);
    out.flush();
  }

  private void get(int slot) throws IOException {
    out.write(BINGET);
    out.write(slot);
  }

  /** Begins a list; its values follow. */
  public void startList() throws IOException {
    out.write(EMPTY_LIST);
    out.write(MARK);
  }

  /** Ends a list. */
  public void endList() throws IOException {
    out.write(APPENDS);
  }

  /** Begins a dictionary; keys and values follow in turn. */
  public void startDictionary() throws IOException {
    out.write(EMPTY_DICT);
    out.write(MARK);
  }

  /** Ends a dictionary. */
  public void endDictionary() throws IOException {
    out.write(SETITEMS);
  }

  /** Begins an object that is built without its constructor; names and values of fields follow. */
  public void startObject(String module, String name) throws IOException {
    text(module);
    text(name);
    out.write(STACK_GLOBAL);
    out.write(EMPTY_TUPLE);
    out.write(NEWOBJ);
    startDictionary();
  }

  /** Ends an object. */
  public void endObject() throws IOException {
    endDictionary();
    out.write(BUILD);
  }

  /** Makes a tuple of the last two values. */
  public void pair() throws IOException {
    out.write(TUPLE2);
  }

  /** Python's None. */
  public void none() throws IOException {
    out.write(NONE);
  }

  /** A truth value. */
  public void bool(boolean value) throws IOException {
    out.write(value ? TRUE : FALSE);
  }

  /** An integer. */
  public void integer(long value) throws IOException {
    if (value >= 0 && value < 256) {
      out.write(BININT1);
      out.write((int) value);
    } else if (value >= 0 && value < 65536) {
      out.write(BININT2);
      out.write((int) value & 0xff);
      out.write((int) value >> 8);
    } else if (value == (int) value) {
      out.write(BININT);
      out.writeInt(Integer.reverseBytes((int) value));
    } else {
      out.write(LONG1);
      out.write(8);
      out.writeLong(Long.reverseBytes(value));
    }
  }

  /** A float. */
  public void real(double value) throws IOException {
    out.write(BINFLOAT);
    out.writeDouble(value);
  }

  /** A string. */
  public void text(String value) throws IOException {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    if (utf8.length < 256) {
      out.write(SHORT_BINUNICODE);
      out.write(utf8.length);
    } else {
      out.write(BINUNICODE);
      out.writeInt(Integer.reverseBytes(utf8.length));
    }
    out.write(utf8);
  }

  /** A list of strings. */
  public void textList(List<String> values) throws IOException {
    startList();
    for (String value : values) {
      text(value);
    }
    endList();
  }

  /** A list of floats. */
  public void realList(double... values) throws IOException {
    startList();
    for (double value : values) {
      real(value);
    }
    endList();
  }

  /** A float64 array in row-major order. */
  public void realArray(double[] values, int... shape) throws IOException {
    ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asDoubleBuffer().put(values);
    startArray(shape);
    get(FLOAT64_SLOT);
    endArray(raw.array());
  }

  /** An int64 vector. */
  public void integerArray(long... values) throws IOException {
    ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asLongBuffer().put(values);
    startArray(values.length);
    get(INT64_SLOT);
    endArray(raw.array());
  }

  /** A vector of strings with the dtype {@code <Un}. */
  public void textArray(List<String> values) throws IOException {
    int width = 1;
    for (String value : values) {
      width = Math.max(width, value.length());
    }
    ByteBuffer raw = ByteBuffer.allocate(4 * width * values.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.size(); i++) {
      for (int k = 0; k < values.get(i).length(); k++) {
        raw.putInt(4 * (i * width + k), values.get(i).charAt(k));
      }
    }
    startArray(values.size());
    dtype("U" + width, "<", 4 * width, 4, 8);
    endArray(raw.array());
  }

  private void startArray(int... shape) throws IOException {
    get(RECONSTRUCT_SLOT);
    get(NDARRAY_SLOT);
    integer(0);
    out.write(TUPLE1);
    bytes(new byte[] {'b'});
    out.write(TUPLE3);
    out.write(REDUCE);
    out.write(MARK);
    integer(1);
    if (shape.length == 1) {
      integer(shape[0]);
      out.write(TUPLE1);
    } else {
      integer(shape[0]);
      integer(shape[1]);
      out.write(TUPLE2);
    }
  }

  private void endArray(byte[] raw) throws IOException {
    bool(false);
    bytes(raw);
    out.write(TUPLE);
    out.write(BUILD);
  }

  private void bytes(byte[] value) throws IOException {
    if (value.length < 256) {
      out.write(SHORT_BINBYTES);
      out.write(value.length);
    } else {
      out.write(BINBYTES);
      out.writeInt(Integer.reverseBytes(value.length));
    }
    out.write(value);
  }
}
