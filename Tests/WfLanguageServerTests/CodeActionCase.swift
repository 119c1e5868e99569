// A case of `Tests/CodeActions`: a program, the change that is asked for in it, and the program after that change.
//
//     //@ action: insert a comma          the title, exactly; `//@ not offered: TITLE`: none of that title is offered
//     //@ kind: quickfix                  what the protocol calls its kind
//     let a = [1 «»2]                     the program; « and » stand around the selection, or the caret
//     //@ after:
//     let a = [1, 2]                      the program after the change; nothing behind a `not offered`
//
// `//@ file: lib.wf` begins the text of another file, before and after; files that the change leaves as they are need
// not be said again. The program itself is `case.wf`; « and » may stand in any file.
import WfTestSupport

struct CodeActionCase: Sendable {
    let path: String
    private(set) var title = ""
    private(set) var kind = ""
    private(set) var isOffered = true
    /// By file name, in the order of the page, without « and ».
    private(set) var before: [(name: String, text: String)] = []
    private(set) var after: [(name: String, text: String)] = []
    private(set) var file = ""
    /// Characters of UTF-16 from the start of `file`.
    private(set) var selection = 0..<0

    init(path: String) throws {
        self.path = path
        let lines = String(decoding: try readFile(path), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        var files: [(name: String, lines: [Substring])] = [("case.wf", [])]
        func texts() -> [(name: String, text: String)] {
            files.map { ($0.name, $0.lines.joined(separator: "\n")) }
        }
        for line in lines {
            if let rest = line.after("//@ action: ") {
                title = rest
            } else if let rest = line.after("//@ not offered: ") {
                (title, isOffered) = (rest, false)
            } else if let rest = line.after("//@ kind: ") {
                kind = rest
            } else if let rest = line.after("//@ file: ") {
                // the line's end before the marker belongs to it
                files[files.count - 1].lines.append("")
                files.append((rest, []))
            } else if line == "//@ after:" {
                files[files.count - 1].lines.append("")
                before = texts()
                files = [("case.wf", [])]
            } else {
                files[files.count - 1].lines.append(line)
            }
        }
        if before.isEmpty { before = texts() } else { after = texts() }
        for (number, entry) in before.enumerated() {
            let units = Array(entry.text.utf16)
            let marks = units.indices.filter { units[$0] == 0xAB || units[$0] == 0xBB }
            if marks.isEmpty { continue }
            guard marks.count == 2, file.isEmpty else { throw CaseError(reason: "one « and one » is needed") }
            file = entry.name
            selection = marks[0]..<marks[1] - 1
            before[number].text = entry.text.filter { $0 != "«" && $0 != "»" }
        }
        if file.isEmpty { throw CaseError(reason: "no «»") }
        if title.isEmpty || isOffered == after.isEmpty { throw CaseError(reason: "no title, or no `after`") }
    }

    /// What every file should say.
    var wanted: [String: String] {
        var files = Dictionary(uniqueKeysWithValues: before.map { ($0.name, $0.text) })
        for entry in after where entry.name != "case.wf" || !entry.text.isEmpty {
            files[entry.name] = entry.text
        }
        return files
    }

    /// The case with another text behind `//@ after:`.
    func blessed(_ files: [String: String]) throws -> String {
        let text = String(decoding: try readFile(path), as: UTF8.self)
        let mark = "//@ after:\n"
        guard let head = text.firstRange(of: mark) else { return text }
        let known = Dictionary(uniqueKeysWithValues: before.map { ($0.name, $0.text) })
        var result = text[..<head.upperBound] + (files["case.wf"] ?? "")
        for (name, text) in files.sorted(by: { $0.key < $1.key })
        where name != "case.wf" && known[name] != text {
            result += "//@ file: \(name)\n" + text
        }
        return String(result)
    }

    /// The title without the names in it: what makes it the same change at another place.
    var subject: String {
        title.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .map { $0 % 2 == 1 && !keywords.contains(String($1)) ? "…" : String($1) }.joined(separator: "`")
    }
}

struct CaseError: Error { var reason: String }

/// Words that a title may quote and still be a change of its own.
private let keywords: Set<String> = [
    "if", "else", "match", "for", "while", "let", "var", "return", "use", "const", "record", "enum", "func",
    "workflow", "flow", "action", "config", "secret", "pool", "rate", "breaker", "test", "step", "signal",
    "query", "sequence", "try", "catch", "race", "loop", "next", "fail", "await", "spawn", "mock", "expect",
    "after", "when", "timeout", "deadline", "no deadline", "retry", "backoff", "undo", "priority", "cache",
    "once", "via", "returns", "limit", "choice", "exec", "shell", "null", "??", "?", "?.", "!", "as", "as?",
    "with", "true", "false", "\"\"\"",
]

extension Substring {
    fileprivate func after(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
