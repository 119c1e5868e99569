// A case of the language suite: one `.wf` file that says, in comments, what it expects. Knows the markers; knows
// nothing of how a case is run.
//
// A case is a fixed point of blessing: the runner computes what really happened, `blessed` writes that into the file's
// text, and the case passes when the text stays the same.
//
//     //@ about: what the case shows (first line)
//     //@ mistake: 4:3-9 WF2003         faults/: what the one mistake is; see FaultCorpusTests
//     //@ kind: check | run | fmt | test (check when left out)
//     //@ markers: end                   diagnostics go to the end, as `//@ error 3:1-5 WF2003 …`
//     //@ bytes: NAME = ff 00            every NAME in the program becomes these bytes
//     //@ start: ef bb bf               these bytes stand before the program
//     //@ line-ends: crlf                the program's lines end in CR LF
//     //@ input {"n": 3}                 run: the workflow's input
//     //@ workflow NAME                  run: which workflow, when there are several
//     //@ signal paid {"amount": 3}    run: what somebody outside does, in order, the next whenever all that is left waits:
//     //@ approve ann                  a signal, an approval (or `reject ann no money`), a task's result (or `fail inspect
//     //@ complete inspect {"ok": true}   no time`); see CaseAct.swift
//     //@ refused no task is free      run: what an act of an outsider was told
//     //@ expect 6                       run: the value on standard output
//     //@ fault WF6004 at pay: message   run: how it failed (kind and place)
//     //@ arguments --crash              test: further arguments of `wfi test`
//     //@ report ok    case.wf: adds     test: a line that `wfi test` prints
//     //@ status 1                       test: the exit status, when it is not 0
//     //@ effects exec, nop              run: the effects that were started, in order, `×n` when repeated
//     "http://LOOPBACK/echo"             LOOPBACK becomes the address of Tests/Loopback's server
//     let x: Int = "a"
//     //           ^^^ error WF2010 expected Int, found String
//     //@ formatted                      fmt: behind this line, the text `wfc fmt` prints, each line behind `//| `

import FoundationEssentials

/// A diagnostic as the runner sees it, lines and columns from 1, columns in scalars, `endColumn` exclusive.
public struct CaseDiagnostic: Hashable, Sendable {
    public var severity: String
    public var code: String
    public var message: String
    public var line: Int
    public var column: Int
    public var endLine: Int
    public var endColumn: Int

    public init(
        severity: String, code: String, message: String, line: Int, column: Int, endLine: Int, endColumn: Int
    ) {
        self.severity = severity
        self.code = code
        self.message = message
        self.line = line
        self.column = column
        self.endLine = endLine
        self.endColumn = endColumn
    }
}

/// What a `run` case did.
public struct CaseOutcome: Hashable, Sendable {
    /// The line on standard output, when it succeeded.
    public var value: String?
    /// `CODE at place: message`, when it failed.
    public var fault: String?
    /// Effects in the order they started.
    public var effects: [String]?
    /// Lines of a `test` case, and how it ended.
    public var report: [String]
    public var status: Int32
    /// Acts of outsiders that were refused, and why.
    public var refusals: [String]
    public init(
        value: String?, fault: String?, effects: [String]?, report: [String] = [], status: Int32 = 0,
        refusals: [String] = []
    ) {
        self.refusals = refusals
        self.value = value
        self.fault = fault
        self.effects = effects
        self.report = report
        self.status = status
    }

    /// The same with one text for another in what it says.
    func naming(_ text: String, _ name: String) -> CaseOutcome {
        CaseOutcome(
            value: value?.replacing(text, with: name), fault: fault?.replacing(text, with: name),
            effects: effects)
    }
}

/// A case file, split into its source lines and what it expects.
public struct CaseFile: Sendable {
    public enum Kind: String, Sendable {
        case check, run, fmt, test
    }

    public let path: String
    public let text: String
    public private(set) var about = ""
    public private(set) var kind = Kind.check
    public private(set) var input: String?
    public private(set) var workflow: String?
    public private(set) var arguments: [String] = []
    public private(set) var hasEffects = false
    /// What somebody outside does while the run waits.
    public private(set) var acts: [CaseAct] = []
    private var markersAtEnd = false
    private var hasCrlf = false
    private var start: [UInt8] = []
    private var replacements: [(name: [UInt8], bytes: [UInt8])] = []

