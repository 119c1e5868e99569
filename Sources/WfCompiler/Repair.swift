// The fixes that messages carry, applied: again and again until there is none left, and none that makes things worse.
// Knows texts only; who asked for it writes them.
import WfDiagnostics
import WfFormatter
import WfSource
import WfSyntax

/// What applying fixes has come to.
public struct Repair: Sendable {
    /// A file that has another text now.
    public struct Change: Sendable {
        public let path: String
        public let before: [UInt8]
        public let after: [UInt8]
    }

    /// In the order of the files that were named.
    public let changes: [Change]
    /// Messages that were taken away by a fix of theirs.
    public let fixedCount: Int
    /// What is to be said about the new texts.
    public let left: Compilation
    /// Files that were named and are written in another language, so that nothing in them is fixed.
    public let foreign: [String]
}

extension Compiler {
    /// Applies the fixes of what `check` says about the files, to these files alone.
    ///
    /// A fix that would leave more errors than it takes away is not applied. A file that was formatted stays so.
    ///
    /// - Parameter unsafe: also those that somebody should look at.
    public static func repair(
        _ paths: [String], provider: any SourceProvider, unsafe: Bool, overrides: [LintOverride] = []
    ) -> Repair {
        withLargeStack {
            var repairer = Repairer(paths, provider, unsafe: unsafe, overrides: overrides)
            return repairer.run()
        }
    }
}

/// The texts so far.
private struct Repairer {
    /// Rounds of checking and fixing: a fix may uncover what the next round fixes.
    private static let roundsMax = 30

    /// What tells a fix from others, wherever its place is after other changes.
    private struct Key: Hashable {
        let path: String
        let code: DiagnosticCode
        let message: String
        let title: String
    }

    private struct Candidate {
        let fix: Fix
        let key: Key
    }

    let paths: [String]
    let provider: any SourceProvider
    let unsafe: Bool
    let overrides: [LintOverride]
    var texts: [String: [UInt8]] = [:]
    var originals: [String: [UInt8]] = [:]
    var current: Compilation
    var fixedCount = 0
    /// How often a fix may still be applied: as often as it was wanted when first seen. What stays after that, it cannot
    /// take away.
    private var budget: [Key: Int] = [:]

    init(_ paths: [String], _ provider: any SourceProvider, unsafe: Bool, overrides: [LintOverride]) {
        self.paths = paths.map { ModulePath.normalized($0) }
        self.provider = provider
        self.unsafe = unsafe
        self.overrides = overrides
        current = Compiler.check(self.paths, provider: provider, overrides: overrides)
    }

    mutating func run() -> Repair {
        let foreign = current.imports.keys.sorted().map { current.files[Int($0.index)].path }
            .filter { paths.contains($0) }
        for _ in 0..<Repairer.roundsMax {
            let fixes = wantedFixes()
            if fixes.isEmpty || !apply(fixes) { break }
        }
        formatTouched()
        let changes = paths.compactMap { path -> Repair.Change? in
            guard let after = texts[path], let before = originals[path], after != before else { return nil }
            return Repair.Change(path: path, before: before, after: after)
        }
        return Repair(changes: changes, fixedCount: fixedCount, left: current, foreign: foreign)
    }

    /// A fix for each message that has one and changes nothing but files that were named.
    private mutating func wantedFixes() -> [Candidate] {
        let named = Set(paths)
        let mayChange = current.files.indices.map { index in
            named.contains(current.files[index].path) && current.imports[FileId(UInt32(index))] == nil
        }
        var found: [Candidate] = []
        for diagnostic in current.diagnostics {
            guard let fix = diagnostic.fix(unsafe: unsafe),
                fix.edits.allSatisfy({ mayChange[Int($0.span.file.index)] })
            else { continue }
            let key = Key(
                path: current.files[Int(diagnostic.span.file.index)].path, code: diagnostic.code,
                message: diagnostic.message, title: fix.title)
            found.append(Candidate(fix: fix, key: key))
        }
        let counts = found.reduce(into: [Key: Int]()) { $0[$1.key, default: 0] += 1 }
        budget.merge(counts) { known, _ in known }
        let open = found.filter { budget[$0.key, default: 0] > 0 }
        let free = Fix.compatible(open.map(\.fix))
        var next = 0
        return open.filter { candidate in
            guard next < free.count, free[next] == candidate.fix else { return false }
            next += 1
            return true
        }
    }

