// Lints about command lines: words that only a shell would read, programs whose name is a whole line, downloads that nobody
// checks, passwords that every user of the machine can see.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    /// A call, looked at without types.
    func lintCallTree(_ view: CallExprView, isTest: Bool) {
        for argument in view.arguments where !view.isSleepUntil {
            lintParens(argument.value)
            if !isTest && !argument.label.isNone { lintLabelled(argument.label, argument.value) }
        }
        guard tree.kind(view.callee) == .nameExpr else {
            if tree.kind(view.callee) == .memberExpr,
                tree.bytes(tree.lastToken(view.callee)).elementsEqual("zone".utf8)
            {
                lintZoneCall(view)
            }
            return
        }
        let bytes = tree.bytes(tree.firstToken(view.callee))
        guard bytes.count >= 4 && bytes.count <= 7, let first = bytes.first else { return }
        let name = NameExprView(tree, view.callee).name
        switch first {
        case UInt8(ascii: "e"): if isCore("exec", bytes, name) { lintExec(view) }
        case UInt8(ascii: "s"):
            if isCore("shell", bytes, name) { lintShellText(view) }
            if isCore("sleep", bytes, name) { lintSleep(view) }
        case UInt8(ascii: "a"):
            if isCore("approve", bytes, name) { lintEmptyMessage(view.arguments.first?.value) }
        case UInt8(ascii: "t"):
            if isCore("task", bytes, name) { lintEmptyMessage(view.arguments.first?.value) }
        default: break
        }
    }

    /// Whether a name is that of the standard library's core, not one that the file declares.
    private func isCore(_ word: StaticString, _ bytes: UnsafeBufferPointer<UInt8>, _ name: NameId) -> Bool {
        guard bytes.count == word.utf8CodeUnitCount,
            word.withUTF8Buffer({ $0.elementsEqual(bytes) })
        else { return false }
        return table.find(module, name) < 0
    }

    /// `fail ""`
    func lintEmptyMessage(_ id: NodeId?) {
        guard let id = id.map(withoutParens), tree.kind(id) == .stringExpr,
            StringExprView(tree, id).interpolations.isEmpty,
            CommandLine.literal(id, tree)?.allSatisfy(\.isWhitespace) == true
        else { return }
        lint(.emptyMessage(at: tree.span(id)))
    }

    private func lintExec(_ view: CallExprView) {
        if CommandLine.isPlain(view, tree) { return }
        let positional = view.arguments.filter { $0.label.isNone }.map { $0.value }
        guard let first = positional.first, let program = writtenText(first) else { return }
        let literal = written(first)
        if program.contains(" "), !program.hasPrefix(" "), !program.contains("/"),
            beginsWithWord(literal)
        {
            let words = literal == first ? CommandLine.arguments(ofLiteral: tree.text(first)) : nil
            let shown = words == nil ? program : String(tree.text(first).dropFirst().dropLast())
            lint(.programIsLine(shown, words: words, at: tree.span(first)))
        }
        let commands = CommandLine.commands(of: view, tree, written)
        lintDownloads(commands, CommandLine.script(of: view, tree, written), at: tree.span(view.id))
        guard commands.count == 1, let command = commands.first else { return }
        for (previous, value) in zip(positional, positional.dropFirst()) {
            let literal = written(value)
            guard tree.kind(literal) == .stringExpr, StringExprView(tree, literal).interpolations.isEmpty,
                tree.token(tree.firstToken(literal)).kind == .string,
                let word = CommandLine.literal(literal, tree),
                command.takesForText(word, behind: writtenText(previous))
            else { continue }
            lint(.signForNoShell(word, at: tree.span(value)))
            return
        }
    }

    /// `"ls {folder}"`: a whole word stands before the first value.
    private func beginsWithWord(_ literal: NodeId) -> Bool {
        guard let value = StringExprView(tree, literal).interpolations.first else { return true }
        let start = tree.span(literal).start
        return tree.bytes(from: start, to: tree.span(value).start).contains(0x20)
    }

    private func lintShellText(_ view: CallExprView) {
        let commands = CommandLine.commands(of: view, tree, written)
        lintDownloads(commands, CommandLine.script(of: view, tree, written), at: tree.span(view.id))
        guard isLinted(5045), let fix = execFix(view) else { return }
        lint(.needlessShell(at: tree.span(view.callee), fix: fix))
    }

    private func lintDownloads(_ commands: [CommandLine], _ script: String?, at span: Span) {
        for command in commands {
            if let option = command.unverified {
                lint(.notVerified(command.program, option, at: span))
                break
            }
        }
        guard let script else { return }
        if script.contains("|") {
            for (command, next) in zip(commands, commands.dropFirst())
            where CommandLine.loaders.contains(command.program) {
                if let reader = next.readsProgram {
                    return lint(.downloadRun(command.program, reader, at: span))
                }
            }
        }
        if let (program, reader) = CommandLine.substitutedDownload(in: script) {
            lint(.downloadRun(program, reader, at: span))
        }
    }

    /// A Secret among the words of a command line.
    ///
    /// - Parameter arguments: one typed value per parameter of the effect.
    func lintVisibleSecret(_ view: CallExprView, _ found: Int, _ arguments: ArraySlice<UInt32>) {
        guard arguments.count > 1, text(symbols[found].name) == "exec" else { return }
        let rest = typed[TypedId(arguments[arguments.startIndex + 1])]
        guard rest.kind == .list, rest.list != 0 else { return }
        for word in typed.list(rest.list) {
            // text is converted, since the parameter may take secrets
            var part = typed[TypedId(word)]
            while part.kind == .reinterpret || part.kind == .text { part = typed[TypedId(part.a)] }
            let span = Span(file: tree.file, start: part.start, end: part.end)
            // what is written out is WF5050's
            let isWritten =
                part.kind == .constant && (tree.text(span).contains("\"") || isPlainConstant(at: span, view))
            guard part.type == .secret && !isWritten else { continue }
            lint(.secretInArguments(at: span))
            return
        }
    }
}

