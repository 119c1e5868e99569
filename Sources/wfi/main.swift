// wfi: runs, resumes and shows workflows. See `CommandTable.swift` for what it can do.
import Glibc
import WfCommand

exit(commandLine.dispatch())
