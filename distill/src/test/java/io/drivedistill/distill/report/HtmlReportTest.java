package io.drivedistill.distill.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.drivedistill.distill.report.ReportModel.Agent;
import io.drivedistill.distill.report.ReportModel.Codebook;
import io.drivedistill.distill.report.ReportModel.Interval;
import io.drivedistill.distill.report.ReportModel.SubScore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HtmlReportTest {
  @TempDir Path folder;

  @Test
  void thePageHoldsEverySectionAndNeedsNothingElse() throws IOException {
    Path file = folder.resolve("deep/report.html");
    HtmlReport.write(SampleReport.make(), file);
    String page = Files.readString(file);
    assertThat(page)
        .contains("<h2>Driving score</h2>")
        .contains("<h2>Paired differences</h2>")
        .contains("<h2>Latency of the exported model</h2>")
        .contains("<h2>What the teacher knows</h2>")
        .contains("<h2>Codebooks</h2>")
        .contains("<h2>Training</h2>")
        .contains("<h2>Scenes</h2>")
        .contains("<h2>Where these results come from</h2>")
        .contains("<h2>Make it again</h2>")
        .contains("84.2")
        .contains("+3.1")
        .contains("−1.9")
        .contains("data:image/png;base64,")
        .contains("data:image/jpeg;base64,");
    assertThat(Pattern.compile("(src|href)=\"(?!data:)").matcher(page).find()).isFalse();
    assertThat(page).doesNotContain("@import").doesNotContain("url(").doesNotContain("NaN");
  }

  @Test
  void textIsEscapedAndPicturesHaveDescriptions() {
    String page = HtmlReport.render(SampleReport.make());
    assertThat(page).contains("Sample &lt;report&gt; &amp; layout").doesNotContain("<report>");
    assertThat(Pattern.compile("<img(?![^>]*alt=\"[^\"]+\")").matcher(page).find()).isFalse();
    assertThat(page.split("<svg ").length).isEqualTo(page.split("<title>").length - 1);
  }

  @Test
  void sectionsWithoutRowsAreLeftOut() {
    String page = HtmlReport.render(SampleReport.empty());
    assertThat(page)
        .contains("Nothing yet")
        .contains("no values")
        .doesNotContain("<h2>Driving score</h2>")
        .doesNotContain("<h2>Scenes</h2>")
        .doesNotContain("NaN")
        .doesNotContain("Infinity");
  }

  @Test
  void theSameModelGivesTheSameBytes() {
    assertThat(HtmlReport.render(SampleReport.make()))
        .isEqualTo(HtmlReport.render(SampleReport.make()));
  }

  @Test
  void perplexityCountsTheCodesThatAreUsed() {
    assertThat(new Codebook("even", List.of(5L, 5L, 5L, 5L)).perplexity())
        .isCloseTo(4, within(1e-12));
    assertThat(new Codebook("one", List.of(9L, 0L)).perplexity()).isEqualTo(1);
    assertThat(new Codebook("one", List.of(9L, 0L)).used()).isEqualTo(1);
  }

  @Test
  void disagreeingColumnsAndIntervalsAreRefused() {
    Interval interval = new Interval(0.5, 0.4, 0.6);
    Agent one = new Agent("a", "", 1, interval, List.of(new SubScore("x", 1)), Optional.empty());
    Agent two = new Agent("b", "", 1, interval, List.of(new SubScore("y", 1)), Optional.empty());
    ReportModel sample = SampleReport.empty();
    assertThatThrownBy(
            () ->
                new ReportModel(
                    "t",
                    "s",
                    sample.findings(),
                    List.of(one, two),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of()))
        .hasMessageContaining("Agent b has the sub-scores [y], a has [x]");
    assertThatThrownBy(() -> new Interval(0.5, 0.6, 0.7)).hasMessageContaining("must hold");
  }

  @Test
  void axesHaveRoundTicks() {
    Axis axis = Axis.covering(0.13, 0.87, 4, 0, 100);
    assertThat(axis.ticks()).hasSize(6);
    assertThat(axis.label(axis.ticks().get(1))).isEqualTo("0.2");
    assertThat(axis.pixel(axis.low())).isEqualTo(0);
    assertThat(axis.pixel(axis.high())).isEqualTo(100);
    Axis flat = Axis.covering(3, 3, 4, 0, 100);
    assertThat(flat.high()).isGreaterThan(flat.low());
    assertThat(Axis.covering(0, 40_000, 4, 0, 1).label(20_000)).isEqualTo("20k");
  }
}
