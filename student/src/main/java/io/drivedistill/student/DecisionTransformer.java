package io.drivedistill.student;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.nn.Initialization;
import io.drivedistill.nn.LayerNorm;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.MultiHeadAttention;
import io.drivedistill.nn.Nonlinearity;
import io.drivedistill.nn.Pass;
import java.util.ArrayList;
import java.util.List;

/**
 * Stands in for the teacher (LatentVLA's decision transformer, SPEC-lam B1 and B4): one learned
 * query per latent action code looks at the student's own image tokens, bird's-eye-view tokens and
 * ego status, and says which code the teacher would choose and what its pooled features would be.
 * Pre-norm; parallel over the codes, where the teacher goes one by one.
 */
public final class DecisionTransformer extends Guidance {
  private static final Initialization SMALL = new Initialization.Normal(0.02f);

  private final Linear imageProjection;
  private final Linear bevProjection;
  private final Linear statusProjection;
  private final LayerNorm memoryNorm;
  private final Parameter positions;
  private final Parameter queries;
  private final List<Block> blocks = new ArrayList<>();
  private final LayerNorm last;
  private final Linear codes;
  private final Linear features;

  DecisionTransformer(Student.TokenSizes student, GuidanceConfig config) {
    GuidanceConfig.Decision sizes = config.decision();
    int channels = sizes.channels();
    imageProjection = child("image", new Linear(student.imageChannels(), channels));
    bevProjection = child("bev", new Linear(student.bevChannels(), channels));
    statusProjection = child("status", new Linear(student.statusChannels(), channels));
    memoryNorm = child("memory_norm", new LayerNorm(channels));
    int memory = student.imageTokens() + student.bevTokens() + 1;
    positions = parameter("positions", SMALL, 1, memory, channels);
    queries = parameter("queries", SMALL, 1, config.teacher().codePositions(), channels);
    for (int i = 0; i < sizes.layers(); i++) {
      blocks.add(child("blocks." + i, new Block(sizes)));
    }
    last = child("norm", new LayerNorm(channels));
    codes = child("codes", new Linear(channels, config.teacher().codes()));
    features = child("features", new Linear(channels, config.channels()));
  }

  @Override
  public List<TensorSpec> inputs() {
    return List.of();
  }

  @Override
  Signals signals(Pass pass, Encoding encoding, TeacherSignals teacher) {
    NDArray status = statusProjection.forward(pass, encoding.status()).expandDims(1);
    NDArray memory =
        imageProjection
            .forward(pass, encoding.imageTokens())
            .concat(bevProjection.forward(pass, encoding.bevTokens()), 1)
            .concat(status, 1);
    memory = memoryNorm.forward(pass, memory.add(pass.value(positions)));
    Shape asked = pass.value(queries).getShape();
    NDArray x =
        pass.value(queries)
            .broadcast(new Shape(memory.getShape().get(0), asked.get(1), asked.get(2)));
    for (Block block : blocks) {
      x = block.forward(pass, x, memory);
    }
    x = last.forward(pass, x);
    return new Signals(features.forward(pass, x), codes.forward(pass, x));
  }

  /** BEV tokens, image tokens, status to features and code logits. */
  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    Encoding encoding = new Encoding(inputs.get(0), inputs.get(1), inputs.get(2), new NDList());
    Signals signals = signals(pass, encoding, null);
    return new NDList(signals.features(), signals.codeLogits());
  }

  private static final class Block extends Module {
    private final LayerNorm norm1;
    private final MultiHeadAttention self;
    private final LayerNorm norm2;
    private final MultiHeadAttention cross;
    private final LayerNorm norm3;
    private final Linear up;
    private final Linear down;

    Block(GuidanceConfig.Decision sizes) {
      int channels = sizes.channels();
      norm1 = child("norm1", new LayerNorm(channels));
      self = child("self_attn", new MultiHeadAttention(channels, sizes.heads(), 0));
      norm2 = child("norm2", new LayerNorm(channels));
      cross = child("cross_attn", new MultiHeadAttention(channels, sizes.heads(), 0));
      norm3 = child("norm3", new LayerNorm(channels));
      up = child("mlp.0", new Linear(channels, sizes.feedForward()));
      down = child("mlp.2", new Linear(sizes.feedForward(), channels));
    }

    NDArray forward(Pass pass, NDArray x, NDArray memory) {
      NDArray own = x.add(self.forward(pass, norm1.forward(pass, x)));
      NDArray asked = norm2.forward(pass, own);
      NDArray seen = own.add(cross.forward(pass, asked, memory, memory, null));
      NDArray hidden = Nonlinearity.GELU.of(up.forward(pass, norm3.forward(pass, seen)));
      return seen.add(down.forward(pass, hidden));
    }

    @Override
    protected NDList forward(Pass pass, NDList inputs) {
      return new NDList(forward(pass, inputs.get(0), inputs.get(1)));
    }
  }
}
