// Command lines as the lints read them: which program, does it talk to other machines, what does doing it twice mean.
// Knows well-known programs by name and nothing of how processes are started.
import WfSource
import WfSyntax

/// One program and its words; a word that is computed is empty, a computed part of a word is left out.
struct CommandLine {
    var words: [String]

    static let shells: Set<String> = ["sh", "bash", "dash", "zsh", "ksh", "ash", "fish"]

    /// Programs that start another one, given behind their options.
    private static let wrappers: Set<String> = [
        "env", "sudo", "doas", "nohup", "nice", "ionice", "time", "setsid", "stdbuf", "timeout", "xargs",
        "chronic", "busybox", "flock",
    ]
    /// Options of theirs that a word follows.
    private static let wrapperOptions: Set<String> = [
        "-u", "-n", "-g", "-I", "-P", "-L", "-k", "-s", "-w", "-C",
    ]

    /// Verbs that say that each call does something new.
    static let newness: Set<String> = [
        "pay", "charge", "bill", "refund", "transfer", "withdraw", "deposit", "book", "order", "buy",
        "create",
        "insert", "append", "submit", "enqueue", "increment",
    ]

    /// Its name without folders.
    let program: String

    init(words: [String]) {
        self.words = CommandLine.unwrapped(words)
        program = self.words.first.map(CommandLine.baseName) ?? ""
    }

    /// `sudo -u www curl …` as `curl …`; `timeout 5 curl …` keeps the bound as an option of the program.
    private static func unwrapped(_ words: [String]) -> [String] {
        var rest = words[...]
        var isBounded = false
        while let first = rest.first {
            let program = baseName(first)
            guard wrappers.contains(program) else { break }
            if program == "timeout" { isBounded = true }
            rest = rest.dropFirst()
            while let option = rest.first {
                if wrapperOptions.contains(option) {
                    rest = rest.dropFirst(2)
                } else if option.hasPrefix("-") || option.contains("=") {
                    rest = rest.dropFirst()
                } else {
                    break
                }
            }
            if program == "timeout" || program == "flock" { rest = rest.dropFirst() }
        }
        if rest.isEmpty { return words }
        return isBounded ? rest + ["--max-time"] : Array(rest)
    }

    static func baseName(_ path: String) -> String {
        if !path.utf8.contains(UInt8(ascii: "/")) { return path }
        return path.split(separator: "/").last.map(String.init) ?? path
    }

    // MARK: reading

    /// The commands that a call of `exec` or `shell` starts, as far as they are written out.
    ///
    /// - Parameter written: what a name stands for.
    static func commands(
        of view: CallExprView, _ tree: TreeReader, _ written: (NodeId) -> NodeId
    ) -> [CommandLine] {
        var words: [String] = []
        for argument in view.arguments where argument.label.isNone {
            words.append(literal(written(argument.value), tree) ?? "")
        }
        guard let first = words.first else { return [] }
        if words.count == 1, tree.kind(view.callee) == .nameExpr, tree.text(view.callee) == "shell" {
            return split(first)
        }
        let inner = unwrapped(words)
        if let program = inner.first, shells.contains(baseName(program)),
            let flag = inner.dropFirst().prefix(4).firstIndex(where: {
                $0.hasPrefix("-") && $0.hasSuffix("c")
            }),
            flag + 1 < inner.count
        {
            return split(inner[flag + 1])
        }
        return [CommandLine(words: words)]
    }

    /// Whether nothing that the lints look for can stand in a call: its program is none that they know, and no sign of a shell,
    /// no folder and no escape is in its text. Most calls are so; asked before their words are read one by one.
    static func isPlain(_ view: CallExprView, _ tree: TreeReader) -> Bool {
        guard let first = view.arguments.first, first.label.isNone, tree.kind(first.value) == .stringExpr
        else { return false }
        let program = tree.bytes(tree.firstToken(first.value))
        guard program.count > 2, program.allSatisfy({ $0 != 0x20 && $0 != 0x2F && $0 != 0x7B }) else {
            return false
        }
        let span = tree.span(view.id)
        for byte in tree.bytes(from: span.start, to: span.end) where isOfNote[Int(byte)] { return false }
        return !known.contains(String(decoding: program[1..<program.count - 1], as: UTF8.self))
    }

    /// By byte: whether a shell would read it as more than a letter, or a string as more than itself.
    private static let isOfNote: [Bool] = (0...255).map { "|&<>~$*\\\n".utf8.contains(UInt8($0)) }

    /// A string literal's own text, or nil for anything else.
    static func literal(_ id: NodeId, _ tree: TreeReader) -> String? {
        guard tree.kind(id) == .stringExpr else { return nil }
        var text = ""
        for segment in tree.stringSegments(id) {
            if case .text(let bytes) = segment { text += String(decoding: bytes, as: UTF8.self) }
        }
        return text
    }

    /// The programs of a shell's line: `a | b && c`.
    private static func split(_ line: String) -> [CommandLine] {
        line.split { "|&;\n".contains($0) }.map { part in
            CommandLine(words: part.split { $0 == " " || $0 == "\t" }.map(String.init))
        }
    }

