package io.drivedistill.distill;

import io.drivedistill.core.Progress;
import io.drivedistill.core.RunDirectory;
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
    Consumer<String> tell) {}
