package io.drivedistill.export;

import static io.drivedistill.export.Exports.INPUT;
import static io.drivedistill.export.Exports.export;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
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
  @Test
  void valuesThatEscapeNameTheLine() {
    assertThatThrownBy(() -> export(x -> x.mul(x.toFloatArray()[0])))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("toFloatArray, which reads it with toByteBuffer")
        .hasMessageContaining("ExportErrorsTest.java:")
        .hasMessageContaining("Maybe");
    assertThatThrownBy(() -> export(x -> x.sum().getFloat() > 0 ? x : x.neg()))
        .hasMessageContaining("leaves the tensor world")
        .hasMessageContaining("ExportErrorsTest.java:");
    assertThatThrownBy(() -> export(x -> x.contentEquals(x) ? x : x.neg()))
        .hasMessageContaining("contentEquals(NDArray)");
    assertThatThrownBy(() -> export(x -> x.equals(x.mul(1)) ? x : x.neg()))
        .hasMessageContaining("equals(Object)")
        .hasMessageContaining("ExportErrorsTest.java:");
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
    List<UnaryOperator<NDArray>> shapedByValues =
        List.of(
            x -> x.booleanMask(x.gt(0)),
            x -> x.get(x.gt(0)),
            x -> x.get(new NDIndex("{}", x.gt(0))).sum(),
            x -> x.nonzero(),
            x -> x.unique().get(0));
    for (UnaryOperator<NDArray> function : shapedByValues) {
      for (InputSpec input : List.of(INPUT.get(0), InputSpec.fixed("x", 5, 4))) {
        assertThatThrownBy(
                () ->
                    new OnnxExporter()
                        .export(Exports.lambda(function), List.of(input), List.of("y")))
            .hasMessageContaining("shape depends on the values")
            .hasMessageContaining("ExportErrorsTest.java:");
      }
    }
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
  void elementTypesThatDjlDoesNotKnowSayWhere() {
    assertThatThrownBy(
            () -> export(x -> x.toType(DataType.UINT8, false).add(x.toType(DataType.INT8, false))))
        .hasMessageContaining("add at")
        .hasMessageContaining("elements of type unknown")
        .hasMessageContaining("ExportErrorsTest.java:");
    assertThatThrownBy(() -> export(x -> x.toType(DataType.INT32, false).powi(-1)))
        .hasMessageContaining("negative power");
  }

  @Test
  void whatTheEngineCannotComputeNamesOperationLineAndInputs() {
    assertThatThrownBy(() -> export(x -> x.matMul(x)))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("[x float32(2, 3)]")
        .hasMessageContaining("matMul fails at")
        .hasMessageContaining("ExportErrorsTest.java:")
        .hasMessageContaining("Maybe");
    assertThatThrownBy(() -> export(x -> x.get(Integer.parseInt("one"))))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("the pass fails at")
        .hasMessageContaining("ExportErrorsTest.java:");
  }

  @Test
  void inputsThatCannotBeMadeAreRefused() {
    assertThatThrownBy(() -> InputSpec.fixed("x", -1, 3))
        .hasMessageContaining("not known: [-1, 3]");
    assertThatThrownBy(() -> INPUT.get(0).holding(DataType.INT64, 3, 3))
        .hasMessageContaining("cannot lie between 3.0 and 3.0");
    // DJL's engine ends the process at these types
    for (DataType type : List.of(DataType.BFLOAT16, DataType.INT16, DataType.STRING)) {
      assertThatThrownBy(() -> INPUT.get(0).holding(type, 0, 1))
          .hasMessageContaining("has element type " + type);
    }
  }

  @Test
  void nothingReturnedIsSaid() {
    assertThatThrownBy(() -> export(new LambdaBlock(inputs -> null)))
        .hasMessageContaining("returns null");
    assertThatThrownBy(() -> export(new LambdaBlock(inputs -> new NDList((NDArray) null))))
        .hasMessageContaining("returns null as output 0");
  }

  @Test
  void aProofOfNothingIsRefused() {
    Block block = Exports.lambda(NDArray::neg);
    OnnxModel model = export(block);
    for (List<Integer> sizes : List.of(List.<Integer>of(), List.of(0))) {
      assertThatThrownBy(() -> Parity.check(block, model, List.of("y"), 1, sizes, 1e-4))
          .hasMessageContaining("Nothing can be compared");
    }
    assertThatThrownBy(() -> Parity.check(block, model, List.of("z"), 1))
        .hasMessageContaining("the model's outputs are [y] and the block's [z]");
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
    assertThatThrownBy(
            () -> new OnnxExporter().export(Exports.lambda(NDArray::neg), INPUT, List.of("x")))
        .hasMessageContaining("output name \"x\" is empty or used twice");
    assertThatThrownBy(
            () -> new OnnxExporter().export(Exports.lambda(NDArray::neg), INPUT, List.of()))
        .hasMessageContaining("needs an input and an output");
  }

  @Test
  void namesOfInnerArraysGiveWay() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Linear block =
          Exports.initialized(Linear.builder().setUnits(3).build(), manager, new Shape(1, 3));
      for (String input : List.of("weight", "constant_1", "linear_1")) {
        Exports.prove(block, List.of(InputSpec.batched(input, 2, 3)), List.of("bias"));
      }
      for (String output : List.of("add_1", "add_2", "node_Add_1", "constant_1")) {
        Exports.prove(Exports.lambda(x -> x.add(1).mul(x.add(2)).add(3)), INPUT, List.of(output));
      }
    }
  }
}
