// Top-level declarations.

import WfDiagnostics
import WfSource

extension SyntaxParser {
    /// The whole file.
    mutating func sourceFile() -> NodeId {
        let mark = self.mark
        var previous: Place?
        while kind != .endOfFile {
            if take(.semicolon) { continue }
            previous = read(.declaration, after: previous)
        }
        let items = list(from: mark)
        if tokenCount > 1 { index = tokenCount - 1 }
        return make(.sourceFile, 0, a: items)
    }

    /// Checks that a declaration ends where it should, and goes to where the next one may begin.
    mutating func endDeclaration(_ first: Int) {
        if !panic, kind != .endOfFile, kind != .semicolon, !startsLine, index > first, !isCloser(kind) {
            if kind == .unknown || kind == .malformedNumber {
                panic = true
            } else {
                let habit = habitBehindDeclaration(first)
                fail(
                    .expectedStatementEnd(found: describe(index), at: span(index), help: habit.help)
                        .fixed(habit.fix))
            }
        }
        if panic { recoverDeclaration(from: first) }
        if index == first { advance() }
    }

    /// A declaration at the top level.
    mutating func topLevelDeclaration() -> NodeId {
        topLevel = index
        statementStart = index
        misindented = nil
        reportedDepth = false
        panic = false
        return declaration()
    }

    mutating func declaration() -> NodeId {
        let first = index
        guard kind == .identifier, let word = word(at: index), isDeclarationStart(index) || isKeyword(word)
        else {
            return unknownDeclaration()
        }
        switch word {
        case .use: return useDeclaration()
        case .const, .config: return constDeclaration(isConfig: word == .config)
        case .secret:
            advance()
            let (name, token) = declaredName("the name of the secret")
            if !panic, kind == .colon, !startsLine {
                failExpected("the end of the line", help: "leave the type out: a secret is a `Secret`")
            }
            return make(.secretDecl, first, a: record(name, token, count: 2))
        case .pool, .rate, .breaker: return resourceDeclaration(word)
        case .open:
            advance()
            return recordDeclaration(first, isOpen: true)
        case .record: return recordDeclaration(first, isOpen: false)
        case .enum: return enumDeclaration()
        case .func: return callable(.funcDecl, first, .function)
        case .workflow: return callable(.workflowDecl, first, .workflow)
        case .flow: return callable(.flowDecl, first, .flow)
        case .action: return callable(.actionDecl, first, .workflow)
        case .extern:
            advance()
            if !at(.func), !at(.action) { failExpected("`action` or `func`") }
            return callable(at(.func) ? .externFuncDecl : .externActionDecl, first, .workflow)
        case .on: return triggerDeclaration()
        case .test: return testDeclaration()
        default: return unknownDeclaration()
        }
    }

    /// Words that can begin nothing else at top level, so that what is wrong after them is said about them.
    private func isKeyword(_ word: Word) -> Bool {
        switch word {
        case .use, .const, .record, .enum, .func, .workflow, .flow, .action, .extern, .config, .secret, .pool,
            .rate,
            .breaker, .test:
            return true
        default: return false
        }
    }

    private mutating func unknownDeclaration() -> NodeId {
        let first = index
        if kind == .rightBrace || kind == .rightParen || kind == .rightBracket {
            fail(.unmatchedCloser(text(index), at: span(index)))
            advance()
            // A stray closer alone on its line costs nothing but itself.
            if startsLine, isDeclarationStart(index) || kind == .endOfFile { panic = false }
            return make(.errorDecl, first)
        }
        if let inner = foreignModifier() { return inner }
        let foreign = kind == .identifier ? Foreign.declaration[text(index)] : nil
        let near = misspeltKeyword(index)
        let habit = habitOfDeclaration(first)
        fail(
            .expectedDeclaration(
                found: describe(index), foreign: habit == nil ? foreign : nil,
                suggestion: habit == nil ? near : nil, at: span(index)))
        if foreign != nil { culprit = -1 }
        if let habit {
            helpLast(habit.help)
            fixLast(habit.fix)
        } else if foreign == nil, near == nil, kind == .identifier, nextKind == .colon, column(first) == 0 {
            helpLast("a file of YAML is translated first: `wfc import FILE`")
        }
        guard let word = foreign ?? near, column(first) == 0 else { return make(.errorDecl, first) }
        let inner = declaration(meant: word, first)
        // what is left of the line belongs to the other language
        if !startsLine, kind != .endOfFile, !isCloser(kind) { panic = true }
        return inner
    }

