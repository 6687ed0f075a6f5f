package io.drivedistill.nn.dinov2;

/**
 * How a learned grid of position embeddings is resized to the grid of an image (SPEC-dinov2 4). All
 * rules are bicubic and separable, so each is a matrix [target cells, source cells] per axis.
 */
public enum PositionResize {
  /** Published models without registers: the scale carries an offset of a tenth of a cell. */
  OFFSET {
    @Override
    public float[][] matrix(int from, int to) {
      return cubic(from, to, (float) (from / (to + 0.1)));
    }
  },

  /** The transformers library for models without registers: plain half-pixel centres. */
  PLAIN {
    @Override
    public float[][] matrix(int from, int to) {
      return cubic(from, to, (float) from / to);
    }
  },

  /** Models with registers: the kernel widens when shrinking, weights sum to one. */
  ANTIALIASED {
    @Override
    public float[][] matrix(int from, int to) {
      return antialiased(from, to);
    }
  };

  private static final float INTERPOLATING = -0.75f;
  private static final float SMOOTHING = -0.5f;

  /** Row i holds the weights of the source cells for target cell i. */
  public abstract float[][] matrix(int from, int to);

  private static float[][] cubic(int from, int to, float step) {
    float[][] matrix = new float[to][from];
    for (int i = 0; i < to; i++) {
      float source = step * (i + 0.5f) - 0.5f;
      int cell = (int) Math.floor(source);
      for (int tap = cell - 1; tap <= cell + 2; tap++) {
        int clamped = Math.max(0, Math.min(from - 1, tap));
        matrix[i][clamped] += kernel(source - tap, INTERPOLATING);
      }
    }
    return matrix;
  }

  private static float[][] antialiased(int from, int to) {
    float[][] matrix = new float[to][from];
    float step = (float) from / to;
    float stretch = Math.max(1, step);
    float support = 2 * stretch;
    for (int i = 0; i < to; i++) {
      float centre = step * (i + 0.5f);
      int begin = Math.max(0, (int) (centre - support + 0.5f));
      int end = Math.min(from, (int) (centre + support + 0.5f));
      float sum = 0;
      for (int tap = begin; tap < end; tap++) {
        matrix[i][tap] = kernel((tap - centre + 0.5f) / stretch, SMOOTHING);
        sum += matrix[i][tap];
      }
      for (int tap = begin; tap < end; tap++) {
        matrix[i][tap] /= sum;
      }
    }
    return matrix;
  }

  /** The cubic convolution kernel of Keys with free parameter a. */
  private static float kernel(float distance, float a) {
    float x = Math.abs(distance);
    if (x < 1) {
      return ((a + 2) * x - (a + 3)) * x * x + 1;
    }
    if (x < 2) {
      return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
    }
    return 0;
  }
}
