package io.drivedistill.core.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PickleReaderTest {
  @ParameterizedTest
  @ValueSource(strings = {"protocol2", "protocol3", "protocol4", "protocol5"})
  void readsWhatPythonWrote(String name) throws Exception {
    Map<?, ?> map = (Map<?, ?>) PickleReader.read(sample(name), new NumpyGlobals());
    NumpyArray fortran = (NumpyArray) map.get("f");
    assertThat(fortran.shape()).containsExactly(2, 3);
    assertThat(elements(fortran)).isEqualTo(List.of(0.0, 1.0, 2.0, 3.0, 4.0, 5.0));
    assertThat(elements(map.get("u"))).isEqualTo(List.of("äb", "c"));
    assertThat(map.get("i")).isEqualTo(-5L);
    assertThat(map.get("b")).isEqualTo(true);
    assertThat(elements(map.get("e"))).isEmpty();
    assertThat(elements(map.get("o"))).isEqualTo(Arrays.asList("a", null));
    assertThat(map.get("big")).isEqualTo(BigInteger.ONE.shiftLeft(70));
    assertThat(map.get("neg")).isEqualTo(-3L);
    assertThat((Object[]) map.get("t")).containsExactly(1L, 2.5, null);
    assertThat((byte[]) map.get("by")).containsExactly('x', 'y');
    assertThat(elements(map.get("big_endian"))).isEqualTo(List.of(1.5, -2.0));
    assertThat(elements(map.get("s"))).isEqualTo(List.of(2L, 1L, 4L, 3L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"system2", "system4", "system5", "eval4"})
  void refusesNamesOutsideTheAllowList(String name) {
    assertThatThrownBy(() -> PickleReader.read(sample(name), new NumpyGlobals()))
        .isInstanceOf(PickleException.class)
        .hasMessageContaining("not on the allow-list");
  }

  @ParameterizedTest
  @ValueSource(strings = {"huge5", "hugeArray"})
  void doesNotTrustStatedSizes(String name) {
    assertThatThrownBy(() -> PickleReader.read(sample(name), new NumpyGlobals()))
        .isInstanceOf(PickleException.class);
  }

  @Test
  void anyPrefixIsRefused() throws Exception {
    byte[] whole = sample("protocol5");
    for (int length = 0; length < whole.length; length++) {
      byte[] prefix = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> PickleReader.read(prefix, new NumpyGlobals()))
          .isInstanceOf(PickleException.class);
    }
  }

  @Test
  void damageGivesAValueOrThePickleException() throws Exception {
    SplittableRandom random = new SplittableRandom(11);
    for (String name : List.of("protocol2", "protocol4", "protocol5")) {
      byte[] whole = sample(name);
      for (int trial = 0; trial < 5_000; trial++) {
        byte[] damaged = whole.clone();
        for (int k = random.nextInt(1, 4); k > 0; k--) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        }
        try {
          PickleReader.read(damaged, new NumpyGlobals());
        } catch (PickleException expected) {
          assertThat(expected).hasMessageNotContaining("null");
        } catch (RuntimeException | Error e) {
          throw new AssertionError("seed 11, " + name + ", trial " + trial, e);
        }
      }
    }
  }

  private static List<?> elements(Object value) {
    NumpyArray array = (NumpyArray) value;
    Object[] elements = new Object[array.size()];
    Arrays.setAll(elements, array::get);
    return Arrays.asList(elements);
  }

  private static byte[] sample(String name) throws IOException {
    Properties properties = new Properties();
    try (InputStreamReader reader =
        new InputStreamReader(
            PickleReaderTest.class.getResourceAsStream("pickles.properties"),
            StandardCharsets.UTF_8)) {
      properties.load(reader);
    }
    return Base64.getDecoder().decode(properties.getProperty(name));
  }
}
