package io.drivedistill.distill.report;

import java.util.List;
import java.util.Optional;

/**
 * What a report shows. Scores are fractions in [0, 1] and are shown as percent; a section without
 * rows is left out of the page.
 *
 * @param title name of the experiment
 * @param summary one paragraph: what was done with which data
 * @param findings the results as sentences, most important first
 * @param agents one row per agent, in the order of the table; all with the same sub-scores
 * @param differences paired differences between agents over the same scenes
 * @param latency how fast the exported model runs
 * @param precisions what number formats cost and gain
 * @param curves training curves, one chart each
 * @param codebooks how the codes of each codebook are used
 * @param teacherTokens the teacher's accuracy for each code position
 * @param legend colours of the trajectories in the scene pictures
 * @param scenes scenes worth looking at
 * @param provenance what made these results
 * @param commands how to make them again
 */
public record ReportModel(
    String title,
    String summary,
    List<String> findings,
    List<Agent> agents,
    List<Difference> differences,
    List<Latency> latency,
    List<Precision> precisions,
    List<Chart> curves,
    List<Codebook> codebooks,
    List<TokenAccuracy> teacherTokens,
    List<Colour> legend,
    List<Scene> scenes,
    List<Fact> provenance,
    List<String> commands) {
  /** Copies the lists and checks that the agents' columns agree. */
  public ReportModel {
    findings = List.copyOf(findings);
    agents = List.copyOf(agents);
    differences = List.copyOf(differences);
    latency = List.copyOf(latency);
    precisions = List.copyOf(precisions);
    curves = List.copyOf(curves);
    codebooks = List.copyOf(codebooks);
    teacherTokens = List.copyOf(teacherTokens);
    legend = List.copyOf(legend);
    scenes = List.copyOf(scenes);
    provenance = List.copyOf(provenance);
    commands = List.copyOf(commands);
    for (Agent agent : agents) {
      if (!columns(agent).equals(columns(agents.get(0)))) {
        throw new IllegalArgumentException(
            "Agent "
                + agent.name()
                + " has the sub-scores "
                + columns(agent)
                + ", "
                + agents.get(0).name()
                + " has "
                + columns(agents.get(0)));
      }
    }
  }

  private static List<String> columns(Agent agent) {
    return agent.subScores().stream().map(SubScore::name).toList();
  }

  /**
   * A mean with its 95 % interval.
   *
   * @param mean the estimate
   * @param low lower end
   * @param high upper end
   */
  public record Interval(double mean, double low, double high) {
    /** Checks the order of the ends. */
    public Interval {
      if (!(low <= mean && mean <= high)) {
        throw new IllegalArgumentException(low + " <= " + mean + " <= " + high + " must hold");
      }
    }
  }

  /**
   * One row of the score table.
   *
   * @param name short name, used in all sections
   * @param description what drives, one phrase
   * @param scenes number of scored scenes
   * @param score the driving score
   * @param subScores its parts
   * @param latencyMs median time per scene, where measured
   */
  public record Agent(
      String name,
      String description,
      int scenes,
      Interval score,
      List<SubScore> subScores,
      Optional<Double> latencyMs) {
    /** Copies the list. */
    public Agent {
      subScores = List.copyOf(subScores);
    }
  }

  /**
   * A part of the score.
   *
   * @param name column title
   * @param value mean over the scenes
   */
  public record SubScore(String name, double value) {}

  /**
   * A difference of scores over the same scenes.
   *
   * @param better name of the agent that the other is subtracted from
   * @param worse name of the other agent
   * @param difference mean of the difference
   * @param basis what the interval is over, such as "120 scenes, 5 seeds"
   */
  public record Difference(String better, String worse, Interval difference, String basis) {}

  /**
   * One measurement of speed, in milliseconds.
   *
   * @param name what ran where
   * @param p50Ms median
   * @param p90Ms 90th percentile
   * @param p99Ms 99th percentile
   * @param maxMs slowest
   */
  public record Latency(String name, double p50Ms, double p90Ms, double p99Ms, double maxMs) {}

  /**
   * One number format of the exported model.
   *
   * @param name of the format
   * @param megabytes of weights
   * @param largestRelative largest difference of the output over its largest magnitude
   * @param largestChangeM how far a pose moves from the float32 plan
   * @param score driving score
   * @param p50Ms median time of a scene
   */
  public record Precision(
      String name,
      double megabytes,
      double largestRelative,
      double largestChangeM,
      double score,
      double p50Ms) {}

  /**
   * A line chart.
   *
   * @param title what is shown
   * @param xName name and unit of the horizontal axis
   * @param yName name and unit of the vertical axis
   * @param series the lines
   */
  public record Chart(String title, String xName, String yName, List<Series> series) {
    /** Copies the list. */
    public Chart {
      series = List.copyOf(series);
    }
  }

  /**
   * One line of a chart.
   *
   * @param name for the legend
   * @param points in the order of x; points that are not finite are left out
   */
  public record Series(String name, List<Point> points) {
    /** Copies the list. */
    public Series {
      points = List.copyOf(points);
    }
  }

  /**
   * A point of a line.
   *
   * @param x horizontal
   * @param y vertical
   */
  public record Point(double x, double y) {}

  /**
   * How often each code of a codebook was used.
   *
   * @param name name of the codebook
   * @param counts uses of each code
   */
  public record Codebook(String name, List<Long> counts) {
    /** Copies the list. */
    public Codebook {
      counts = List.copyOf(counts);
    }

    /** Exponential of the entropy of the usage: the number of codes that are really used. */
    public double perplexity() {
      double total = counts.stream().mapToLong(Long::longValue).sum();
      double entropy = 0;
      for (long count : counts) {
        if (count > 0) {
          double share = count / total;
          entropy -= share * StrictMath.log(share);
        }
      }
      return StrictMath.exp(entropy);
    }

    /** Number of codes used at least once. */
    public long used() {
      return counts.stream().filter(count -> count > 0).count();
    }
  }

  /**
   * The teacher's accuracy for one code position on held-out scenes.
   *
   * @param name position, such as "0–0.5 s, token 1"
   * @param accuracy share of scenes whose code is predicted
   * @param majority accuracy of always saying the most frequent code
   */
  public record TokenAccuracy(String name, double accuracy, double majority) {}

  /**
   * Colour of a trajectory in the scene pictures.
   *
   * @param name whose trajectory
   * @param hex colour as "#rrggbb"
   */
  public record Colour(String name, String hex) {
    /** Checks the colour. */
    public Colour {
      if (!hex.matches("#[0-9a-fA-F]{6}")) {
        throw new IllegalArgumentException("Not a colour: " + hex);
      }
    }
  }

  /**
   * A scene with its pictures.
   *
   * @param title why it is shown
   * @param token the scene's token
   * @param caption what happens, one or two sentences
   * @param scores each agent's score in this scene
   * @param bev bird's-eye view
   * @param camera front camera, where there is one
   */
  public record Scene(
      String title,
      String token,
      String caption,
      List<SceneScore> scores,
      Picture bev,
      Optional<Picture> camera) {
    /** Copies the list. */
    public Scene {
      scores = List.copyOf(scores);
    }
  }

  /**
   * An agent's score in one scene.
   *
   * @param agent name of the agent
   * @param score driving score
   * @param reason what cost points, or empty
   */
  public record SceneScore(String agent, double score, String reason) {}

  /**
   * One row of the provenance table.
   *
   * @param name what
   * @param value its value
   */
  public record Fact(String name, String value) {}
}
