package io.drivedistill.core;

/** Shows nothing. */
enum SilentProgress implements Progress {
  INSTANCE;

  @Override
  public void step(long steps) {}

  @Override
  public void note(String text) {}

  @Override
  public void close() {}
}
