package io.drivedistill.export;

import static io.drivedistill.export.Exports.INPUT;
import static io.drivedistill.export.Exports.export;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.norm.Dropout;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Arrays that look into the same memory, and those that a block keeps from pass to pass. */
class SharedMemoryTest {
  @Test
  void aChangedViewIsNotReadAgain() {
    assertThatThrownBy(
            () ->
                export(
                    x -> {
                      NDArray y = x.mul(2);
                      y.get(":, 0").addi(1);
                      return y;
                    }))
        .hasMessageContaining("is used again as output after it was changed in place at")
        .hasMessageContaining("SharedMemoryTest.java:");
  }

  @Test
  void memoryThatDjlSharesIsKnown() {
    Map<String, UnaryOperator<NDArray>> sharing = new TreeMap<>();
    sharing.put("dropout", x -> Dropout.dropout(x, 0.5f, false).head());
    sharing.put("toType", x -> x.toType(DataType.FLOAT32, true));
    sharing.put("toDevice", x -> x.toDevice(x.getDevice(), true));
    sharing.put("stopGradient", NDArray::stopGradient);
    sharing.put("get", x -> x.get("1:"));
    sharing.put("reshape", x -> x.reshape(-1));
    sharing.put("transpose", NDArray::transpose);
    sharing.put("expandDims", x -> x.expandDims(0));
    sharing.put("broadcast", x -> x.broadcast(x.getShape()));
    sharing.put("split", x -> x.split(3, 1).get(1));
    sharing.put("diagonal", NDArray::diagonal);
    try (NDManager manager = NDManager.newBaseManager()) {
      sharing.forEach(
          (name, view) -> {
            NDArray memory = manager.zeros(new Shape(2, 3));
            view.apply(memory).addi(1);
            assertThat(memory.sum().getFloat()).as(name).isPositive();
            assertThatThrownBy(
                    () ->
                        export(
                            x -> {
                              NDArray y = x.mul(2);
                              view.apply(y).addi(1);
                              return y.mul(3);
                            }))
                .as(name)
                .hasMessageContaining("after it was changed in place");
          });
    }
  }

  @Test
  void constantsChangedThroughAViewAreReadAgain() {
    Block block =
        Exports.lambda(
            x -> {
              NDArray table = x.getManager().zeros(new Shape(3));
              NDArray before = x.add(table);
              table.get("1:").addi(5);
              table.split(3).get(0).subi(2);
              return before.mul(x.add(table));
            });
    Parity.check(block, export(block), List.of("y"), Exports.SEED);
  }

  /** As blocks with rotary tables or masks do: made once, where the first pass is. */
  private static Block keeping(NDManager manager, UnaryOperator<NDArray> table) {
    return new LambdaBlock(
        new UnaryOperator<NDList>() {
          private NDArray kept;

          @Override
          public NDList apply(NDList inputs) {
            NDArray x = inputs.head();
            if (kept == null) {
              kept = table.apply(x);
              kept.attach(manager);
            }
            return new NDList(x.mul(kept).exp().add(kept.mul(x)), kept.add(1).mul(x.abs()));
          }
        });
  }

  @Test
  void tablesThatABlockKeepsAreConstantsInEveryPass() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Block block = keeping(manager, x -> x.getManager().arange(3f).sin());
      for (int again = 0; again < 3; again++) {
        Exports.prove(block, INPUT, List.of("a", "b"));
      }
      Block ofInputs = keeping(manager, x -> x.get(0).exp());
      assertThatThrownBy(() -> Exports.prove(ofInputs, INPUT, List.of("a", "b")))
          .hasMessageContaining("that an earlier forward pass computed")
          .hasMessageContaining("SharedMemoryTest.java:");
    }
  }

  @Test
  void scopesInsideTheBlockDoNoHarm() {
    Block block =
        Exports.lambda(
            x -> {
              try (NDScope scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                NDArray y = x.mul(2).add(1);
                NDScope.unregister(y);
                return y;
              }
            });
    Parity.check(block, export(block), List.of("y"), Exports.SEED);
  }
}
