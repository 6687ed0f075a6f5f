package io.drivedistill.teacher.cache;

/** How the features of a scene lie in a shard. */
public enum Compression {
  /** As float16, one scene after the other. */
  NONE,
  /**
   * Each scene's float16 numbers as a Zstandard frame of its own (RFC 8878), all high bytes before
   * all low bytes: a scene is still read without the others of its shard.
   */
  ZSTD
}
