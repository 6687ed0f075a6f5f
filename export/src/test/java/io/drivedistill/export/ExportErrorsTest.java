package io.drivedistill.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.export.graph.Attributes;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import io.drivedistill.export.lowering.Lowering;
import io.drivedistill.export.lowering.Lowerings;
import io.drivedistill.export.lowering.Operation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
        .hasMessageContaining("ExportErrorsTest.java:");
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
          .hasMessageContaining("ExportErrorsTest.java:");
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

  @Test
  void codeThatLooksAtTheBatchSizeIsFound() {
    assertThatThrownBy(() -> export(x -> x.getShape().get(0) > 2 ? x.mul(2) : x.mul(2).add(1)))
        .hasMessageContaining("other operations for another batch size");
    assertThatThrownBy(() -> export(x -> x.div(x.getShape().get(0) * 1f)))
        .hasMessageContaining("depends on the batch size");
  }

  @Test
  void anotherNumberOfPartsForAnotherBatchIsFound() {
    assertThatThrownBy(() -> export(x -> x.split(x.getShape().get(0)).get(0)))
        .hasMessageContaining("other operations for another batch size")
        .hasMessageContaining("split at")
        .hasMessageContaining("ExportErrorsTest.java:");
  }

  @Test
  void otherArraysForAnotherBatchAreFound() {
    assertThatThrownBy(
            () ->
                export(
                    x -> {
                      NDArray a = x.exp();
                      NDArray b = x.sin();
                      return x.getShape().get(0) > 2 ? a.sub(b) : b.sub(a);
                    }))
        .hasMessageContaining("the first one that differs is sub at");
    assertThatThrownBy(() -> export(x -> x.getShape().get(0) > 2 ? x.exp() : x))
        .hasMessageContaining("exp at");
    assertThatThrownBy(() -> export(x -> x.get("1:").sum(new int[] {1}).squeeze().mul(2)))
        .hasMessageContaining("squeeze at");
  }

  @Test
  void sizesThatGrowFasterThanTheBatchAreFound() {
    assertThatThrownBy(() -> export(x -> x.matMul(x.transpose()).reshape(-1)))
        .hasMessageContaining("does not grow in even steps")
        .hasMessageContaining("reshape at")
        .hasMessageContaining("[4, 9, 16]");
    assertThatThrownBy(() -> export(x -> x.repeat(0, x.getShape().get(0))))
        .hasMessageContaining("[4, 9, 16]");
  }

  @Test
  void operationsThatNeedAFixedSizeSayWhere() {
    assertThatThrownBy(() -> export(x -> x.cumProd(0)))
        .hasMessageContaining("cumProd at")
        .hasMessageContaining("a size that grows with the batch")
        .hasMessageContaining("ExportErrorsTest.java:");
    assertThatThrownBy(
            () ->
                export(x -> x.add(x.getManager().linspace(0f, 1f, (int) x.size(0)).reshape(-1, 1))))
        .hasMessageContaining("used by add at")
        .hasMessageContaining("ExportErrorsTest.java:");
  }

  @Test
  void cutsOfTheBatchThatDependOnItsSizeSayWhere() {
    for (UnaryOperator<NDArray> cut :
        List.<UnaryOperator<NDArray>>of(x -> x.get(":2"), x -> x.get("::2"), x -> x.get("-2:1"))) {
      assertThatThrownBy(() -> export(cut))
          .isInstanceOf(DriveDistillException.class)
          .hasMessageContaining("get at")
          .hasMessageContaining("batch")
          .hasMessageContaining("ExportErrorsTest.java:");
    }
    // ONNX Runtime's TopK ends the process where it has nothing to order
    assertThatThrownBy(() -> export(x -> x.get("1:").topK(2, 1).get(0)))
        .hasMessageContaining("topK at")
        .hasMessageContaining("empty at batch size one");
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
  void aBatchSizeThatDjlCannotRunIsNamed() {
    Block block = Exports.lambda(x -> x.get(1));
    OnnxModel model = export(block);
    assertThatThrownBy(() -> Parity.check(block, model, List.of("y"), Exports.SEED))
        .hasMessageContaining("DJL itself cannot run the block at batch size 1");
    Parity.check(block, model, List.of("y"), Exports.SEED, List.of(2, 4), Parity.TOLERANCE);
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
