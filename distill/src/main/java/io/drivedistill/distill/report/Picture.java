package io.drivedistill.distill.report;

import java.util.Base64;

/** An encoded picture that is put into the page itself. */
public final class Picture {
  private final String mediaType;
  private final byte[] encoded;

  private Picture(String mediaType, byte[] encoded) {
    this.mediaType = mediaType;
    this.encoded = encoded.clone();
  }

  /** A PNG file's bytes. */
  public static Picture png(byte[] encoded) {
    return new Picture("image/png", encoded);
  }

  /** A JPEG file's bytes. */
  public static Picture jpeg(byte[] encoded) {
    return new Picture("image/jpeg", encoded);
  }

  /** The picture as a data URI. */
  public String dataUri() {
    return "data:" + mediaType + ";base64," + Base64.getEncoder().encodeToString(encoded);
  }
}
