// Lints about text that is written out: passwords and keys, addresses without encryption, paths and numbers of one machine,
// and comments that promise work.
import WfDiagnostics
import WfSource
import WfSyntax

extension ProgramChecker {
    /// A string literal that stands anywhere but in a test.
    func lintString(_ id: NodeId) {
        let bytes = tree.bytes(tree.firstToken(id))
        if bytes.count < 8 { return }
        if let kind = WrittenText.credential(in: bytes) {
            return lint(.writtenCredential("this text looks like \(kind)", at: tree.span(id)))
        }
        let start = bytes.firstIndex(of: UInt8(ascii: "\"")).map { $0 + 1 } ?? 0
        switch bytes[start] {
        case UInt8(ascii: "h"): lintAddress(id, bytes[start...])
        case UInt8(ascii: "/"), UInt8(ascii: "~"), UInt8(ascii: "C"): lintPath(id, bytes[start...])
        case UInt8(ascii: "1")...UInt8(ascii: "9"):
            let text = String(decoding: bytes[start...].dropLast(), as: UTF8.self)
            if WrittenText.isAddress(text) { lint(.writtenAddress(text, at: tree.span(id))) }
        case UInt8(ascii: "B") where bytes[start...].starts(with: "Bearer ".utf8):
            lintBearer(id, bytes[start...])
        default: lintPassword(id, bytes[start...])
        }
    }

    /// `"Bearer 0f9c…"` written out.
    private func lintBearer(_ id: NodeId, _ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        let token = String(decoding: bytes.dropFirst(7).dropLast(), as: UTF8.self)
        if token.utf8.count < 20
            || !token.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-._~+/=".contains($0)) })
            || !token.contains(where: \.isNumber)
        {
            return
        }
        lint(.writtenCredential("this text looks like a token", at: tree.span(id)))
    }

    /// `"postgres://user:password@host/db"`, with a password that is written out.
    private func lintPassword(_ id: NodeId, _ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        guard let colon = bytes.prefix(16).firstIndex(of: UInt8(ascii: ":")),
            bytes[colon...].starts(with: "://".utf8)
        else { return }
        let rest = String(decoding: bytes[(colon + 3)...], as: UTF8.self)
        let authority = rest.prefix { !"/?#\"".contains($0) }
        guard let at = authority.lastIndex(of: "@"), let sign = authority[..<at].firstIndex(of: ":") else {
            return
        }
        let password = authority[authority.index(after: sign)..<at]
        if password.isEmpty || password.contains("{") || password.contains("$") || password.contains("<") {
            return
        }
        lint(.writtenCredential("this address holds a password", at: tree.span(id)))
    }

    private func lintAddress(_ id: NodeId, _ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        let isPlain = bytes.starts(with: "http://".utf8)
        guard isPlain || bytes.starts(with: "https://".utf8) else { return }
        let rest = String(decoding: bytes, as: UTF8.self).drop { $0 != "/" }.dropFirst(2)
        var host = rest.prefix { !"/?#\"{".contains($0) }
        if let at = host.firstIndex(of: "@") {
            if host[..<at].contains(":") {
                return lint(.writtenCredential("this address holds a password", at: tree.span(id)))
            }
            host = host[host.index(after: at)...]
        }
        if host.hasPrefix("[") { return }
        host = host.prefix { $0 != ":" }
        if WrittenText.isAddress(String(host)) {
            lint(.writtenAddress(String(host), at: tree.span(id)))
        } else if isPlain && WrittenText.isPublic(String(host)) {
            lint(.plainHttp(String(host), at: tree.span(id)))
        }
    }

    private func lintPath(_ id: NodeId, _ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        let text = String(decoding: bytes.prefix(40), as: UTF8.self)
        for start in ["/home/", "/Users/", "/root/", "C:\\\\Users\\\\", "C:\\Users\\", "~/"]
        where text.hasPrefix(start) {
            let shown = text.prefix { $0 != "\"" && $0 != "{" }
            if shown.count == start.count && start != "~/" { return }
            return lint(.pathOfOneMachine(String(shown), isHome: start == "~/", at: tree.span(id)))
        }
    }

    // MARK: credentials

    /// `{ password: "…" }`
    func lintCredential(_ view: RecordFieldView, isTest: Bool) {
        guard !isTest, let value = view.value else { return }
        lintCredential(view.name, value)
    }

