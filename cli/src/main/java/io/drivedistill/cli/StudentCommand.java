package io.drivedistill.cli;

import picocli.CommandLine.Command;

/** Commands about students. */
@Command(
    name = "student",
    description = "Train students.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {StudentTrainCommand.class})
final class StudentCommand {}
