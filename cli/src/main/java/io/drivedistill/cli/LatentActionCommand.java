package io.drivedistill.cli;

import picocli.CommandLine.Command;

/** Commands about the latent action model. */
@Command(
    name = "latent-action",
    description = "Learn codes for what the car does from unlabelled driving, and label with them.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    subcommands = {
      LatentActionTrainCommand.class,
      LatentActionLabelCommand.class,
      LatentActionInspectCommand.class,
      LatentActionImportCommand.class
    })
final class LatentActionCommand {}
