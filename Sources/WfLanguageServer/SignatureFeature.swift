// The parameters of the call that is being written.
import WfBuiltins
import WfChecker
import WfSource
import WfSyntax

extension LanguageServer {
    func signatureHelp(_ parameters: Json) throws(ResponseError) -> Json {
        let document = try document(parameters)
        let offset = document.offset(parameters["position"])
        let index = index(document)
        guard let open = openCall(index, offset) else { return .null }
        let meanings = Meanings(self, document)
        // the callee ends right before the bracket
        let callee = index.ancestors(index.owner(of: TokenId(open.bracket.index - 1))).last {
            document.reader.lastToken($0).index == open.bracket.index - 1
        }
        guard let callee else { return .null }
        let label = open.label
        if document.reader.kind(callee) == .memberExpr, let call = call(of: callee, index),
            let workflow = meanings.receiver(call)
        {
            return signals(workflow, label)
        }
        if case .declared(let file, let place)? = meanings.expression(callee),
            let found = declaration(file, place)
        {
            let isMethod =
                found.isCallable && document.reader.kind(callee) == .memberExpr
                && isMethodCall(callee, meanings)
            return signature(found, skipping: isMethod ? 1 : 0, active: open.number, label)
        }
        if case .builtin(let number)? = meanings.expression(callee), let builtin = Builtin(rawValue: number) {
            return signature(builtin, active: open.number)
        }
        return .null
    }

    private func call(of callee: NodeId, _ index: TreeIndex) -> CallExprView? {
        let parent = index.parent(callee)
        return index.reader.kind(parent) == .callExpr ? CallExprView(index.reader, parent) : nil
    }

    /// `handle.send(…)`: one signature for each signal of the workflow.
    private func signals(_ workflow: Declaration, _ label: String?) -> Json {
        let all = workflow.signals
        if all.isEmpty { return .null }
        return [
            "signatures": .array(
                all.map { signal in
                    let parameter = signal.signature.drop { $0 != " " }.drop { $0 == " " }
                    return [
                        "label": .string("send(\(parameter))"),
                        "documentation": signal.documentation.map {
                            ["kind": "markdown", "value": .string($0)]
                        },
                        "parameters": [["label": .string(String(parameter))]],
                    ]
                }),
            "activeSignature": .int(all.firstIndex { $0.name == label } ?? 0), "activeParameter": 0,
        ]
    }

    private func isMethodCall(_ callee: NodeId, _ meanings: Meanings) -> Bool {
        let base = MemberExprView(meanings.reader, callee).base
        return meanings.expression(base).flatMap { moduleFile($0) } == nil
    }

    /// The bracket that is open at a place, the number of the argument, and its label.
    private func openCall(_ index: TreeIndex, _ offset: UInt32) -> (
        bracket: TokenId, number: Int, label: String?
    )? {
        let reader = index.reader
        var depth = 0
        var number = 0
        var label: String?
        var at = Int(index.tokens(from: 0, to: offset).upperBound) - 1
        var isFirst = true
        while at >= 0 {
            let token = reader.token(TokenId(UInt32(at)))
            defer { at -= 1 }
            if token.end > offset && token.kind != .identifier || token.start >= offset { continue }
            switch token.kind {
            case .rightParen, .rightBracket, .rightBrace: depth += 1
            case .leftBracket, .leftBrace:
                if depth == 0 { return nil }
                depth -= 1
            case .leftParen:
                if depth > 0 {
                    depth -= 1
                    continue
                }
                guard at > 0 else { return nil }
                let before = reader.token(TokenId(UInt32(at - 1)))
                guard before.end == token.start, before.kind == .identifier || before.kind == .rightParen
                else {
                    number = 0
                    continue
                }
                return (TokenId(UInt32(at)), number, label)
            case .comma where depth == 0:
                number += 1
                isFirst = false
            case .colon where depth == 0 && number == 0 && label == nil && at > 0 && isFirst:
                label = reader.text(TokenId(UInt32(at - 1)))
            default: break
            }
        }
        return nil
    }

    private func signature(_ found: Declaration, skipping: Int, active: Int, _ label: String?) -> Json {
        let reader = found.reader
        let members = Array(found.members.dropFirst(skipping))
        let texts = members.map { reader.text($0) }
        var result = ""
        if found.isCallable, let type = CallableDeclView(reader, found.node).result {
            result = " -> \(reader.text(type))"
        }
        var number = active
        if let label,
            let named = members.firstIndex(where: {
                reader.text(ParameterView(reader, $0).nameToken) == label
            })
        {
            number = named
        }
        if let last = members.last, reader.kind(last) == .parameter, ParameterView(reader, last).isVariadic {
            number = min(number, members.count - 1)
        }
        return answer(
            "\(found.name)(\(texts.joined(separator: ", ")))\(result)", texts, found.documentation, number)
    }

    private func signature(_ builtin: Builtin, active: Int) -> Json {
        let text = "\(builtin.declaration.signature)"
        return answer(text, parameters(in: text), "\(builtin.declaration.documentation)", active)
    }

    /// What stands between commas in the last pair of brackets that a signature opens at its own level.
    private func parameters(in signature: String) -> [String] {
        var depth = 0
        var parts: [String] = []
        var part = ""
        var isInside = false
        for character in signature {
            if "([<".contains(character) {
                depth += 1
                if depth == 1 && character == "(" && !isInside {
                    isInside = true
                    continue
                }
            } else if ")]>".contains(character) && !part.hasSuffix("-") {
                depth -= 1
                if depth == 0 && isInside { break }
            }
            guard isInside else { continue }
            if character == "," && depth == 1 {
                parts.append(part)
                part = ""
            } else if !(character == " " && part.isEmpty) {
                part.append(character)
            }
        }
        if !part.isEmpty { parts.append(part) }
        return parts
    }

    private func answer(_ label: String, _ parameters: [String], _ documentation: String?, _ active: Int)
        -> Json
    {
        [
            "signatures": [
                [
                    "label": .string(label),
                    "documentation": documentation.map { ["kind": "markdown", "value": .string($0)] },
                    "parameters": .array(parameters.map { ["label": .string($0)] }),
                ]
            ],
            "activeSignature": 0, "activeParameter": .int(active),
        ]
    }
}
