// `wfc new`: a project that checks, is formatted and runs at once, from a template.
import Glibc
import WfCommand
import WfCompiler

func newCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    let path = arguments.operands[0]
    let name = String(path.split(separator: "/").last ?? "")
    if name.isEmpty || name.hasPrefix(".") || name.utf8.contains(where: { $0 < 0x21 || $0 == 0x7F }) {
        throw CommandError("expected a name for the project, found `\(path)`")
    }
    if access(path, F_OK) == 0 {
        throw CommandError("`\(path)` is there already", help: "choose another name, or remove it first")
    }
    let template = arguments.value("--template") ?? "hello"
    try makeFolder(path)
    for file in Templates.files(of: template) { try write(file.text, "\(path)/\(file.path)") }
    try write(".wf/\n*.wfb\nout/\n", "\(path)/.gitignore")
    try write(readme(name), "\(path)/README.md")
    streams.printNote("made `\(path)`; try `cd \(quoted(path)) && wfi run main.wf`")
    return ExitStatus.done
}

/// A path as a shell reads it.
private func quoted(_ path: String) -> String {
    let isPlain = path.utf8.allSatisfy { byte in
        byte >= 0x80 || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte >= 0x2B && byte <= 0x3A
            || byte == UInt8(ascii: "_")
    }
    return isPlain ? path : "'\(path.replacing("'", with: "'\\''"))'"
}

private func write(_ text: String, _ path: String) throws(CommandError) {
    if let reason = writeAtomically(Array(text.utf8), to: path) {
        throw CommandError("cannot write `\(path)`: \(reason)")
    }
}

private func readme(_ name: String) -> String {
    """
    # \(name)

    ```sh
    wfc check .            # look for mistakes
    wfi test .             # run the tests in it
    wfi run main.wf        # run the workflow; its value is one line of JSON
    wfi show               # what the last run did
    wfc graph main.wf -o main.svg
    ```

    A run that was interrupted goes on with `wfi resume --all`.

    """
}
