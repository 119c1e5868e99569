// Bodies of funcs, one after the other, and what is thrown away between them when nothing is lowered.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    /// Everything of the module that has a body.
    func checkBodies() {
        for index in moduleSymbols[module] where symbols[index].module == Int32(module) {
            let symbol = symbols[index]
            if focus >= 0 && (module != focus || !bodies.contains(symbol.node)) {
                // what instances of a generic func need, its body says
                if symbol.kind == .function && !symbol.typeParameters.isEmpty { checkFunction(symbol) }
                continue
            }
            switch symbol.kind {
            case .constant, .config: resolveConstant(Int(symbol.index), from: nil)
            case .pool, .rate, .breaker: checkResource(symbol)
            case .function: checkFunction(symbol)
            case .workflow: checkWorkflow(symbol)
            case .action: checkAction(symbol)
            default: continue
            }
            if types.refusals != knownRefusals { reportRefusal(at: nameSpan(of: symbol)) }
            if isInspecting { noteSteps() }
            if !retain { forgetBody() }
        }
        if focus < 0 || module == focus { checkTests() }
    }

    /// Keeps memory small when only diagnostics are wanted.
    func forgetBody() {
        typed.reset()
        workflowNodes.removeAll(keepingCapacity: true)
        workflowBlocks.removeAll(keepingCapacity: true)
    }

    private func checkFunction(_ symbol: Symbol) {
        let view = FuncDeclView(tree, symbol.node)
        guard let code = view.body else { return }
        let callable = callables[Int(symbol.index)]
        let saved = beginBody(.function, in: module)
        declarationNode = symbol.node
        resultType = callable.result
        scopeTypeParameters = symbol.typeParameters
        let firstNode = typed.nodes.count
        let firstUse = openUses.count
        for parameter in parameterRange(Int(symbol.index)) {
            let entry = parameters[parameter]
            declare(entry.name, .parameter, entry.type, at: tree.span(entry.nameToken))
        }
        let value: TypedId
        if resultType == .unit {
            value = block(BlockView(tree, code), .poison, valueNeeded: false)
        } else {
            let found = block(BlockView(tree, code), resultType, valueNeeded: true)
            value = coerceBody(found, to: resultType, code)
        }
        if !symbol.typeParameters.isEmpty {
            genericBodies[Int(symbol.index)] = GenericBody(
                locals: localInfos(), value: value, nodes: firstNode..<typed.nodes.count,
                uses: firstUse..<openUses.count, file: tree.file)
        } else if retain {
            checkedFunctions[Int(callable.output)] = CheckedFunction(
                name: text(symbol.name), file: tree.file, parameterCount: Int(callable.parameterCount),
                result: callable.result, locals: localInfos(), body: value)
        }
        endBody(saved)
    }
}
