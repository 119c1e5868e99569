// Doc comments of the sources that a plan carries, by the names of what they describe.
import WfDiagnostics
import WfPlan
import WfSource
import WfSyntax

/// What the authors say about types, their members and workflows.
struct Descriptions {
    /// `Order`, `Order.total`, `main`, `main.order`, `config region`.
    private var texts: [String: String] = [:]

    subscript(name: String) -> String? { texts[name] }

    init(_ plan: Plan) {
        for (index, source) in plan.sources.enumerated() {
            let text = plan.bytes[Int(source.textStart)..<Int(source.textStart + source.textCount)]
            var sink = DiagnosticSink()
            let file = SourceFile(path: plan.string(source.path), bytes: Array(text))
            let tree = Parser.parse(file, file: FileId(UInt32(index)), interner: Interner(), into: &sink)
            for item in tree.rootView.items { add(item, tree.reader) }
        }
    }

    private mutating func add(_ item: NodeId, _ reader: TreeReader) {
        switch reader.kind(item) {
        case .recordDecl:
            let view = RecordDeclView(reader, item)
            let name = reader.text(view.nameToken)
            note(name, item, reader)
            for field in view.fields {
                note("\(name).\(reader.text(FieldDeclView(reader, field).nameToken))", field, reader)
            }
        case .enumDecl:
            let view = EnumDeclView(reader, item)
            let name = reader.text(view.nameToken)
            note(name, item, reader)
            for choice in view.cases {
                note("\(name).\(reader.text(EnumCaseDeclView(reader, choice).nameToken))", choice, reader)
            }
        case .workflowDecl:
            let view = CallableDeclView(reader, item)
            let name = reader.text(view.nameToken)
            note(name, item, reader)
            for parameter in view.parameters {
                note("\(name).\(reader.text(ParameterView(reader, parameter).nameToken))", parameter, reader)
            }
        case .configDecl:
            note("config \(reader.text(ConstDeclView(reader, item).nameToken))", item, reader)
        default: return
        }
    }

    /// The first to describe a name is heard.
    private mutating func note(_ name: String, _ node: NodeId, _ reader: TreeReader) {
        if texts[name] == nil, let text = reader.documentation(node) { texts[name] = text }
    }
}
