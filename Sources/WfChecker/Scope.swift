// Names in scope: bindings by name with an undo log, locals of the body, and what is known of optionals.
// It does not know what declares them.
import WfSource
import WfSyntax
import WfValue

/// A name that stands for a value inside a body.
struct Binding {
    enum Role: UInt8 {
        case parameter, constant, variable, item, step, state, pattern
        /// A step named after what it calls (a bare call), or without a name.
        case label
    }
    var name: NameId
    /// 1 + index of the binding that this one hides, or 0.
    var previous: UInt32
    var role: Role
    /// Whether something reads it.
    var isRead: Bool
    /// Whether a step is put behind it.
    var isWaitedFor = false
    var lambdaDepth: UInt16
    /// As declared; poison until the step has been typed, or when it cannot be.
    var type: TypeId
    /// Its type without `?` where that is known; else poison.
    var narrowed: TypeId
    var local: UInt32
    /// Field of the loop's state that it is, or -1.
    var field: Int32
    /// Number of the node (in the workflow) that yields it, or -1 for what a block is given.
    var node: Int32
    /// Index of the block's frame, or -1.
    var frame: Int32
    /// Where its name stands, for labels.
    var start: UInt32
    var end: UInt32
}

/// An undo entry of narrowing.
struct Narrowing {
    var binding: UInt32
    var old: TypeId
}

/// A condition's consequence: the binding is present (when the condition `holds`, or when it does not).
struct Fact {
    var binding: UInt32
    var holds: Bool
}

/// A loop of a func being checked.
struct LoopState {
    var hasBreak = false
    var lambdaDepth: Int
}

/// What a body puts aside when another body is checked in between.
struct SavedBody {
    var body: BodyKind
    var locals: [LocalSlot]
    var bindingBase: Int
    var lambdaDepth: Int
    var resultType: TypeId
    var loops: [LoopState]
    var module: Int
    var frames: [BlockFrame]
    var facts: [Fact]
    var returnsSeen: [(id: TypedId, node: NodeId)]
    var isFindingResult: Bool
    var typeParameters: TypeParameterRun
}

extension ProgramChecker {
    // MARK: bindings

    /// How many bindings there are: give it to `leaveScope` later.
    @inline(__always) func scopeMark() -> Int { bindings.count }

    /// Forgets the bindings made since `mark`.
    @inline(__always) func leaveScope(_ mark: Int) {
        while bindings.count > mark {
            let binding = bindings.removeLast()
            bindingOf[Int(binding.name.rawValue)] = binding.previous
            if isInspecting { noteBinding(binding) }
            if !binding.isRead && lints.isOn { lintUnread(binding) }
        }
    }

    /// A new local of the body.
    @inline(__always) func newLocal(_ name: NameId, _ type: TypeId, isMutable: Bool = false) -> UInt32 {
        locals.append(LocalSlot(name: name, type: type, isMutable: isMutable))
        return UInt32(locals.count - 1)
    }

    /// Makes a name stand for a local from here on. `_` binds nothing.
    @discardableResult
    func bind(
        _ name: NameId, _ role: Binding.Role, _ type: TypeId, local: UInt32, at span: Span, field: Int32 = -1,
        node: Int32 = -1, frame: Int32 = -1
    ) -> Int {
        let isHidden = name.isNone || name == .underscore
        let key = isHidden ? 0 : Int(name.rawValue)
        let binding = Binding(
            name: isHidden ? .none : name, previous: bindingOf[key], role: role,
            isRead: isHidden && role != .label,
            lambdaDepth: UInt16(lambdaDepth),
            type: type, narrowed: .poison, local: local, field: field, node: node, frame: frame,
            start: span.start,
            end: span.end)
        bindings.append(binding)
        bindingOf[key] = UInt32(bindings.count)
        return bindings.count - 1
    }

    /// A new local and a name for it.
    @discardableResult
    func declare(_ name: NameId, _ role: Binding.Role, _ type: TypeId, at span: Span) -> UInt32 {
        let local = newLocal(name, type, isMutable: role == .variable)
        bind(name, role, type, local: local, at: span)
        return local
    }

    /// Index of the innermost binding that a value of this name may be read from, or -1.
    @inline(__always) func lookup(_ name: NameId) -> Int {
        let index = bindingOf[Int(name.rawValue)]
        if index != 0 {
            let position = Int(index) - 1
            if position < bindingBase { return -1 }
            return position
        }
        return -1
    }

    func span(of binding: Binding) -> Span { Span(file: tree.file, start: binding.start, end: binding.end) }

    /// The symbol that a bare name stands for in this module, or -1.
    @inline(__always) func symbol(named name: NameId) -> Int {
        let found = table.find(module, name)
        if found >= 0 {
            markUsed(found)
            return found
        }
        if coreModule < 0 { return found }
        return table.find(coreModule, name)
    }

    // MARK: narrowing

    @inline(__always) func narrowMark() -> Int { narrowings.count }

    func narrow(_ binding: Int, to type: TypeId) {
        narrowings.append(Narrowing(binding: UInt32(binding), old: bindings[binding].narrowed))
        bindings[binding].narrowed = type
    }

    /// Takes back what was learnt since `mark`.
    @inline(__always) func forgetNarrowing(_ mark: Int) {
        while narrowings.count > mark {
            let entry = narrowings.removeLast()
            if Int(entry.binding) < bindings.count { bindings[Int(entry.binding)].narrowed = entry.old }
        }
    }

    /// Applies the facts from `mark` on that follow when the condition is `holds`.
    func apply(facts mark: Int, holds: Bool) {
        var index = mark
        while index < facts.count {
            let fact = facts[index]
            index += 1
            // a fact about a name of an inner scope ends with that scope
            if fact.holds != holds || Int(fact.binding) >= bindings.count { continue }
            let binding = bindings[Int(fact.binding)]
            if kind(binding.type) == .optional {
                narrow(Int(fact.binding), to: types.element(of: binding.type))
            }
        }
    }

    // MARK: bodies

    /// Starts another body; give the result to `endBody`.
    func beginBody(_ kind: BodyKind, in newModule: Int) -> SavedBody {
        let saved = SavedBody(
            body: body, locals: locals, bindingBase: bindingBase, lambdaDepth: lambdaDepth,
            resultType: resultType,
            loops: loops, module: module, frames: frames, facts: facts, returnsSeen: returnsSeen,
            isFindingResult: isFindingResult, typeParameters: scopeTypeParameters)
        scopeTypeParameters = TypeParameterRun()
        body = kind
        locals = []
        bindingBase = bindings.count
        lambdaDepth = 0
        resultType = .unit
        loops = []
        frames = []
        facts = []
        returnsSeen = []
        isFindingResult = false
        if newModule != module { enter(newModule) }
        return saved
    }

    func endBody(_ saved: SavedBody) {
        leaveScope(bindingBase)
        body = saved.body
        locals = saved.locals
        bindingBase = saved.bindingBase
        lambdaDepth = saved.lambdaDepth
        resultType = saved.resultType
        loops = saved.loops
        frames = saved.frames
        facts = saved.facts
        returnsSeen = saved.returnsSeen
        isFindingResult = saved.isFindingResult
        scopeTypeParameters = saved.typeParameters
        if saved.module != module { enter(saved.module) }
    }

    /// The body's locals as the checked program wants them.
    func localInfos() -> [LocalInfo] {
        locals.map { LocalInfo(name: text($0.name), type: $0.type, isMutable: $0.isMutable) }
    }
}
