// wfc: the compiler's command. See `CommandTable.swift` for what it can do.
import Glibc

exit(runCommand(Array(CommandLine.arguments.dropFirst())))