    /// What stands behind a word of another language, or a misspelt one, read as what it is meant to be, so that the
    /// names it declares are known.
    private mutating func declaration(meant word: String, _ first: Int) -> NodeId {
        panic = false
        isSilent = true
        defer { isSilent = false }
        switch word {
        case "use": return useDeclaration()
        case "const": return constDeclaration(isConfig: false)
        case "record": return recordDeclaration(first, isOpen: false)
        case "enum": return enumDeclaration()
        case "func": return callable(.funcDecl, first, .function)
        case "workflow": return callable(.workflowDecl, first, .workflow)
        case "action": return callable(.actionDecl, first, .workflow)
        default:
            panic = true
            return make(.errorDecl, first)
        }
    }

    /// The keyword that the word here is nearly; nil when there is none, or when nothing that is named follows.
    private func misspeltKeyword(_ index: Int) -> String? {
        guard tokens[index].kind == .identifier else { return nil }
        let after = tokens[index + 1]
        guard after.kind == .identifier || after.kind == .string, !after.newlineBefore else { return nil }
        let keywords = [
            "use", "const", "record", "enum", "func", "workflow", "flow", "action", "extern",
            "config", "secret", "pool", "rate", "breaker", "test",
        ]
        return Suggestion.best(for: text(index), among: keywords)
    }

    /// After a mistake at top level: goes to the next declaration, or to a word at the margin that wants to begin one
    /// and gets a message of its own. Lines of prose below each other are one mistake.
    mutating func recoverDeclaration(from first: Int) {
        var line = first
        if index == first, kind != .endOfFile { step() }
        while kind != .endOfFile {
            if startsLine, column(index) == 0 {
                if isDeclarationStart(index) { break }
                if kind == .identifier {
                    if !(isProse(line) && isProse(index) && !hasBlankLine(before: index)) { break }
                    line = index
                }
            }
            step()
        }
        panic = false
    }

    /// One token on, or over a pair of brackets.
    private mutating func step() {
        if isOpener(kind) { skipBalanced() } else { advance() }
    }

    /// Whether the line that begins here has no bracket and its first word is like none that begins a declaration.
    private func isProse(_ first: Int) -> Bool {
        guard tokens[first].kind == .identifier, tokens[first].newlineBefore, isAtMargin(first),
            !isDeclarationStart(first), Foreign.declaration[text(first)] == nil, misspeltKeyword(first) == nil
        else { return false }
        var at = first
        repeat {
            if isOpener(tokens[at].kind) || isCloser(tokens[at].kind) { return false }
            at += 1
        } while tokens[at].kind != .endOfFile && !tokens[at].newlineBefore
        return true
    }

    private func hasBlankLine(before index: Int) -> Bool {
        var lines = 0
        for at in Int(tokens[index - 1].end)..<Int(tokens[index].start) where bytes[at] == 0x0A { lines += 1 }
        return lines > 1
    }

    private mutating func useDeclaration() -> NodeId {
        let first = index
        advance()
        let pathToken = index
        var alias: UInt32 = 0
        var aliasToken = UInt32(index)
        var flags: UInt8 = 0
        let mark = self.mark
        if kind == .string {
            flags = 1
            advance()
        } else {
            repeat {
                guard kind == .identifier else {
                    failExpected("the name of a module, or a file in quotes")
                    break
                }
                alias = names[index]
                aliasToken = UInt32(index)
                push(alias)
                advance()
            } while take(.dot)
        }
        let path = list(from: mark)
        if !panic, take(.as) {
            flags |= 2
            (alias, aliasToken) = declaredName("a name for the module")
        }
        let record = record(alias, aliasToken, UInt32(pathToken), count: 3)
        return make(.useDecl, first, a: record, b: path, flags: flags)
    }

    private mutating func constDeclaration(isConfig: Bool) -> NodeId {
        let first = index
        advance()
        let (name, token) = declaredName(isConfig ? "the name of the setting" : "the name of the constant")
        var written = NodeId.none
        var value = NodeId.none
        if !panic, take(.colon) { written = type() }
        if !panic, take(.equal) {
            value = expression()
        } else if !isConfig, !panic {
            failExpected("`=` and a value")
        }
        let record = record(name, token, written.index, value.index, count: 4)
        return make(isConfig ? .configDecl : .constDecl, first, a: record)
    }

    private mutating func resourceDeclaration(_ word: Word) -> NodeId {
        let first = index
        advance()
        let (name, token) = declaredName("the name of the \(word.text)")
        let head = "\(word.text) \(text(Int(token)))"
        var values = (NodeId.none, NodeId.none, NodeId.none)
        let kind: NodeKind
        switch word {
        case .pool:
            kind = .poolDecl
            values.0 = resourceValue(.limit, "\(head) limit 4")
        case .rate:
            kind = .rateDecl
            values.0 = panic ? make(.errorExpr, index) : expression()
            values.1 = resourceValue(.per, "\(head) 10 per 1s")
        default:
            kind = .breakerDecl
            let example = "\(head) after 5 failures within 1m recover 30s"
            values.0 = resourceValue(.after, example)
            if !panic, !take(.failures) { failExpected("`failures`", help: "write `\(example)`") }
            values.1 = resourceValue(.within, example)
            values.2 = resourceValue(.recover, example)
        }
        let record = record(name, token, values.0.index, values.1.index, values.2.index, count: 5)
        return make(kind, first, a: record)
    }

