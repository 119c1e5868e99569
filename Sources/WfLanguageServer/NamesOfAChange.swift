// Whether a change of texts leaves every name its meaning: what the names stand for is taken down before, and compared while
// the files have their new texts. Only names are looked at that the change writes or takes away: the others see what they saw.
import WfChecker
import WfCompiler
import WfDiagnostics
import WfSource
import WfSyntax

/// Names that a change may give another meaning, with the one they have.
struct NamesOfAChange {
    private struct Noted {
        let document: Document
        let span: Span
        let meanings: Set<Meaning>
        /// Where the checker has found what it reads; nil when that is no name of a body.
        let reads: ByteOffset?
        /// Whether the change writes another name there.
        let isRenamed: Bool
    }

    private let server: LanguageServer
    private let shifts: [FileId: Shifts]
    /// Whether the edits replace names by names, so that what is declared there stays declared.
    private let isRenaming: Bool
    private var noted: [Noted] = []
    /// For messages: places in other files are said with the file's name.
    private var home: FileId?

    var isEmpty: Bool { noted.isEmpty }

    /// For edits that give a declaration another name wherever it is meant.
    init(
        renaming changes: [(document: Document, edits: [TextEdit])], of declaration: Declaration,
        to name: String, _ server: LanguageServer
    ) {
        self.server = server
        isRenaming = true
        home = declaration.document.tree.file
        shifts = Dictionary(uniqueKeysWithValues: changes.map { ($0.document.tree.file, Shifts($0.edits)) })
        var documents = changes.map(\.document)
        if !server.isLocal(declaration) {
            // who sees the declarations of a file that changes may see another one there now
            documents += server.workspace.trees.filter { tree in
                shifts[tree.file] == nil
                    && server.workspace.uses(of: tree.file).contains { $0.map { shifts[$0] != nil } ?? false }
            }.compactMap { server.document(file: $0.file) }
        }
        var names: Set<String> = [declaration.name, name]
        // a func is called on values by its first parameter's name
        if names.contains("self"), let owner = server.callable(of: declaration) { names.insert(owner) }
        for document in documents { note(document, names) }
    }

    /// For edits of any kind: the names outside them that they may hide or uncover.
    init(_ edits: [TextEdit], _ server: LanguageServer) {
        self.server = server
        isRenaming = false
        let byFile = Dictionary(grouping: edits, by: \.span.file)
        shifts = byFile.mapValues { Shifts($0) }
        for (file, edits) in byFile.sorted(by: { $0.key < $1.key }) {
            guard let document = server.document(file: file) else { continue }
            let words = Self.words(edits, document)
            if !words.isEmpty { note(document, words) }
        }
    }

    /// The words that are in edits more or less often afterwards.
    private static func words(_ edits: [TextEdit], _ document: Document) -> Set<String> {
        var counts: [Substring: Int] = [:]
        func count(_ text: String, _ step: Int) {
            for word in text.split(whereSeparator: {
                !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_"))
            }) {
                counts[word, default: 0] += step
            }
        }
        for edit in edits {
            count(document.reader.text(edit.span), -1)
            count(edit.replacement, 1)
        }
        return Set(counts.filter { $0.value != 0 && !($0.key.first?.isNumber ?? true) }.keys.map(String.init))
    }

    // MARK: before

    private mutating func note(_ document: Document, _ names: Set<String>) {
        let reader = document.reader
        let wanted = names.map { Array($0.utf8) }
        let shifts = shifts[document.tree.file]
        var meanings: Meanings?
        for number in 0..<UInt32(reader.tokenCount) {
            let token = TokenId(number)
            let entry = reader.token(token)
            guard entry.kind == .identifier,
                wanted.contains(where: {
                    $0.count == Int(entry.length) && reader.bytes(token).elementsEqual($0)
                })
            else { continue }
            let span = reader.span(token)
            let edit = shifts?.edit(at: span)
            if edit != nil && !isRenaming { continue }
            let known = meanings ?? Meanings(server, document)
            meanings = known
            let found = Set(known.meanings(token))
            let owner = known.index.owner(of: token)
            // a name that nothing declares may come to mean something
            if found.isEmpty && (!isRenaming || isFaulty(span, document)) { continue }
            noted.append(
                Noted(
                    document: document, span: span, meanings: found,
                    reads: known.inspection?.declaration(readAt: owner), isRenamed: edit != nil))
        }
    }

    private func isFaulty(_ span: Span, _ document: Document) -> Bool {
        server.workspace.diagnostics(document.path).contains {
            $0.severity == .error && $0.span.start <= span.start && span.end <= $0.span.end
        }
    }

    // MARK: after

    /// What is different, while the files have their new texts; nil when every name means what it meant.
    func other() -> String? {
        var meanings: Meanings?
        for name in noted {
            let file = name.document.tree.file
            if meanings?.file != file {
                meanings = server.document(file: file).map { Meanings(server, $0) }
            }
            guard let after = meanings, let range = range(after: name.span, file) else { continue }
            var found: Set<Meaning> = []
            var reads: ByteOffset?
            for number in after.index.tokens(from: range.lowerBound, to: range.upperBound) {
                let token = TokenId(number)
                found.formUnion(after.meanings(token))
                reads = reads ?? after.inspection?.declaration(readAt: after.index.owner(of: token))
            }
            guard let wanted = wanted(name.meanings) else { continue }
            if found != wanted { return text(name, wanted, found) }
            if let before = name.reads, let reads, let place = place(before, file), place != reads {
                return text(name, wanted, [.declared(file, reads)])
            }
        }
        return nil
    }

