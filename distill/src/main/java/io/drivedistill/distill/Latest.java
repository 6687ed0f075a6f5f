package io.drivedistill.distill;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map by name that forgets what was not asked for longest. Not thread-safe. */
final class Latest<V> extends LinkedHashMap<String, V> {
  private static final long serialVersionUID = 1L;
  private static final int FIRST_CAPACITY = 16;
  private static final float LOAD = 0.75f;

  private final int kept;

  Latest(int kept) {
    super(FIRST_CAPACITY, LOAD, true);
    this.kept = kept;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
    return size() > kept;
  }
}
