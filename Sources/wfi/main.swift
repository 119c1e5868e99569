// wfi: runs, resumes and shows workflows. See `CommandTable.swift` for what it can do.
import Glibc

exit(dispatch(Array(CommandLine.arguments.dropFirst())))
