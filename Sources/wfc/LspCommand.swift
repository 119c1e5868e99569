// `wfc lsp`: the language server on standard input and output.
import Glibc
import WfCommand
import WfCompiler
import WfLanguageServer

func lspCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    var record: Int32?
    if let path = arguments.value("--record") {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        if file < 0 { throw CommandError("cannot write `\(path)`: \(String(cString: strerror(errno)))") }
        record = file
    }
    return withLargeStack { [record] in
        LanguageServer(
            input: STDIN_FILENO, output: STDOUT_FILENO, version: Compiler.version, record: record
        ).run()
    }
}
