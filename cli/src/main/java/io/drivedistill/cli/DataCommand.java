package io.drivedistill.cli;

import picocli.CommandLine.Command;

/** Commands about data sets. */
@Command(
    name = "data",
    description = "Make and check data sets.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    subcommands = {DataCheckCommand.class, DataImportCommand.class, DataSynthCommand.class})
final class DataCommand {}
