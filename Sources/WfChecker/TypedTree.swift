// The typed tree: what the checker hands to lowering for expressions and statements. Flat arrays; every name is
// resolved, every conversion explicit, every node has a type. Knows neither syntax nor instructions.
import WfSource
public import WfValue

/// An index into a `TypedTree`; 0 is "no node".
public struct TypedId: Hashable, Sendable {
    public let index: UInt32
    @inline(__always) public init(_ index: UInt32) { self.index = index }
    public static let none = TypedId(0)
    @inline(__always) public var isNone: Bool { index == 0 }
}

/// A local of a body (parameter, `let`, `var`, loop variable, pattern binding, lambda parameter), or a binding of a
/// workflow's or action's body (parameter, step, `let`, item, loop state). Unique within its body.
public struct LocalId: Hashable, Sendable {
    public let index: UInt32
    @inline(__always) public init(_ index: UInt32) { self.index = index }
}

/// What a typed node is. `a`, `b` and `list` (children in `extra`, a run of words) as each line says.
///
/// "expr" is an expression node; all operands already have the type that the operation needs.
public enum TypedKind: UInt8, Sendable {
    // values
    /// A literal of a word type: the bits are a (low) and b (high).
    case word
    /// A literal of a reference type, a = index into `CheckedProgram.constants`.
    case constant
    /// The null of the node's optional type.
    case null
    /// The value of local a. Its declared type may be an optional that is narrowed: then an `unwrap` stands around.
    case local
    /// The value of module constant a (index into `CheckedProgram.constantDeclarations`).
    case constantReference
    /// Function a (index into `CheckedProgram.functions`) as a value.
    case functionReference
    /// list: parameter locals; a = body expr. Captures are found by lowering.
    case lambda

    // operations
    /// Function a called; list: arguments in parameter order, defaults filled in.
    case call
    /// The function value a called; list: arguments.
    case callValue
    /// Built-in a (raw value); list: receiver if it has one, then arguments, defaults filled in. A function argument
    /// of an inline built-in is a `lambda`, a `functionReference`, or any expr of function type.
    case builtin
    /// Operator `aux` (TypedOperator) on a and b, both of one type; result type is the node's.
    case binary
    /// Int, Float, Decimal or Duration negation of a.
    case negate
    /// Bool negation of a.
    case not
    /// Short-circuit a && b.
    case and
    /// Short-circuit a || b.
    case or
    /// a ?? b: a optional, b of the node's type (which may itself be optional).
    case coalesce
    /// list: condition, then-expr, else-expr or none (then the value is Unit).
    case `if`
    /// a = scrutinee expr, list: `arm` nodes; exhaustive.
    case match
    /// A `block` expression: list of statements; a = value expr or none (Unit, or never ends).
    case block

    // conversions
    /// a: T to T?.
    case wrap
    /// a: T? known to be present (narrowed); a fault `null` otherwise.
    case unwrap
    /// Int a to Float.
    case intToFloat
    /// a of any type with a text form to String.
    case text
    /// a to Json.
    case toJson
    /// Json a to the node's type; fault with a path.
    case fromJson
    /// Json a to the node's type T?, null when it does not fit.
    case tryFromJson
    /// String a, parsed as JSON text into the node's type; fault with a path.
    case decode
    /// a to compact JSON text (String).
    case jsonText
    /// String a as Path, Path a as String: the same bytes.
    case reinterpret

    // objects
    /// list: one expr per field in declaration order, defaults filled in. (record and tuple types)
    case construct
    /// a = case number, list: payload exprs. (also payload-free cases of payload enums)
    case enumCase
    /// list: element exprs.
    case list
    /// list: key, value, key, value…
    case map
    /// a ..< b (aux 0) or a ... b (aux 1) of type Range.
    case range
    /// Field b of the record or tuple a.
    case field
    /// a = base record expr, list: field number, expr, field number, expr…
    case with
    /// Element b of the list a; fault when out of bounds.
    case element
    /// Value of key b in the map a; the node's type is V?.
    case lookup
    /// list: String exprs to be joined.
    case concat
    /// a = optional expr, b = local bound to the unwrapped value, list: the expr evaluated with it; null otherwise.
    /// The expr has the node's type, which is optional. (`a?.b`)
    case optionalChain

    // control that never yields
    /// `return` a (or none).
    case `return`
    case `break`
    case `continue`
    /// `fail` in a func: a = String expr.
    case fail

    // statements
    /// a = local, b = initial value.
    case declare
    /// a = local, b = value.
    case assign
    /// a = local (list or map), b = value, list: one index/key expr.
    case assignElement
    /// a = tuple expr, list: locals (0xFFFFFFFF for `_`).
    case destructure
    /// a = condition, b = body block.
    case `while`
    /// a = iterated expr (list, map or range), b = body block, list: locals (one; two for a map's key and value).
    case forIn

