// Lints about texts that a shell, or another reader of programs, will read: which word of a call that is, and whether a value
// that somebody else chooses becomes part of it, in this place or behind a name, a func or a parameter of an action.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

/// A text among the arguments of a call that is read as a program.
struct ScriptArgument {
    let node: NodeId
    /// Who reads it: `the shell`, `python3`.
    let reader: String
}

extension CommandLine {
    /// Programs that take a program's text behind an option.
    private static let interpreters: [String: Set<String>] = [
        "python": ["-c"], "python3": ["-c"], "perl": ["-e", "-E", "-ne", "-pe"], "ruby": ["-e"],
        "node": ["-e", "--eval", "-p"], "php": ["-r"], "su": ["-c"], "runuser": ["-c"], "lua": ["-e"],
        "Rscript": ["-e"], "pwsh": ["-c", "-Command"], "osascript": ["-e"],
    ]
    private static let sshOptions: Set<String> = [
        "-p", "-i", "-l", "-o", "-F", "-J", "-L", "-R", "-D", "-b", "-c", "-E", "-e", "-I", "-m", "-O", "-Q",
        "-S", "-W", "-w", "-B",
    ]

    /// The texts that are read as programs: of `shell("…")`, `exec("sh", "-c", "…")` however the shell is reached, of
    /// `python3 -c` and its like, and all that `ssh` hands to the other machine.
    static func scripts(
        of positional: [NodeId], isShell: Bool, _ tree: TreeReader, _ written: (NodeId) -> NodeId
    ) -> [ScriptArgument] {
        if isShell { return positional.first.map { [ScriptArgument(node: $0, reader: "the shell")] } ?? [] }
        guard let first = positional.first,
            positional.contains(where: { mayRead($0, isFirst: $0 == first, tree) })
        else { return [] }
        let words = positional.map { literal(written($0), tree) }
        for (index, word) in words.enumerated() {
            guard let word else { continue }
            let program = baseName(word)
            if shells.contains(program) {
                guard let found = flag(in: words, from: index + 1, where: endsInC) else { continue }
                return positional[(found + 1)...].prefix(1).map {
                    ScriptArgument(node: $0, reader: "the shell")
                }
            }
            if let options = interpreters[program] {
                guard let found = flag(in: words, from: index + 1, where: { options.contains($0) }) else {
                    continue
                }
                let reader = program == "su" || program == "runuser" ? "the shell" : "`\(program)`"
                return positional[(found + 1)...].prefix(1).map { ScriptArgument(node: $0, reader: reader) }
            }
            if program == "ssh" { return remote(words, positional, from: index + 1) }
        }
        return []
    }

    /// `-c`, `-lc`, `-ec`
    private static func endsInC(_ word: String) -> Bool {
        word.hasPrefix("-") && !word.hasPrefix("--") && word.hasSuffix("c")
    }

    /// An option that fits, among the options that begin at an index, or behind two words of others.
    private static func flag(in words: [String?], from first: Int, where fits: (String) -> Bool) -> Int? {
        for index in first..<min(first + 6, words.count) {
            guard let word = words[index] else { continue }
            if fits(word) { return index + 1 < words.count ? index : nil }
        }
        return nil
    }

    /// What stands behind the host: `ssh` joins it with blanks, and a shell reads it there.
    private static func remote(_ words: [String?], _ positional: [NodeId], from first: Int)
        -> [ScriptArgument]
    {
        var index = first
        while index < words.count, let word = words[index], word.hasPrefix("-") {
            index += sshOptions.contains(word) ? 2 : 1
        }
        index += 1
        if index >= words.count { return [] }
        return positional[index...].map { ScriptArgument(node: $0, reader: "the shell of the other machine") }
    }

    /// Whether a word names a program that reads programs, or is the name of something that may: most calls have none.
    private static func mayRead(_ id: NodeId, isFirst: Bool, _ tree: TreeReader) -> Bool {
        guard tree.kind(id) == .stringExpr else { return isFirst && tree.kind(id) == .nameExpr }
        let bytes = tree.bytes(tree.firstToken(id))
        guard bytes.count >= 4, bytes.count <= 40, endings.contains(bytes[bytes.count - 2]) else {
            return false
        }
        let word = String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
        return readers.contains(baseName(word))
    }

    /// The last letters of these names.
    private static let endings = [UInt8](Set(readers.compactMap { $0.utf8.last }))
    private static let readers = shells.union(interpreters.keys).union(["ssh"])
}

extension ProgramChecker {
    /// Values that become part of a command line.
    ///
    /// - Parameter arguments: one typed value per parameter of the effect.
    func lintShell(_ view: CallExprView, _ found: Int, _ arguments: ArraySlice<UInt32>) {
        guard lints.isOn, symbols[found].kind == .effect, !arguments.isEmpty else { return }
        lintStatement(view, found, arguments)
        guard callFacts(of: found).traits.contains(.isProcess)
        else { return }
        lintVisibleSecret(view, found, arguments)
        let isShell = text(symbols[found].name) == "shell"
        let words = view.arguments.filter { $0.label.isNone }.map(\.value)
        for script in CommandLine.scripts(of: words, isShell: isShell, tree, written) {
            let isWord = script.reader.hasSuffix("machine") && tree.kind(script.node) != .stringExpr
            guard let risk = isWord && words.last != script.node ? script.node : risky(script.node) else {
                continue
            }
            if isWord, isHarmless(risk) { continue }
            let isDirect = isShell && written(script.node) == withoutParens(script.node)
            lint(
                .shellInjection(
                    tree.text(risk), at: tree.span(risk), reader: script.reader,
                    fix: isDirect ? execFix(view) ?? environmentFix(view) : nil, isShell: isShell))
            return
        }
    }

