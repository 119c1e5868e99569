// A module as XML. Walks statements and clauses; what an expression says stays text, with the blocks in it as elements.
public import WfDiagnostics
public import WfSource
public import WfSyntax

/// Writes a parsed file in the XML form.
public struct WfXmlExport {
    private let tree: TreeReader
    /// Blocks by their first token, outer ones first.
    private var blocks: [(first: UInt32, last: UInt32, node: NodeId)] = []
    private var out = ""
    private var depth = 0

    /// The module as XML.
    ///
    /// - Parameter tree: one without errors.
    public static func xml(_ tree: SyntaxTree) -> String {
        var export = WfXmlExport(tree.reader)
        export.module(tree.rootView)
        return export.out
    }

    /// What of a file no XML 1.0 can hold, neither as it is nor as a reference.
    ///
    /// [XML 1.0](https://www.w3.org/TR/xml/#charsets)
    public static func unwritable(_ source: SourceFile, file: FileId) -> [Diagnostic] {
        var found: [Diagnostic] = []
        var place: UInt32 = 0
        for scalar in String(decoding: source.bytes, as: UTF8.self).unicodeScalars {
            let end = place + UInt32(UTF8.width(scalar))
            switch scalar.value {
            case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: break
            default: found.append(.xmlUnwritable(scalar, at: Span(file: file, start: place, end: end)))
            }
            place = end
        }
        return found
    }

    private init(_ tree: TreeReader) {
        self.tree = tree
        for index in 1..<max(1, tree.nodeCount) {
            let id = NodeId(UInt32(index))
            guard tree.kind(id) == .block, tree.token(tree.firstToken(id)).kind == .leftBrace else {
                continue
            }
            blocks.append((tree.firstToken(id).index, tree.lastToken(id).index, id))
        }
        blocks.sort { $0.first != $1.first ? $0.first < $1.first : $0.last > $1.last }
    }

    // MARK: Declarations

    private mutating func module(_ file: SourceFileView) {
        out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<module xmlns=\"\(WfXml.namespace)\">"
        depth = 1
        for item in file.items {
            comments(before: tree.firstToken(item))
            declaration(item)
        }
        comments(before: TokenId(UInt32(tree.tokenCount - 1)))
        depth = 0
        newline()
        out += "</module>\n"
    }

    private mutating func declaration(_ id: NodeId) {
        let first = tree.firstToken(id)
        let last = tree.lastToken(id)
        let word = tree.text(first)
        newline()
        var name = first.index + 1
        var element = word
        switch tree.kind(id) {
        case .useDecl, .testDecl, .triggerDecl:
            out += "<\(word)>"
            mixed(name, last.index)
            out += "</\(word)>"
            return
        case .externActionDecl, .externFuncDecl:
            element = tree.kind(id) == .externActionDecl ? "externAction" : "externFunc"
            name += 1
        case .recordDecl where word == "open":
            element = "openRecord"
            name += 1
        default: break
        }
        out += "<\(element) name=\"\(WfXmlExport.escaped(tree.text(TokenId(name)), isAttribute: true))\">"
        mixed(name + 1, last.index)
        out += "</\(element)>"
    }

    // MARK: Statements

    private mutating func block(_ id: NodeId) {
        let view = BlockView(tree, id)
        let end = tree.lastToken(id)
        if view.statements.isEmpty && WfXmlExport.comments(tree, before: end).isEmpty {
            out += "<block/>"
            return
        }
        // A block on one line is one in XML, too.
        let isLine = !tree.bytes(from: tree.span(id).start, to: tree.span(id).end).contains(
            UInt8(ascii: "\n"))
        out += "<block>"
        depth += 1
        for statement in view.statements {
            comments(before: tree.firstToken(statement))
            if !isLine { newline() }
            self.statement(statement)
        }
        comments(before: end)
        depth -= 1
        if !isLine { newline() }
        out += "</block>"
    }

