package io.drivedistill.teacher.action;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.Parallel;
import io.drivedistill.nn.TensorLibrary;
import io.drivedistill.teacher.prompt.EncodedScene;
import java.util.ArrayList;
import java.util.List;

/**
 * How well a teacher's codes agree with the latent action model's on scenes it has not learnt from.
 * The baselines know the answers' frequencies on these very scenes: the best constant code and the
 * entropy are what a blind teacher could reach at most.
 *
 * @param scenes number of scenes
 * @param positions one entry per code position
 */
public record TeacherEvaluation(int scenes, List<Position> positions) {

  /**
   * One code position.
   *
   * @param accuracy share of scenes whose most likely code is right
   * @param majorityAccuracy share of the most frequent code
   * @param logLoss mean negative log-probability of the right code, in nats
   * @param entropy of the codes' frequencies, in nats
   */
  public record Position(
      double accuracy, double majorityAccuracy, double logLoss, double entropy) {}

  /** Copies the list. */
  public TeacherEvaluation {
    positions = List.copyOf(positions);
  }

  /** Mean accuracy over positions. */
  public double accuracy() {
    return positions.stream().mapToDouble(Position::accuracy).average().orElse(0);
  }

  /** Mean accuracy of the best constant codes. */
  public double majorityAccuracy() {
    return positions.stream().mapToDouble(Position::majorityAccuracy).average().orElse(0);
  }

  /** Mean negative log-probability of the right code, in nats. */
  public double logLoss() {
    return positions.stream().mapToDouble(Position::logLoss).average().orElse(0);
  }

  /** Mean entropy of the codes' frequencies, in nats. */
  public double entropy() {
    return positions.stream().mapToDouble(Position::entropy).average().orElse(0);
  }

  /** Asks a teacher about scenes, several batches at once. */
  public static TeacherEvaluation of(
      QwenTeacher teacher, List<EncodedScene> scenes, CodeLabels labels, int batchSize) {
    int codes = teacher.config().codes();
    Tally[] tallies = new Tally[teacher.config().positions()];
    for (int i = 0; i < tallies.length; i++) {
      tallies[i] = new Tally(codes);
    }
    List<List<EncodedScene>> batches = Parallel.batches(scenes, batchSize);
    List<float[]> answers =
        Parallel.map(
            TensorLibrary.passesAtOnce(),
            batches,
            batch -> {
              try (NDManager manager = TensorLibrary.newManager()) {
                return teacher.inferEncoded(manager, batch).codeLogProbabilities().toFloatArray();
              }
            });
    for (int a = 0; a < answers.size(); a++) {
      List<EncodedScene> batch = batches.get(a);
      for (int b = 0; b < batch.size(); b++) {
        int[] wanted = labels.codes(batch.get(b).token());
        for (int i = 0; i < tallies.length; i++) {
          tallies[i].add(answers.get(a), (b * tallies.length + i) * codes, wanted[i]);
        }
      }
    }
    List<Position> positions = new ArrayList<>();
    for (Tally tally : tallies) {
      positions.add(tally.position());
    }
    return new TeacherEvaluation(scenes.size(), positions);
  }

  private static final class Tally {
    private final int[] frequencies;
    private int right;
    private double logLoss;

    Tally(int codes) {
      frequencies = new int[codes];
    }

    void add(float[] logProbabilities, int start, int wanted) {
      int best = 0;
      for (int code = 1; code < frequencies.length; code++) {
        if (logProbabilities[start + code] > logProbabilities[start + best]) {
          best = code;
        }
      }
      right += best == wanted ? 1 : 0;
      logLoss -= logProbabilities[start + wanted];
      frequencies[wanted]++;
    }

    Position position() {
      double count = 0;
      int largest = 0;
      for (int frequency : frequencies) {
        count += frequency;
        largest = Math.max(largest, frequency);
      }
      double entropy = 0;
      for (int frequency : frequencies) {
        entropy -= frequency == 0 ? 0 : frequency / count * Math.log(frequency / count);
      }
      return new Position(right / count, largest / count, logLoss / count, entropy);
    }
  }
}
