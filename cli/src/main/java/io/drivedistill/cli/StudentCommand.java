package io.drivedistill.cli;

import picocli.CommandLine.Command;

/** Commands about students. */
@Command(
    name = "student",
    description = "Train students, compare planning heads.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {StudentTrainCommand.class, StudentHeadsCommand.class, StudentStepCommand.class})
final class StudentCommand {}
