// Lints: what a program that compiles is probably not meant to do. They are gathered while bodies are checked and are
// dropped for a declaration that has errors, so that one mistake gives one message. Their wording stands in `MessagesLints`;
// what they look at, in one file per subject: names, graphs, calls, expressions.
import WfDiagnostics
import WfSource
import WfSyntax

/// What the lints of one check have found and remember.
struct LintState {
    /// False when nobody wants them: then nothing is looked at.
    let isOn: Bool
    var found: [Diagnostic] = []
    /// By symbol: whether something mentions it.
    var usedSymbols: [Bool] = []
    /// Modules whose methods are called: the caller's number << 32 | the module's.
    var usedTargets: Set<UInt64> = []
    /// What is known of a callable, by its number; filled when first asked for.
    var calls: [CallFacts?] = []
    /// What the names of the declaration that was looked at last stand for.
    var written = WrittenNames()
    /// Nodes being checked whose `deadline` bounds everything inside them.
    var deadlineDepth = 0
    /// The flow of which has been said that its tasks have no limit, with its module.
    var endlessFlow: (module: Int, flow: NodeId)?
    /// The flow that has been looked at for a boundary of time, and whether it has one.
    var timedFlow: (module: Int, flow: NodeId, isTimed: Bool)?

    init(isOn: Bool) { self.isOn = isOn }
}

extension ProgramChecker {
    /// Takes a finding down. The standard library is looked after by its own authors.
    func lint(_ diagnostic: @autoclosure () -> Diagnostic) {
        if !lints.isOn || modules[module].isStandardLibrary { return }
        var found = repaired(diagnostic())
        // what is written anew has no place for the comments that stood in it
        if found.fixes.contains(where: { $0.safety == .safe && $0.edits.contains { hasComment(in: $0.span) } }
        ),
            found.code.number >= 5030 && found.code.number < 5090
        {
            found.fixes = []
        }
        lints.found.append(found)
    }

    /// Notes that a declaration is mentioned.
    @inline(__always) func markUsed(_ symbol: Int) {
        if symbol >= 0 && symbol < lints.usedSymbols.count { lints.usedSymbols[symbol] = true }
    }

    /// The findings without those that `wf:allow` comments take back, and what is to be said about these comments.
    ///
    /// - Parameter before: what was found before the checker began.
    func settledLints(after before: [Diagnostic]) -> [Diagnostic] {
        guard lints.isOn else { return [] }
        // a file with mistakes says nothing about the warnings of another
        let unread = Set(before.filter { $0.severity == .error }.map(\.span.file))
        var wrong = unread
        for diagnostic in sink.diagnostics where diagnostic.severity == .error {
            wrong.insert(diagnostic.span.file)
        }
        lintDeclarations(without: wrong)
        lintTrees(without: unread)
        if sink.hasErrors { forgetDoubtful() }
        var unique: Set<Diagnostic> = []
        var result = lints.found.filter {
            (!unread.contains($0.span.file) || ProgramChecker.isOfSchedule($0)) && unique.insert($0).inserted
        }
        for input in modules where !input.isStandardLibrary {
            var allowances = LintAllowances(input.tree)
            if allowances.isEmpty { continue }
            result = result.filter { $0.span.file != input.tree.file || !allowances.take($0) }
            if !wrong.contains(input.tree.file) {
                result += allowances.complaints(input.lintLevels).map { repaired($0) }
            }
        }
        return levelled(result)
    }

    /// The findings with the severities that their files' levels say, and without those that are off.
    private func levelled(_ found: [Diagnostic]) -> [Diagnostic] {
        var levels: [FileId: LintLevels] = [:]
        for input in modules { levels[input.tree.file] = input.lintLevels }
        return found.compactMap { finding in
            var finding = finding
            switch (levels[finding.span.file] ?? .standard)[finding.code.number] {
            case .off: return nil
            case .note: finding.severity = .note
            case .warning: finding.severity = .warning
            case .error: finding.severity = .error
            }
            return finding
        }
    }
}