    /// The value behind a word of a resource's declaration.
    ///
    /// - Parameter example: the whole declaration, for when the word is not there.
    private mutating func resourceValue(_ word: Word, _ example: String) -> NodeId {
        if panic { return make(.errorExpr, index) }
        if take(word) { return expression() }
        let fix =
            word == .limit && kind == .integer && !startsLine
            ? Fix(safe: "insert `limit`", [.insert("limit ", before: span(index))]) : nil
        failExpected("`\(word.text)`", help: "write `\(example)`", fix: fix)
        return make(.errorExpr, index)
    }

    private mutating func recordDeclaration(_ first: Int, isOpen: Bool) -> NodeId {
        advance()
        var isOpen = isOpen
        var (name, token) = declaredName("the name of the record")
        if !panic, kind == .identifier, text(index - 1) == "open" {
            reportOpen(index - 1, record: index - 2)
            isOpen = true
            (name, token) = declaredName("the name of the record")
        }
        let parameters = panic ? 0 : typeParameters()
        if !panic, kind == .identifier, text(index) == "open" {
            reportOpen(index, record: first)
            isOpen = true
            advance()
        }
        let mark = self.mark
        let open = index
        if !panic, expect(.leftBrace, "`{`") {
            let savedStart = statementStart
            while kind != .rightBrace {
                statementStart = index
                if foreignMethod(of: interner.text(NameId(rawValue: name))) { continue }
                push(field())
                if !braceSeparator() { break }
            }
            statementStart = savedStart
            closeBlock(open)
        }
        let fields = list(from: mark)
        let record = record(name, token, parameters, fields, count: 4)
        return make(.recordDecl, first, a: record, flags: isOpen ? 1 : 0)
    }

    /// `record Cart open` and `record open Cart`.
    private mutating func reportOpen(_ place: Int, record: Int) {
        let word = span(place)
        let start = span(record).start
        report(
            .openBehindRecord(at: word).fixed(
                Fix(
                    "write `open record`",
                    [
                        TextEdit(Span(file: word.file, start: start, end: start), "open "),
                        TextEdit(Span(file: word.file, start: word.start, end: span(place + 1).start), ""),
                    ])))
    }

    private mutating func field() -> NodeId {
        let first = index
        let (name, token) = declaredName("the name of a field")
        if !panic, kind == .question, nextKind == .colon {
            report(
                .expected(
                    "`:` and the type of the field", found: "`?`", at: span(index),
                    help: "write the `?` behind the type: `\(text(Int(token))): String?`"))
            advance()
        }
        if !panic { expect(.colon, "`:` and the type of the field") }
        let written = panic ? make(.errorType, index) : type()
        var value = NodeId.none
        if !panic, take(.equal) { value = expression() }
        let record = record(name, token, written.index, value.index, count: 4)
        return make(.fieldDecl, first, a: record)
    }

    private mutating func enumDeclaration() -> NodeId {
        let first = index
        advance()
        let (name, token) = declaredName("the name of the enum")
        let parameters = panic ? 0 : typeParameters()
        let mark = self.mark
        let open = index
        if !panic, expect(.leftBrace, "`{`") {
            let savedStart = statementStart
            while kind != .rightBrace {
                statementStart = index
                push(enumCase())
                if !braceSeparator() { break }
            }
            statementStart = savedStart
            closeBlock(open)
        }
        let cases = list(from: mark)
        let record = record(name, token, parameters, cases, count: 4)
        return make(.enumDecl, first, a: record)
    }

    private mutating func enumCase() -> NodeId {
        let first = index
        let (name, token) = declaredName("the name of a case")
        let mark = self.mark
        if !panic, kind == .leftParen, !startsLine {
            let open = index
            advance()
            while kind != .rightParen {
                let start = index
                var label: UInt32 = 0
                if kind == .identifier, nextKind == .colon {
                    label = names[index]
                    advance()
                    advance()
                }
                let written = type()
                push(make(.enumPayload, start, a: label, b: written.index))
                if !separator(.rightParen) { break }
            }
            closeBracket(open, .rightParen, "(")
        }
        let payload = list(from: mark)
        let record = record(name, token, payload, count: 3)
        return make(.enumCaseDecl, first, a: record)
    }

