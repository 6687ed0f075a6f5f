package io.drivedistill.student.transfuser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AssignmentTest {

  @Test
  void noPermutationIsCheaper() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int trial = 0; trial < 300; trial++) {
      int n = 1 + random.nextInt(7);
      boolean ties = random.nextBoolean();
      double[][] cost = new double[n][n];
      for (double[] row : cost) {
        for (int j = 0; j < n; j++) {
          row[j] = ties ? random.nextInt(-2, 3) : random.nextDouble(-10, 10);
        }
      }
      int[] columns = Assignment.columnsOfRows(cost);
      assertThat(columns)
          .as("seed %d", seed)
          .containsExactlyInAnyOrder(IntStream.range(0, n).toArray());
      double sum = IntStream.range(0, n).mapToDouble(i -> cost[i][columns[i]]).sum();
      assertThat(sum).as("seed %d", seed).isCloseTo(least(cost, 0, 0), Offset.offset(1e-9));
    }
  }

  private static double least(double[][] cost, int row, int used) {
    if (row == cost.length) {
      return 0;
    }
    double least = Double.POSITIVE_INFINITY;
    for (int column = 0; column < cost.length; column++) {
      if ((used >> column & 1) == 0) {
        least = Math.min(least, cost[row][column] + least(cost, row + 1, used | 1 << column));
      }
    }
    return least;
  }
}
