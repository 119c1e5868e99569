// What can be written from what is there: a test of a workflow with mocks, records from a sample of JSON.
import WfChecker
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let generations: Family = { spot in
        spot.generatedTest() + spot.recordsOfLiteral()
    }
}

extension Spot {
    // MARK: tests

    fileprivate func generatedTest() -> [Draft] {
        guard let item = head(.workflowDecl, .flowDecl), let inspection,
            let body = CallableDeclView(reader, item).body
        else { return [] }
        let view = CallableDeclView(reader, item)
        let sample = Sample(inspection, server.workspace.interner)
        let name = reader.text(view.nameToken)
        var arguments: [String] = []
        for parameter in view.parameters.map({ ParameterView(reader, $0) })
        where parameter.defaultValue == nil {
            guard let type = declaredType(parameter.nameToken), let value = sample.text(type) else {
                return []
            }
            arguments.append("\(reader.text(parameter.nameToken)): \(value)")
        }
        var lines: [String] = []
        var seen: Set<NodeId> = [item]
        var mocked: [String] = []
        for (target, result) in touches(body, &seen) where !mocked.contains(target) {
            mocked.append(target)
            lines.append("mock \(target) = \(result)")
        }
        lines.append("")
        let call = "\(name)(\(arguments.joined(separator: ", ")))"
        let signals = statements(body).filter { kind($0) == .signalStmt }
        if signals.isEmpty {
            lines.append(view.result == nil ? call : "let outcome = \(call)")
        } else {
            lines.append("let run = spawn \(call)")
            for signal in signals {
                let token = SignalStmtView(reader, signal).nameToken
                guard
                    let value = declaredType(token).flatMap({ sample.text($0) })
                        ?? signalSample(SignalStmtView(reader, signal).type, sample)
                else { return [] }
                lines.append("run.send(\(reader.text(token)): \(value))")
            }
            lines.append(view.result == nil ? "await run" : "let outcome = await run")
        }
        lines.append("")
        for target in mocked {
            if let count = certainCalls(of: target, body) {
                lines.append("expect calls(\(target)) == \(count)")
            }
        }
        if view.result != nil {
            lines.append(expectation(body, sample) ?? "// what comes out: expect outcome == …")
        }
        let made = "\n\ntest \"\(name)\" {\n\(lines.joined(separator: "\n"))\n}"
        return [Draft("generate a test with mocks", .refactor, [insert(span(item).end, made)])]
    }

    private func signalSample(_ type: NodeId, _ sample: Sample) -> String? {
        guard kind(type) == .namedType, let found = inspection?.type(named: NamedTypeView(reader, type).name)
        else { return nil }
        return sample.text(found)
    }

    /// What is known to come out: what the mock of a step answers that is the value itself, or what is awaited.
    private func expectation(_ body: NodeId, _ sample: Sample) -> String? {
        guard item.map({ kind($0) == .workflowDecl }) ?? false, let value = blockValue(body),
            kind(value) == .nameExpr, let found = local(meanings.expression(value)),
            kind(found.node) == .stepStmt, isCertain(found.node, body)
        else { return nil }
        let made = StepStmtView(reader, found.node).value
        guard kind(made) == .awaitExpr || kind(made) == .callExpr && isMocked(made) else { return nil }
        return type(value).flatMap { sample.text($0) }.map { "expect outcome == \($0)" }
    }

    private func isMocked(_ call: NodeId) -> Bool {
        guard let target = calledDeclaration(call) else { return false }
        return [.actionDecl, .externActionDecl].contains(target.reader.kind(target.node))
    }

    /// Whether a statement of a body is carried out once, come what may.
    private func isCertain(_ statement: NodeId, _ body: NodeId) -> Bool {
        parent(statement) == body
            && clauses(of: statement).allSatisfy { !isClause($0, .when) && !isClause($0, .otherwise) }
    }

    /// How often a body calls something, when all its calls are certain; nil when that depends.
    private func certainCalls(of target: String, _ body: NodeId) -> Int? {
        let calls = descendants(body).filter { kind($0) == .callExpr }
        // what other workflows call is not counted here
        let hasOthers = calls.contains { call in
            calledDeclaration(call).map { [.workflowDecl, .flowDecl].contains($0.reader.kind($0.node)) }
                ?? false
        }
        let own = calls.filter { text(CallExprView(reader, $0).callee) == target }
        let isFailing = descendants(body).contains { kind($0) == .failStmt }
        guard !hasOthers, !isFailing, item.map({ kind($0) == .workflowDecl }) ?? false,
            own.allSatisfy({ isCertain(parent($0), body) })
        else { return nil }
        return own.count
    }

