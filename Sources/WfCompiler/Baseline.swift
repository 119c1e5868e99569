// A list of findings that a project has agreed to live with, so that it can begin to use the lints and mend old files one by
// one. An entry knows no line numbers: it is a code, a file, a declaration, the text of the line and how often that occurs.
// Knows no disk.
public import WfDiagnostics
import WfImport
public import WfSource
public import WfSyntax

/// What is known and not shown again.
public struct Baseline: Sendable {
    /// What a finding is recognised by.
    private struct Key: Hashable, Comparable {
        var path: String
        var code: String
        var declaration: String
        var line: String

        static func < (left: Key, right: Key) -> Bool {
            (left.path, left.code, left.declaration, left.line)
                < (right.path, right.code, right.declaration, right.line)
        }
    }

    private var entries: [(key: Key, count: Int, span: Span)] = []

    /// The findings of a compilation: all of lints, whatever their level.
    ///
    /// - Parameter path: what an entry calls a file of the compilation.
    public init(of result: Compilation, path: @escaping (String) -> String) {
        var counts: [Key: Int] = [:]
        var reader = KeyReader(result, path)
        for diagnostic in result.diagnostics {
            if let key = reader.key(diagnostic) { counts[key, default: 0] += 1 }
        }
        entries = counts.sorted { $0.key < $1.key }.map {
            ($0.key, $0.value, Span(file: FileId(0), start: 0, end: 0))
        }
    }

    /// How many findings it lists.
    public var count: Int { entries.reduce(0) { $0 + $1.count } }

    /// The file's text: JSON, an entry on each line, sorted.
    public var text: String {
        let lines = entries.map { key, count, _ in
            var json = JSONText()
            json.open("{")
            json.pair("code", key.code)
            json.pair("path", key.path)
            json.pair("declaration", key.declaration)
            json.pair("line", key.line)
            json.pair("count", count)
            json.close("}")
            return "        " + json.text
        }
        let list = lines.isEmpty ? "[]" : "[\n\(lines.joined(separator: ",\n"))\n    ]"
        return "{\n    \"version\": 1,\n    \"findings\": \(list)\n}\n"
    }

    // MARK: reading

    /// Reads a file; what is wrong with it.
    public static func read(_ source: SourceFile, file: FileId) -> (
        baseline: Baseline, diagnostics: [Diagnostic]
    ) {
        var baseline = Baseline()
        if source.isBlank {
            let start = Span(file: file, start: 0, end: 0)
            return (baseline, [.baselineShape("the `version`", "1", found: "an empty file", at: start)])
        }
        let document = JSONReader.read(source, file: file)
        var wrong = document.diagnostics
        guard let root = document.root else { return (baseline, wrong) }
        guard let map = root.map, map["version"]?.int == 1 else {
            let at = root.map?["version"]?.span ?? root.span
            wrong.append(
                .baselineShape(
                    "the `version`", "1", found: root.map?["version"]?.scalarText ?? "none", at: at))
            return (baseline, wrong)
        }
        for key in map.entries where key.key != "version" && key.key != "findings" {
            wrong.append(
                .baselineShape("a setting", "`version` or `findings`", found: "`\(key.key)`", at: key.keySpan)
            )
        }
        guard let list = map["findings"]?.list else {
            let found = map["findings"]
            wrong.append(
                .baselineShape(
                    "`findings`", "a list", found: found?.kindName ?? "nothing", at: found?.span ?? root.span)
            )
            return (baseline, wrong)
        }
        for node in list {
            guard let code = node["code"]?.text, let path = node["path"]?.text, let line = node["line"]?.text,
                let declaration = node["declaration"]?.text, let count = node["count"]?.int, count > 0,
                node.map?.count == 5
            else {
                wrong.append(
                    .baselineShape(
                        "an entry", "`code`, `path`, `declaration`, `line` and a `count`",
                        found: node.kindName,
                        at: node.span))
                continue
            }
            let key = Key(path: path, code: code, declaration: declaration, line: line)
            baseline.entries.append((key, count, node.span))
        }
        return (baseline, wrong)
    }

    private init() {}

    // MARK: using