    // patterns
    /// An arm: a = pattern, b = body expr, list: guard expr or none (one word).
    case arm
    /// `_` and `else`.
    case anyPattern
    /// Binds local a.
    case bindPattern
    /// Equals the expr a (a literal or constant).
    case valuePattern
    /// Is null.
    case nullPattern
    /// Is present, and a matches the unwrapped value.
    case somePattern
    /// Case a, list: patterns of the payload.
    case casePattern
    /// list: patterns of the elements.
    case tuplePattern
    /// list: field number, pattern, …
    case recordPattern
    /// list: alternatives, binding nothing.
    case orPattern
    /// Between the literals a and b; aux 0 half-open, 1 closed.
    case rangePattern
}

/// The operators of `TypedKind.binary`. The operands' type selects the arithmetic.
public enum TypedOperator: UInt8, Sendable {
    // Int, Float, Decimal, Duration; Time - Time and Time ± Duration; String, list and path `+` is `concat`/`append`.
    case add, subtract, multiply, divide, remainder
    /// List + list.
    case append
    /// Duration * Int is `multiply` (words); Duration * Float:
    case scale
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
}

/// 20 bytes and a type.
public struct TypedNode: Sendable {
    public var kind: TypedKind
    public var aux: UInt8
    public var reserved: UInt16 = 0
    public var type: TypeId
    public var a: UInt32
    public var b: UInt32
    /// First word in `extra` (a count, then the words), or 0 for no list.
    public var list: UInt32
    public var start: UInt32
    public var end: UInt32

    public init(
        _ kind: TypedKind, type: TypeId, aux: UInt8 = 0, a: UInt32 = 0, b: UInt32 = 0, list: UInt32 = 0,
        start: UInt32,
        end: UInt32
    ) {
        self.kind = kind
        self.aux = aux
        self.type = type
        self.a = a
        self.b = b
        self.list = list
        self.start = start
        self.end = end
    }
}

/// Which words of a typed node are other nodes.
public struct TypedLayout: Sendable {
    /// Of the words of its list: none, all, or every second one.
    public enum List: Sendable {
        case none, all, odd
        public func isNode(_ place: Int) -> Bool { self == .all || (self == .odd && place & 1 == 1) }
    }
    public var a = false
    public var b = false
    public var list = List.none
}

/// The arena of all typed nodes of a program (or, when nothing is lowered, of the body being checked).
public struct TypedTree: Sendable {
    public private(set) var nodes: [TypedNode]
    public private(set) var extra: [UInt32]

    public init() {
        nodes = [TypedNode(.null, type: .poison, start: 0, end: 0)]
        extra = [0]
    }

    @inline(__always) public subscript(id: TypedId) -> TypedNode { nodes[Int(id.index)] }

    public mutating func add(_ node: TypedNode) -> TypedId {
        nodes.append(node)
        return TypedId(UInt32(nodes.count - 1))
    }

    /// Stores a list; give the result to a node's `list`.
    public mutating func addList(_ words: some Collection<UInt32>) -> UInt32 {
        if words.isEmpty { return 0 }
        extra.append(UInt32(words.count))
        extra.append(contentsOf: words)
        return UInt32(extra.count - words.count - 1)
    }

    /// The words of a list.
    @inline(__always) public func list(_ index: UInt32) -> ArraySlice<UInt32> {
        let first = Int(index) + 1
        return extra[first..<first + Int(extra[Int(index)])]
    }

    /// Gives a node another type (inference of literals).
    public mutating func setType(_ id: TypedId, _ type: TypeId) { nodes[Int(id.index)].type = type }

    /// Which words of a node are nodes.
    public func layout(of node: TypedNode) -> TypedLayout {
        switch node.kind {
        case .word, .constant, .null, .local, .constantReference, .functionReference, .break, .continue,
            .anyPattern, .bindPattern, .nullPattern:
            return TypedLayout()
        case .lambda, .destructure: return TypedLayout(a: true)
        case .call, .builtin, .construct, .enumCase, .list, .map, .concat, .if, .casePattern, .tuplePattern,
            .orPattern:
            return TypedLayout(list: .all)
        case .callValue, .match, .block: return TypedLayout(a: true, list: .all)
        case .binary, .and, .or, .coalesce, .range, .element, .lookup, .while, .rangePattern:
            return TypedLayout(a: true, b: true)
        case .negate, .not, .wrap, .unwrap, .intToFloat, .text, .toJson, .fromJson, .tryFromJson, .decode,
            .jsonText, .reinterpret, .field, .return, .fail, .valuePattern, .somePattern:
            return TypedLayout(a: true)
        case .with: return TypedLayout(a: true, list: .odd)
        case .recordPattern: return TypedLayout(list: .odd)
        case .optionalChain: return TypedLayout(a: true, list: .all)
        case .declare, .assign: return TypedLayout(b: true)
        case .assignElement: return TypedLayout(b: true, list: .all)
        case .forIn: return TypedLayout(a: true, b: true)
        case .arm: return TypedLayout(a: true, b: true, list: .all)
        }
    }

    /// Forgets everything, keeps the memory.
    public mutating func reset() {
        nodes.removeSubrange(1...)
        extra.removeSubrange(1...)
    }
}
