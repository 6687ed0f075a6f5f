package io.drivedistill.distill;

import io.drivedistill.core.ContentKey;
import io.drivedistill.core.Progress;
import io.drivedistill.core.RunDirectory;
import io.drivedistill.core.Stage;
import java.util.function.Consumer;

/**
 * What every stage of a run is given.
 *
 * @param experiment the settings
 * @param directory where stages keep their results
 * @param display where progress is shown
 * @param tell takes one line of result for the user
 */
record RunContext(
    Experiment experiment,
    RunDirectory directory,
    Progress.Display display,
    Consumer<String> tell) {

  /**
   * The key of a stage that computes with tensors: sums that are split among another number of
   * threads round otherwise.
   *
   * @param settings record with every other setting that the results depend on
   */
  ContentKey tensorKey(String name, int codeVersion, Object settings, Stage... upstream) {
    record Computed(Object settings, int threads) {}
    return Stage.key(name, codeVersion, new Computed(settings, experiment.threads()), upstream);
  }
}