    /// The diagnostics that are not in the list, and what is to be said about entries that no longer occur in the files
    /// that were checked.
    ///
    /// - Parameter isGone: whether a file, as an entry calls it, is no longer there and would have been checked.
    public func apply(
        to result: Compilation, path: @escaping (String) -> String,
        isGone: (String) -> Bool = { _ in false }
    ) -> [Diagnostic] {
        var left: [Key: Int] = [:]
        for entry in entries { left[entry.key, default: 0] += entry.count }
        var reader = KeyReader(result, path)
        let shown = result.diagnostics.filter { diagnostic in
            guard let key = reader.key(diagnostic), let count = left[key], count > 0 else { return true }
            left[key] = count - 1
            return false
        }
        // a file that cannot be read has no findings
        let wrong = Set(result.diagnostics.filter { $0.severity == .error }.map(\.span.file))
        let checked = Set(
            result.sources.filter { !wrong.contains($0.tree.file) }.map { path($0.tree.source.path) })
        var stale: [Diagnostic] = []
        for entry in entries {
            guard let count = left[entry.key], count > 0 else { continue }
            let gone = !checked.contains(entry.key.path) && isGone(entry.key.path)
            guard gone || checked.contains(entry.key.path) else { continue }
            left[entry.key] = 0
            let place = entry.key.declaration.isEmpty ? "" : " (`\(entry.key.declaration)`)"
            stale.append(
                .baselineStale(
                    entry.key.code, entry.key.path, place, count: count, isGone: gone, at: entry.span))
        }
        return shown + stale
    }

    /// The diagnostics of one file that are not in the list, for those who look at one file at a time.
    public func shown(
        _ diagnostics: [Diagnostic], of tree: SyntaxTree, path: @escaping (String) -> String
    ) -> [Diagnostic] {
        var left: [Key: Int] = [:]
        for entry in entries { left[entry.key, default: 0] += entry.count }
        var reader = KeyReader([tree.file: (tree, false)], { _ in tree.source }, path)
        return diagnostics.filter { diagnostic in
            guard let key = reader.key(diagnostic), let count = left[key], count > 0 else { return true }
            left[key] = count - 1
            return false
        }
    }

    /// Finds what a finding is recognised by.
    private struct KeyReader {
        private let file: (FileId) -> SourceFile
        private let path: (String) -> String
        private var lines: [FileId: LineIndex] = [:]
        private let sources: [FileId: (tree: SyntaxTree, isImported: Bool)]

        init(_ result: Compilation, _ path: @escaping (String) -> String) {
            var sources: [FileId: (tree: SyntaxTree, isImported: Bool)] = [:]
            for source in result.sources { sources[source.tree.file] = (source.tree, source.isImported) }
            self.init(sources, { result.files[Int($0.index)] }, path)
        }

        /// - Parameter file: a file as it was read, which an imported tree's is not.
        init(
            _ sources: [FileId: (tree: SyntaxTree, isImported: Bool)],
            _ file: @escaping (FileId) -> SourceFile, _ path: @escaping (String) -> String
        ) {
            self.sources = sources
            self.file = file
            self.path = path
        }

        /// Nil for what is no lint's: a mistake is never agreed to.
        mutating func key(_ diagnostic: Diagnostic) -> Key? {
            guard diagnostic.code.number / 1000 == 5, let source = sources[diagnostic.span.file] else {
                return nil
            }
            let file = file(diagnostic.span.file)
            let lines = lines[diagnostic.span.file] ?? LineIndex(file)
            self.lines[diagnostic.span.file] = lines
            let text = lines.text(ofLine: lines.line(at: diagnostic.span.start))
            let words = text.split { $0 == " " || $0 == "\t" || $0 == "\r" }.joined(separator: " ")
            return Key(
                path: path(file.path), code: "\(diagnostic.code)",
                declaration: source.isImported ? "" : declaration(diagnostic.span, source.tree), line: words)
        }

        /// The name of the declaration that a place is in.
        private func declaration(_ span: Span, _ whole: SyntaxTree) -> String {
            let tree = whole.reader
            for item in whole.rootView.items {
                let place = tree.span(item)
                guard place.start <= span.start, span.start <= place.end else { continue }
                switch tree.kind(item) {
                case .useDecl, .triggerDecl, .errorDecl: return ""
                case .testDecl: return tree.text(TestDeclView(tree, item).title)
                // every named declaration keeps its name and its token first
                default: return tree.text(SecretDeclView(tree, item).nameToken)
                }
            }
            return ""
        }
    }
}
