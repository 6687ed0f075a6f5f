package io.drivedistill.distill.report;

import java.util.Locale;

/**
 * Builds one SVG picture. Colours and fonts come from the page's style sheet by class, so that
 * charts follow its light and dark appearance; no font of this machine is used.
 */
final class Svg {
  private final StringBuilder out = new StringBuilder();

  Svg(int width, int height, String description) {
    out.append(
        String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" xmlns=\"http://www.w3.org/2000/svg\">",
            width,
            height));
    out.append("<title>").append(escape(description)).append("</title>");
  }

  Svg line(String cssClass, double x1, double y1, double x2, double y2) {
    return add(
        "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
        cssClass, x1, y1, x2, y2);
  }

  Svg rectangle(String cssClass, double x, double y, double width, double height) {
    return add(
        "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
        cssClass, x, y, Math.max(0, width), Math.max(0, height));
  }

  Svg dot(String cssClass, double x, double y, double radius) {
    return add("<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>", cssClass, x, y, radius);
  }

  /**
   * Writes text.
   *
   * @param anchor "start", "middle" or "end"
   */
  Svg text(String cssClass, double x, double y, String anchor, String text) {
    return add(
        "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
        cssClass, x, y, anchor, escape(text));
  }

  /** Writes text that runs upwards. */
  Svg upwards(String cssClass, double x, double y, String text) {
    return add(
        "<text class=\"%s\" transform=\"translate(%.1f %.1f) rotate(-90)\""
            + " text-anchor=\"middle\">%s</text>",
        cssClass, x, y, escape(text));
  }

  /** Draws a line through points given as x0, y0, x1, y1, … */
  Svg path(String cssClass, double[] points) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i + 1 < points.length; i += 2) {
      path.append(
          String.format(Locale.ROOT, "%s%.1f %.1f", i == 0 ? "M" : "L", points[i], points[i + 1]));
    }
    return add("<path class=\"%s\" d=\"%s\"/>", cssClass, path);
  }

  String build() {
    return out + "</svg>";
  }

  private Svg add(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values));
    return this;
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