    /// Reads the markers of a case.
    public init(path: String, text: String) {
        self.path = path
        self.text = text
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) where line.hasPrefix("//@ ")
        {
            let words = line.dropFirst(4)
            if let rest = words.after("about: ") { about = rest }
            if let rest = words.after("kind: ") { kind = Kind(rawValue: rest) ?? .check }
            if let rest = words.after("input ") { input = rest }
            if let rest = words.after("workflow ") { workflow = rest }
            if let rest = words.after("arguments ") {
                arguments = rest.split(separator: " ").map(String.init)
            }
            if words.after("markers: ") == "end" { markersAtEnd = true }
            if words.hasPrefix("effects") { hasEffects = true }
            if let act = CaseAct(words) { acts.append(act) }
            if let rest = words.after("start: ") {
                start = rest.split(separator: " ").compactMap { UInt8($0, radix: 16) }
            }
            if words.after("line-ends: ") == "crlf" { hasCrlf = true }
            if let rest = words.after("bytes: ") {
                let parts = rest.split(separator: " ")
                replacements.append(
                    (Array(parts[0].utf8), parts.dropFirst(2).compactMap { UInt8($0, radix: 16) }))
            }
        }
    }

    /// True for a line that blessing writes, so that it is not part of the program under test.
    private static func isExpectation(_ line: Substring) -> Bool {
        if line.hasPrefix("//@ ") {
            let words = line.dropFirst(4)
            return [
                "expect ", "refused ", "fault ", "effects", "error ", "warning ", "note ", "formatted",
                "report",
                "status ",
            ].contains {
                words.hasPrefix($0)
            }
        }
        if line.hasPrefix("//| ") || line == "//|" { return true }
        return isCaretLine(line)
    }

    /// `//   ^^^ error WF2003 …`
    private static func isCaretLine(_ line: Substring) -> Bool {
        guard line.hasPrefix("//") else { return false }
        let rest = line.dropFirst(2).drop { $0 == " " }
        guard rest.first == "^" else { return false }
        let words = rest.drop { $0 == "^" }
        return ["error WF", "warning WF", "note WF"].contains { words.hasPrefix(" " + $0) }
    }

    /// The program under test: the file without its expectations. Line numbers of diagnostics refer to this text.
    public var program: String {
        lines(of: text).filter { !CaseFile.isExpectation($0) }.joined(separator: "\n")
    }

    /// The program as the bytes that are given to the compiler.
    /// - Parameter server: what stands for LOOPBACK; nil leaves it as it is.
    public func programBytes(server: String? = nil) -> [UInt8] {
        var replacements = replacements
        if let server { replacements.append((Array("LOOPBACK".utf8), Array(server.utf8))) }
        var bytes = start
        for line in lines(of: program) {
            var line = Array(line.utf8)
            if !line.starts(with: Array("//@".utf8)) {
                for replacement in replacements {
                    line = line.replacing(replacement.name, with: replacement.bytes)
                }
            }
            bytes += line + (hasCrlf ? [13, 10] : [10])
        }
        return bytes.dropLast(hasCrlf ? 2 : 1)
    }

    /// Whether the program names the loopback server.
    public var usesServer: Bool { kind == .run && program.contains("LOOPBACK") }

    /// The text this file would have if it expected exactly what happened.
    public func blessed(diagnostics: [CaseDiagnostic], outcome: CaseOutcome? = nil, formatted: String? = nil)
        -> String
    {
        let source = lines(of: program)
        var result: [String] = []
        var tail: [String] = []
        var byLine: [Int: [CaseDiagnostic]] = [:]
        for diagnostic in diagnostics { byLine[diagnostic.line, default: []].append(diagnostic) }
        for (index, line) in source.enumerated() {
            result.append(String(line))
            for diagnostic in byLine[index + 1] ?? [] {
                let words = "\(diagnostic.severity) \(diagnostic.code) \(diagnostic.message)"
                if markersAtEnd || diagnostic.column < 3 || diagnostic.endLine != diagnostic.line {
                    var place = "\(diagnostic.line):\(diagnostic.column)"
                    place += diagnostic.endLine == diagnostic.line ? "-\(diagnostic.endColumn)" : ""
                    tail.append(
                        "//@ \(diagnostic.severity) \(place) \(diagnostic.code) \(diagnostic.message)")
                } else {
                    let carets = max(1, diagnostic.endColumn - diagnostic.column)
                    let pad = String(repeating: " ", count: diagnostic.column - 3)
                    result.append("//" + pad + String(repeating: "^", count: carets) + " " + words)
                }
            }
        }
        for diagnostic in diagnostics where diagnostic.line > source.count || diagnostic.line < 1 {
            tail.append("//@ \(diagnostic.severity) 0:0 \(diagnostic.code) \(diagnostic.message)")
        }
        if let outcome {
            for refusal in outcome.refusals { tail.append("//@ refused \(refusal)") }
            if let value = outcome.value { tail.append("//@ expect \(value)") }
            if let fault = outcome.fault { tail.append("//@ fault \(fault)") }
            for line in outcome.report { tail.append(line.isEmpty ? "//@ report" : "//@ report \(line)") }
            if outcome.status != 0 { tail.append("//@ status \(outcome.status)") }
            if let effects = outcome.effects, hasEffects {
                tail.append("//@ effects" + CaseFile.list(effects))
            }
        }
        if let formatted {
            tail.append("//@ formatted")
            tail += lines(of: formatted).map { $0.isEmpty ? "//|" : "//| \($0)" }
            if formatted.hasSuffix("\n") { tail.removeLast() }
        }
        while result.last == "" { result.removeLast() }
        return (result + tail).joined(separator: "\n") + "\n"
    }

    /// ` a, b ×3`; a leading space unless empty.
    private static func list(_ effects: [String]) -> String {
        var words: [String] = []
        var index = 0
        while index < effects.count {
            var next = index
            while next < effects.count && effects[next] == effects[index] { next += 1 }
            words.append(next - index == 1 ? effects[index] : "\(effects[index]) ×\(next - index)")
            index = next
        }
        return words.isEmpty ? "" : " " + words.joined(separator: ", ")
    }

    private func lines(of text: String) -> [Substring] {
        text.split(separator: "\n", omittingEmptySubsequences: false)
    }
}

extension Substring {
    /// What follows a prefix, or nil.
    fileprivate func after(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
