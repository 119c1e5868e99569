// A program with its arguments as a line for a shell, and back: values go by way of the environment, where a shell takes
// them as they are.
import WfChecker
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let commandChanges: Family = { spot in
        guard spot.isCaret, let call = spot.near(.callExpr), !CallExprView(spot.reader, call).isSleepUntil,
            let found = spot.calledDeclaration(call), found.reader.kind(found.node) == .externActionDecl
        else { return [] }
        switch found.name {
        case "exec": return spot.shellOfExec(call)
        case "shell": return spot.execOfShell(call)
        default: return []
        }
    }
}

extension Spot {
    private var interner: Interner { server.workspace.interner }

    /// What follows the command by name, but for `env`; and the entries of `env` when it is written out.
    private func options(_ site: CallSite) -> (others: [String], env: [(name: String, value: NodeId)])? {
        var others: [String] = []
        var entries: [(name: String, value: NodeId)] = []
        for argument in site.arguments.dropFirst(site.positionalCount) {
            let label = interner.text(argument.label)
            if label != "env" {
                others.append("\(label): \(text(argument.value))")
                continue
            }
            guard kind(argument.value) == .mapExpr else { return nil }
            for entry in MapExprView(reader, argument.value).entries {
                guard let name = plainValue(entry.key) else { return nil }
                entries.append((name, entry.value))
            }
        }
        return (others, entries)
    }

    /// The text of a literal without interpolations.
    private func plainValue(_ id: NodeId) -> String? {
        guard kind(id) == .stringExpr, StringExprView(reader, id).interpolations.isEmpty else { return nil }
        return String(decoding: reader.stringValue(reader.firstToken(id)), as: UTF8.self)
    }

    // MARK: to a shell

    fileprivate func shellOfExec(_ call: NodeId) -> [Draft] {
        let site = CallSite(spot: self, call: call, isMethod: false)
        guard site.positionalCount > 0, let options = options(site) else { return [] }
        var words: [String] = []
        var entries = options.env.map { "\"\($0.name)\": \(text($0.value))" }
        var names = Set(options.env.map(\.name))
        for argument in site.arguments.prefix(site.positionalCount) {
            if let value = plainValue(argument.value) {
                words.append(CommandLineText.quoted(value))
                continue
            }
            guard let value = environmentValue(argument.value) else { return [] }
            let base = variable(argument.value)
            var name = base
            var number = 2
            while names.contains(name) || ["PATH", "HOME", "LANG", "TZ", "TMPDIR"].contains(name) {
                name = "\(base)_\(number)"
                number += 1
            }
            names.insert(name)
            entries.append("\"\(name)\": \(value)")
            words.append("\"$\(name)\"")
        }
        let line = Spot.escaped(words.joined(separator: " "), keepsLines: false)
        let env = entries.isEmpty ? [] : ["env: [\(entries.joined(separator: ", "))]"]
        let arguments = [line] + env + options.others
        return [
            Draft(
                "turn the `exec` into a `shell`", .rewrite,
                [replace(call, "shell(\(arguments.joined(separator: ", ")))")])
        ]
    }

    /// A value as the environment takes it: text.
    private func environmentValue(_ id: NodeId) -> String? {
        guard isPure(id) else { return nil }
        switch typeKind(id) {
        case .string, .secret: return text(id)
        case .int, .float, .decimal, .bool, .path:
            return text(id).contains("\"") || text(id).hasLineEnd ? nil : "\"{\(text(id))}\""
        default: return nil
        }
    }

    private func variable(_ id: NodeId) -> String {
        let token = kind(id) == .nameExpr || kind(id) == .memberExpr ? reader.lastToken(id) : nil
        guard let token, reader.token(token).kind == .identifier else { return "VALUE" }
        return reader.text(token).uppercased()
    }

    // MARK: to a program

