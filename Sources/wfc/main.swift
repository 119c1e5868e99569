// wfc: the compiler's command. See `CommandTable.swift` for what it can do.
import Glibc
import WfCommand

exit(commandLine.dispatch())
