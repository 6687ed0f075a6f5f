package io.drivedistill.latentaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class VectorQuantizerTest {

  @Test
  void restartFromEmbeddingsLeavesLivingCodesAlone() {
    CodeUsage usage = new CodeUsage(3);
    usage.count(new long[] {0, 0, 2, 0}, 2);
    assertThat(usage.counts()).containsExactly(2, 0, 1);
    float[][] codebook = {{1}, {2}, {3}};
    float[][] embeddings = {{7}, {7}};
    float[][] renewed = usage.restartFromEmbeddings(codebook, embeddings, new SplittableRandom(1));
    assertThat(renewed).isDeepEqualTo(new float[][] {{1}, {7}, {3}});
    assertThat(codebook[1]).containsExactly(2);
  }
}
