package io.drivedistill.latentaction;

import io.drivedistill.core.AtomicFiles;
import io.drivedistill.core.DriveDistillException;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * Pictures of what a code looks like: a sheet per token and code, a row per pair of frames with the
 * earlier frame, the later one, and how much they differ.
 */
public final class PairSheets {
  private static final int ROWS = 5;
  private static final int CELL_WIDTH = 256;
  private static final int GAP = 4;
  private static final int DIFFERENCE_GAIN = 2;

  private PairSheets() {}

  /**
   * Writes {@code token-T-code-CC.png} for every code that occurs.
   *
   * @return the files
   */
  public static List<Path> write(List<CodedPair> pairs, int codes, Path folder) {
    List<Path> files = new ArrayList<>();
    for (int token = 0; token < pairs.get(0).codes().length; token++) {
      for (int code = 0; code < codes; code++) {
        List<CodedPair> here = new ArrayList<>();
        for (CodedPair pair : pairs) {
          if (pair.codes()[token] == code) {
            here.add(pair);
          }
        }
        if (!here.isEmpty()) {
          Path file = folder.resolve(String.format("token-%d-code-%02d.png", token, code));
          BufferedImage sheet = sheet(spread(here));
          AtomicFiles.writeFile(file, stream -> ImageIO.write(sheet, "png", stream));
          files.add(file);
        }
      }
    }
    return files;
  }

  /** Some pairs, evenly spread over all. */
  private static List<CodedPair> spread(List<CodedPair> pairs) {
    int count = Math.min(ROWS, pairs.size());
    List<CodedPair> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      some.add(pairs.get((2 * i + 1) * pairs.size() / (2 * count)));
    }
    return some;
  }

  private static BufferedImage sheet(List<CodedPair> pairs) {
    List<BufferedImage[]> rows = new ArrayList<>();
    int height = GAP;
    for (CodedPair pair : pairs) {
      BufferedImage first = read(pair.recording().frames().get(pair.first()));
      BufferedImage second = read(pair.recording().frames().get(pair.second()));
      rows.add(new BufferedImage[] {first, second, difference(first, second)});
      height += first.getHeight() + GAP;
    }
    BufferedImage sheet =
        new BufferedImage(3 * CELL_WIDTH + 4 * GAP, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, sheet.getWidth(), height);
    int y = GAP;
    for (BufferedImage[] row : rows) {
      for (int column = 0; column < row.length; column++) {
        graphics.drawImage(row[column], GAP + column * (CELL_WIDTH + GAP), y, null);
      }
      y += row[0].getHeight() + GAP;
    }
    graphics.dispose();
    return sheet;
  }

  private static BufferedImage read(RecordedFrame frame) {
    BufferedImage picture;
    try {
      picture = ImageIO.read(frame.image().toFile());
    } catch (IOException e) {
      throw unreadable(frame, e);
    }
    if (picture == null) {
      throw unreadable(frame, null);
    }
    int height = Math.max(1, CELL_WIDTH * picture.getHeight() / picture.getWidth());
    BufferedImage scaled = new BufferedImage(CELL_WIDTH, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = scaled.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(picture, 0, 0, CELL_WIDTH, height, null);
    graphics.dispose();
    return scaled;
  }

  private static DriveDistillException unreadable(RecordedFrame frame, IOException cause) {
    return new DriveDistillException(
        "Could not read the picture " + frame.image().toAbsolutePath(),
        "Maybe it was moved or cut off since the recording was read.",
        cause);
  }

  private static BufferedImage difference(BufferedImage first, BufferedImage second) {
    BufferedImage result =
        new BufferedImage(first.getWidth(), first.getHeight(), BufferedImage.TYPE_INT_RGB);
    int height = Math.min(first.getHeight(), second.getHeight());
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < first.getWidth(); x++) {
        int a = first.getRGB(x, y);
        int b = second.getRGB(x, y);
        int rgb = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
          int change = Math.abs((a >> shift & 0xff) - (b >> shift & 0xff));
          rgb |= Math.min(255, DIFFERENCE_GAIN * change) << shift;
        }
        result.setRGB(x, y, rgb);
      }
    }
    return result;
  }
}
