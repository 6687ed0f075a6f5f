package io.drivedistill.latentaction;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which code follows which: from a pair to the one that begins where it ends, token by token.
 *
 * @param counts [from][to], all tokens together
 * @param staying share of transitions from a code to itself, 0 where there are none
 * @param stayingByChance the same if codes followed each other at random, each as often as it does
 */
public record CodeTransitions(List<List<Long>> counts, double staying, double stayingByChance) {

  static CodeTransitions of(List<CodedPair> pairs, int codes) {
    IdentityHashMap<Recording, Map<Integer, int[]>> byBegin = new IdentityHashMap<>();
    for (CodedPair pair : pairs) {
      byBegin
          .computeIfAbsent(pair.recording(), recording -> new HashMap<>())
          .put(pair.first(), pair.codes());
    }
    long[][] counts = new long[codes][codes];
    double all = 0;
    double same = 0;
    double chance = 0;
    int tokens = pairs.get(0).codes().length;
    long[][] from = new long[tokens][codes];
    long[][] to = new long[tokens][codes];
    long followed = 0;
    for (CodedPair pair : pairs) {
      int[] next = byBegin.get(pair.recording()).get(pair.second());
      if (next == null) {
        continue;
      }
      followed++;
      for (int token = 0; token < tokens; token++) {
        int before = pair.codes()[token];
        int after = next[token];
        counts[before][after]++;
        from[token][before]++;
        to[token][after]++;
        all++;
        same += before == after ? 1 : 0;
      }
    }
    for (int token = 0; token < tokens && followed > 0; token++) {
      for (int code = 0; code < codes; code++) {
        chance += (double) from[token][code] * to[token][code] / followed;
      }
    }
    return new CodeTransitions(
        java.util.Arrays.stream(counts)
            .map(row -> java.util.Arrays.stream(row).boxed().toList())
            .toList(),
        all == 0 ? 0 : same / all,
        all == 0 ? 0 : chance / all);
  }
}