    fileprivate func execOfShell(_ call: NodeId) -> [Draft] {
        let site = CallSite(spot: self, call: call, isMethod: false)
        guard site.positionalCount == 1, let line = plainValue(site.arguments[0].value),
            let options = options(site), let words = CommandLineText.words(line), let first = words.first,
            first.isLiteral, !CommandLineText.isBuiltin(first.text)
        else { return [] }
        var arguments: [String] = []
        var used: Set<String> = []
        for word in words {
            if word.isLiteral {
                arguments.append(Spot.escaped(word.text, keepsLines: false))
                continue
            }
            // a variable alone, set here: its value is the argument
            guard let entry = options.env.first(where: { $0.name == word.text }) else { return [] }
            used.insert(entry.name)
            arguments.append(text(entry.value))
        }
        let left = options.env.filter { !used.contains($0.name) }
            .map { "\"\($0.name)\": \(text($0.value))" }
        let env = left.isEmpty ? [] : ["env: [\(left.joined(separator: ", "))]"]
        let all = arguments + env + options.others
        return [
            Draft(
                "turn the `shell` into an `exec`", .rewrite,
                [replace(call, "exec(\(all.joined(separator: ", ")))")])
        ]
    }
}

/// Words of a POSIX shell's command line.
enum CommandLineText {
    struct Word {
        /// What the program is given, or the name of a variable that is all of it.
        var text: String
        var isLiteral: Bool
    }

    /// A text as one word.
    static func quoted(_ text: String) -> String {
        let plain = text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "-_./:,+@%".unicodeScalars.contains(scalar))
        }
        if plain && !text.isEmpty { return text }
        return "'" + text.replacing("'", with: "'\\''") + "'"
    }

    /// The words of a line that a shell would do nothing else to; nil for any other.
    static func words(_ line: String) -> [Word]? {
        var words: [Word] = []
        var text = ""
        var isOpen = false
        var variable: String?
        var rest = Array(line.unicodeScalars)[...]
        func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
            scalar == "_"
                || scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
        }
        func close() -> Bool {
            guard isOpen else { return true }
            if let name = variable {
                // text around a variable is one word with it: no single value
                if !text.isEmpty { return false }
                words.append(Word(text: name, isLiteral: false))
            } else {
                words.append(Word(text: text, isLiteral: true))
            }
            (text, isOpen, variable) = ("", false, nil)
            return true
        }
        while let next = rest.popFirst() {
            switch next {
            case " ", "\t": if !close() { return nil }
            case "'":
                isOpen = true
                guard let end = rest.firstIndex(of: "'") else { return nil }
                for scalar in rest[..<end] { text.unicodeScalars.append(scalar) }
                rest = rest[(end + 1)...]
            case "\"":
                isOpen = true
                while let inner = rest.popFirst(), inner != "\"" {
                    switch inner {
                    case "\\":
                        guard let escaped = rest.popFirst() else { return nil }
                        if !"\\\"$`".unicodeScalars.contains(escaped) { text.unicodeScalars.append("\\") }
                        text.unicodeScalars.append(escaped)
                    case "$":
                        var name = ""
                        while let scalar = rest.first, isNameScalar(scalar) {
                            name.unicodeScalars.append(scalar)
                            rest.removeFirst()
                        }
                        if name.isEmpty || variable != nil
                            || ("0"..."9").contains(name.unicodeScalars.first ?? "0")
                        {
                            return nil
                        }
                        variable = name
                    case "`": return nil
                    default: text.unicodeScalars.append(inner)
                    }
                    if rest.isEmpty { return nil }
                }
            case "\\":
                isOpen = true
                guard let escaped = rest.popFirst(), escaped != "\n" else { return nil }
                text.unicodeScalars.append(escaped)
            case "=" where words.isEmpty: return nil
            default:
                if "$`|&;<>()*?[]~#!{}\n\r".unicodeScalars.contains(next) { return nil }
                isOpen = true
                text.unicodeScalars.append(next)
            }
        }
        return close() ? words : nil
    }

    /// Words that a shell carries out itself.
    static func isBuiltin(_ word: String) -> Bool {
        [
            "", ".", ":", "alias", "bg", "break", "case", "cd", "command", "continue", "do", "done", "elif",
            "else",
            "esac", "eval", "exec", "exit", "export", "fg", "fi", "for", "getopts", "hash", "if", "in",
            "jobs",
            "local", "read", "readonly", "return", "set", "shift", "source", "then", "time", "times", "trap",
            "type",
            "ulimit", "umask", "unalias", "unset", "until", "wait", "while",
        ].contains(word)
    }
}