    /// Applies as many of the fixes as do no harm; false when that is none.
    private mutating func apply(_ fixes: [Candidate]) -> Bool {
        var good: [Candidate] = []
        var best: (texts: [String: [UInt8]], result: Compilation)?
        var open = [fixes[...]]
        while let group = open.popLast() {
            let candidate = edited((good + group).map(\.fix))
            let result = check(candidate)
            if isNoWorse(result, than: best?.result ?? current) {
                good += group
                best = (candidate, result)
            } else if group.count > 1 {
                let middle = group.startIndex + group.count / 2
                open.append(group[middle...])
                open.append(group[..<middle])
            }
        }
        guard let best else { return false }
        for path in best.texts.keys where originals[path] == nil {
            originals[path] = current.files.first { $0.path == path }.map { Array($0.bytes) }
        }
        texts = best.texts
        current = best.result
        for candidate in good { budget[candidate.key, default: 0] -= 1 }
        fixedCount += good.count
        return true
    }

    /// The texts after fixes of those that `current` speaks of.
    private func edited(_ fixes: [Fix]) -> [String: [UInt8]] {
        var result = texts
        let edits = fixes.flatMap(\.edits)
        for file in Set(edits.map(\.span.file)) {
            let source = current.files[Int(file.index)]
            let bytes = Array(source.bytes)
            result[source.path] = Fix.apply(edits.map { inLineEnds(of: bytes, $0) }, of: file, to: bytes)
        }
        return result
    }

    /// An edit whose lines end as those of the text do.
    private func inLineEnds(of bytes: [UInt8], _ edit: TextEdit) -> TextEdit {
        guard edit.replacement.utf8.contains(0x0A), let first = bytes.firstIndex(of: 0x0A), first > 0,
            bytes[first - 1] == 0x0D
        else { return edit }
        let lines = edit.replacement.split(separator: "\n", omittingEmptySubsequences: false)
        return TextEdit(edit.span, lines.joined(separator: "\r\n"))
    }

    private func check(_ texts: [String: [UInt8]]) -> Compilation {
        let overlay = texts.keys.sorted().map { SourceFile(path: $0, bytes: texts[$0] ?? []) }
        return Compiler.check(
            paths, provider: OverlaySourceProvider(overlay, over: provider), overrides: overrides)
    }

    /// Whether no file has more syntax errors, and, unless it has fewer, there are no more errors of other kinds: what
    /// could not be read may hide many.
    private func isNoWorse(_ result: Compilation, than before: Compilation) -> Bool {
        let (syntax, errors) = counts(result)
        let (syntaxBefore, errorsBefore) = counts(before)
        for (path, count) in syntax where count > syntaxBefore[path, default: 0] { return false }
        let isReadBetter = syntax.values.reduce(0, +) < syntaxBefore.values.reduce(0, +)
        return isReadBetter || errors <= errorsBefore
    }

    private func counts(_ result: Compilation) -> (syntax: [String: Int], errors: Int) {
        var syntax: [String: Int] = [:]
        var errors = 0
        for diagnostic in result.diagnostics where diagnostic.severity == .error {
            errors += 1
            if diagnostic.code.isSyntax {
                syntax[result.files[Int(diagnostic.span.file.index)].path, default: 0] += 1
            }
        }
        return (syntax, errors)
    }

    /// Formats what has been changed and was formatted before.
    private mutating func formatTouched() {
        var hasChanged = false
        for path in paths {
            guard let text = texts[path], let before = originals[path],
                Repairer.formatted(before).map({ $0 == before }) ?? false,
                let neat = Repairer.formatted(text), neat != text
            else { continue }
            texts[path] = neat
            hasChanged = true
        }
        if hasChanged { current = check(texts) }
    }

    /// Nil when it has syntax errors.
    private static func formatted(_ text: [UInt8]) -> [UInt8]? {
        var sink = DiagnosticSink()
        let source = SourceFile(path: "", bytes: text)
        let tree = Parser.parse(source, file: FileId(0), interner: Interner(), into: &sink)
        return tree.hasErrors ? nil : Formatter.format(tree)
    }
}
