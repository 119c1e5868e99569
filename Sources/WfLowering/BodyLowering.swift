// One function's body on its way to code: where locals live, who else may see a value, where control goes.
// Knows registers and scopes; the expressions themselves are lowered in the extensions beside this file.
import WfBuiltins
import WfChecker
import WfPlan
import WfSource
import WfValue

/// Who else may hold a value, as bits. Buffers (strings, lists, maps) are written in place unless they are
/// marked as shared, so before a value gets a second holder that could see such a write, it is marked.
struct Holders: OptionSet {
    let rawValue: UInt8
    /// A `let` of this body that was made from a new value.
    static let local = Holders(rawValue: 1)
    /// Something that is never written in place: an element, a field, a constant.
    static let stable = Holders(rawValue: 2)
    /// The caller.
    static let parameter = Holders(rawValue: 4)
    /// A variable that this body writes in place.
    static let variable = Holders(rawValue: 8)
}

/// A value in a register.
struct Operand {
    var register: Int
    /// Whether the register is free once the value has been used.
    var isTemporary: Bool
    var holders: Holders
}

/// Where a value goes.
enum Sink {
    case register(Int)
    /// A variable that has a value; written in place where the form of the value allows it.
    case variable(LocalId)
    case discard
    /// The function's result.
    case result
}

/// Lowers one body at a time; used again for the next.
final class BodyLowering {
    unowned let context: Lowering
    let tree: TypedTree
    var buffer = CodeBuffer()
    private(set) var locals: [LocalInfo] = []
    private(set) var hasVariables = false
    private(set) var result: TypeId = .unit
    private(set) var file = FileId(0)

    struct LocalPlace {
        var register: Int32 = -1
        var holders: Holders = []
        var isInPlace = false
    }
    /// By local.
    var places: [LocalPlace] = []
    /// Locals that have a register, innermost scope last; `owns` when the register is theirs.
    private var scope: [(local: LocalId, owns: Bool)] = []
    /// Locals that several alternatives of a pattern bind: each has its register before the first of them.
    var sharedBindings: [UInt32] = []

    /// Registers of the entries of `scope` that are no locals.
    private var temporaries: [Int] = []

    struct Loop {
        var `break`: Label
        var `continue`: Label
    }
    var loops: [Loop] = []
    /// More than 0 where code may run many times.
    var loopDepth = 0
    /// Where `return` goes while a lambda is expanded in place; nil: it returns.
    var inlineReturn: (sink: Int, end: Label)?
    var inlineHolders: Holders = []
    /// The register of a variable that is being assigned: it must not be written before its value is
    /// complete.
    var unfinished = -1

    init(_ context: Lowering) {
        self.context = context
        tree = context.tree
    }

    /// Forgets the last body.
    func begin(file: FileId, locals: [LocalInfo], hasVariables: Bool, result: TypeId, longJumps: Bool) {
        self.file = file
        buffer.reset(file: context.sourceNumber(file), longJumps: longJumps)
        for entry in scope where entry.local.index != BodyLowering.noLocal {
            places[Int(entry.local.index)] = LocalPlace()
        }
        temporaries.removeAll(keepingCapacity: true)
        for local in inPlace { places[Int(local.index)] = LocalPlace() }
        scope.removeAll(keepingCapacity: true)
        inPlace.removeAll(keepingCapacity: true)
        loops.removeAll(keepingCapacity: true)
        loopDepth = 0
        inlineReturn = nil
        unfinished = -1
        sharedBindings.removeAll(keepingCapacity: true)
        self.locals = locals
        self.hasVariables = hasVariables
        self.result = result
        if places.count < locals.count {
            places.append(contentsOf: repeatElement(LocalPlace(), count: locals.count - places.count))
        }
    }

    /// Variables that are written in place.
    var inPlace: [LocalId] = []

    // MARK: types

    @inline(__always)
    func isReference(_ type: TypeId) -> Bool { context.builder.types.isReference(type) }

    @inline(__always)
    func kind(_ type: TypeId) -> TypeKind { context.builder.types.kind(of: type) }

    var types: TypeTable { context.builder.types }

    /// Whether values of the type are buffers that a variable may write in place.
    func isBuffer(_ type: TypeId) -> Bool {
        switch kind(type) {
        case .list, .map, .string: return true
        default: return false
        }
    }

    /// The type as an operand of an instruction.
    func typeOperand(_ type: TypeId) -> Int {
        if type.index >= PlanLimits.typesMax {
            buffer.fail("a type beyond the \(PlanLimits.typesMax) that instructions can name")
            return 0
        }
        return type.index
    }

    // MARK: registers

    func allocate(_ type: TypeId) -> Int { buffer.allocate(type, isReference: isReference(type)) }

    func release(_ operand: Operand) {
        if operand.isTemporary { buffer.release(operand.register) }
    }

    func release(_ operands: [Operand]) {
        for operand in operands { release(operand) }
    }

    /// A new value: in `into`, or in a new register.
    func target(_ type: TypeId, _ into: Int?) -> Operand {
        if let into { return Operand(register: into, isTemporary: false, holders: []) }
        return Operand(register: allocate(type), isTemporary: true, holders: [])
    }