    /// The actions and effects that a body calls, by way of the file's workflows too, and what they may yield.
    private func touches(_ body: NodeId, _ seen: inout Set<NodeId>) -> [(target: String, result: String)] {
        guard let inspection else { return [] }
        let sample = Sample(inspection, server.workspace.interner)
        var found: [(target: String, result: String)] = []
        for call in descendants(body) where kind(call) == .callExpr {
            guard let target = calledDeclaration(call), !isPureCall(call) else { continue }
            let callee = text(CallExprView(reader, call).callee)
            if CallExprView(reader, call).isSleepUntil || callee == "sleep" { continue }
            switch target.reader.kind(target.node) {
            case .workflowDecl, .flowDecl:
                guard target.document.path == document.path, seen.insert(target.node).inserted,
                    let inner = CallableDeclView(reader, target.node).body
                else { continue }
                found += touches(inner, &seen)
            case .actionDecl, .externActionDecl:
                guard let value = resultType(call).flatMap({ sample.text($0) }) else { continue }
                found.append((callee, value))
            default: continue
            }
        }
        return found
    }

    // MARK: JSON

    fileprivate func recordsOfLiteral() -> [Draft] {
        guard isCaret, let item, let id = near(.stringExpr),
            StringExprView(reader, id).interpolations.isEmpty,
            kind(item) != .useDecl
        else { return [] }
        let value = reader.stringValue(reader.firstToken(id))
        guard let json = try? Json(value) else { return [] }
        var records = JsonRecords(words)
        guard records.add(json, named: "Sample") != nil, !records.texts.isEmpty else { return [] }
        return [
            Draft(
                "generate records from the JSON", .refactor,
                [insert(before(item), records.texts.joined(separator: "\n\n") + "\n\n")])
        ]
    }
}

/// Records that hold a sample of JSON.
struct JsonRecords {
    private(set) var texts: [String] = []
    private var taken: Set<String>

    /// - Parameter taken: names that the file has already.
    init(_ taken: Set<String>) { self.taken = taken }

    /// The type of a value, with the records that it needs; nil when it is no object or list of them.
    mutating func add(_ json: Json, named name: String) -> String? {
        switch json {
        case .object, .array:
            let type = type([json], name)
            return texts.isEmpty ? nil : type
        default: return nil
        }
    }

    private mutating func type(_ samples: [Json], _ name: String) -> String {
        let present = samples.filter { $0 != .null }
        let isOptional = present.count < samples.count
        guard let first = present.first else { return "Json" }
        func all(_ holds: (Json) -> Bool) -> Bool { present.allSatisfy(holds) }
        var found = "Json"
        switch first {
        case .bool where all({ $0.bool != nil }): found = "Bool"
        case .int, .double:
            if all({ $0.isInt }) { found = "Int" } else if all({ $0.isNumber }) { found = "Float" }
        case .string where all({ $0.string != nil }): found = "String"
        case .array where all({ $0.array != nil }):
            let inner = present.flatMap { $0.array ?? [] }
            found = "[\(type(inner, JsonRecords.singular(name)))]"
        case .object where all({ $0.isObject }): found = record(present, name)
        default: break
        }
        return isOptional && found != "Json" ? found + "?" : found
    }

    private mutating func record(_ samples: [Json], _ name: String) -> String {
        var names: [String] = []
        for sample in samples {
            guard case .object(let members) = sample else { continue }
            for member in members where !names.contains(member.name) { names.append(member.name) }
        }
        // a field has to be a name
        guard !names.isEmpty, names.allSatisfy(JsonRecords.isName) else { return "[String: Json]" }
        var own = name
        var number = 2
        while taken.contains(own) {
            own = "\(name)\(number)"
            number += 1
        }
        taken.insert(own)
        let place = texts.count
        texts.append("")
        var fields: [String] = []
        for field in names {
            let values = samples.map { $0[field] }
            let isMissing = samples.contains { sample in
                guard case .object(let members) = sample else { return false }
                return !members.contains { $0.name == field }
            }
            var type = type(values, field.prefix(1).uppercased() + field.dropFirst())
            // sums are exact
            if ["Float", "Float?", "[Float]"].contains(type), NameStyle.namesMoney(field) {
                type = type.replacing("Float", with: "Decimal")
            }
            fields.append("    \(field): \(type)\(isMissing && type.hasSuffix("?") ? " = null" : "")")
        }
        texts[place] = "record \(own) {\n\(fields.joined(separator: "\n"))\n}"
        return own
    }

    /// `Items` holds items.
    private static func singular(_ name: String) -> String {
        name.hasSuffix("s") && !name.hasSuffix("ss") && name.utf8.count > 1
            ? String(name.dropLast()) : "\(name)Item"
    }

    private static func isName(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        return !bytes.isEmpty && !(0x30...0x39).contains(bytes[0])
            && !Word.allCases.contains { $0.isReserved && $0.text == name }
            && bytes.allSatisfy {
                $0 == 0x5F || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) && $0 < 0x80
            }
    }
}

extension Json {
    fileprivate var isInt: Bool { if case .int = self { true } else { false } }
    fileprivate var isNumber: Bool {
        switch self {
        case .int, .double: true
        default: false
        }
    }
}
