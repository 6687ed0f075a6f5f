package io.drivedistill.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Size of a picture as typed: 480x270.
 *
 * @param width pixels
 * @param height pixels
 */
record ImageSize(int width, int height) {
  static final class Converter implements ITypeConverter<ImageSize> {
    @Override
    public ImageSize convert(String value) {
      if (!value.matches("\\d{1,5}x\\d{1,5}")) {
        throw new TypeConversionException("'" + value + "' is not WIDTHxHEIGHT, such as 480x270");
      }
      String[] sizes = value.split("x");
      return new ImageSize(Integer.parseInt(sizes[0]), Integer.parseInt(sizes[1]));
    }
  }
}