    // MARK: locals

    func info(_ local: LocalId) -> LocalInfo { locals[Int(local.index)] }

    func register(of local: LocalId) -> Int {
        let register = places[Int(local.index)].register
        precondition(register >= 0, "the checker lets nobody read a local before it has a value")
        return Int(register)
    }

    func isMutable(_ local: LocalId) -> Bool { locals[Int(local.index)].isMutable }

    /// Whether the value lies in the register of a variable, where an assignment may change it.
    func isVariable(_ value: Operand) -> Bool {
        if !hasVariables || value.isTemporary { return false }
        return scope.contains { entry in
            entry.local.index != BodyLowering.noLocal && isMutable(entry.local)
                && Int(places[Int(entry.local.index)].register) == value.register
        }
    }

    func bind(_ local: LocalId, to register: Int, owns: Bool, holders: Holders) {
        scope.append((local, owns))
        places[Int(local.index)].register = Int32(register)
        places[Int(local.index)].holders = holders
    }

    /// Gives a register back at the end of the scope.
    func scopeTemporary(_ register: Int) {
        scope.append((LocalId(BodyLowering.noLocal), true))
        temporaries.append(register)
    }
    private static let noLocal: UInt32 = 0xFFFF_FFFF

    func addParameter(_ local: LocalId) {
        bind(local, to: buffer.addParameter(info(local).type), owns: false, holders: .parameter)
    }

    var scopeMark: Int { scope.count }

    /// Ends the scope of locals; the register of `kept` lives on as a temporary.
    func endScope(_ mark: Int, keeping kept: Operand? = nil) -> Operand? {
        var kept = kept
        while scope.count > mark {
            let (local, owns) = scope.removeLast()
            if local.index == BodyLowering.noLocal {
                if let register = temporaries.popLast() {
                    if kept?.register == register {
                        kept?.isTemporary = true
                    } else {
                        buffer.release(register)
                    }
                }
                continue
            }
            let register = Int(places[Int(local.index)].register)
            places[Int(local.index)].register = -1
            guard owns else { continue }
            if let value = kept, value.register == register {
                kept?.isTemporary = true
            } else {
                buffer.release(register)
            }
        }
        return kept
    }

    /// The holders that reading a local implies.
    func holders(of local: LocalId) -> Holders {
        let place = places[Int(local.index)]
        if !isBuffer(info(local).type) { return .stable }
        if place.isInPlace { return .variable }
        return isMutable(local) ? [.stable, .parameter] : place.holders
    }

    // MARK: sharing

    /// The value is put into an object, a closure or an optional.
    func keep(_ operand: Operand, _ type: TypeId) {
        if operand.holders.isDisjoint(with: [.parameter, .variable]) || !isBuffer(type) { return }
        buffer.emit(.share, operand.register)
    }

    /// The value becomes that of a variable that is written in place.
    func own(_ register: Int, _ holders: Holders, _ type: TypeId) {
        if holders.isEmpty || !isBuffer(type) { return }
        buffer.emit(.share, register)
    }

    /// The value is returned: its callers take it for new.
    func giveBack(_ operand: Operand, _ type: TypeId) {
        if operand.holders.isDisjoint(with: [.parameter, .stable]) || !isBuffer(type) { return }
        buffer.emit(.share, operand.register)
    }

    /// The value gets a second name, which is never written: its holders from then on.
    func name(_ operand: Operand, _ type: TypeId) -> Holders {
        if operand.holders.isEmpty { return .local }
        if operand.holders.contains(.variable) && isBuffer(type) {
            buffer.emit(.share, operand.register)
            return .stable
        }
        return operand.holders.subtracting(.variable)
    }

    // MARK: instructions

    func emit(_ opcode: Opcode, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0, d: Int = 0, at node: TypedNode) {
        buffer.at(node.start, node.end)
        buffer.emit(opcode, a, b, c, d: d)
    }

    /// An `abc` instruction with arguments.
    func emit(_ opcode: Opcode, _ a: Int, _ b: Int, _ c: Int = 0, arguments: [Operand], at node: TypedNode) {
        buffer.at(node.start, node.end)
        buffer.emit(opcode, a, b, c, d: arguments.count)
        buffer.emitArguments(arguments.lazy.map(\.register))
    }

    /// An `aBX` instruction with arguments.
    func emit(_ opcode: Opcode, _ a: Int, bx: Int, arguments: [Operand], at node: TypedNode) {
        buffer.at(node.start, node.end)
        buffer.emit(opcode, a, bx: bx, d: arguments.count)
        buffer.emitArguments(arguments.lazy.map(\.register))
    }

    func emit(_ builtin: Builtin, _ a: Int, _ arguments: [Operand], at node: TypedNode) {
        emit(.bcall, a, bx: Int(builtin.rawValue), arguments: arguments, at: node)
    }

    func move(_ target: Int, _ source: Int) {
        if target != source { buffer.emit(.mov, target, source) }
    }
}
