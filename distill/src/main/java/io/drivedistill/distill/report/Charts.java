package io.drivedistill.distill.report;

import io.drivedistill.distill.report.ReportModel.Chart;
import io.drivedistill.distill.report.ReportModel.Codebook;
import io.drivedistill.distill.report.ReportModel.Interval;
import io.drivedistill.distill.report.ReportModel.Point;
import io.drivedistill.distill.report.ReportModel.Series;
import io.drivedistill.distill.report.ReportModel.TokenAccuracy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** Draws the report's charts as SVG. */
final class Charts {
  /** Series colours in the style sheet. */
  static final int COLOURS = 6;

  private static final int MAX_POINTS = 240;

  private Charts() {}

  /** Lines over a common horizontal axis; long lines are drawn as means of neighbouring points. */
  static String lines(Chart chart) {
    int width = 480;
    int height = 260;
    List<Series> drawn =
        chart.series().stream().map(s -> new Series(s.name(), thinned(s.points()))).toList();
    List<Point> all = drawn.stream().flatMap(s -> s.points().stream()).toList();
    Svg svg = new Svg(width, height, chart.title());
    if (all.isEmpty()) {
      return svg.text("label", width / 2.0, height / 2.0, "middle", "no values").build();
    }
    Axis x = axis(all.stream().mapToDouble(Point::x), 5, 52, width - 12);
    Axis y = axis(all.stream().mapToDouble(Point::y), 4, height - 42, 12);
    grid(svg, x, y, width, height);
    svg.text("label", (x.from() + x.to()) / 2, height - 6, "middle", chart.xName());
    svg.upwards("label", 12, (y.from() + y.to()) / 2, chart.yName());
    for (int i = 0; i < drawn.size(); i++) {
      double[] path =
          drawn.get(i).points().stream()
              .flatMapToDouble(p -> DoubleStream.of(x.pixel(p.x()), y.pixel(p.y())))
              .toArray();
      svg.path("series s" + i % COLOURS, path);
      if (path.length == 2) {
        svg.dot("fill" + i % COLOURS, path[0], path[1], 3);
      }
    }
    return svg.build();
  }

  /** A row per name: the mean as a dot, its interval as a whisker. */
  static String intervals(
      String description, List<String> names, List<Interval> intervals, boolean markZero) {
    int width = 984;
    int row = 30;
    int height = names.size() * row + 34;
    double left = 290;
    DoubleStream ends =
        intervals.stream().flatMapToDouble(i -> DoubleStream.of(100 * i.low(), 100 * i.high()));
    Axis x =
        axis(markZero ? DoubleStream.concat(ends, DoubleStream.of(0)) : ends, 6, left, width - 20);
    Svg svg = new Svg(width, height, description);
    for (double tick : x.ticks()) {
      svg.line("grid", x.pixel(tick), 4, x.pixel(tick), height - 26);
      svg.text("tick", x.pixel(tick), height - 10, "middle", x.label(tick));
    }
    if (markZero) {
      svg.line("axis", x.pixel(0), 4, x.pixel(0), height - 26);
    }
    for (int i = 0; i < names.size(); i++) {
      Interval interval = intervals.get(i);
      double y = 4 + (i + 0.5) * row;
      svg.text("name", left - 14, y + 4.5, "end", names.get(i));
      svg.line("whisker s0", x.pixel(100 * interval.low()), y, high(x, interval), y);
      svg.dot("fill0", x.pixel(100 * interval.mean()), y, 5);
    }
    return svg.build();
  }

  private static double high(Axis x, Interval interval) {
    return x.pixel(100 * interval.high());
  }

  /** A bar per code: the share of its uses. */
  static String usage(Codebook codebook) {
    int width = 480;
    int height = 170;
    double total = Math.max(1, codebook.counts().stream().mapToLong(Long::longValue).sum());
    double[] shares = codebook.counts().stream().mapToDouble(c -> 100 * c / total).toArray();
    Axis y = axis(DoubleStream.concat(DoubleStream.of(0), DoubleStream.of(shares)), 3, 132, 10);
    Svg svg = new Svg(width, height, "Share of uses per code of " + codebook.name());
    horizontalGrid(svg, y, 46, width - 8);
    double slot = (width - 54.0) / shares.length;
    int labelEvery = Math.max(1, (shares.length + 15) / 16);
    for (int code = 0; code < shares.length; code++) {
      double x = 46 + code * slot;
      double top = y.pixel(shares[code]);
      svg.rectangle("fill0", x + slot * 0.12, top, slot * 0.76, y.from() - top);
      if (code % labelEvery == 0) {
        svg.text("tick", x + slot / 2, 148, "middle", "" + code);
      }
    }
    svg.text("label", (46 + width - 8) / 2.0, 165, "middle", "code");
    svg.upwards("label", 12, 71, "% of uses");
    return svg.build();
  }