    /// `password: "…"`, and of `env: ["DB_PASSWORD": "…"]` and `headers: { "X-Api-Key": "…" }` each entry.
    func lintLabelled(_ label: NameId, _ value: NodeId) {
        lintCredential(label, value)
        let isEnvironment = text(label) == "env"
        guard isEnvironment || text(label) == "headers" else { return }
        let entries: [(key: NodeId, value: NodeId)]
        switch tree.kind(written(value)) {
        case .mapExpr: entries = MapExprView(tree, written(value)).entries.map { ($0.key, $0.value) }
        default: return
        }
        for entry in entries {
            guard let key = CommandLine.literal(entry.key, tree), tree.kind(entry.value) == .stringExpr,
                StringExprView(tree, entry.value).interpolations.isEmpty,
                let content = CommandLine.literal(entry.value, tree)
            else { continue }
            if isEnvironment && CommandLine.isUnverified(key, content) {
                lint(.settingNotVerified("\(key)=\(content)", at: tree.span(entry.value)))
            } else if content.utf8.count >= 6, WrittenText.keySaysSecret(key),
                WrittenText.mayBeSecret(content),
                // `MAX_TOKEN`: a number of them
                WrittenText.namesSecret(key) || !content.allSatisfy(\.isNumber),
                WrittenText.credential(in: tree.bytes(tree.firstToken(entry.value))) == nil
            {
                lint(.writtenCredential("`\(key)` is written out", at: tree.span(entry.value)))
            }
        }
    }

    /// A name that says password, and a text that is one.
    func lintCredential(_ name: NameId, _ value: NodeId) {
        guard !name.isNone, tree.kind(value) == .stringExpr else { return }
        let bytes = tree.bytes(tree.firstToken(value))
        guard bytes.count >= 8, StringExprView(tree, value).interpolations.isEmpty,
            WrittenText.namesSecret(text(name))
        else { return }
        let content = String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
        guard WrittenText.mayBeSecret(content) else { return }
        lint(.writtenCredential("`\(text(name))` is written out", at: tree.span(value)))
    }

    // MARK: comments

    /// A comment that begins with a word for work to be done, wherever it stands.
    func lintTodos() {
        var token: UInt32 = 0
        while token < tree.tokenCount {
            let span = tree.triviaSpan(before: TokenId(token))
            token += 1
            if span.end - span.start < 6 { continue }
            var start = span.start
            for line in tree.text(span).sourceLines {
                let bytes = UInt32(line.utf8.count)
                let returns: UInt32 = line.utf8.last == 0x0D ? 1 : 0
                if let slashes = line.firstRange(of: "//") {
                    let words = line[slashes.upperBound...].split { !$0.isLetter }
                    if let word = words.first, WrittenText.promises.contains(String(word)) {
                        let from = start + UInt32(line[..<slashes.lowerBound].utf8.count)
                        let end = start + bytes - returns
                        lint(.todo(String(word), at: Span(file: tree.file, start: from, end: end)))
                    }
                }
                start += bytes + 1
            }
        }
    }
}

/// What a piece of text gives away.
enum WrittenText {
    /// Words for work to be done, in halves: this file promises none.
    static let promises: Set<String> = ["TO" + "DO", "FIX" + "ME", "XXX", "HA" + "CK"]

    private static let keys: [(prefix: [UInt8], length: Int, kind: String)] = [
        ("AKIA", 20, "a key of AWS"), ("ASIA", 20, "a key of AWS"), ("ghp_", 36, "a token of GitHub"),
        ("gho_", 36, "a token of GitHub"), ("ghs_", 36, "a token of GitHub"),
        ("github_pat_", 40, "a token of GitHub"), ("glpat-", 20, "a token of GitLab"),
        ("xoxb-", 20, "a token of Slack"), ("xoxp-", 20, "a token of Slack"),
        ("sk_live_", 20, "a key of Stripe"), ("rk_live_", 20, "a key of Stripe"),
        ("sk-ant-", 20, "a key of Anthropic"), ("sk-proj-", 20, "a key of OpenAI"),
        ("AIza", 35, "a key of Google"), ("npm_", 36, "a token of npm"), ("pypi-", 40, "a token of PyPI"),
        ("-----BEGIN RSA PRIVATE KEY", 26, "a private key"), ("-----BEGIN PRIVATE KEY", 22, "a private key"),
        ("-----BEGIN OPENSSH PRIVATE KEY", 30, "a private key"),
        ("-----BEGIN EC PRIVATE KEY", 25, "a private key"),
    ].map { (Array($0.0.utf8), $0.1, $0.2) }