extension ProgramChecker {
    /// A schedule is judged by its text, which nothing around it can make doubtful.
    private static func isOfSchedule(_ finding: Diagnostic) -> Bool {
        (5075...5077).contains(finding.code.number) || (5086...5087).contains(finding.code.number)
    }

    /// Drops what was found in declarations that have errors.
    private func forgetDoubtful() {
        if lints.found.isEmpty { return }
        var wrong: [FileId: [Span]] = [:]
        for diagnostic in sink.diagnostics {
            guard let input = modules.first(where: { $0.tree.file == diagnostic.span.file }) else { continue }
            let reader = input.tree.reader
            for item in input.tree.rootView.items {
                let whole = reader.span(item)
                if whole.start <= diagnostic.span.start && diagnostic.span.start <= whole.end {
                    wrong[whole.file, default: []].append(whole)
                }
            }
        }
        lints.found.removeAll { found in
            !ProgramChecker.isOfSchedule(found)
                && (wrong[found.span.file] ?? []).contains { span in
                    span.start <= found.span.start && found.span.start <= span.end
                }
        }
    }
}

/// The comments `// wf:allow WF5012 because …` of a file. Each takes back the findings of its code that begin on its
/// own line, or, when it stands alone on a line, on the next line with code.
public struct LintAllowances {
    private struct Entry {
        var span: Span
        var codes: [(number: UInt16, span: Span)]
        var reason: Reason
        /// Lines that it is about: the comment's own, and the first line with code behind it.
        var lines: ClosedRange<Int>
        var used: Set<UInt16> = []
    }
    private enum Reason { case said, withoutBecause, missing }
    private static let word = Array("wf:allow".utf8)
    /// Of one comment, this much is read.
    private static let bytesMax = 1024
    private var entries: [Entry] = []
    private var lines: LineIndex?

    var isEmpty: Bool { entries.isEmpty }

    init(_ tree: SyntaxTree) {
        let reader = tree.reader
        let bytes = reader.bytes(from: 0, to: UInt32(tree.source.count))
        var index = 0
        while let found = LintAllowances.find(in: bytes, from: index) {
            index = found + LintAllowances.word.count
            // in a string it is no comment
            if reader.token(reader.token(at: UInt32(found))).start <= found { continue }
            guard let start = LintAllowances.commentStart(before: found, in: bytes) else { continue }
            var end = index
            while end < bytes.count && bytes[end] != 0x0A && bytes[end] != 0x0D { end += 1 }
            let lines = lines ?? LineIndex(tree.source)
            self.lines = lines
            add(start..<end, index, bytes, lines, tree.file)
            // what follows on the line is part of the comment
            index = end
        }
    }

    private mutating func add(
        _ range: Range<Int>, _ start: Int, _ bytes: UnsafeBufferPointer<UInt8>, _ lines: LineIndex,
        _ file: FileId
    ) {
        var codes: [(number: UInt16, span: Span)] = []
        let end = min(range.upperBound, start + LintAllowances.bytesMax)
        let words = String(decoding: bytes[start..<end], as: UTF8.self)
        var rest = words.split { $0 == " " || $0 == "," }[...]
        if rest.first == ":" { rest = rest.dropFirst() }
        while let word = rest.first, word.hasPrefix("WF") || word.hasPrefix("wf"),
            word.dropFirst(2).first?.isNumber == true
        {
            let digits = word.dropFirst(2).prefix { $0.isNumber }
            let place = UInt32(start + words.utf8.distance(from: words.startIndex, to: word.startIndex))
            let end = place + 2 + UInt32(digits.utf8.count)
            codes.append((UInt16(digits) ?? 0, Span(file: file, start: place, end: end)))
            rest = rest.dropFirst()
        }
        let hasBecause =
            rest.count > 1 && rest.first.map { $0.lowercased().filter { $0 != ":" } } == "because"
        let line = lines.line(at: UInt32(range.lowerBound))
        let isAlone = LintAllowances.isBlank(before: range.lowerBound, in: bytes)
        let next = isAlone ? LintAllowances.codeStart(behind: range.upperBound, in: bytes) : range.lowerBound
        entries.append(
            Entry(
                span: Span(file: file, start: UInt32(range.lowerBound), end: UInt32(range.upperBound)),
                codes: codes, reason: hasBecause ? .said : rest.count > 1 ? .withoutBecause : .missing,
                lines: line...max(line, lines.line(at: UInt32(next)))))
    }