    /// `func`, `workflow`, `flow`, `action`, and the extern ones: from the word on.
    private mutating func callable(_ kind: NodeKind, _ first: Int, _ context: Body) -> NodeId {
        let what = self.kind == .identifier ? text(index) : "declaration"
        advance()
        let (name, token) = declaredName("the name of the \(what)")
        let typeParameters = panic ? 0 : typeParameters()
        let parameters = panic ? 0 : parameters()
        var result = NodeId.none
        if self.kind == .arrow, !panic {
            advance()
            result = type()
        } else if foreignResult() {
            result = type()
        }
        body = context
        var block = NodeId.none
        var clauses: UInt32 = 0
        switch kind {
        case .funcDecl, .workflowDecl, .flowDecl:
            if panic { skipToBody() }
            if !panic || self.kind == .leftBrace { block = self.block(isFlow: kind == .flowDecl) }
        case .actionDecl:
            if !panic, self.kind == .leftBrace, !startsLine {
                fail(.actionWithBlock(at: span(index)))
                skipBalanced()
            }
            if !panic { clauses = self.clauses() }
        default: break
        }
        body = .function
        let record = record(
            name, token, typeParameters, parameters, result.index, block.index, clauses, count: 7)
        return make(kind, first, a: record)
    }

    /// After a mistake in a head: if its line still ends with `{`, the body can be read as if all were well.
    mutating func skipToBody() {
        while kind != .leftBrace, !startsLine, !isCloser(kind), kind != .semicolon, kind != .comma {
            if isOpener(kind) { skipBalanced() } else { advance() }
        }
    }

    private mutating func parameters() -> UInt32 {
        let open = index
        guard expect(.leftParen, "`(` and the parameters") else { return 0 }
        let saved = enterBrackets()
        let mark = self.mark
        while kind != .rightParen {
            push(parameter())
            if !separator(.rightParen) { break }
        }
        let parameters = list(from: mark)
        leaveBrackets(saved)
        closeBracket(open, .rightParen, "(")
        return parameters
    }

    private mutating func parameter() -> NodeId {
        let first = index
        var flags: UInt8 = 0
        if at(.secret), nextKind == .identifier {
            flags = 1
            advance()
        }
        let (name, token) = declaredName("the name of a parameter")
        foreignOptional()
        if !panic { expect(.colon, "`:` and the type of the parameter") }
        let written = panic ? make(.errorType, index) : type()
        if !panic, take(.ellipsis) { flags |= 2 }
        var value = NodeId.none
        if !panic, take(.equal) { value = expression() }
        let record = record(name, token, written.index, value.index, count: 4)
        return make(.parameter, first, a: record, flags: flags)
    }

    private static let events: [Word] = [.cron, .every, .webhook, .file]
    private static let eventOptions: [Word] = [.zone, .hmac, .created, .changed, .removed, .settle]

    private mutating func triggerDeclaration() -> NodeId {
        let first = index
        advance()
        let isKnown = SyntaxParser.events.contains { at($0) }
        if kind == .identifier, !isKnown { failExpected("`cron`, `every`, `webhook` or `file`") }
        let (name, token) = panic ? (0, UInt32(index)) : declaredName("`cron`, `every`, `webhook` or `file`")
        let subject =
            !panic && beginsOperand(index) && kind != .leftBrace && kind != .identifier ? head() : NodeId.none
        let mark = self.mark
        while !panic, kind == .identifier, !startsLine {
            let start = index
            let option = names[index]
            guard SyntaxParser.eventOptions.contains(where: { at($0) }) else {
                failExpected("`{`, or one of zone, hmac, created, changed, removed, settle")
                break
            }
            advance()
            var value = NodeId.none
            let takesName =
                NameId(rawValue: option) == .hmac || NameId(rawValue: option) == .settle
                || NameId(rawValue: option) == .zone
            if beginsOperand(index), kind != .leftBrace, takesName || kind != .identifier { value = head() }
            let record = record(option, UInt32(start), value.index, count: 3)
            push(make(.triggerOption, start, a: record))
        }
        let options = list(from: mark)
        body = .workflow
        let block = self.block()
        body = .function
        let record = record(name, token, subject.index, options, block.index, count: 5)
        return make(.triggerDecl, first, a: record)
    }

    private mutating func testDeclaration() -> NodeId {
        let first = index
        advance()
        let title: NodeId
        if kind == .string || kind == .stringHead || kind == .rawString {
            title = stringLiteral()
        } else {
            failExpected("the title of the test in quotes")
            title = make(.errorExpr, index)
            skipToBody()
        }
        body = .test
        let block = self.block()
        body = .function
        return make(.testDecl, first, a: record(title.index, block.index, count: 2))
    }
}
