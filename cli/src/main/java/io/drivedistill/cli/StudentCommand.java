package io.drivedistill.cli;

import picocli.CommandLine.Command;

/** Commands about students. */
@Command(
    name = "student",
    description = "Look at students, train them, compare planning heads.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      StudentListCommand.class,
      StudentDescribeCommand.class,
      StudentTrainCommand.class,
      StudentHeadsCommand.class,
      StudentStepCommand.class
    })
final class StudentCommand {}
