package io.drivedistill.core;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the name a user probably meant, for the advice in error messages. */
public final class NearestName {
  private NearestName() {}

  /**
   * The known name with the smallest edit distance to the given one, ignoring case, hyphens and
   * underscores; empty if nothing is near (more than a third of the letters differ, at least two).
   * Ties go to the first in the collection's order.
   */
  public static Optional<String> of(String given, Collection<String> known) {
    String wanted = plain(given);
    int limit = Math.max(2, wanted.length() / 3);
    String best = null;
    for (String name : known) {
      int distance = distance(wanted, plain(name), limit);
      if (distance < limit || (distance == limit && best == null)) {
        best = name;
        limit = distance;
      }
    }
    return Optional.ofNullable(best);
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }

  /** Levenshtein distance, or any number above the limit where the distance is above it. */
  private static int distance(String a, String b, int limit) {
    if (Math.abs(a.length() - b.length()) > limit) {
      return limit + 1;
    }
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substituted, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
