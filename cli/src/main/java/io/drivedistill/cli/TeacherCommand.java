package io.drivedistill.cli;

import picocli.CommandLine.Command;

/** Commands about teachers. */
@Command(
    name = "teacher",
    description = "Train a teacher, keep what it says.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {TeacherTrainCommand.class, TeacherCacheCommand.class})
final class TeacherCommand {}