    /// Whether a key of a well-known service begins with this byte.
    private static let begins: [Bool] = {
        var table = [Bool](repeating: false, count: 256)
        for key in keys { table[Int(key.prefix[0])] = true }
        return table
    }()

    /// What kind of key or token stands in the bytes, at the beginning of a word.
    static func credential(in bytes: UnsafeBufferPointer<UInt8>) -> String? {
        if bytes.count < 22 { return nil }
        var isStart = true
        return begins.withUnsafeBufferPointer { table in
            for index in 0..<(bytes.count - 20) {
                let byte = bytes[index]
                if isStart && table[Int(byte)], let kind = key(at: index, bytes) { return kind }
                isStart = !isWord(byte)
            }
            return nil
        }
    }

    private static func key(at start: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        for key in keys where bytes.count - start >= key.length && bytes[start...].starts(with: key.prefix) {
            if key.prefix[0] == UInt8(ascii: "-") { return key.kind }
            let word = bytes[start...].prefix { isWord($0) || $0 == UInt8(ascii: "-") }
            if word.count >= key.length && word.contains(where: { $0 >= 0x30 && $0 <= 0x39 }) {
                return key.kind
            }
        }
        return nil
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte >= 0x30 && byte <= 0x39 || byte >= 0x41 && byte <= 0x5A || byte >= 0x61 && byte <= 0x7A
            || byte == UInt8(ascii: "_")
    }

    /// `dbPassword`, `api_key`, `token`.
    static func namesSecret(_ name: String) -> Bool {
        let lower = name.filter { $0 != "_" && $0 != "-" }.lowercased()
        return [
            "password", "passwd", "passphrase", "apikey", "accesskey", "privatekey", "clientsecret",
            "authtoken",
            "accesstoken", "apitoken",
        ].contains { lower.hasSuffix($0) }
    }

    /// `DB_PASSWORD`, `GITHUB_TOKEN`, `X-Api-Key`
    static func keySaysSecret(_ key: String) -> Bool {
        namesSecret(key) || key.hasSuffix("_TOKEN") || key.hasSuffix("_SECRET")
    }

    /// Whether a text can be a password: no words, no name of a variable, nothing that stands for one.
    static func mayBeSecret(_ text: String) -> Bool {
        if text.contains(" ") || text.contains("$") || text.contains("<") || text.contains("*") {
            return false
        }
        // where one is kept or asked for
        if text.hasPrefix("/") || text.contains("://") { return false }
        let lower = text.lowercased()
        if ["true", "false", "enabled", "disabled", "none", "on", "off", "auto"].contains(lower) {
            return false
        }
        return !["example", "changeme", "placeholder", "dummy", "redacted", "your", "xxxx"].contains {
            lower.contains($0)
        }
    }

    /// `10.1.2.3`, but not a number that stands for every machine, this one, or none.
    static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return false }
        let numbers = parts.compactMap { $0.count <= 3 ? Int($0) : nil }
        guard numbers.count == 4, numbers.allSatisfy({ $0 >= 0 && $0 <= 255 }), numbers[0] != 127,
            numbers[0] != 0,
            numbers[0] != 255
        else { return false }
        // addresses for documentation
        let documented = [[192, 0, 2], [198, 51, 100], [203, 0, 113]]
        return !documented.contains(Array(numbers.prefix(3)))
    }

    /// Whether a host is one of the internet: names without a dot, and those of test and home networks, are not.
    static func isPublic(_ host: String) -> Bool {
        let parts = host.lowercased().split(separator: ".")
        guard parts.count >= 2, let last = parts.last, !isAddress(host), Int(last) == nil else {
            return false
        }
        if ["local", "localhost", "internal", "test", "example", "invalid", "lan", "home", "arpa", "svc"]
            .contains(last)
        {
            return false
        }
        if parts.suffix(2).first == "example" || parts.contains("svc") { return false }
        // names of XML's vocabularies, which nobody calls
        return !host.hasSuffix("w3.org") && !host.hasPrefix("schemas.") && !host.hasSuffix("omg.org")
            && !host.hasSuffix("oasis-open.org")
    }
}
