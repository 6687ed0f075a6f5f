package io.drivedistill.distill.report;

import freemarker.core.HTMLOutputFormat;
import freemarker.template.Configuration;
import freemarker.template.Template;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import io.drivedistill.core.AtomicFiles;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Writes a {@link ReportModel} as one HTML file that needs no other file and no network. */
public final class HtmlReport {
  private HtmlReport() {}

  /**
   * Writes the page.
   *
   * @throws io.drivedistill.core.DriveDistillException if it cannot be written
   */
  public static void write(ReportModel model, Path file) {
    AtomicFiles.writeText(file, render(model));
  }

  static String render(ReportModel model) {
    Map<String, Object> values = new HashMap<>();
    values.put("report", model);
    values.put("colours", Charts.COLOURS);
    values.put("curveCharts", model.curves().stream().map(Charts::lines).toList());
    values.put("usageCharts", model.codebooks().stream().map(Charts::usage).toList());
    values.put(
        "showLatency", model.agents().stream().anyMatch(agent -> agent.latencyMs().isPresent()));
    if (!model.agents().isEmpty()) {
      values.put(
          "scoreChart",
          Charts.intervals(
              "Driving score with 95 % interval for each agent",
              model.agents().stream().map(ReportModel.Agent::name).toList(),
              model.agents().stream().map(ReportModel.Agent::score).toList(),
              false));
    }
    if (!model.differences().isEmpty()) {
      values.put(
          "differenceChart",
          Charts.intervals(
              "Paired difference of driving scores with 95 % interval",
              model.differences().stream().map(d -> d.better() + " − " + d.worse()).toList(),
              model.differences().stream().map(ReportModel.Difference::difference).toList(),
              true));
    }
    if (!model.teacherTokens().isEmpty()) {
      values.put("accuracyChart", Charts.accuracies(model.teacherTokens()));
    }
    StringWriter page = new StringWriter();
    try {
      template().process(values, page);
    } catch (TemplateException | IOException e) {
      throw new IllegalStateException("The report's template does not fit its model", e);
    }
    return page.toString();
  }

  private static Template template() throws IOException {
    Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
    configuration.setClassForTemplateLoading(HtmlReport.class, "");
    configuration.setDefaultEncoding(StandardCharsets.UTF_8.name());
    configuration.setLocale(Locale.ROOT);
    configuration.setOutputFormat(HTMLOutputFormat.INSTANCE);
    configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    configuration.setLogTemplateExceptions(false);
    return configuration.getTemplate("report.ftlh");
  }
}
