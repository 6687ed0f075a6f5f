package io.drivedistill.latentaction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.drivedistill.nn.Embedding;
import io.drivedistill.nn.Initialization;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Scalars;

/**
 * The plain VQ-VAE quantiser of UniVLA: nearest code by Euclidean distance, straight-through
 * gradient (SPEC-lam A4). Parameter {@code codebook.weight [codes, D]}, uniform in ±1/codes at
 * first.
 */
public final class VectorQuantizer extends Module {
  private final Embedding codebook;

  public VectorQuantizer(int codes, int codeWidth) {
    codebook =
        child("codebook", new Embedding(codes, codeWidth, new Initialization.Uniform(1f / codes)));
  }

  /**
   * What became of a batch of embeddings e.
   *
   * @param straightThrough e + stop(z − e): the code going forward, the embedding going back
   * @param code z, the nearest row of the codebook, same shape as e
   * @param indices int64, the shape of e without its last axis
   * @param codebookLoss mean (stop(e) − z)², moves the codes
   * @param commitmentLoss mean (e − stop(z))², moves the embeddings
   */
  public record Quantized(
      NDArray straightThrough,
      NDArray code,
      NDArray indices,
      NDArray codebookLoss,
      NDArray commitmentLoss) {}

  /**
   * @param embeddings e, [..., D]
   */
  public Quantized quantize(Pass pass, NDArray embeddings) {
    NDArray indices = nearest(pass, embeddings);
    NDArray code = codebook.forward(pass, indices);
    NDArray still = embeddings.stopGradient();
    return new Quantized(
        embeddings.add(code.sub(embeddings).stopGradient()),
        code,
        indices,
        still.sub(code).square().mean(),
        embeddings.sub(code.stopGradient()).square().mean());
  }

  /** Argmin over the rows c of |c|² − 2 e·c, which differs from |e − c|² by a constant. */
  NDArray nearest(Pass pass, NDArray embeddings) {
    NDArray points = embeddings.stopGradient();
    NDArray table = codebook.table(pass).stopGradient();
    table.attach(points.getManager());
    NDArray products = points.matMul(table.transpose());
    NDArray distance = Scalars.scale(products, -2).add(table.square().sum(new int[] {1}));
    return distance.argMin(-1);
  }

  /** Codes of these indices, [..., D]. */
  public NDArray decode(Pass pass, NDArray indices) {
    return codebook.forward(pass, indices);
  }

  /** Input e; outputs the straight-through value and the indices. */
  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    Quantized quantized = quantize(pass, inputs.singletonOrThrow());
    return new NDList(quantized.straightThrough(), quantized.indices());
  }
}
