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
        "rm", "cp", "mv", "ls", "cat", "chmod", "chown", "touch", "wc", "head", "tail", "du", "stat", "ln",
        "gzip", "gunzip", "bzip2", "xz", "zstd", "md5sum", "sha1sum", "sha256sum", "sha512sum", "sort",
        "diff", "file", "shred", "rmdir",
    ]

    /// Whether a word would mean something to a shell, and is plain text to this program.
    func takesForText(_ word: String) -> Bool {
        if words.contains(where: { CommandLine.shells.contains(CommandLine.baseName($0)) }) { return false }
        if CommandLine.fileTools.contains(program), !word.hasPrefix("-"), word.contains("*") { return true }
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
            return rest.contains { $0.hasPrefix("-") && !$0.hasPrefix("--") && $0.hasSuffix("c") }
                ? nil : program
        }
        guard CommandLine.interpreters.contains(program) else { return nil }
        return rest.isEmpty || rest.first == "-" ? program : nil
    }

    /// A download that a script runs in its own words: `sh -c "$(curl …)"`, `eval "$(curl …)"`, `bash <(curl …)`.
    static func substitutedDownload(in script: String) -> (program: String, reader: String)? {
        guard loaders.contains(where: { script.contains($0) }) else { return nil }
        for opening in ["$(", "`", "<("] {
            var rest = Substring(script)
            var before = ""
            while let found = rest.firstRange(of: opening) {
                before += rest[..<found.lowerBound]
                rest = rest[found.upperBound...]
                let inside = rest.prefix { $0 != ")" && $0 != "`" && $0 != "|" }
                let loader = CommandLine(words: inside.split { " \t\n".contains($0) }.map(String.init))
                    .program
                if loaders.contains(loader), let reader = reader(before, isFile: opening == "<(") {
                    return (loader, reader)
                }
                before += opening
            }
        }
        return nil
    }

    /// Who runs what is put in behind a text: as a file, or as a word.
    private static func reader(_ before: String, isFile: Bool) -> String? {
        let line = before.split(omittingEmptySubsequences: false) { "|&;\n".contains($0) }.last ?? ""
        let words = line.split { " \t\"".contains($0) }.map(String.init)
        // alone on its line, what comes is the command
        if words.isEmpty { return isFile ? nil : "the shell" }
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
            return rest.first { word in
                word == "--insecure"
                    || word.hasPrefix("-") && !word.hasPrefix("--")
                        && word.dropFirst().prefix { !CommandLine.curlOptionsWithWord.contains($0) }.contains(
                            "k")
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