    /// Whether a comment takes this finding back.
    mutating func take(_ diagnostic: Diagnostic) -> Bool {
        guard let line = lines?.line(at: diagnostic.span.start) else { return false }
        for index in entries.indices where entries[index].lines.contains(line) {
            if entries[index].codes.contains(where: { $0.number == diagnostic.code.number }) {
                entries[index].used.insert(diagnostic.code.number)
                return true
            }
        }
        return false
    }

    /// What is wrong with the comments themselves.
    ///
    /// - Parameter levels: a code that is off anyway, or that another program finds, is not idle.
    func complaints(_ levels: LintLevels) -> [Diagnostic] {
        entries.flatMap { entry -> [Diagnostic] in
            if entry.codes.isEmpty { return [.allowanceWithoutCode(at: entry.span)] }
            if let other = entry.codes.first(where: { $0.number / 1000 != 5 }) {
                let place = entry.codes.count == 1 ? entry.span : other.span
                return [.allowanceOfNoWarning(DiagnosticCode(other.number), at: place)]
            }
            let idle = entry.codes.filter {
                !entry.used.contains($0.number) && levels[$0.number] != .off && $0.number != 5089
            }
            if entry.used.isEmpty {
                return idle.isEmpty ? [] : [.allowanceUnused(entry.codes.map(\.number), at: entry.span)]
            }
            let rest = idle.map { Diagnostic.allowanceUnused([$0.number], at: $0.span) }
            switch entry.reason {
            case .said: return rest
            case .withoutBecause: return rest + [.allowanceWithoutBecause(at: entry.span)]
            case .missing: return rest + [.allowanceWithoutReason(at: entry.span)]
            }
        }
    }

    private static func find(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        // The last byte of a match stands at `index`; where its byte is not in the word, the whole word is passed over.
        var index = start + word.count - 1
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "w"):
                let first = index + 1 - word.count
                if bytes[first...index].elementsEqual(word) { return first }
                index += 7
            case UInt8(ascii: "o"): index += 1
            case UInt8(ascii: "l"): index += 2
            case UInt8(ascii: "a"): index += 4
            case UInt8(ascii: ":"): index += 5
            case UInt8(ascii: "f"): index += 6
            default: index += 8
            }
        }
        return nil
    }

    /// Where the `//` stands when only blanks are between it and the place.
    private static func commentStart(before place: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var index = place - 1
        while index >= 0 && bytes[index] == 0x20 { index -= 1 }
        guard index >= 1, bytes[index] == 0x2F, bytes[index - 1] == 0x2F else { return nil }
        index -= 1
        while index > 0, bytes[index - 1] == 0x2F { index -= 1 }
        return index
    }

    /// The first byte that is neither blank nor part of a comment.
    private static func codeStart(behind place: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var index = place
        while index < bytes.count {
            if bytes[index] == 0x2F && index + 1 < bytes.count && bytes[index + 1] == 0x2F {
                while index < bytes.count && bytes[index] != 0x0A { index += 1 }
            } else if bytes[index] == 0x20 || (0x09...0x0D).contains(bytes[index]) {
                index += 1
            } else {
                break
            }
        }
        return index
    }

    private static func isBlank(before place: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = place - 1
        while index >= 0 && bytes[index] != 0x0A {
            if bytes[index] != 0x20 && bytes[index] != 0x09 { return false }
            index -= 1
        }
        return true
    }
}
