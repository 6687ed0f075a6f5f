package io.drivedistill.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** Exports small blocks and proves them equal in one call. */
final class Exports {
  private Exports() {}

  static final long SEED = 20251121;

  /** What {@link #export} takes: two rows of three as the example, of a free batch. */
  static final List<InputSpec> INPUT = List.of(InputSpec.batched("x", 2, 3));

  static OnnxModel export(UnaryOperator<NDArray> function) {
    return export(lambda(function));
  }

  static OnnxModel export(Block block) {
    return new OnnxExporter().export(block, INPUT, List.of("y"));
  }

  static Block lambda(UnaryOperator<NDArray> function) {
    return new LambdaBlock(inputs -> new NDList(function.apply(inputs.get(0))));
  }

  /** Initialises and fills every parameter with values that are not zero. */
  static <B extends Block> B initialized(B block, NDManager manager, Shape... shapes) {
    block.initialize(manager, DataType.FLOAT32, shapes);
    SplittableRandom random = new SplittableRandom(SEED);
    ParameterPaths.of(block)
        .forEach(
            (name, parameter) -> {
              float[] values = new float[(int) parameter.getShape().size()];
              boolean scale = name.endsWith("gamma") || name.endsWith("runningVar");
              double width = scale ? 0.2 : Math.min(0.5, 2 / Math.sqrt(values.length));
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((scale ? 1 : 0) + width * (2 * random.nextDouble() - 1));
              }
              try (NDArray array = manager.create(values, parameter.getShape())) {
                parameter.getArray().set(new NDIndex("..."), array);
              }
            });
    return block;
  }

  static Parity.Report prove(Block block, List<InputSpec> inputs, List<String> outputs) {
    OnnxModel model = new OnnxExporter().export(block, inputs, outputs);
    return Parity.check(block, model, outputs, SEED);
  }
}
