// Instances of generic funcs: which are needed, and their bodies as copies of the one that was checked. What a body
// does with its parameters has been checked for all arguments, so a copy is never wrong; only how many there are, and
// `T?` of an argument that is optional itself, must be looked at.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

/// A use of a generic func whose arguments still hold the user's own parameters.
struct OpenUse {
    var callable: Int32
    var arguments: [TypeId]
}

/// An instance that is needed.
struct FunctionInstance {
    var callable: Int
    var arguments: [TypeId]
    /// Number in `CheckedProgram.functions`.
    var output: Int
    /// The use outside generic funcs that asked for it.
    var origin: Span
}

/// The body of a generic func, checked with its parameters.
struct GenericBody {
    var locals: [LocalInfo]
    var value: TypedId
    /// Its nodes in the tree.
    var nodes: Range<Int>
    /// Uses of other generic funcs in it: a run of `openUses`.
    var uses: Range<Int>
    var file: FileId
}

extension ProgramChecker {
    /// Set in a function number that is an index into `openUses`.
    static let openBit: UInt32 = 0x8000_0000

    /// The number to call an instance by.
    func functionNumber(_ callable: Int, _ arguments: [TypeId], at span: Span) -> UInt32 {
        if arguments.contains(where: { types.containsParameter($0) }) {
            openUses.append(OpenUse(callable: Int32(callable), arguments: arguments))
            return ProgramChecker.openBit | UInt32(openUses.count - 1)
        }
        return UInt32(request(callable, arguments, origin: span))
    }

    private func request(_ callable: Int, _ arguments: [TypeId], origin: Span) -> Int {
        let key = InstanceKey(declaration: Int32(callable), arguments: arguments)
        if let known = functionInstanceOf[key] { return known }
        let name = text(symbols[Int(callables[callable].symbol)].name)
        let isTooDeep = arguments.contains(.poison)
        if isTooDeep || functionInstances.count >= CheckerLimits.instancesMax {
            if !reportedGrowth {
                report(
                    isTooDeep
                        ? .callGrows(name, at: origin)
                        : .tooManyInstances(CheckerLimits.instancesMax, name, at: origin))
            }
            reportedGrowth = true
            return 0
        }
        let output = checkedFunctions.count
        checkedFunctions.append(nil)
        functionInstanceOf[key] = output
        functionInstances.append(
            FunctionInstance(callable: callable, arguments: arguments, output: output, origin: origin))
        return output
    }

    /// Finds every instance that the program needs, and makes the bodies when they are kept.
    func makeInstances() {
        var number = 0
        while number < functionInstances.count && !reportedGrowth {
            let instance = functionInstances[number]
            number += 1
            guard let body = genericBodies[instance.callable] else { continue }
            let symbol = symbols[Int(callables[instance.callable].symbol)]
            let parameters = parameterTypes(symbol.typeParameters)
            checkOptionals(instance, parameters, text(symbol.name))
            for use in body.uses {
                let arguments = openUses[use].arguments.map {
                    replacing(parameters, with: instance.arguments, in: $0)
                }
                _ = request(Int(openUses[use].callable), arguments, origin: instance.origin)
            }
        }
        if !retain || sink.hasErrors { return }
        for instance in functionInstances {
            if let body = genericBodies[instance.callable] { copy(body, for: instance) }
        }
    }

    /// `T?` of a T that is optional would lose a value: `null` of the one and of the other are the same.
    private func checkOptionals(_ instance: FunctionInstance, _ parameters: [TypeId], _ name: String) {
        for (number, argument) in instance.arguments.enumerated() where kind(argument) == .optional {
            if types.hasOptional(of: parameters[number]) {
                report(
                    .optionalArgument(
                        name, parameter: text(parameters[number]), text(argument), at: instance.origin))
                return
            }
        }
    }

    private func copy(_ body: GenericBody, for instance: FunctionInstance) {
        let symbol = symbols[Int(callables[instance.callable].symbol)]
        let parameters = parameterTypes(symbol.typeParameters)
        let arguments = instance.arguments
        func put(_ type: TypeId) -> TypeId { replacing(parameters, with: arguments, in: type) }
        let shift = UInt32(typed.nodes.count - body.nodes.lowerBound)
        for index in body.nodes {
            let old = typed.nodes[index]
            var node = old
            node.type = put(old.type)
            let layout = typed.layout(of: old)
            if layout.a && old.a != 0 { node.a += shift }
            if layout.b && old.b != 0 { node.b += shift }
            if old.list != 0, layout.list != .none {
                var words = Array(typed.list(old.list))
                for place in words.indices where layout.list.isNode(place) && words[place] != 0 {
                    words[place] += shift
                }
                node.list = typed.addList(words)
            }
            switch old.kind {
            case .call, .functionReference:
                if old.a & ProgramChecker.openBit != 0 {
                    let use = openUses[Int(old.a & ~ProgramChecker.openBit)]
                    node.a = UInt32(
                        request(Int(use.callable), use.arguments.map(put), origin: instance.origin))
                }
            case .constant where old.type != node.type:
                node.a = poolConstant(node.type, constantPool[Int(old.a)].bytes)
            case .text, .toJson, .fromJson, .tryFromJson: convert(&node)
            default: break
            }
            _ = typed.add(node)
        }
        let callable = callables[instance.callable]
        checkedFunctions[instance.output] = CheckedFunction(
            name: text(symbol.name), file: body.file, parameterCount: Int(callable.parameterCount),
            result: put(callable.result),
            locals: body.locals.map {
                LocalInfo(name: $0.name, type: put($0.type), isMutable: $0.isMutable)
            },
            body: TypedId(body.value.index + shift))
    }

    /// Conversions that are none for this argument, or others.
    private func convert(_ node: inout TypedNode) {
        let operand = typed[TypedId(node.a)].type
        switch (node.kind, operand) {
        case (.text, .string), (.text, .path): node.kind = .reinterpret
        case (.text, .json): node.kind = .jsonText
        case (.toJson, .json): node.kind = .reinterpret
        case (.fromJson, _) where node.type == .json: node.kind = .reinterpret
        case (.tryFromJson, _) where types.unwrapped(node.type) == .json: node.kind = .wrap
        default: break
        }
    }
}
