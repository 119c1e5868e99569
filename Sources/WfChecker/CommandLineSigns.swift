// What well-known programs make of their words: which of them only a shell would read, by which they no longer ask who the other
// side is, and which run a download as a program. Knows programs by name and nothing of calls.

extension CommandLine {
    // MARK: signs of shells

    /// Programs that give signs a meaning of their own, or hand their words to a shell.
    private static let signReaders: Set<String> = [
        "find", "expr", "test", "[", "awk", "gawk", "mawk", "jq", "yq", "sed", "perl", "grep", "egrep",
        "xargs", "ssh", "lua", "tclsh", "printf", "git", "su",
    ]
    /// Programs that read `$(…)` and `$NAME` themselves, but nothing between programs.
    private static let variableReaders: Set<String> = [
        "make", "gmake", "python", "python3", "node", "ruby", "nix-shell",
    ]
    /// What stands between programs, or says where their output goes.
    private static let connectors: Set<String> = ["|", "||", "&&", ">", ">>", "<", "2>&1", "&>", "2>"]
    /// Programs whose words are the names of files, and that look for no pattern themselves.
    private static let fileTools: Set<String> = [
        "rm", "cp", "mv", "ls", "cat", "chmod", "chown", "touch", "wc", "head", "tail", "stat", "ln",
        "gzip", "gunzip", "bzip2", "xz", "zstd", "md5sum", "sha1sum", "sha256sum", "sha512sum", "file",
        "shred", "rmdir",
    ]
    /// Options of theirs behind which a pattern, or a text, is meant for the program.
    private static let patternOptions: [String: Set<String>] = [
        "ls": ["-I", "--ignore", "--hide"], "stat": ["-c", "-f", "--format", "--printf"],
        "file": ["-F", "--separator"],
    ]

    /// Whether a word would mean something to a shell, and is plain text to this program.
    ///
    /// - Parameter previous: the word in front of it, where it is written out.
    func takesForText(_ word: String, behind previous: String?) -> Bool {
        if words.contains(where: { CommandLine.shells.contains(CommandLine.baseName($0)) }) { return false }
        if CommandLine.fileTools.contains(program), !word.hasPrefix("-"), word.contains("*") {
            return previous.map { CommandLine.patternOptions[program]?.contains($0) != true } ?? true
        }
        if CommandLine.variableReaders.contains(program) { return CommandLine.connectors.contains(word) }
        return !CommandLine.signReaders.contains(program) && CommandLine.isSign(word)
    }

    /// Whether a word means something to a shell, and to nobody else.
    static func isSign(_ word: String) -> Bool {
        if connectors.contains(word) || word.hasPrefix("~/") { return true }
        guard word.hasPrefix("$"), let second = word.dropFirst().first else { return false }
        return (second.isLetter || second == "_" || second == "(") && !word.contains(" ")
    }

    // MARK: downloads

    /// Programs that fetch.
    static let loaders: Set<String> = ["curl", "wget"]
    private static let interpreters: Set<String> = ["python", "python3", "perl", "ruby", "node", "php"]

    /// The program, when it runs what it reads on its standard input: a shell, or an interpreter without a program of its own.
    var readsProgram: String? {
        let rest = words.dropFirst()
        if CommandLine.shells.contains(program) {
            let own = rest.prefix { !$0.contains(">") && !$0.contains("<") }
            let isGiven = own.contains { $0.hasPrefix("-") && !$0.hasPrefix("--") && $0.hasSuffix("c") }
            // Behind a script of its own, what it reads is data.
            let isAsked = own.contains { ["-", "-s", "/dev/stdin"].contains($0) }
            let hasNone = own.allSatisfy { $0.hasPrefix("-") || $0 == "pipefail" }
            return !isGiven && (isAsked || hasNone) ? program : nil
        }
        guard CommandLine.interpreters.contains(program) else { return nil }
        return rest.isEmpty || rest.first == "-" ? program : nil
    }

