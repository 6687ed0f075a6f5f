package io.drivedistill.nn.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Weights;
import org.junit.jupiter.api.Test;

class FormulaWeightsTest {

  @Test
  void namesAndIndicesGiveThePublishedNumbers() {
    assertThat(FormulaWeights.hash("a")).isEqualTo(0xaf63dc4c8601ec8cL);
    assertThat(FormulaWeights.hash("check.tensor")).isEqualTo(0xc1fd79111b43a4e2L);
    float[] expected = {-0.25653815f, 0.99624455f, 0.984213f, 0.37188172f};
    for (int i = 0; i < expected.length; i++) {
      assertThat(FormulaWeights.unit("a", i)).isEqualTo(expected[i]);
    }
  }

  @Test
  void generatorEqualsTheReferenceBitForBit() {
    try (NDManager manager = NDManager.newBaseManager();
        ParityFixture fixture = ParityFixture.open(Fixtures.folder("ops"))) {
      NDArray check = FormulaWeights.input(manager, "check.tensor", 2, 0.5, 3, 4);
      assertThat(check).isEqualTo(fixture.input(manager, "proc/check"));
      assertThat(FormulaWeights.input(manager, "a", 1, 0, 8))
          .isEqualTo(fixture.input(manager, "proc/raw"));
    }
  }

  @Test
  void firstMatchingRuleFillsAParameter() throws Exception {
    String rules =
        "[[\"bias$\",\"const\",0.05,0.0],[\"<ndim==1>\",\"offset\",0.1,1.0],"
            + "[\"<ndim>=2>\",\"fanin\",1.0,0.0]]";
    try (NDManager manager = NDManager.newBaseManager()) {
      Linear linear = new Linear(12, 2);
      FormulaWeights.of(new ObjectMapper().readTree(rules)).fill(linear, manager);
      float[] weight = Weights.of(linear).get("weight").getArray().toFloatArray();
      float[] bias = Weights.of(linear).get("bias").getArray().toFloatArray();
      assertThat(weight[5]).isEqualTo(FormulaWeights.unit("weight", 5) * 0.5f);
      assertThat(bias[1]).isEqualTo(FormulaWeights.unit("bias", 1) * 0.05f);
      assertThat(Weights.of(linear).get("weight").getArray().hasGradient()).isTrue();
    }
  }

  @Test
  void parameterWithoutRuleAndUnknownKindAreErrors() throws Exception {
    ObjectMapper json = new ObjectMapper();
    try (NDManager manager = NDManager.newBaseManager()) {
      FormulaWeights none = FormulaWeights.of(json.readTree("[]"));
      assertThatThrownBy(() -> none.fill(new Linear(1, 1), manager))
          .isInstanceOf(DriveDistillException.class)
          .hasMessageContaining("'weight'");
    }
    assertThatThrownBy(() -> FormulaWeights.of(json.readTree("[[\"a\",\"gauss\",1,0]]")))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("gauss");
  }
}