    /// Whether the text passes on the step's key, by which the other side can drop repeats.
    static func mentionsKey(_ text: String) -> Bool {
        text.contains("WF_KEY") || text.contains("step.key") || text.lowercased().contains("idempotency-key")
    }

    /// The words of a literal as arguments of `exec`, or nil when a shell would read more into it than words.
    static func arguments(ofLiteral text: String) -> [String]? {
        guard text.hasPrefix("\""), text.hasSuffix("\""), !text.hasPrefix("\"\"\"") else { return nil }
        var words: [String] = []
        var word = ""
        var depth = 0
        for character in text.dropFirst().dropLast() {
            if depth == 0 && character == " " {
                if !word.isEmpty { words.append(word) }
                word = ""
                continue
            }
            if character == "{" { depth += 1 }
            if character == "}" { depth -= 1 }
            if depth == 0 && character != "}" && "|&;<>()$`\\\"'*?[]#~=%!".contains(character) { return nil }
            if character == "\"" || depth > 1 { return nil }
            word.append(character)
        }
        if !word.isEmpty { words.append(word) }
        return words.map { word in
            let inner = word.dropFirst().dropLast()
            let isOne = word.hasPrefix("{") && word.hasSuffix("}") && !inner.contains("{")
            return isOne ? String(inner) : "\"\(word)\""
        }
    }

    // MARK: judging

    private static let remote: Set<String> = [
        "curl", "wget", "ssh", "scp", "sftp", "rsync", "ftp", "telnet", "nc", "aws", "gcloud", "gsutil", "az",
        "kubectl", "psql", "mysql", "redis-cli",
    ]
    private static let mailers: Set<String> = ["mail", "mailx", "sendmail", "mutt", "msmtp", "swaks"]

    /// All programs by whose name something is decided.
    private static let known = remote.union(mailers).union(shells).union(wrappers).union([
        "git", "gh", "sqlite3", "http", "https", "npm", "cargo", "twine", "gem", "nats", "rabbitmqadmin",
        "tee",
        "logger", "pip", "pip3", "yarn", "pnpm", "helm", "oc", "podman", "skopeo", "buildah",
    ])

    /// Whether it asks another machine.
    var talks: Bool {
        CommandLine.remote.contains(program)
            || (program == "git"
                && words.contains { ["clone", "fetch", "pull", "push", "ls-remote"].contains($0) })
    }

    /// Whether it may wait for another machine for ever.
    var isUnbounded: Bool {
        if !talks { return false }
        return !words.dropFirst().contains { word in
            let lower = word.lowercased()
            return lower.contains("timeout") || lower.contains("max-time")
                || (program == "curl" && word.hasPrefix("-m")) || (program == "wget" && word.hasPrefix("-T"))
        }
    }

    /// What happens once more when it is run again, or nil when nothing is known against it.
    var repeats: String? {
        if program == "curl" { return curlPosts ? "it posts" : nil }
        if program == "wget" {
            return words.contains { $0.hasPrefix("--post-") || $0 == "--method=POST" } ? "it posts" : nil
        }
        if program == "http" || program == "https" { return words.contains("POST") ? "it posts" : nil }
        if ["npm", "cargo"].contains(program), words.contains("publish") {
            return "it publishes something new"
        }
        if program == "twine", words.contains("upload") { return "it publishes something new" }
        if program == "tee", words.contains("-a") { return "it appends to a file" }
        if program == "redis-cli" {
            let command = words.dropFirst().first { !$0.hasPrefix("-") }?.lowercased() ?? ""
            let adds: Set<String> = ["incr", "incrby", "lpush", "rpush", "publish", "xadd", "append"]
            return adds.contains(command) ? "it adds something each time" : nil
        }
        if CommandLine.mailers.contains(program) { return "it sends a mail" }
        if ["psql", "mysql", "sqlite3"].contains(program) {
            let text = words.joined(separator: " ").lowercased()
            let inserts = text.contains("insert into") && !text.contains("on conflict")
            return inserts ? "it inserts a row" : nil
        }
        if program == "aws" && (words.contains("publish") || words.contains("send-message")) {
            return "it sends a message"
        }
        if program == "gh" && words.contains("create") { return "it creates something new" }
        return words.contains { $0.hasPrefix(">>") } ? "it appends to a file" : nil
    }

    private var curlPosts: Bool {
        var method: String?
        var hasBody = false
        for (index, word) in words.enumerated() {
            if word == "-X" || word == "--request" {
                method = index + 1 < words.count ? words[index + 1] : nil
            } else if word.hasPrefix("--request=") {
                method = String(word.dropFirst(10))
            } else if word.hasPrefix("-X") {
                method = String(word.dropFirst(2))
            } else if word == "-G" || word == "--get" {
                method = "GET"
            } else if word == "-d" || word == "-F" || word == "--json" || word.hasPrefix("--data")
                || word.hasPrefix("--form")
            {
                hasBody = true
            }
        }
        if let method { return method == "POST" || method == "PATCH" }
        return hasBody
    }
}