    /// A download that a script runs in its own words: `sh -c "$(curl …)"`, `eval "$(curl …)"`, `bash <(curl …)`.
    static func substitutedDownload(in script: String) -> (program: String, reader: String)? {
        guard loaders.contains(where: { script.contains($0) }) else { return nil }
        let bytes = Array(script.utf8)
        // where the present command begins, and whether anything stands before.
        var line = 0
        var isBegun = false
        for (index, byte) in bytes.enumerated() {
            let isTick = byte == UInt8(ascii: "`")
            let isFile = byte == UInt8(ascii: "<")
            let isPair = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "(")
            // so much is looked at in each place, and no more
            if isTick || isPair && (isFile || byte == UInt8(ascii: "$")), index - line <= 200 {
                let rest = bytes[(index + (isTick ? 1 : 2))...].prefix(200)
                let inside = rest.prefix { !")`|".utf8.contains($0) }
                let loader = CommandLine(words: separated(inside)).program
                if loaders.contains(loader) {
                    // what stands first of all is the command; further on it may be part of a text
                    if !isBegun && !isFile { return (loader, "the shell") }
                    if let reader = reader(bytes[line..<index], isFile: isFile) { return (loader, reader) }
                }
            }
            if "|&;\n".utf8.contains(byte) { line = index + 1 }
            if byte > 0x20 { isBegun = true }
        }
        return nil
    }

    private static func separated(_ bytes: ArraySlice<UInt8>) -> [String] {
        bytes.split { " \t\n\"".utf8.contains($0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Who runs what is put in behind a part of a line: as a file, or as a word.
    private static func reader(_ before: ArraySlice<UInt8>, isFile: Bool) -> String? {
        let words = separated(before)
        let command = CommandLine(words: words)
        if isFile {
            return shells.contains(command.program) || ["source", "."].contains(command.program)
                ? command.program : nil
        }
        if command.program == "eval" { return "eval" }
        guard shells.contains(command.program), let last = words.last else { return nil }
        return last.hasPrefix("-") && last.hasSuffix("c") ? command.program : nil
    }

    // MARK: who the other side is

    /// Short options of curl that take a word: what stands behind them in a cluster is that word.
    private static let curlOptionsWithWord = Set("AbcCdDeEFHKmoPQrtTuUwxXyYz")
    /// Settings in the environment, and what turns the check off.
    private static let unverifiedSettings: [String: Set<String>] = [
        "NODE_TLS_REJECT_UNAUTHORIZED": ["0"], "GIT_SSL_NO_VERIFY": ["1", "true"], "PYTHONHTTPSVERIFY": ["0"],
        "npm_config_strict_ssl": ["false"], "NPM_CONFIG_STRICT_SSL": ["false"],
        "AWS_NO_VERIFY_SSL": ["1", "true"], "VAULT_SKIP_VERIFY": ["1", "true"],
    ]

    /// Whether a setting in a process's environment makes programs take whoever answers.
    static func isUnverified(_ name: String, _ value: String) -> Bool {
        unverifiedSettings[name]?.contains(value) == true
    }

    /// The word by which it takes whoever answers for the one that was meant.
    var unverified: String? {
        let rest = words.dropFirst()
        let setting = words.first { word in
            guard let sign = word.firstIndex(of: "=") else { return false }
            return CommandLine.isUnverified(
                String(word[..<sign]), word[word.index(after: sign)...].filter { $0 != "\"" && $0 != "'" })
        }
        if let setting { return setting }
        switch program {
        case "curl":
            var isValue = false
            return rest.first { word in
                let isOption = !isValue && word.hasPrefix("-")
                isValue = false
                if !isOption || word.hasPrefix("--") { return isOption && word == "--insecure" }
                let switches = word.dropFirst().prefix { !CommandLine.curlOptionsWithWord.contains($0) }
                isValue = word.count == switches.count + 2
                return switches.contains("k")
            }
        case "wget": return rest.first { $0 == "--no-check-certificate" }
        case "ssh", "scp", "sftp":
            return rest.first { $0.hasSuffix("StrictHostKeyChecking=no") }
        case "git": return rest.first { $0.lowercased() == "http.sslverify=false" }
        case "pip", "pip3": return rest.first { $0.hasPrefix("--trusted-host") }
        case "npm", "yarn", "pnpm":
            return rest.first { $0 == "--strict-ssl=false" || $0 == "--no-strict-ssl" }
        case "kubectl", "helm", "oc":
            return rest.first {
                $0 == "--insecure-skip-tls-verify" || $0 == "--insecure-skip-tls-verify=true"
            }
        case "podman", "skopeo", "buildah": return rest.first { $0.hasSuffix("tls-verify=false") }
        case "aws": return rest.first { $0 == "--no-verify-ssl" }
        case "http", "https": return rest.first { $0 == "--verify=no" }
        default: return nil
        }
    }
}
