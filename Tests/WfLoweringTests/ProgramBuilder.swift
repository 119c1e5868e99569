// Checked programs written by hand, one short call per typed node.
import WfBuiltins
import WfChecker
import WfLowering
import WfPlan
import WfSource
import WfValue

struct ProgramBuilder {
    var program: CheckedProgram
    private var locals: [LocalInfo] = []
    private var position: UInt32 = 0

    init() {
        program = CheckedProgram(
            types: TypeTable(),
            files: [SourceFile(path: "test.wf", text: String(repeating: "\n", count: 4096))])
    }

    mutating func raw(
        _ kind: TypedKind, _ type: TypeId, aux: UInt8 = 0, a: UInt32 = 0, b: UInt32 = 0, list: [UInt32] = []
    ) -> TypedId {
        position = (position + 1) % 4000
        let list = program.tree.addList(list)
        return program.tree.add(
            TypedNode(kind, type: type, aux: aux, a: a, b: b, list: list, start: position, end: position + 1))
    }

    mutating func node(
        _ kind: TypedKind, _ type: TypeId, aux: UInt8 = 0, a: TypedId = .none, b: TypedId = .none,
        list: [TypedId] = []
    ) -> TypedId {
        raw(kind, type, aux: aux, a: a.index, b: b.index, list: list.map(\.index))
    }

    func type(_ id: TypedId) -> TypeId { program.tree[id].type }

    mutating func int(_ value: Int) -> TypedId {
        raw(.word, .int, a: UInt32(truncatingIfNeeded: value), b: UInt32(truncatingIfNeeded: value >> 32))
    }

    mutating func bool(_ value: Bool) -> TypedId { raw(.word, .bool, a: value ? 1 : 0) }

    mutating func string(_ text: String) -> TypedId {
        var writer = ByteWriter()
        writer.appendString(text)
        program.constants.append(CheckedConstant(type: .string, bytes: writer.toArray()))
        return raw(.constant, .string, a: UInt32(program.constants.count - 1))
    }

    mutating func local(_ name: String, _ type: TypeId, mutable: Bool = false) -> UInt32 {
        locals.append(LocalInfo(name: name, type: type, isMutable: mutable))
        return UInt32(locals.count - 1)
    }

    mutating func get(_ local: UInt32) -> TypedId { raw(.local, locals[Int(local)].type, a: local) }

    mutating func op(_ op: TypedOperator, _ left: TypedId, _ right: TypedId) -> TypedId {
        let isComparison = op.rawValue >= TypedOperator.equal.rawValue
        return node(.binary, isComparison ? .bool : type(left), aux: op.rawValue, a: left, b: right)
    }

    mutating func declare(_ local: UInt32, _ value: TypedId) -> TypedId {
        raw(.declare, .unit, a: local, b: value.index)
    }

    mutating func assign(_ local: UInt32, _ value: TypedId) -> TypedId {
        raw(.assign, .unit, a: local, b: value.index)
    }

    mutating func block(_ statements: [TypedId], _ value: TypedId = .none) -> TypedId {
        node(.block, value.isNone ? .unit : type(value), a: value, list: statements)
    }

    mutating func builtin(_ builtin: Builtin, _ type: TypeId, _ arguments: [TypedId]) -> TypedId {
        raw(.builtin, type, a: UInt32(builtin.rawValue), list: arguments.map(\.index))
    }

    mutating func forIn(_ local: UInt32, _ sequence: TypedId, _ body: [TypedId]) -> TypedId {
        let code = block(body)
        return raw(.forIn, .unit, a: sequence.index, b: code.index, list: [local])
    }

    /// Ends a function whose parameters are the first locals.
    mutating func function(_ name: String, parameters: Int, _ result: TypeId, _ body: TypedId) {
        program.functions.append(
            CheckedFunction(
                name: name, file: FileId(0), parameterCount: parameters, result: result, locals: locals,
                body: body))
        locals = []
    }

    /// Ends a workflow of one block whose parameters are the first locals.
    mutating func workflow(_ name: String, parameters: Int, _ nodes: [CheckedNode], _ result: TypedId) {
        let block = CheckedBlock(
            nodes: Array(nodes.indices), given: (0..<parameters).map { LocalId(UInt32($0)) },
            resultType: type(result), result: result)
        program.workflows.append(
            CheckedWorkflow(
                name: name, file: FileId(0), span: Span(file: FileId(0), start: 0, end: 1), documentation: "",
                parameterCount: parameters, parameterDefaults: Array(repeating: nil, count: parameters),
                result: type(result), locals: locals, blocks: [block], nodes: nodes))
        locals = []
    }

    /// The plan, verified.
    func plan() throws -> Plan { try Plan.load(bytes: try lower(program)) }

    /// The instructions of the plan's functions as text, without positions, offsets and spaces at the ends.
    func code() throws -> String {
        var lines: [String] = []
        for line in Disassembler.text(of: try plan()).split(separator: "\n") {
            var words = line.split(separator: " ", omittingEmptySubsequences: true)
            guard let first = words.first, first != ";" else { continue }
            if first.allSatisfy(\.isNumber) {
                words.removeFirst()
            } else if !(first.hasPrefix("L") && first.hasSuffix(":")) && first != "function" {
                continue
            }
            lines.append(words.joined(separator: " "))
        }
        return lines.joined(separator: "\n")
    }
}