    private mutating func statement(_ id: NodeId) {
        let first = tree.firstToken(id).index
        let last = tree.lastToken(id).index
        switch tree.kind(id) {
        case .stepStmt:
            let view = StepStmtView(tree, id)
            open("step", [("name", tree.text(view.nameToken)), ("type", view.type.map { tree.text($0) })])
            value(view.value, view.clauses)
            out += "</step>"
        case .exprStmt:
            let view = ExprStmtView(tree, id)
            out += "<do>"
            value(view.value, view.clauses)
            out += "</do>"
        case .letStmt:
            let view = LetStmtView(tree, id)
            let word = view.isVar ? "var" : "let"
            open(word, [("name", tree.text(view.pattern)), ("type", view.type.map { tree.text($0) })])
            mixed(view.value)
            out += "</\(word)>"
        case .signalStmt:
            let view = SignalStmtView(tree, id)
            open("signal", [("name", tree.text(view.nameToken))])
            mixed(view.type)
            out += "</signal>"
        case .queryStmt:
            let view = QueryStmtView(tree, id)
            open("query", [("name", tree.text(view.nameToken)), ("type", view.type.map { tree.text($0) })])
            mixed(view.value)
            out += "</query>"
        case .failStmt, .nextStmt, .returnStmt:
            let word = tree.text(TokenId(first))
            out += "<\(word)>"
            mixed(first + 1, last)
            out += "</\(word)>"
        default:
            out += "<statement>"
            mixed(first, last)
            out += "</statement>"
        }
    }

    private mutating func open(_ name: String, _ attributes: [(name: String, value: String?)]) {
        out += "<\(name)"
        for attribute in attributes {
            guard let value = attribute.value else { continue }
            out += " \(attribute.name)=\"\(WfXmlExport.escaped(value, isAttribute: true))\""
        }
        out += ">"
    }

    private mutating func value(_ value: NodeId, _ clauses: NodeList) {
        mixed(value)
        depth += 1
        var isLaidOut = false
        for clause in clauses {
            let first = tree.firstToken(clause)
            comments(before: first)
            isLaidOut = tree.token(first).newlineBefore
            if isLaidOut { newline() }
            var word = tree.text(first)
            var rest = first.index + 1
            if word == "no" {
                word = "noDeadline"
                rest += 1
            }
            out += "<\(word)>"
            mixed(rest, tree.lastToken(clause).index)
            out += "</\(word)>"
        }
        depth -= 1
        if isLaidOut { newline() }
    }

    // MARK: Text with blocks in it

    private mutating func mixed(_ id: NodeId) { mixed(tree.firstToken(id).index, tree.lastToken(id).index) }

    /// Text from a token to a later one (inclusive); nothing when the first is the later.
    private mutating func mixed(_ first: UInt32, _ last: UInt32) {
        guard first <= last else { return }
        var from = tree.token(TokenId(first)).start
        let end = tree.token(TokenId(last)).end
        var index = firstBlock(at: first)
        while index < blocks.count, blocks[index].first <= last {
            let block = blocks[index]
            text(from, tree.token(TokenId(block.first)).start)
            self.block(block.node)
            from = tree.token(TokenId(block.last)).end
            // Blocks inside have been written with it.
            while index < blocks.count, blocks[index].first <= block.last { index += 1 }
        }
        text(from, end)
    }

    private func firstBlock(at token: UInt32) -> Int {
        var low = 0
        var high = blocks.count
        while low < high {
            let middle = (low + high) / 2
            if blocks[middle].first < token { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func text(_ from: UInt32, _ end: UInt32) {
        guard from < end else { return }
        out += WfXmlExport.escaped(
            String(decoding: tree.bytes(from: from, to: end), as: UTF8.self), isAttribute: false)
    }

    // MARK: Comments

    private mutating func comments(before token: TokenId) {
        for comment in WfXmlExport.comments(tree, before: token) {
            newline()
            let trails = comment.trails ? " trails=\"true\"" : ""
            out += "<comment\(trails)>\(WfXmlExport.escaped(comment.text, isAttribute: false))</comment>"
        }
    }

    /// The comments between a token and the one before, from their slashes on.
    private static func comments(_ tree: TreeReader, before token: TokenId) -> [(text: String, trails: Bool)]
    {
        let start = token.index == 0 ? 0 : tree.token(TokenId(token.index - 1)).end
        let end = tree.token(token).start
        guard end > start else { return [] }
        var result: [(text: String, trails: Bool)] = []
        let rows = String(decoding: tree.bytes(from: start, to: end), as: UTF8.self)
            .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (number, row) in rows.enumerated() {
            let words = SourceWriter.trimmed(row)
            if words.hasPrefix("//") { result.append((words, number == 0 && token.index > 0)) }
        }
        return result
    }

    // MARK: XML

    private mutating func newline() {
        out += "\n"
        out += String(repeating: "  ", count: depth)
    }

    static func escaped(_ text: String, isAttribute: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\r": result += "&#13;"
            case "\"" where isAttribute: result += "&quot;"
            case "\n" where isAttribute: result += "&#10;"
            case "\t" where isAttribute: result += "&#9;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
