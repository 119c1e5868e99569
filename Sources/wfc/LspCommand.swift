// `wfc lsp`: the language server on standard input and output.
import Glibc
import WfCommand
import WfCompiler
import WfLanguageServer

func lspCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    withLargeStack {
        LanguageServer(input: STDIN_FILENO, output: STDOUT_FILENO, version: Compiler.version).run()
    }
}
