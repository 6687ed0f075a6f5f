package io.drivedistill.cli;

import picocli.CommandLine.Command;

/** Commands about submissions. */
@Command(
    name = "submission",
    description = "Write and check what NAVSIM's leaderboards take.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    subcommands = {SubmissionCheckCommand.class, SubmissionWriteCommand.class})
final class SubmissionCommand {}
