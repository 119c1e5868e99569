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
        let meanings = Meanings(self, document)
        // the innermost call that is known: brackets of a grouping, or of something nobody knows, do not hide the one around
        for open in openCalls(index, offset) {
            // the callee ends right before the bracket
            let callee = index.ancestors(index.owner(of: TokenId(open.bracket.index - 1))).last {
                document.reader.lastToken($0).index == open.bracket.index - 1
            }
            guard let callee else { continue }
            let help = signatureHelp(callee, open, index, meanings)
            if !help.isNull { return help }
        }
        return .null
    }

    private func signatureHelp(
        _ callee: NodeId, _ open: OpenCall, _ index: TreeIndex, _ meanings: Meanings
    ) -> Json {
        let isMember = index.reader.kind(callee) == .memberExpr
        if isMember, let call = call(of: callee, index), let workflow = meanings.receiver(call) {
            return signals(workflow, open.label)
        }
        if case .declared(let file, let place)? = meanings.expression(callee),
            let found = declaration(file, place)
        {
            let isMethod = found.isCallable && isMember && isMethodCall(callee, meanings)
            return signature(found, skipping: isMethod ? 1 : 0, open)
        }
        if case .builtin(let number)? = meanings.expression(callee), let builtin = Builtin(rawValue: number) {
            return signature(builtin, open)
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

    /// The calls whose brackets are open at a place, from the inside out. Lists, maps, records, groups, the blocks of
    /// lambdas and interpolations do not end the search; other blocks do.
    private func openCalls(_ index: TreeIndex, _ offset: UInt32) -> [OpenCall] {
        let reader = index.reader
        var calls: [OpenCall] = []
        var depth = 0
        var open = OpenCall()
        var at = Int(index.tokens(from: 0, to: offset).upperBound) - 1
        while at >= 0 {
            let number = TokenId(UInt32(at))
            let token = reader.token(number)
            defer { at -= 1 }
            let isOpener = [.stringHead, .stringMiddle].contains(token.kind)
            if token.start >= offset || token.end > offset && token.kind != .identifier { continue }
            switch token.kind {
            case .rightParen, .rightBracket, .rightBrace, .stringTail: depth += 1
            case _ where depth > 0:
                if [.leftParen, .leftBracket, .leftBrace, .stringHead].contains(token.kind) { depth -= 1 }
            case .leftBrace where isBlock(index.owner(of: number), index): return calls
            case .leftBracket, .leftBrace: open = OpenCall()
            case _ where isOpener:
                // of a piece in the middle, the interpolation before it is none of this one's
                if token.kind == .stringMiddle { depth = 1 }
                open = OpenCall()
            case .leftParen:
                if at > 0 {
                    let before = reader.token(TokenId(UInt32(at - 1)))
                    if before.end == token.start, before.kind == .identifier || before.kind == .rightParen {
                        open.bracket = number
                        calls.append(open)
                    }
                }
                open = OpenCall()
            case .comma: open.number += 1
            case .colon where at > 0:
                let label = reader.text(TokenId(UInt32(at - 1)))
                if open.number == 0 { open.label = label } else { open.given.append(label) }
            default: break
            }
        }
        return calls
    }

    /// Whether a brace is that of a block in which a call around it is not being written any more: not a lambda's.
    private func isBlock(_ id: NodeId, _ index: TreeIndex) -> Bool {
        guard index.reader.kind(id) == .block else {
            return ![.recordExpr, .objectExpr, .withExpr, .mapExpr, .lambdaExpr].contains(
                index.reader.kind(id))
        }
        return index.reader.kind(index.parent(id)) != .lambdaExpr
    }

    private func signature(_ found: Declaration, skipping: Int, _ open: OpenCall) -> Json {
        let reader = found.reader
        let members = Array(found.members.dropFirst(skipping))
        let texts = members.map { reader.text($0) }
        var result = ""
        if found.isCallable, let type = CallableDeclView(reader, found.node).result {
            result = " -> \(reader.text(type))"
        }
        // a value of a case may have no name: its type stands for it
        let names = members.map { member in
            let isParameter = reader.kind(member) == .parameter
            return reader.text(
                isParameter ? ParameterView(reader, member).nameToken : reader.firstToken(member))
        }
        var number = open.active(names)
        if let last = members.last, reader.kind(last) == .parameter, ParameterView(reader, last).isVariadic {
            number = min(number, members.count - 1)
        }
        return answer(
            "\(found.name)(\(texts.joined(separator: ", ")))\(result)", texts, found.documentation, number)
    }

    private func signature(_ builtin: Builtin, _ open: OpenCall) -> Json {
        let text = "\(builtin.declaration.signature)"
        let parameters = parameters(in: text)
        let names = parameters.map { String($0.prefix { $0 != ":" }) }
        return answer(
            text, parameters, "\(builtin.declaration.documentation)", open.active(names))
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

/// A call whose bracket is open, and what is written in it before a place.
private struct OpenCall {
    var bracket = TokenId(0)
    /// Commas before the place.
    var number = 0
    /// The label of the argument at the place; those of the ones before it, the last first.
    var label: String?
    var given: [String] = []

    /// The number of the parameter that is being written: the one with the label, or the next that has nothing yet.
    func active(_ names: [String]) -> Int {
        if let label, let named = names.firstIndex(of: label) { return named }
        let labelled = Set(given)
        let isPositional = labelled.isDisjoint(with: names)
        if isPositional { return number }
        let first = number - given.count
        return names.indices.first { $0 >= first && !labelled.contains(names[$0]) } ?? names.count
    }
}
