// What the source says about a step: the call it makes, the head of a loop, the condition of a branch. Found by place in the
// source text that a plan carries; where there is none, nothing is said.
import WfDiagnostics
import WfPlan
import WfSource
import WfSyntax

struct SourceWords {
    private let trees: [SyntaxTree]

    init(_ plan: Plan) {
        trees = plan.sources.enumerated().map { index, source in
            var sink = DiagnosticSink()
            let text = plan.bytes[Int(source.textStart)..<Int(source.textStart + source.textCount)]
            return Parser.parse(
                SourceFile(path: plan.string(source.path), bytes: Array(text)), file: FileId(UInt32(index)),
                interner: Interner(), into: &sink)
        }
    }

    private func tree(_ span: SpanRow) -> SyntaxTree? {
        span.file == .none || Int(span.file) >= trees.count ? nil : trees[Int(span.file)]
    }

    /// The nodes of a tree that lie around a place, the innermost first.
    private func around(_ span: SpanRow, _ reader: TreeReader) -> [NodeId] {
        (1..<UInt32(reader.nodeCount)).map { NodeId($0) }
            .filter {
                let node = reader.span($0)
                return node.start <= span.start && node.end >= span.end
            }
            .sorted { reader.span($0).length < reader.span($1).length }
    }

    /// What a step does: its call, or the head of what it runs; clauses that say whether it runs at all follow.
    func detail(of span: SpanRow) -> String {
        guard let tree = tree(span) else { return "" }
        let reader = tree.reader
        for node in around(span, reader) {
            switch reader.kind(node) {
            case .stepStmt:
                let view = StepStmtView(reader, node)
                return head(view.value, reader) + conditions(view.clauses, reader)
            case .exprStmt:
                let view = ExprStmtView(reader, node)
                return head(view.value, reader) + conditions(view.clauses, reader)
            case .flowStep:
                let view = FlowStepView(reader, node)
                return head(view.value, reader) + conditions(view.clauses, reader)
            case .flowGate: return gate(FlowGateView(reader, node), reader)
            case .flowArm, .flowBoundary, .flowEnd: return oneLine(reader.text(node))
            case .letStmt: return head(LetStmtView(reader, node).value, reader)
            case .failStmt: return oneLine(reader.text(node))
            case .block, .workflowDecl: return ""
            default: continue
            }
        }
        return ""
    }

    /// `choice`, with its conditions.
    private func gate(_ view: FlowGateView, _ reader: TreeReader) -> String {
        let arms = view.arms.map { oneLine(reader.text($0)) }
        let word = reader.text(reader.firstToken(view.id))
        return arms.isEmpty ? word : oneLine("\(word) \(arms.joined(separator: ", "))")
    }

    private func head(_ value: NodeId?, _ reader: TreeReader) -> String {
        guard let value else { return "" }
        switch reader.kind(value) {
        case .ifExpr: return "if " + oneLine(reader.text(IfExprView(reader, value).condition))
        case .matchExpr: return "match " + oneLine(reader.text(MatchExprView(reader, value).subject))
        case .forExpr: return until(ForExprView(reader, value).body, from: value, reader)
        case .loopExpr:
            let condition = LoopExprView(reader, value).condition
            return "loop" + (condition.map { " while " + oneLine(reader.text($0)) } ?? "")
        case .tryExpr: return "try"
        case .raceExpr: return "race"
        case .sequenceExpr: return "sequence"
        default: return oneLine(reader.text(value))
        }
    }

    /// The text from a node's beginning to a block in it.
    private func until(_ body: NodeId, from node: NodeId, _ reader: TreeReader) -> String {
        let whole = reader.span(node)
        return oneLine(
            reader.text(Span(file: whole.file, start: whole.start, end: reader.span(body).start)))
    }

    private func conditions(_ clauses: NodeList, _ reader: TreeReader) -> String {
        clauses.filter { reader.kind($0) == .clause && ClauseView(reader, $0).kind == .when }
            .map { " " + oneLine(reader.text($0)) }.joined()
    }

    /// What has to hold for the block to run in which a place lies: `.ok(value)`, `else`, `catch error`.
    func branch(around span: SpanRow, in owner: SpanRow) -> String {
        guard let tree = tree(span) else { return "" }
        let reader = tree.reader
        let nodes = around(span, reader)
        for (index, node) in nodes.enumerated() {
            switch reader.kind(node) {
            case .matchArm:
                let view = MatchArmView(reader, node)
                let condition = view.guardCondition.map { " if " + oneLine(reader.text($0)) } ?? ""
                return oneLine(reader.text(view.pattern)) + condition
            case .raceBranch: return reader.text(reader.firstToken(node))
            case .catchClause:
                return until(CatchClauseView(reader, node).body, from: node, reader)
            case .tryExpr: return "try"
            case .ifExpr:
                let view = IfExprView(reader, node)
                let isThen = nodes[..<index].contains(view.thenBlock)
                return isThen ? oneLine(reader.text(view.condition)) : "else"
            case .forExpr, .loopExpr, .sequenceExpr, .workflowDecl: return ""
            default:
                let place = reader.span(node)
                if place.start <= owner.start && place.end >= owner.end { return "" }
            }
        }
        return ""
    }

    /// Text on one line, blanks joined, shortened.
    private func oneLine(_ text: String) -> String {
        let words = text.split(whereSeparator: { $0 == " " || $0 == "\n" || $0 == "\t" || $0 == "\r" })
        // A list that was broken into lines closes up.
        let line = words.joined(separator: " ").replacing("( ", with: "(").replacing(", )", with: ")")
        return line.count <= SourceWords.columnsMax ? line : line.prefix(SourceWords.columnsMax - 1) + "…"
    }

    private static let columnsMax = 48
}
