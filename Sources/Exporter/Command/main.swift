// The `exporter` command: reads the command line, opens the state, calls a job, prints its answer.

@preconcurrency import Glibc

Signals.prepare()
exit(await ExporterProgram.run(Array(CommandLine.arguments.dropFirst())))
