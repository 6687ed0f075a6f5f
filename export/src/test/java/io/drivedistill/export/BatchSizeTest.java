package io.drivedistill.export;

import static io.drivedistill.export.Exports.export;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import io.drivedistill.core.DriveDistillException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What a user reads when a block does not do the same for every batch size. */
class BatchSizeTest {
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
        .hasMessageContaining("BatchSizeTest.java:");
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
        .hasMessageContaining("BatchSizeTest.java:");
    assertThatThrownBy(
            () ->
                export(x -> x.add(x.getManager().linspace(0f, 1f, (int) x.size(0)).reshape(-1, 1))))
        .hasMessageContaining("used by add at")
        .hasMessageContaining("BatchSizeTest.java:");
  }

  @Test
  void cutsOfTheBatchThatDependOnItsSizeSayWhere() {
    for (UnaryOperator<NDArray> cut :
        List.<UnaryOperator<NDArray>>of(x -> x.get(":2"), x -> x.get("::2"), x -> x.get("-2:1"))) {
      assertThatThrownBy(() -> export(cut))
          .isInstanceOf(DriveDistillException.class)
          .hasMessageContaining("get at")
          .hasMessageContaining("batch")
          .hasMessageContaining("BatchSizeTest.java:");
    }
    // ONNX Runtime's TopK ends the process where it has nothing to order
    assertThatThrownBy(() -> export(x -> x.get("1:").topK(2, 1).get(0)))
        .hasMessageContaining("topK at")
        .hasMessageContaining("empty at batch size one");
  }

  @Test
  void aBatchSizeThatDjlCannotRunIsNamed() {
    Block block = Exports.lambda(x -> x.get(1));
    OnnxModel model = export(block);
    assertThatThrownBy(() -> Parity.check(block, model, List.of("y"), Exports.SEED))
        .hasMessageContaining("DJL itself cannot run the block at batch size 1");
    Parity.check(block, model, List.of("y"), Exports.SEED, List.of(2, 4), Parity.TOLERANCE);
  }
}