  /** A bar per code position: the teacher's accuracy, with the majority code's as a mark. */
  static String accuracies(List<TokenAccuracy> tokens) {
    int width = 984;
    int height = 226;
    Axis y = new Axis(0, 100, 25, 170, 16);
    Svg svg = new Svg(width, height, "Teacher's accuracy for each code position");
    horizontalGrid(svg, y, 46, width - 8);
    double slot = (width - 54.0) / tokens.size();
    for (int i = 0; i < tokens.size(); i++) {
      TokenAccuracy token = tokens.get(i);
      double x = 46 + i * slot;
      double top = y.pixel(100 * token.accuracy());
      double majority = y.pixel(100 * token.majority());
      svg.rectangle("fill0", x + slot * 0.18, top, slot * 0.64, y.from() - top);
      svg.line("mark", x + slot * 0.08, majority, x + slot * 0.92, majority);
      String value = String.format(Locale.ROOT, "%.0f", 100 * token.accuracy());
      svg.text("tick", x + slot / 2, Math.min(top, majority) - 4, "middle", value);
    }
    labelGroups(svg, tokens, slot);
    svg.upwards("label", 12, 90, "accuracy, %");
    return svg.build();
  }

  /** Names are "group, member"; a group's name is written once, below its members. */
  private static void labelGroups(Svg svg, List<TokenAccuracy> tokens, double slot) {
    int start = 0;
    for (int i = 0; i < tokens.size(); i++) {
      String[] names = tokens.get(i).name().split(", ", 2);
      double centre = 46 + (i + 0.5) * slot;
      svg.text("tick", centre, 187, "middle", names[names.length - 1]);
      boolean last = i + 1 == tokens.size() || !tokens.get(i + 1).name().startsWith(names[0] + ",");
      if (last && names.length > 1) {
        double left = 46 + (start + 0.12) * slot;
        double right = 46 + (i + 0.88) * slot;
        svg.line("axis", left, 196, right, 196);
        svg.text("label", (left + right) / 2, 213, "middle", names[0]);
      }
      start = last ? i + 1 : start;
    }
  }

  private static Axis axis(DoubleStream values, int ticks, double from, double to) {
    var summary = values.summaryStatistics();
    return Axis.covering(summary.getMin(), summary.getMax(), ticks, from, to);
  }

  private static void grid(Svg svg, Axis x, Axis y, int width, int height) {
    horizontalGrid(svg, y, x.from(), width - 12);
    for (double tick : x.ticks()) {
      svg.text("tick", x.pixel(tick), height - 26, "middle", x.label(tick));
    }
    svg.line("axis", x.from(), y.from(), x.to(), y.from());
  }

  private static void horizontalGrid(Svg svg, Axis y, double left, double right) {
    for (double tick : y.ticks()) {
      svg.line("grid", left, y.pixel(tick), right, y.pixel(tick));
      svg.text("tick", left - 6, y.pixel(tick) + 4, "end", y.label(tick));
    }
  }

  private static List<Point> thinned(List<Point> points) {
    List<Point> finite =
        points.stream().filter(p -> Double.isFinite(p.x()) && Double.isFinite(p.y())).toList();
    if (finite.size() <= MAX_POINTS) {
      return finite;
    }
    List<Point> means = new ArrayList<>();
    for (int bucket = 0; bucket < MAX_POINTS; bucket++) {
      int from = bucket * finite.size() / MAX_POINTS;
      int to = (bucket + 1) * finite.size() / MAX_POINTS;
      List<Point> part = finite.subList(from, to);
      means.add(
          new Point(
              part.stream().mapToDouble(Point::x).average().orElseThrow(),
              part.stream().mapToDouble(Point::y).average().orElseThrow()));
    }
    return means;
  }
}
