// What the views say about small programs, and what literals mean.

import Testing
import WfSource
import WfSyntax

private func expression(_ text: String) -> (SyntaxTree, NodeId) {
    let parsed = Parsed("const a = \(text)\n")
    let reader = parsed.tree.reader
    let value = ConstDeclView(reader, parsed.tree.rootView.items[0]).value ?? .none
    return (parsed.tree, value)
}

private func shape(_ text: String) -> String {
    let (tree, id) = expression(text)
    let reader = tree.reader
    func show(_ id: NodeId) -> String {
        switch reader.kind(id) {
        case .binaryExpr:
            let view = BinaryExprView(reader, id)
            return "(\(show(view.left)) \(reader.text(view.operatorToken)) \(show(view.right)))"
        case .unaryExpr:
            return "(\(UnaryExprView(reader, id).operation.text)\(show(UnaryExprView(reader, id).operand)))"
        case .castExpr: return "(\(show(CastExprView(reader, id).value)) as)"
        case .rangeExpr:
            return "(\(show(RangeExprView(reader, id).low)) to \(show(RangeExprView(reader, id).high)))"
        case .lambdaExpr: return "λ\(show(LambdaExprView(reader, id).body))"
        default: return reader.text(id)
        }
    }
    return show(id)
}

@Test func precedence() {
    #expect(shape("a + b * c - d") == "((a + (b * c)) - d)")
    #expect(shape("a ?? b || c && d == e") == "(a ?? (b || (c && (d == e))))")
    #expect(shape("0..<n + 1") == "(0 to (n + 1))")
    #expect(shape("-a.b as Int * 2") == "((-(a.b as)) * 2)")
    #expect(shape("!a && b") == "((!a) && b)")
    #expect(shape("x => y => x + y") == "λλ(x + y)")
    #expect(shape("a as? T ?? b") == "((a as) ?? b)")
    #expect(shape("a as T < b") == "((a as) < b)")
}

@Test func stringSegments() {
    func segments(_ text: String) -> [String] {
        let (tree, id) = expression(text)
        return tree.reader.stringSegments(id).map { segment in
            switch segment {
            case .text(let bytes): return String(decoding: bytes, as: UTF8.self)
            case .expression(let id): return "<\(tree.reader.text(id))>"
            }
        }
    }
    #expect(segments("\"\"") == [])
    #expect(segments("\"a\\n\\{b\\}\\u{e9}\"") == ["a\n{b}é"])
    #expect(segments("\"x {a.b(\"q{c}\")} y{d}\"") == ["x ", "<a.b(\"q{c}\")>", " y", "<d>"])
    #expect(segments("r#\"a\\n{b}\"c\"#") == ["a\\n{b}\"c"])
    #expect(
        segments("\"\"\"\n    one\n      two {x}\n\n    three\n    \"\"\"") == [
            "one\n  two ", "<x>", "\n\nthree",
        ])
    #expect(segments("\"\"\"\n    \"\"\"") == [])
    #expect(segments("\"\"\"one line\"\"\"") == ["one line"])
    #expect(segments("r\"\"\"\n  a \\ b\n  \"\"\"") == ["a \\ b"])
    #expect(segments("\"\"\"\r\n  a\r\n  b\r\n  \"\"\"") == ["a\nb"])
}

@Test func numbersAndDurations() {
    func int(_ text: String) -> UInt64? {
        let (tree, id) = expression(text)
        return tree.reader.kind(id) == .intExpr ? tree.reader.integerMagnitude(id) : nil
    }
    func duration(_ text: String) -> Int64? {
        let (tree, id) = expression(text)
        return tree.reader.kind(id) == .durationExpr ? tree.reader.durationMicroseconds(id) : nil
    }
    #expect(int("1_000") == 1000)
    #expect(int("0xFF") == 255)
    #expect(int("0b101") == 5)
    #expect(int("9223372036854775808") == 1 << 63)
    #expect(int("99999999999999999999999") == nil)
    #expect(duration("250ms") == 250_000)
    #expect(duration("1h30m") == 5_400_000_000)
    #expect(duration("2d") == 172_800_000_000)
    #expect(duration("10us") == 10)
    #expect(duration("999999999999d") == nil)
    #expect(Parsed("const a = 1.5h\n").codes == ["WF1013"])
}

@Test func declarationViews() {
    let parsed = Parsed(
        """
        /// Says hello.
        /// Twice.
        func hello<T: Any>(self: T, n: Int = 2) -> String? { "x" }
        extern action exec(program: String, secret args: String..., cwd: Path? = null) -> Output
        """)
    #expect(parsed.codes == [])
    let reader = parsed.tree.reader
    let items = parsed.tree.rootView.items
    let hello = FuncDeclView(reader, items[0])
    #expect(reader.text(hello.nameToken) == "hello")
    #expect(hello.typeParameters.count == 1)
    #expect(hello.parameters.count == 2)
    #expect(reader.documentation(items[0]) == "Says hello.\nTwice.")
    let exec = ExternActionDeclView(reader, items[1])
    let arguments = ParameterView(reader, exec.parameters[1])
    #expect(arguments.isSecret && arguments.isVariadic)
    #expect(exec.body == nil)
    #expect(reader.documentation(items[1]) == nil)
}

@Test func clausesContinueSteps() {
    let parsed = Parsed(
        """
        workflow w(a: Int) {
            step s = f(a)

                // why
                timeout 30s
                retry 5 on timeout, http(5xx) backoff 1s..1m factor 2 jitter
                else g(a)
            g(a)
            .done
        }
        action x() -> Int
            via exec("a")
            pool gpu
        pool gpu limit 2
        """)
    #expect(parsed.codes == [])
    let reader = parsed.tree.reader
    let items = parsed.tree.rootView.items
    #expect(items.map { reader.kind($0) } == [.workflowDecl, .actionDecl, .poolDecl])
    let body = BlockView(reader, WorkflowDeclView(reader, items[0]).body ?? .none)
    #expect(body.statements.count == 3)
    #expect(StepStmtView(reader, body.statements[0]).clauses.count == 3)
    let retry = RetryClauseView(reader, StepStmtView(reader, body.statements[0]).clauses[1])
    #expect(retry.faults.count == 2 && retry.hasJitter && retry.factor != nil)
    #expect(ActionDeclView(reader, items[1]).clauses.count == 2)
}

@Test func wordsAreNamesWhereTheyCan() {
    let parsed = Parsed(
        """
        func f(step: Int, next: Int, pool: Int) -> Int {
            let after = step.key + next.x
            var timeout = 1
            timeout = pool + after
            timeout += fail.x
            race(try, loop)
            signal
        }
        """)
    #expect(parsed.codes == [], "\(parsed.shown)")
}
