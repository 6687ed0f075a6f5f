package io.drivedistill.navsim.submission;

import io.drivedistill.navsim.scene.Trajectory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a team hands in to a NAVSIM leaderboard (SPEC-pdms section 17).
 *
 * @param teamName name of the team
 * @param authors names of the authors
 * @param email contact
 * @param institution name of the institution
 * @param countryOrRegion country or region
 * @param predictions trajectories by scene token; exactly one map for a score, several for several
 *     seeds
 */
public record Submission(
    String teamName,
    List<String> authors,
    String email,
    String institution,
    String countryOrRegion,
    List<Map<String, Trajectory>> predictions) {
  private static final double HORIZON_S = 4;

  /** Keeps copies in the given order. */
  public Submission {
    authors = List.copyOf(authors);
    List<Map<String, Trajectory>> copies = new ArrayList<>();
    predictions.forEach(one -> copies.add(new LinkedHashMap<>(one)));
    predictions = List.copyOf(copies);
  }

  /**
   * What a leaderboard would refuse, one sentence each; empty if nothing.
   *
   * @param tokens tokens of the split
   */
  public List<String> problems(Set<String> tokens) {
    List<String> problems = new ArrayList<>();
    if (predictions.size() != 1) {
      problems.add(
          "A score needs exactly one set of predictions, found " + predictions.size() + ".");
    }
    for (Map<String, Trajectory> one : predictions) {
      Set<String> missing = new LinkedHashSet<>(tokens);
      missing.removeAll(one.keySet());
      Set<String> unknown = new LinkedHashSet<>(one.keySet());
      unknown.removeAll(tokens);
      if (!missing.isEmpty()) {
        problems.add(
            missing.size() + " scenes have no trajectory, as " + missing.iterator().next() + ".");
      }
      if (!unknown.isEmpty()) {
        problems.add(
            unknown.size()
                + " trajectories are for scenes that the split does not have, as "
                + unknown.iterator().next()
                + ".");
      }
      List<Map.Entry<String, Trajectory>> others =
          one.entrySet().stream()
              .filter(plan -> Math.abs(horizonS(plan.getValue()) - HORIZON_S) > 1e-6)
              .toList();
      if (!others.isEmpty()) {
        problems.add(
            others.size()
                + " trajectories do not end 4 s ahead: that for "
                + others.get(0).getKey()
                + " ends at "
                + horizonS(others.get(0).getValue())
                + " s instead of 4 s.");
      }
    }
    return problems;
  }

  private static double horizonS(Trajectory plan) {
    return plan.poses().size() * plan.intervalS();
  }
}
