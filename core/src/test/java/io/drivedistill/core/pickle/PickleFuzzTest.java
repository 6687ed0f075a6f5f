package io.drivedistill.core.pickle;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Collection;
import java.util.Map;

/** Any bytes are either a pickle or refused (docs/fuzzing.md). */
final class PickleFuzzTest {
  @FuzzTest(maxDuration = "10m")
  void pickle(byte[] data) {
    try {
      touch(PickleReader.read(data, new NumpyGlobals()));
    } catch (PickleException refused) {
      // What readers turn into the user's message.
    }
  }

  /** Reads what was built one level deep; values may contain themselves. */
  private static void touch(Object value) {
    if (value instanceof NumpyArray array) {
      for (int i = 0; i < Math.min(array.size(), 1000); i++) {
        array.get(i);
      }
    } else if (value instanceof Map<?, ?> map) {
      map.values().stream().filter(NumpyArray.class::isInstance).forEach(PickleFuzzTest::touch);
    } else if (value instanceof Collection<?> list) {
      list.stream().filter(NumpyArray.class::isInstance).forEach(PickleFuzzTest::touch);
    }
  }
}
