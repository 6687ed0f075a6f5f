package io.drivedistill.cli;

import picocli.CommandLine.Command;

/** Commands about data sets. */
@Command(
    name = "data",
    description = "Make data sets.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    subcommands = {DataSynthCommand.class})
final class DataCommand {}