    /// What has to be meant afterwards; nil when the change itself declares it.
    private func wanted(_ meanings: Set<Meaning>) -> Set<Meaning>? {
        var wanted: Set<Meaning> = []
        for meaning in meanings {
            guard case .declared(let file, let start) = meaning else {
                wanted.insert(meaning)
                continue
            }
            guard let place = place(start, file) else { return nil }
            wanted.insert(.declared(file, place))
        }
        return wanted
    }

    private func place(_ start: UInt32, _ file: FileId) -> UInt32? {
        guard let shifts = shifts[file] else { return start }
        return shifts.after(start, isRenaming)
    }

    private func range(after span: Span, _ file: FileId) -> Range<UInt32>? {
        guard let shifts = shifts[file] else { return span.start..<span.end }
        guard let start = shifts.after(span.start, isRenaming) else { return nil }
        return start..<start
            + (shifts.edit(at: span).map { UInt32($0.replacement.utf8.count) } ?? span.length)
    }

    // MARK: words

    private func text(_ name: Noted, _ wanted: Set<Meaning>, _ found: Set<Meaning>) -> String {
        let old = name.document.reader.text(name.span)
        let what = "`\(old)` at \(place(name.span.start, name.document)) would mean"
        let new = found.subtracting(wanted).sorted { rank($0) < rank($1) }.first
        let words = new.map { "\(what) \(said($0))" } ?? "\(what) nothing"
        guard !name.isRenamed,
            let before = wanted.subtracting(found).sorted(by: { rank($0) < rank($1) }).first
        else { return words }
        return "\(words) instead of \(said(before))"
    }

    /// An order that does not depend on hashing.
    private func rank(_ meaning: Meaning) -> UInt64 {
        guard case .declared(let file, let start) = meaning else { return 0 }
        return UInt64(file.index) << 32 | UInt64(start)
    }

    /// A meaning of the new texts, said with its place in the old ones.
    private func said(_ meaning: Meaning) -> String {
        guard case .declared(let file, let start) = meaning, let found = server.declaration(file, start)
        else {
            return meaning.isModule ? "a module" : "what is built in"
        }
        if server.workspace.isLibrary(file) { return "the \(found.word) of the standard library" }
        let before = shifts[file]?.before(start) ?? start
        guard let old = noted.first(where: { $0.document.tree.file == file })?.document else {
            return "the \(found.word) of \(found.document.path)"
        }
        return "the \(found.word) at \(place(before, old))"
    }

    private func place(_ offset: UInt32, _ document: Document) -> String {
        let position = document.lines.position(of: Int(offset), in: document.bytes, document.encoding)
        let place = "\(position.line + 1):\(position.character + 1)"
        return document.tree.file == home ? place : "\(document.path):\(place)"
    }
}

extension Meaning {
    fileprivate var isModule: Bool { if case .module = self { true } else { false } }
}

extension Declaration {
    /// What it is, in one or two words.
    var word: String {
        switch reader.kind(node) {
        case .parameter, .lambdaParameter: return "parameter"
        case .bindingPattern:
            let outer = index.ancestors(node).first {
                [.letStmt, .forExpr, .matchArm].contains(reader.kind($0))
            }
            guard let outer, reader.kind(outer) != .matchArm else { return "name in a pattern" }
            if reader.kind(outer) == .forExpr { return "item of the `for`" }
            return LetStmtView(reader, outer).isVar ? "`var`" : "`let`"
        case .loopVariable: return "`loop` variable"
        case .stepStmt, .exprStmt, .flowStep: return "step"
        case .raceBranch: return "branch"
        case .catchClause: return "`catch`"
        case .signalStmt: return "signal"
        case .queryStmt: return "query"
        case .fieldDecl: return "field"
        case .enumCaseDecl: return "case"
        case .enumPayload: return "value of a case"
        case .typeParameter: return "type parameter"
        case .recordDecl: return "record"
        case .enumDecl: return "enum"
        case .funcDecl, .externFuncDecl: return "func"
        case .actionDecl, .externActionDecl: return "action"
        case .workflowDecl: return "workflow"
        case .flowDecl: return "flow"
        case .useDecl: return "module"
        default: return reader.text(reader.firstToken(node))
        }
    }
}

/// Where places of a text are after edits of it, and the other way round.
struct Shifts {
    /// In order of the page; they do not overlap.
    private let edits: [TextEdit]

    init(_ edits: [TextEdit]) {
        self.edits = edits.enumerated().sorted {
            ($0.element.span.start, $0.offset) < ($1.element.span.start, $1.offset)
        }
        .map(\.element)
    }

    /// The edit that replaces a place, or a part of it.
    func edit(at span: Span) -> TextEdit? {
        edits.first { $0.span.start < span.end && span.start < $0.span.end }
    }

    /// - Parameter keepsStarts: whether the start of what is replaced is the start of what stands there then.
    /// - Returns: nil for a place that is replaced.
    func after(_ place: UInt32, _ keepsStarts: Bool) -> UInt32? {
        var result = Int(place)
        for edit in edits where edit.span.start <= place {
            if edit.span.start == place && edit.span.end > place {
                return keepsStarts ? UInt32(result) : nil
            }
            if edit.span.end > place { return nil }
            result += edit.replacement.utf8.count - Int(edit.span.length)
        }
        return UInt32(result)
    }

    /// Nil for a place in what an edit has written, but for its start.
    func before(_ place: UInt32) -> UInt32? {
        var shift = 0
        for edit in edits {
            let start = Int(edit.span.start) + shift
            if Int(place) < start { break }
            if Int(place) == start && edit.span.length > 0 { return edit.span.start }
            if Int(place) < start + edit.replacement.utf8.count { return nil }
            shift += edit.replacement.utf8.count - Int(edit.span.length)
        }
        return UInt32(Int(place) - shift)
    }
}