    /// The parameter among these that is, as it is, the text that a shell reads.
    func shellParameter(_ parameters: NodeList, _ call: CallExprView, isShell: Bool) -> (
        name: NameId, index: Int
    )? {
        let words = call.arguments.filter { $0.label.isNone }.map(\.value)
        guard let script = CommandLine.scripts(of: words, isShell: isShell, tree, { withoutParens($0) }).first
        else { return nil }
        return parameter(named: script.node, among: parameters)
    }

    /// A command that is put together where an action is called which hands it to a shell.
    func lintShellArgument(_ view: CallExprView, _ parameter: (name: NameId, index: Int)) {
        var position = 0
        for argument in view.arguments {
            let isMeant =
                argument.label.isNone ? position == parameter.index : argument.label == parameter.name
            if argument.label.isNone { position += 1 }
            guard isMeant, let risk = risky(argument.value) else { continue }
            lint(
                .shellInjection(
                    tree.text(risk), at: tree.span(risk), reader: "the shell", fix: nil, isShell: true))
        }
    }

    // MARK: parts

    /// The first part of a text that is put together which may hold anything; nil for what is written out, and for a
    /// name alone, whose whole value is the command.
    func risky(_ id: NodeId, depth: Int = 0) -> NodeId? {
        if depth > 6 { return nil }
        let node = written(id)
        switch tree.kind(node) {
        case .stringExpr:
            return StringExprView(tree, node).interpolations.first { !isHarmless($0) }
        case .binaryExpr:
            let view = BinaryExprView(tree, node)
            guard view.operation == .add else { return nil }
            return part(view.left, depth) ?? part(view.right, depth)
        case .callExpr: return riskyCall(CallExprView(tree, node), depth)
        case .ifExpr:
            let view = IfExprView(tree, node)
            return risky(tail(view.thenBlock), depth: depth + 1)
                ?? view.elseBranch.flatMap { risky(tail($0), depth: depth + 1) }
        case .matchExpr:
            for arm in MatchExprView(tree, node).arms {
                if let found = risky(tail(MatchArmView(tree, arm).body), depth: depth + 1) { return found }
            }
            return nil
        default: return nil
        }
    }

    /// An operand of `+`.
    private func part(_ id: NodeId, _ depth: Int) -> NodeId? {
        let node = written(id)
        switch tree.kind(node) {
        case .stringExpr, .binaryExpr, .ifExpr, .matchExpr: return risky(node, depth: depth + 1)
        default: return isHarmless(id) ? nil : id
        }
    }

    /// `["rm", x].join(" ")`, `"rm FILE".replace("FILE", x)`, `line(x)` of a func that yields text with `x` in it.
    private func riskyCall(_ view: CallExprView, _ depth: Int) -> NodeId? {
        if !view.arguments.isEmpty, textFunction(view.callee) != nil {
            return view.arguments.map(\.value).first { !isHarmless($0) }
        }
        if tree.kind(view.callee) == .memberExpr {
            let base = written(MemberExprView(tree, view.callee).base)
            switch tree.kind(base) {
            case .listExpr: return ListExprView(tree, base).elements.first { !isHarmless($0) }
            case .stringExpr, .binaryExpr:
                return risky(base, depth: depth + 1) ?? view.arguments.map(\.value).first { !isHarmless($0) }
            case .callExpr: return riskyCall(CallExprView(tree, base), depth + 1)
            default: return nil
            }
        }
        return nil
    }

    /// Whether a value can hold no word of a shell: it is written out, or a number.
    private func isHarmless(_ id: NodeId) -> Bool {
        let node = written(id)
        switch tree.kind(node) {
        case .stringExpr: return StringExprView(tree, node).interpolations.allSatisfy { isHarmless($0) }
        case .intExpr, .floatExpr, .durationExpr, .trueExpr, .falseExpr: return true
        default: break
        }
        if quietLooks > 0 { return true }
        return quietly {
            let value = expression(id)
            if typed[value].kind == .constantReference {
                return checkedConstants[Int(typed[value].a)].config == nil
            }
            let type = self.type(of: value)
            switch kind(type) {
            case .int, .float, .bool, .decimal, .duration, .time, .poison: return true
            case .enumeration: return !types.isReference(type)
            default: return typed[value].kind == .constant
            }
        }
    }

    /// `shell("grep {word} {file}")` as `exec("grep", word, file)`, when no character in it means more to a shell.
    func execFix(_ view: CallExprView) -> Fix? {
        guard view.arguments.count == 1, let argument = view.arguments.first, argument.label.isNone,
            tree.kind(argument.value) == .stringExpr
        else { return nil }
        let span = tree.span(argument.value)
        guard let words = CommandLine.arguments(ofLiteral: tree.text(span)) else { return nil }
        return Fix(
            "write `exec`",
            [TextEdit(tree.span(view.callee), "exec"), TextEdit(span, words.joined(separator: ", "))])
    }
}
