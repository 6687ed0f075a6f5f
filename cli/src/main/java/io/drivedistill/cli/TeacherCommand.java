package io.drivedistill.cli;

import picocli.CommandLine.Command;

/** Commands about teachers. */
@Command(
    name = "teacher",
    description = "Train a teacher, keep what it says, time it.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {TeacherTrainCommand.class, TeacherCacheCommand.class, TeacherBenchCommand.class})
final class TeacherCommand {}
