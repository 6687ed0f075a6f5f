package io.drivedistill.core;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names an artefact by everything that went into it: a SHA-256 over labelled, typed and
 * length-prefixed parts, so that no two lists of parts run into each other.
 *
 * @param hex 64 lower case hexadecimal digits
 */
public record ContentKey(@JsonValue String hex) {
  /** Checks the digits. */
  @JsonCreator
  public ContentKey {
    if (!hex.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("Not a SHA-256 in hexadecimal: " + hex);
    }
  }

  /** The first twelve digits, for logs and reports. */
  public String brief() {
    return hex.substring(0, 12);
  }

  @Override
  public String toString() {
    return hex;
  }

  /**
   * Starts a key.
   *
   * @param kind what the key is for, such as "teacher features"; keys of different kinds differ
   */
  public static Builder of(String kind) {
    return new Builder().text("kind", kind);
  }

  /**
   * SHA-256 of a file's bytes.
   *
   * @throws DriveDistillException if it cannot be read
   */
  public static ContentKey ofFile(Path file) {
    MessageDigest digest = sha256();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] chunk = new byte[1 << 16];
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        digest.update(chunk, 0, read);
      }
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not read " + file.toAbsolutePath() + ": " + e.getMessage(),
          "Maybe the path is misspelt or the file is not readable.",
          e);
    }
    return new ContentKey(HexFormat.of().formatHex(digest.digest()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /** Collects the parts of a key; the order of calls matters. Not for use by several threads. */
  public static final class Builder {
    private final MessageDigest digest = sha256();

    private Builder() {}

    private Builder part(char type, String label, byte[] value) {
      byte[] name = label.getBytes(StandardCharsets.UTF_8);
      digest.update(
          ByteBuffer.allocate(Short.BYTES + Integer.BYTES)
              .putChar(type)
              .putInt(name.length)
              .flip());
      digest.update(name);
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(value.length).flip());
      digest.update(value);
      return this;
    }

    /** Adds text. */
    public Builder text(String label, String value) {
      return part('t', label, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds an integer. */
    public Builder number(String label, long value) {
      return part('l', label, ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    /** Adds a floating point number by its bits. */
    public Builder number(String label, double value) {
      return part('d', label, ByteBuffer.allocate(Double.BYTES).putDouble(value).array());
    }

    /** Adds bytes. */
    public Builder bytes(String label, byte[] value) {
      return part('b', label, value);
    }

    /** Adds integers. */
    public Builder numbers(String label, long[] values) {
      ByteBuffer buffer = ByteBuffer.allocate(values.length * Long.BYTES);
      buffer.asLongBuffer().put(values);
      return part('L', label, buffer.array());
    }

    /** Adds floats by their bits. */
    public Builder numbers(String label, float[] values) {
      ByteBuffer buffer = ByteBuffer.allocate(values.length * Float.BYTES);
      buffer.asFloatBuffer().put(values);
      return part('F', label, buffer.array());
    }

    /** Adds doubles by their bits. */
    public Builder numbers(String label, double[] values) {
      ByteBuffer buffer = ByteBuffer.allocate(values.length * Double.BYTES);
      buffer.asDoubleBuffer().put(values);
      return part('D', label, buffer.array());
    }

    /** Adds another key: this artefact is made from that one. */
    public Builder key(String label, ContentKey value) {
      return part('k', label, HexFormat.of().parseHex(value.hex));
    }

    /** Adds a file's bytes, not its name. */
    public Builder file(String label, Path file) {
      return key(label, ofFile(file));
    }

    /** Adds a record of settings as JSON: components in their order, maps sorted by key. */
    public Builder settings(String label, Object record) {
      return part('s', label, JsonFiles.text(record).getBytes(StandardCharsets.UTF_8));
    }

    /** The finished key; the builder must not be used afterwards. */
    public ContentKey build() {
      return new ContentKey(HexFormat.of().formatHex(digest.digest()));
    }
  }
}