extension ProgramChecker {
    /// Whether the argument at a place is the name of a `const`, which holds no secret.
    private func isPlainConstant(at span: Span, _ view: CallExprView) -> Bool {
        guard let value = view.arguments.map(\.value).first(where: { tree.span($0) == span }),
            tree.kind(value) == .nameExpr
        else { return false }
        let found = table.find(module, NameExprView(tree, value).name)
        return found >= 0 && symbols[found].kind == .constant
    }
}

extension CommandLine {
    /// The text that a shell reads in a call of `shell`, or of `exec` with one.
    static func script(of view: CallExprView, _ tree: TreeReader, _ written: (NodeId) -> NodeId) -> String? {
        let words = view.arguments.filter { $0.label.isNone }.map(\.value)
        let isShell = tree.text(view.callee) == "shell"
        return scripts(of: words, isShell: isShell, tree, written).first.flatMap {
            literal(written($0.node), tree)
        }
    }

    /// The literal that a shell reads: `shell("…")`, `exec("sh", "-c", "…")`.
    static func scriptNode(of view: CallExprView, _ tree: TreeReader) -> NodeId? {
        let words = view.arguments.filter { $0.label.isNone }.map { $0.value }
        guard let first = words.first, tree.kind(view.callee) == .nameExpr else { return nil }
        if tree.text(view.callee) == "shell" { return tree.kind(first) == .stringExpr ? first : nil }
        guard words.count > 2, let program = literal(first, tree), shells.contains(baseName(program)),
            let flags = literal(words[1], tree), flags.hasPrefix("-"), flags.hasSuffix("c")
        else { return nil }
        return tree.kind(words[2]) == .stringExpr ? words[2] : nil
    }
}
