package io.drivedistill.cli;

import picocli.CommandLine.Command;

/** Commands about students. */
@Command(
    name = "student",
    description = "Look at students, train them, use published ones, compare planning heads.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      StudentListCommand.class,
      StudentDescribeCommand.class,
      StudentPlanCommand.class,
      StudentExportCommand.class,
      StudentTrainCommand.class,
      StudentHeadsCommand.class,
      StudentStepCommand.class
    })
final class StudentCommand {}
