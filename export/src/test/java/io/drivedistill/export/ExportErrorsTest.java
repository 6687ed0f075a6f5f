package io.drivedistill.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.core.Linear;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.export.graph.Attributes;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import io.drivedistill.export.lowering.Lowering;
import io.drivedistill.export.lowering.Lowerings;
import io.drivedistill.export.lowering.Operation;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What a user reads when a block cannot be exported. */
class ExportErrorsTest {
  private static final List<InputSpec> INPUT = List.of(InputSpec.batched("x", 2, 3));

  private static OnnxModel export(UnaryOperator<NDArray> function) {
    return export(Exports.lambda(function));
  }

  private static OnnxModel export(Block block) {
    return new OnnxExporter().export(block, INPUT, List.of("y"));
  }

  @Test
  void valuesThatEscapeNameTheLine() {
    assertThatThrownBy(() -> export(x -> x.mul(x.toFloatArray()[0])))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("toByteBuffer")
        .hasMessageContaining("ExportErrorsTest.java:")
        .hasMessageContaining("Maybe");
    assertThatThrownBy(() -> export(x -> x.sum().getFloat() > 0 ? x : x.neg()))
        .hasMessageContaining("leaves the tensor world")
        .hasMessageContaining("ExportErrorsTest.java:");
    assertThatThrownBy(() -> export(x -> x.contentEquals(x) ? x : x.neg()))
        .hasMessageContaining("contentEquals(NDArray)");
  }

  @Test
  void constantsMayBeRead() {
    Block block =
        Exports.lambda(x -> x.mul(x.getManager().create(new float[] {2, 3}).sum().getFloat()));
    Parity.check(block, export(block), List.of("y"), Exports.SEED);
  }

  @Test
  void unknownOperationsSayHowToAddThem() {
    assertThatThrownBy(() -> export(x -> x.abs().gammaln()))
        .hasMessageContaining("gammaln")
        .hasMessageContaining("ExportErrorsTest.java:")
        .hasMessageContaining("Lowerings.standard().with");
  }

  @Test
  void aLoweringOfOnesOwnIsUsed() {
    Lowering doubled =
        new Lowering() {
          @Override
          public Set<String> operations() {
            return Set.of("gammaln");
          }

          @Override
          public List<Tensor> lower(Operation operation, OnnxGraph graph) {
            return List.of(
                graph.node(
                    "LogSoftmax",
                    List.of(operation.receiver()),
                    operation.result(),
                    Attributes.of("axis", -1)));
          }
        };
    OnnxModel model =
        new OnnxExporter(Lowerings.standard().with(doubled))
            .export(Exports.lambda(NDArray::gammaln), INPUT, List.of("y"));
    assertThat(model.proto().getGraph().getNode(0).getOpType()).isEqualTo("LogSoftmax");
  }

  @Test
  void shapesThatDependOnValuesAreRefused() {
    assertThatThrownBy(() -> export(x -> x.booleanMask(x.gt(0))))
        .hasMessageContaining("shape depends on the values");
  }

  @Test
  void anArrayFromOutsideAsReceiverIsExplained() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray outside = manager.ones(new Shape(3));
      assertThatThrownBy(() -> export(x -> outside.mul(x)))
          .hasMessageContaining("made outside the forward pass")
          .hasMessageContaining("ExportErrorsTest.java:");
      Block turned = Exports.lambda(x -> x.mul(outside));
      Parity.check(turned, export(turned), List.of("y"), Exports.SEED);
    }
  }

  @Test
  void randomNumbersAreRefused() {
    assertThatThrownBy(() -> export(x -> x.add(x.getManager().randomNormal(x.getShape()))))
        .hasMessageContaining("draws random numbers");
  }

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
        .hasMessageContaining("changed in place through another array");
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

  @Test
  void codeThatLooksAtTheBatchSizeIsFound() {
    assertThatThrownBy(() -> export(x -> x.getShape().get(0) > 2 ? x.mul(2) : x.mul(2).add(1)))
        .hasMessageContaining("other operations for another batch size");
    assertThatThrownBy(() -> export(x -> x.div(x.getShape().get(0) * 1f)))
        .hasMessageContaining("depends on the batch size");
  }

  @Test
  void aBlockWithoutValuesIsRefused() {
    assertThatThrownBy(() -> export(Linear.builder().setUnits(2).build()))
        .hasMessageContaining("has no value");
  }

  @Test
  void namesMustMatchTheReturnedArrays() {
    assertThatThrownBy(
            () ->
                new OnnxExporter()
                    .export(
                        new LambdaBlock(l -> new NDList(l.get(0), l.get(0).mul(2))),
                        INPUT,
                        List.of("y")))
        .hasMessageContaining("returns 2 arrays");
  }
}
