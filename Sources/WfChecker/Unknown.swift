// Names that nothing declares: what to say, and what was probably meant. Slow paths only.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    /// - Parameters:
    ///   - call: whose callee it is.
    ///   - expected: of what type the value should be.
    func reportUnknownName(
        _ name: NameId, at id: NodeId, call: CallExprView? = nil, expected: TypeId = .poison
    ) {
        let span = tree.span(id)
        let spelled = text(name)
        if quietLooks > 0 || namesToCompare <= 0 {
            return report(.unknownName(spelled, at: span, near: nil, instead: nil))
        }
        if body == .workflow, signalNumber(name, of: waiting.current) != nil {
            return report(.signalAsValue(spelled, at: span).fixed(signalReadFix(id, spelled)))
        }
        if body == .workflow, let (declared, owner) = farDeclaration(of: name, before: span) {
            report(.boundElsewhere(spelled, owner: owner, at: span, declared: declared))
            return
        }
        if let use = standardUse(spelled, id) { return report(use) }
        let foreign = shellVariable(spelled, span) ?? ForeignNames.instead(of: spelled)
        var near = Suggestion.best(for: spelled, among: visibleNames()) ?? misspeltWord(spelled)
        // a word of another language tells more than a name that is spelt much like it
        if foreign != nil,
            near.map({ $0.lowercased() == spelled.lowercased() && $0 == $0.lowercased() }) != true
        {
            near = nil
        }
        if near == nil && foreign == nil && call == nil { near = fieldNamed(name) }
        let instead =
            foreign ?? (isAssigned(id) ? "declare it: `let \(spelled) = …`, or `var` if it changes" : nil)
        report(
            .unknownName(
                spelled, at: span, near: near, instead: near == nil ? instead : nil
            ).fixed(
                near == nil && foreign != nil && !ForeignNames.mayBeOwn.contains(spelled)
                    ? nil : declarationFix(spelled, call, expected)))
    }

    /// `x = 1` of a name that nothing declares.
    private func isAssigned(_ id: NodeId) -> Bool {
        guard let statement = tree.enclosing(tree.firstToken(id), { $0 == .assignStmt }) else { return false }
        return AssignStmtView(tree, statement).target == id
    }

    /// `${HOME}` in a string.
    private func shellVariable(_ spelled: String, _ span: Span) -> String? {
        guard span.start >= 2, tree.text(self.span(span.start - 2, span.start)) == "${" else { return nil }
        return "a variable of the shell is written without braces: `$\(spelled)`"
    }

    /// `result.stdout` where `stdout` is written: the one value in sight that has a field of that name.
    private func fieldNamed(_ name: NameId) -> String? {
        let owners = bindings[min(bindingBase, bindings.count)...].suffix(5000).filter { binding in
            let type = kind(binding.narrowed) == .poison ? binding.type : binding.narrowed
            return !binding.name.isNone && kind(type) == .record && fieldNumber(type, name) != nil
        }
        guard let first = owners.first, owners.allSatisfy({ $0.name == first.name }) else { return nil }
        return "\(text(first.name)).\(text(name))"
    }

    /// A word of the language that can stand where a name can, and that this is nearly.
    private func misspeltWord(_ spelled: String) -> String? {
        let words = ["true", "false", "null", "break", "continue", "return", "else", "once", "jitter"]
        return Suggestion.best(for: spelled, among: words)
    }

    /// `file.read` where `use std.file` is missing.
    private func standardUse(_ spelled: String, _ id: NodeId) -> Diagnostic? {
        let path = "std.\(spelled)"
        guard knownModules.contains(path) else { return nil }
        return .moduleNotUsed(spelled, path, at: tree.span(id), fix: use(path))
    }

    /// A step or `let` of the same workflow with this name, in a block that cannot be seen from here, and the step
    /// that the block belongs to.
    private func farDeclaration(of name: NameId, before use: Span) -> (Span, String?)? {
        if declarationNode.isNone || farLookups > 200 { return nil }
        farLookups += 1
        let first = tree.node(declarationNode).first
        var index = declarationNode.index
        var found = NodeId.none
        var token = TokenId(0)
        while index > 0 {
            let node = tree.node(NodeId(index))
            if node.first < first { break }
            let id = NodeId(index)
            index -= 1
            switch node.kind {
            case .stepStmt where StepStmtView(tree, id).name == name:
                found = id
                token = StepStmtView(tree, id).nameToken
            case .letStmt where LetStmtView(tree, id).name == name:
                found = id
                token = tree.firstToken(LetStmtView(tree, id).pattern)
            case .bindingPattern where BindingPatternView(tree, id).name == name:
                found = id
                token = tree.firstToken(id)
            default: break
            }
        }
        if found.isNone { return nil }
        return (tree.span(token), ownerStep(of: found))
    }

    /// The innermost step around a node.
    private func ownerStep(of id: NodeId) -> String? {
        let inner = tree.node(id)
        var index = id.index + 1
        while index <= declarationNode.index {
            let node = tree.node(NodeId(index))
            if node.kind == .stepStmt, node.first < inner.first, node.last >= inner.last {
                return text(StepStmtView(tree, NodeId(index)).name)
            }
            index += 1
        }
        return nil
    }

    /// What a bare name could stand for here, nearest scope first.
    private func visibleNames() -> [String] {
        var result: [String] = []
        for binding in bindings[min(bindingBase, bindings.count)...].reversed() where !binding.name.isNone {
            result.append(text(binding.name))
            if result.count > 5000 { break }
        }
        for target in [module, coreModule] where target >= 0 {
            for index in moduleSymbols[target] { result.append(text(symbols[index].name)) }
        }
        for symbol in symbols.reversed() {
            if symbol.kind != .module { break }
            if Int(symbol.module) == module { result.append(text(symbol.name)) }
        }
        result += builtins.table.functions.map { builtins.table[$0].name }
        namesToCompare -= result.count
        return result
    }

    func reportUnknownType(_ name: NameId, at span: Span, _ view: NamedTypeView? = nil) {
        var candidates = [
            "Unit", "Bool", "Int", "Float", "Decimal", "String", "Bytes", "Duration", "Time", "Json", "Path",
            "Range",
            "Error", "Output", "Secret",
        ]
        candidates += scopeTypeParameters.range.map { text(typeParameters[$0].name) }
        for index in moduleSymbols[module]
        where symbols[index].kind == .record || symbols[index].kind == .enumeration {
            candidates.append(text(symbols[index].name))
        }
        let spelled = text(name)
        let foreign = [
            "Integer": "Int", "int": "Int", "Double": "Float", "Number": "Float", "number": "Float",
            "str": "String", "any": "Json", "object": "Json", "unknown": "Json", "dict": "[K: V]",
            "text": "String", "TEXT": "String", "VARCHAR": "String", "varchar": "String", "char": "String",
            "int64": "Int", "int32": "Int", "uint": "Int", "long": "Int", "i32": "Int", "i64": "Int",
            "u32": "Int", "u64": "Int", "usize": "Int", "INT": "Int", "INTEGER": "Int", "BIGINT": "Int",
            "float": "Float", "double": "Float", "float64": "Float", "f32": "Float", "f64": "Float",
            "REAL": "Float", "NUMERIC": "Decimal", "DECIMAL": "Decimal", "BigDecimal": "Decimal",
            "TIMESTAMP": "Time", "datetime": "Time", "timestamp": "Time", "Instant": "Time",
            "timedelta": "Duration", "byte": "Bytes", "Buffer": "Bytes", "error": "Error",
            "Vec": "[T]", "list": "[T]", "HashMap": "[K: V]", "Option": "T?", "None": "Unit",
            "string": "String", "Boolean": "Bool", "boolean": "Bool", "Void": "Unit", "void": "Unit",
            "Any": "Json",
            "Object": "Json", "Date": "Time", "DateTime": "Time", "File": "Path", "List": "[T]",
            "Array": "[T]", "undefined": "T?", "null": "T?",
            "Map": "[K: V]", "Dict": "[K: V]", "Dictionary": "[K: V]", "Optional": "T?",
        ]
        report(
            .unknownType(
                spelled, at: span, near: foreign[spelled] ?? Suggestion.best(for: spelled, among: candidates)
            ).fixed(view.flatMap { foreignTypeFix($0) ?? recordDeclarationFix($0, among: candidates) }))
    }

    /// - Parameters:
    ///   - value: the type of what it is given.
    ///   - literal: the field of a literal.
    func reportUnknownField(
        _ type: TypeId, _ name: NameId, at span: Span, value: TypeId? = nil, literal: NodeId = .none
    ) {
        var candidates: [String] = []
        if kind(type) == .record { candidates = members(of: type).map { text(fields[$0].name) } }
        candidates += builtins.table.members(of: kind(type), types: types).map { builtins.table[$0].name }
        let near =
            ForeignNames.member(text(name), among: candidates)
            ?? Suggestion.best(for: text(name), among: candidates)
            ?? ForeignNames.misspeltMember(text(name), among: candidates)
        let known = kind(type) == .record ? members(of: type).map { text(fields[$0].name) } : []
        report(
            .unknownField(
                text(name), of: text(type), at: span, near: near, known: known,
                isRecord: kind(type) == .record, isMap: kind(type) == .map
            ).fixed(
                fieldDeclarationFix(type, text(name), value), near == nil ? keyFix(type, name, span) : nil,
                literal.isNone
                    ? nil : Fix("remove the field `\(text(name))`", [elementRemoval(tree.span(literal))])))
    }

    /// `m["key"]` for `m.key`
    private func keyFix(_ type: TypeId, _ name: NameId, _ span: Span) -> Fix? {
        guard kind(type) == .map, types.key(of: type) == .string, span.start > 0,
            byte(span.start - 1) == UInt8(ascii: ".")
        else { return nil }
        let written = "[\"\(text(name))\"]"
        let place = Span(file: span.file, start: span.start - 1, end: span.end)
        return Fix("write `\(written)`", [TextEdit(place, written)])
    }

    /// Whether a value of a type has a field, a built-in member or a method of this module with a name.
    func isMember(_ name: NameId, of type: TypeId) -> Bool {
        if kind(type) == .record, members(of: type).contains(where: { fields[$0].name == name }) {
            return true
        }
        let wanted = text(name)
        if builtins.table.members(of: kind(type), types: types).contains(where: {
            builtins.table[$0].name == wanted
        }) {
            return true
        }
        let found = table.find(module, name)
        return found >= 0 && symbols[found].kind == .function && callables[Int(symbols[found].index)].isMethod
    }

    func reportUnknownMethod(_ type: TypeId, _ name: NameId, at span: Span) {
        if type == .secret { return report(.secretExamined("`.\(text(name))`", at: span)) }
        var candidates = builtins.table.members(of: kind(type), types: types).map { builtins.table[$0].name }
        for index in moduleSymbols[module] where symbols[index].kind == .function {
            if callables[Int(symbols[index].index)].isMethod { candidates.append(text(symbols[index].name)) }
        }
        let near =
            ForeignNames.member(text(name), among: candidates)
            ?? Suggestion.best(for: text(name), among: candidates)
        report(
            .unknownMethod(
                text(name), of: text(type), at: span, near: near,
                isText: ForeignNames.isText(text(name)) && hasText(type)))
    }

    func reportUnknownCase(_ type: TypeId, _ name: NameId, at span: Span) {
        let known = members(of: type).map { text(cases[$0].name) }
        report(
            .unknownCase(
                text(name), of: text(type), at: span, near: Suggestion.best(for: text(name), among: known),
                known: known
            ).fixed(caseFix(name, at: span, among: known), caseDeclarationFix(type, text(name))))
    }

    func reportUnknownMember(of target: Int, _ name: NameId, at span: Span) {
        if name.isNone { return }
        let known = moduleSymbols[target].map { text(symbols[$0].name) }
        report(
            .unknownModuleMember(
                text(name), of: moduleName(target), at: span,
                near: Suggestion.best(for: text(name), among: known)))
    }

    func reportUnknownModule(_ name: NameId, at span: Span) {
        var known: [String] = []
        for symbol in symbols where symbol.kind == .module && Int(symbol.module) == module {
            known.append(text(symbol.name))
        }
        let path = "std.\(text(name))"
        report(
            .unknownModule(
                text(name), path: knownModules.contains(path) ? path : nil, at: span,
                near: Suggestion.best(for: text(name), among: known)
            ).fixed(knownModules.contains(path) ? use(path) : nil))
    }

    func reportMissingModule(_ view: UseDeclView) {
        let span = tree.span(view.pathToken)
        if view.isFile {
            report(
                .missingModule(
                    String(decoding: tree.stringValue(view.pathToken), as: UTF8.self), isFile: true, at: span,
                    near: nil))
            return
        }
        var path = ""
        for (index, name) in view.path.enumerated() { path += (index > 0 ? "." : "") + text(name) }
        if path.isEmpty { return }
        if ProgramChecker.unbuiltModules.contains(path) {
            report(.notBuilt("the module `\(path)`", at: span))
            return
        }
        let last = TokenId(tree.firstToken(view.id).index + UInt32(2 * view.path.count - 1))
        if path.hasPrefix("std."), let name = view.path.last, view.path.count == 2,
            table.find(coreModule, name) >= 0
        {
            report(.noUseNeeded(text(name), path, at: span.joined(tree.span(last))))
            return
        }
        report(
            .missingModule(
                path, isFile: false, at: span.joined(tree.span(last)),
                near: knownModules.contains("std.\(path)")
                    ? "std.\(path)" : Suggestion.best(for: path, among: knownModules)))
    }

    /// Modules of the standard library that `language.md` names and that are not there yet.
    static let unbuiltModules: Set<String> = [
        "std.agent", "std.mcp", "std.openapi",
    ]

    func reportUnknownStep(_ name: NameId, at id: NodeId) {
        var known: [String] = []
        for binding in bindings[min(bindingBase, bindings.count)...].reversed()
        where binding.node >= 0 && !binding.name.isNone {
            known.append(text(binding.name))
        }
        let spelled = text(name)
        if let (declared, owner) = farDeclaration(of: name, before: tree.span(id)) {
            report(.boundElsewhere(spelled, owner: owner, at: tree.span(id), declared: declared))
            return
        }
        report(.unknownStep(spelled, at: tree.span(id), near: Suggestion.best(for: spelled, among: known)))
    }

    /// A value of another type than its place needs.
    func reportMismatch(expected: TypeId, found: TypeId, at id: NodeId, _ value: TypedId) {
        let node = tail(id)
        let span = tree.span(node)
        if reportSecretMismatch(expected, found, at: span) { return }
        let expected = namesSecretsAsText ? types.plainForm(of: expected) : expected
        if kind(found) == .optional && types.element(of: found) == expected {
            var fixes: [Fix] = []
            let isPlain =
                tree.kind(node) == .nameExpr || tree.kind(node) == .memberExpr || tree.kind(node) == .callExpr
                || tree.kind(node) == .indexExpr
            if let text = defaultText(expected), isPlain {
                fixes = [insertion(" ?? \(text)", after: node, title: "give a default")]
            }
            report(
                .mayBeNull(
                    tree.text(node), expected: text(expected), found: text(found), at: span, fixes: fixes))
            return
        }
        if kind(found) == .optional && types.element(of: found) == .never {
            report(
                tree.kind(node) == .ifExpr
                    ? .ifWithoutElse(text(expected), at: span).fixed(elseFix(node, expected))
                    : .nullForPresent(text(expected), at: span))
            return
        }
        if found == .unit {
            report(.noValueHere(text(expected), at: span))
            return
        }
        let (help, fixes) = conversionHelp(node, from: found, to: expected, at: span)
        report(
            .mismatch(expected: text(expected), found: "`\(text(found))`", at: span, help: help, fixes: fixes)
        )
    }

}
