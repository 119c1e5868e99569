// Refactorings: changes that keep what a program does. A family (a file beside this one) looks at a place and gives
// drafts; a draft is offered when the text it makes has no mistake that was not there before, keeps every comment, and is
// laid out as `wfc fmt` would.
import WfCompiler
import WfDiagnostics
import WfFormatter
import WfSource
import WfSyntax

/// A change before anybody knows whether it holds.
struct Draft {
    var title: String
    var kind: CodeAction.Kind
    /// Replacements in the file that is looked at; those at one place stand in order.
    var edits: [TextEdit]
    /// Replacements in other files.
    var others: [(document: Document, edits: [TextEdit])] = []
    /// Files that come into being: path and text.
    var files: [(path: String, text: String)] = []
    /// Whether the change may say what the program did not: then it need not keep comments.
    var dropsComments = false

    init(_ title: String, _ kind: CodeAction.Kind = .rewrite, _ edits: [TextEdit]) {
        self.title = title
        self.kind = kind
        self.edits = edits
    }
}

/// All families of refactorings, in the order in which an editor shows what they give.
struct Refactorings: CodeActionProvider {
    typealias Family = @Sendable (Spot) -> [Draft]

    static let families: [Family] = [
        extractions, declarationExtractions, inlinings, stepChanges, clauseChanges, blockChanges,
        conditionChanges,
        matchChanges, loopChanges, operatorChanges, stringChanges, numberChanges, callChanges, fieldChanges,
        lambdaChanges, declarationChanges, annotationChanges, generations, moduleChanges, nullChanges,
        parameterChanges, enumChanges, commandChanges, flowChanges, fanOutChanges, stringSplits,
        sampleChanges,
    ]

    func actions(_ request: CodeActionRequest, _ server: LanguageServer) -> [CodeAction] {
        if request.document.tree.hasErrors { return [] }
        let spot = Spot(request, server)
        if spot.hasErrors { return [] }
        return Refactorings.families.flatMap { $0(spot) }.compactMap { draft in
            request.wants(draft.kind) ? spot.finished(draft) : nil
        }
    }
}

extension Spot {
    /// The draft as a change of the files, if it holds.
    func finished(_ draft: Draft) -> CodeAction? {
        var texts: [(path: String, bytes: [UInt8])] = []
        var edits: [TextEdit] = []
        for change in [(document: document, edits: draft.edits)] + draft.others {
            guard let (bytes, made) = laidOut(change.document, change.edits, draft.dropsComments) else {
                return nil
            }
            texts.append((change.document.path, bytes))
            edits += made
        }
        var files: [(path: String, text: String)] = []
        for file in draft.files {
            guard let bytes = formatted(file.text) else { return nil }
            texts.append((file.path, bytes))
            files.append((file.path, String(decoding: bytes, as: UTF8.self)))
        }
        if edits.isEmpty && files.isEmpty { return nil }
        if server.workspace.hasNewErrors(with: texts) { return nil }
        return CodeAction(title: draft.title, kind: draft.kind, edits: edits, files: files)
    }

    /// A document after edits, formatted as far as it was; and the lines that differ.
    private func laidOut(
        _ document: Document, _ edits: [TextEdit], _ dropsComments: Bool
    ) -> (bytes: [UInt8], edits: [TextEdit])? {
        let before = Array(document.bytes)
        guard let (raw, lines) = applied(edits, to: before) else { return nil }
        guard let tree = parsed(raw, document.path) else { return nil }
        let after = isFormatted(document) ? Formatter.format(tree) : Formatter.format(tree, lines: lines)
        guard dropsComments || keepsComments(document.tree, tree) else { return nil }
        let difference = LineDiff(before, after)
        var starts: [UInt32] = [0]
        for line in difference.oldLines { starts.append(starts[starts.count - 1] + UInt32(line.count)) }
        let made = difference.changes.map { change in
            TextEdit(
                Span(
                    file: document.tree.file, start: starts[change.old.lowerBound],
                    end: starts[change.old.upperBound]),
                String(decoding: difference.newLines[change.new].flatMap { $0 }, as: UTF8.self))
        }
        return (after, made)
    }

    /// The text after edits, and which of its lines they touch; nil when they overlap.
    private func applied(_ edits: [TextEdit], to before: [UInt8]) -> (
        bytes: [UInt8], lines: ClosedRange<Int>
    )? {
        let order = edits.indices.sorted { (edits[$0].span.start, $0) < (edits[$1].span.start, $1) }
        var bytes: [UInt8] = []
        var at = 0
        var line = 1
        var lines: ClosedRange<Int>?
        func add(_ part: some Collection<UInt8>) {
            for byte in part where byte == 0x0A { line += 1 }
            bytes.append(contentsOf: part)
        }
        for index in order {
            let edit = edits[index]
            if Int(edit.span.start) < at { return nil }
            add(before[at..<Int(edit.span.start)])
            let first = line
            add(Array(edit.replacement.utf8))
            lines = min(lines?.lowerBound ?? first, first)...max(lines?.upperBound ?? line, line)
            at = Int(edit.span.end)
        }
        add(before[at...])
        return lines.map { (bytes, $0) }
    }

    func parsed(_ bytes: [UInt8], _ path: String) -> SyntaxTree? {
        var sink = DiagnosticSink()
        let tree = Parser.parse(
            SourceFile(path: path, bytes: bytes), file: document.tree.file,
            interner: server.workspace.interner,
            into: &sink)
        return sink.hasErrors ? nil : tree
    }

    private func formatted(_ text: String) -> [UInt8]? {
        parsed(Array(text.utf8), "new.wf").map { Formatter.format($0) }
    }

    private func isFormatted(_ document: Document) -> Bool {
        if let known = formattedFiles[document.tree.file] { return known }
        let found = Formatter.format(document.tree).elementsEqual(document.bytes)
        formattedFiles[document.tree.file] = found
        return found
    }

    private func keepsComments(_ before: SyntaxTree, _ after: SyntaxTree) -> Bool {
        var left = Spot.comments(after)
        for (comment, count) in Spot.comments(before) {
            guard let known = left[comment], known >= count else { return false }
            left[comment] = known - count
        }
        return true
    }

    /// How often each comment stands in a text.
    private static func comments(_ tree: SyntaxTree) -> [Substring: Int] {
        let reader = tree.reader
        var found: [Substring: Int] = [:]
        for index in 0..<UInt32(reader.tokenCount) {
            let span = reader.triviaSpan(before: TokenId(index))
            if !reader.bytes(from: span.start, to: span.end).contains(0x2F) { continue }
            for line in reader.text(span).split(whereSeparator: \.isNewline) {
                let body = line.drop { $0 == " " || $0 == "\t" }
                if !body.isEmpty { found[body, default: 0] += 1 }
            }
        }
        return found
    }
}
