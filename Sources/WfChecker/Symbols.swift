// What declarations of a program are, in flat arrays, and the table that finds them by module and name.
// Knows nothing of bodies or expressions.
import WfSource
import WfSyntax
import WfValue

/// What a name of a module stands for.
enum SymbolKind: UInt8 {
    /// A module, by the name a `use` gives it.
    case module
    case constant, record, enumeration, function, workflow, action, effect, secret, config
    case pool, rate, breaker
    /// A declaration that is refused: its uses stay silent.
    case refused

    /// With its article, for messages.
    var text: String {
        switch self {
        case .module: return "a module"
        case .constant: return "a constant"
        case .record: return "a record"
        case .enumeration: return "an enum"
        case .function: return "a func"
        case .workflow: return "a workflow"
        case .action, .effect: return "an action"
        case .secret: return "a secret"
        case .config: return "a config"
        case .pool: return "a pool"
        case .rate: return "a rate"
        case .breaker: return "a breaker"
        case .refused: return "a declaration"
        }
    }

    /// Whether a call of it touches the world or runs steps.
    var isEffectful: Bool { self == .workflow || self == .action || self == .effect }
}

/// A declared name.
struct Symbol {
    var kind: SymbolKind
    var module: Int32
    var name: NameId
    /// The declaration in its module's tree.
    var node: NodeId
    /// Index into `callables` or `constants`, or the module.
    var index: Int32
    /// Of a record or enum.
    var type: TypeId
    var typeParameters = TypeParameterRun()
}

/// A func, workflow, action or effect.
struct Callable {
    var symbol: Int32
    /// Its parameters are a run of `parameters`.
    var parameterStart: Int32 = 0
    var parameterCount: Int32 = 0
    var result: TypeId = .unit
    /// Number in the list of the checked program; for an effect, given out when it is first used.
    var output: Int32 = -1
    var isMethod = false
    /// An effect whose result has the type that the place declares where it is called; `Json` where none is.
    var isTyped = false
}

/// A parameter of a callable.
struct Parameter {
    var name: NameId
    var type: TypeId
    var nameToken: TokenId
    var defaultNode: NodeId
    var defaultValue: FoldedState = .none
    /// Takes any number of arguments; `type` is the list's.
    var isVariadic = false
    /// Takes any value with a text form; `type` is `String` (or `[String]`).
    var isText = false
    /// Takes the text of a statement, which is part of the program (`SqlText`).
    var isStatement = false
    /// Takes any value that can be bound (`SqlValue`); `type` is `Json` (or `[Json]`).
    var isValue = false
    /// Takes the name of a step (`StepName`).
    var isStep = false
    /// Of an effect: takes secrets.
    var isSecret = false
    /// Takes any value that can be stored; `type` is `Json`.
    var isAny = false
}

/// A field of a record.
struct Field {
    var name: NameId
    var type: TypeId
    var defaultNode: NodeId
    var defaultValue: FoldedState = .none
    /// Of an instance of a generic record: the declaration's field, which has the default; else -1.
    var template: Int32 = -1
}

/// A case of an enum; its payloads are a run of `payloads`.
struct EnumCase {
    var name: NameId
    var payloadStart: Int32
    var payloadCount: Int32
}

/// A payload of a case.
struct Payload {
    var label: NameId
    var type: TypeId
}

/// Where a default value stands: not there, not looked at, being looked at, known (index into `folded`), or refused.
enum FoldedState: Equatable {
    case none, pending, running, refused
    case known(Int32)
}

/// A value known when the program is compiled.
struct FoldedValue {
    var type: TypeId
    /// In the binary encoding of `type`.
    var bytes: [UInt8]
    /// The machine word, for word types.
    var word: UInt64
}

/// Members of a record or enum: a run of `fields` or `cases`.
struct NominalMembers {
    var start: Int32
    var count: Int32
    var symbol: Int32
}

/// A `const`.
struct ConstantEntry {
    enum State { case pending, running, done }
    var symbol: Int32
    var state = State.pending
    var type: TypeId = .poison
    /// Of a literal: index into `folded`.
    var literal: Int32 = -1
    /// Index into `CheckedProgram.constantDeclarations`.
    var output: Int32 = -1
    /// A `config`: its value is known when a run starts.
    var isConfig = false

    init(symbol: Int32, isConfig: Bool = false) {
        self.symbol = symbol
        self.isConfig = isConfig
    }
}

/// (module, name) to symbol: open addressing, one probe as a rule.
struct SymbolTable {
    private var keys: [UInt64] = [UInt64](repeating: 0, count: 1024)
    private var values: [Int32] = [Int32](repeating: 0, count: 1024)
    private var count = 0

    @inline(__always) private static func key(_ module: Int, _ name: NameId) -> UInt64 {
        UInt64(UInt32(truncatingIfNeeded: module &+ 1)) << 32 | UInt64(name.rawValue)
    }

    @inline(__always) private static func place(_ key: UInt64) -> Int {
        let mixed = key &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 32)
    }

    /// The symbol's index, or -1.
    @inline(__always) func find(_ module: Int, _ name: NameId) -> Int {
        let key = SymbolTable.key(module, name)
        let mask = keys.count - 1
        var place = SymbolTable.place(key) & mask
        while keys[place] != 0 {
            if keys[place] == key { return Int(values[place]) }
            place = (place + 1) & mask
        }
        return -1
    }

    /// Adds a symbol that is not there yet.
    mutating func insert(_ module: Int, _ name: NameId, _ symbol: Int) {
        if count * 2 >= keys.count { grow() }
        count += 1
        store(SymbolTable.key(module, name), Int32(symbol))
    }

    private mutating func store(_ key: UInt64, _ value: Int32) {
        let mask = keys.count - 1
        var place = SymbolTable.place(key) & mask
        while keys[place] != 0 { place = (place + 1) & mask }
        keys[place] = key
        values[place] = value
    }

    private mutating func grow() {
        let (oldKeys, oldValues) = (keys, values)
        keys = [UInt64](repeating: 0, count: oldKeys.count * 2)
        values = [Int32](repeating: 0, count: oldKeys.count * 2)
        for index in oldKeys.indices where oldKeys[index] != 0 { store(oldKeys[index], oldValues[index]) }
    }
}
