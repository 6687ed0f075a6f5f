package io.drivedistill.latentaction;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What the vehicle does where a token has a code.
 *
 * @param token position among the tokens
 * @param code value
 * @param pairs pairs of frames where it is so
 * @param manoeuvre the one that is more frequent here than elsewhere by the largest factor, among
 *     those that make up a tenth of these pairs at least
 * @param share share of these pairs that are this manoeuvre
 * @param shareOfAll its share of all pairs
 * @param speedMps mean of the mean speed
 * @param accelerationMps2 mean acceleration
 * @param yawRateRadps mean yaw rate, positive to the left
 */
public record CodeMeaning(
    int token,
    int code,
    int pairs,
    Manoeuvre manoeuvre,
    double share,
    double shareOfAll,
    double speedMps,
    double accelerationMps2,
    double yawRateRadps) {
  private static final double SMALLEST_SHARE = 0.1;

  /** Every code that occurs, token by token, over the pairs whose motion is known. */
  static List<CodeMeaning> of(List<CodedPair> pairs, List<PairMotion> motions, int codes) {
    List<CodeMeaning> meanings = new ArrayList<>();
    Map<Manoeuvre, Double> ofAll = shares(motions);
    for (int token = 0; !pairs.isEmpty() && token < pairs.get(0).codes().length; token++) {
      for (int code = 0; code < codes; code++) {
        List<PairMotion> here = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
          if (pairs.get(i).codes()[token] == code) {
            here.add(motions.get(i));
          }
        }
        if (!here.isEmpty()) {
          meanings.add(one(token, code, here, ofAll));
        }
      }
    }
    return meanings;
  }

  private static CodeMeaning one(
      int token, int code, List<PairMotion> here, Map<Manoeuvre, Double> ofAll) {
    Map<Manoeuvre, Double> shares = shares(here);
    Manoeuvre most =
        shares.keySet().stream()
            .filter(manoeuvre -> shares.get(manoeuvre) >= SMALLEST_SHARE)
            .max(Comparator.comparingDouble(m -> shares.get(m) / ofAll.get(m)))
            .orElseThrow();
    return new CodeMeaning(
        token,
        code,
        here.size(),
        most,
        shares.get(most),
        ofAll.get(most),
        here.stream().mapToDouble(PairMotion::speedMps).average().orElseThrow(),
        here.stream().mapToDouble(PairMotion::accelerationMps2).average().orElseThrow(),
        here.stream().mapToDouble(PairMotion::yawRateRadps).average().orElseThrow());
  }

  private static Map<Manoeuvre, Double> shares(List<PairMotion> motions) {
    Map<Manoeuvre, Double> shares = new EnumMap<>(Manoeuvre.class);
    for (PairMotion motion : motions) {
      shares.merge(motion.manoeuvre(), 1.0 / motions.size(), Double::sum);
    }
    return shares;
  }
}
