// The instruction table: every opcode, its operands and what it does, in one place.
// The encoder, the verifier, the disassembler and the machine all read this file; nothing here knows
// how values lie in memory.
//
// An instruction is one 64-bit word:
//
//     63        48 47        32 31        16 15     8 7      0
//    +------------+------------+------------+--------+--------+
//    |     C      |     B      |     A      |   D    | opcode |
//    +------------+------------+------------+--------+--------+
//    |          BX (signed 32)              |
//
// An instruction with an argument list is followed by ceil(D / 4) words that hold D register numbers,
// 16 bits each, lowest first. Jump offsets count words from the word after the instruction (after its
// argument words or table, where it has some).
//
// Fuel: a jump that is taken and a call cost one unit each. Field D of instructions without arguments is 0 in a
// plan (`payload` excepted); the machine uses it in its private copy of the code.
//
// Registers are untagged 64-bit words. Each function declares one type per register for its whole body,
// which is what makes the verifier linear and the collector exact: a register whose type is a *reference*
// (`TypeTable.isReference`) holds an object of exactly that type or 0; every other register is a *word*.
// Reading through 0 behaves as an empty object (length 0, fields 0), so no operand can leave the arena.

/// What one operand field of an instruction means.
public enum OperandKind: UInt8, Sendable {
    /// The field is not used and must be 0.
    case none
    /// A word register that is written.
    case wordOut
    /// A word register that is read.
    case wordIn
    /// A register of any type that is written; the rule of the opcode relates it to the others.
    case anyOut
    /// A register of any type that is read.
    case anyIn
    /// A reference register that is written in place (lists and maps of `var`s).
    case anyInOut
    /// A signed immediate (16 bits, or 32 in BX).
    case immediate
    /// A jump offset (16 bits signed, or 32 in BX).
    case jump
    /// An index into the plan's constants.
    case constant
    /// An index into the plan's functions.
    case function
    /// The raw value of a `Builtin`.
    case builtin
    /// A type of the plan's type table (16 bits).
    case type
    /// A field, case or element number.
    case index
    /// An index into the plan's cells (values of `const` declarations).
    case cell
    /// An index into the plan's points.
    case point
}

/// Which fields an instruction uses for B and C.
public enum InstructionShape: UInt8, Sendable {
    /// A, B and C are 16-bit fields.
    case abc
    /// A is a 16-bit field, B and C together one signed 32-bit field BX (its kind stands in `b`).
    case aBX
    /// As `abc`, followed by argument words for D registers.
    case abcArguments
    /// As `aBX`, followed by argument words for D registers.
    case aBXArguments
    /// As `aBX`: BX is a count, followed by ceil(BX / 2) words of 32-bit jump offsets.
    case table
}

/// An operation of the machine. The raw value is the plan format: append only, never renumber.
public enum Opcode: UInt8, CaseIterable, Sendable {
    // moves
    case mov  // A = B (same type, or both words)
    case ldi  // A = sign-extended BX
    case ldk  // A = constant BX (register type = constant's type)
    case ldnull  // A = null (A an optional)
    case some  // A: T? = B: T (boxes a word)
    case unwrap  // A: T = B: T?; fault when null
    case share  // marks the object in A as shared: the next write through a variable copies it
    case cellget  // A = cell B if it is initialised, then jump C; else fall through
    case cellset  // cell A = B

    // whole numbers (also Duration and Time); overflow and division by zero are faults
    case add, sub, mul, div, rem  // A = B op C   (div truncates, rem has the sign of B)
    case neg  // A = -B
    case addi  // A = B + C (immediate)
    // floating point (bits in a word)
    case fadd, fsub, fmul, fdiv  // A = B op C
    case fneg  // A = -B
    case itof  // A = Float(B)

    // comparisons to Bool
    case eq, lt, le  // A = B op C, words as Int
    case feq, flt, fle  // A = B op C, words as Float
    case not  // A = B == 0
    case veq  // A = B equals C, both of one reference type (deep)
    case vcmp  // A = -1, 0 or 1: order of B and C, both of one ordered reference type

    // jumps
    case jmp  // jump BX
    case jt, jf  // if A != 0 / == 0, jump BX
    case jeq, jne, jlt, jle  // if A op B (Int), jump C
    case jeqi, jnei, jlti, jlei, jgti, jgei  // if A op immediate B, jump C
    case jflt, jfle, jfnlt, jfnle  // if A op B (Float) / if not A op B, jump C
    case jnull, jsome  // if the optional A is null / is not, jump BX
    case forlt  // A += 1; if A < B, jump C (backwards)
    case `switch`  // table of BX offsets, taken at A when 0 <= A < BX; else falls behind the table

    // calls
    case call  // A = function BX (D arguments)
    case call1  // A = function B (register C)
    case ret  // return A
    case closure  // A: function type = function BX with its first D parameters bound to the arguments
    case callv  // A = closure B (D arguments)
    case bcall  // A = built-in BX (D arguments)

    // objects
    case new  // A = record, tuple or range of type B from D fields
    case get  // A = field C of the record, tuple or range B
    case enew  // A = case C of the payload enum type B from D payload fields
    case tag  // A = the case number of the payload enum B
    case payload  // A = payload field C of the payload enum B, whose case is D; fault when it is another
    case concat  // A: String = the D Strings joined
    case text  // A: String = text form of B, whose type is C
    case lnew  // A = list of type B with D elements
    case llen  // A = count of the list B
    case lget  // A = B[C]; fault when out of bounds
    case lset  // A[B] = C in place or on a copy; fault when out of bounds
    case lpush  // A = A + [B] in place or on a copy
    case mnew  // A = empty map of type B
    case mlen  // A = count of the map B
    case mget  // A: V? = B[C]
    case mset  // A[B] = C in place or on a copy
    case mkey  // A: K = key number C of B in insertion order; fault when out of bounds
    case mval  // A: V = value number C of B
    // Json
    case tojson  // A: Json = B of type C
    case fromjson  // A: T = the Json B as type C; fault with the path when it does not fit
    case tryjson  // A: T? = the Json B as type C (null when it does not fit)
    case decode  // A: T = the String B parsed as JSON text into type C; fault with path and position
    case jsontext  // A: String = compact JSON text of B of type C

    // faults
    case fail  // fault `failed` with the String A as its message
    case unreachable  // fault: the checker proved that this is never reached

    // coverage
    case cover  // notes that the point BX was reached
}

/// The operands of one opcode.
public struct OpcodeInfo: Sendable {
    public let opcode: Opcode
    public let shape: InstructionShape
    public let a: OperandKind
    public let b: OperandKind
    public let c: OperandKind

    /// The name in listings. Made on demand: opening a plan needs none.
    public var mnemonic: String { "\(opcode)" }
}

extension Opcode {
    /// The number of opcodes; a byte at or above is refused by the verifier.
    public static let count = Opcode.allCases.count

    /// The operands, for encoder, verifier and disassembler.
    public var info: OpcodeInfo {
        func row(
            _ shape: InstructionShape, _ a: OperandKind, _ b: OperandKind = .none, _ c: OperandKind = .none
        ) -> OpcodeInfo {
            OpcodeInfo(opcode: self, shape: shape, a: a, b: b, c: c)
        }
        switch self {
        case .mov, .some, .unwrap: return row(.abc, .anyOut, .anyIn)
        case .ldi: return row(.aBX, .wordOut, .immediate)
        case .ldk: return row(.aBX, .anyOut, .constant)
        case .ldnull: return row(.abc, .anyOut)
        case .share: return row(.abc, .anyInOut)
        case .cellget: return row(.abc, .anyOut, .cell, .jump)
        case .cellset: return row(.abc, .cell, .anyIn)
        case .add, .sub, .mul, .div, .rem, .fadd, .fsub, .fmul, .fdiv, .eq, .lt, .le, .feq, .flt, .fle:
            return row(.abc, .wordOut, .wordIn, .wordIn)
        case .neg, .fneg, .itof, .not: return row(.abc, .wordOut, .wordIn)
        case .addi: return row(.abc, .wordOut, .wordIn, .immediate)
        case .veq, .vcmp: return row(.abc, .wordOut, .anyIn, .anyIn)
        case .jmp: return row(.aBX, .none, .jump)
        case .jt, .jf: return row(.aBX, .wordIn, .jump)
        case .jeq, .jne, .jlt, .jle, .jflt, .jfle, .jfnlt, .jfnle: return row(.abc, .wordIn, .wordIn, .jump)
        case .jeqi, .jnei, .jlti, .jlei, .jgti, .jgei: return row(.abc, .wordIn, .immediate, .jump)
        case .jnull, .jsome: return row(.aBX, .anyIn, .jump)
        case .forlt: return row(.abc, .wordOut, .wordIn, .jump)
        case .switch: return row(.table, .wordIn, .immediate)
        case .call: return row(.aBXArguments, .anyOut, .function)
        case .call1: return row(.abc, .anyOut, .function, .anyIn)
        case .ret: return row(.abc, .anyIn)
        case .closure: return row(.aBXArguments, .anyOut, .function)
        case .callv: return row(.abcArguments, .anyOut, .anyIn)
        case .bcall: return row(.aBXArguments, .anyOut, .builtin)
        case .new: return row(.abcArguments, .anyOut, .type)
        case .get: return row(.abc, .anyOut, .anyIn, .index)
        case .enew: return row(.abcArguments, .anyOut, .type, .index)
        case .tag: return row(.abc, .wordOut, .anyIn)
        case .payload: return row(.abc, .anyOut, .anyIn, .index)
        case .concat: return row(.abcArguments, .anyOut)
        case .text: return row(.abc, .anyOut, .anyIn, .type)
        case .lnew: return row(.abcArguments, .anyOut, .type)
        case .llen, .mlen: return row(.abc, .wordOut, .anyIn)
        case .lget, .mkey, .mval: return row(.abc, .anyOut, .anyIn, .wordIn)
        case .lset: return row(.abc, .anyInOut, .wordIn, .anyIn)
        case .lpush: return row(.abc, .anyInOut, .anyIn)
        case .mnew: return row(.abc, .anyOut, .type)
        case .mget: return row(.abc, .anyOut, .anyIn, .anyIn)
        case .mset: return row(.abc, .anyInOut, .anyIn, .anyIn)
        case .tojson, .fromjson, .tryjson, .decode, .jsontext: return row(.abc, .anyOut, .anyIn, .type)
        case .fail: return row(.abc, .anyIn)
        case .unreachable: return row(.abc, .none)
        case .cover: return row(.aBX, .none, .point)
        }
    }
}

/// One instruction word, with its fields.
public struct Instruction: Sendable, Equatable {
    public var word: UInt64

    public init(word: UInt64) { self.word = word }

    /// An `abc` instruction.
    public init(_ opcode: Opcode, d: Int = 0, a: Int = 0, b: Int = 0, c: Int = 0) {
        word =
            UInt64(opcode.rawValue) | UInt64(UInt8(truncatingIfNeeded: d)) << 8
            | UInt64(UInt16(truncatingIfNeeded: a)) << 16 | UInt64(UInt16(truncatingIfNeeded: b)) << 32
            | UInt64(UInt16(truncatingIfNeeded: c)) << 48
    }

    /// An `aBX` instruction.
    public init(_ opcode: Opcode, d: Int = 0, a: Int = 0, bx: Int) {
        word =
            UInt64(opcode.rawValue) | UInt64(UInt8(truncatingIfNeeded: d)) << 8
            | UInt64(UInt16(truncatingIfNeeded: a)) << 16 | UInt64(UInt32(truncatingIfNeeded: bx)) << 32
    }

    public var opcodeByte: UInt8 { UInt8(truncatingIfNeeded: word) }
    public var d: Int { Int(UInt8(truncatingIfNeeded: word >> 8)) }
    public var a: Int { Int(UInt16(truncatingIfNeeded: word >> 16)) }
    public var b: Int { Int(UInt16(truncatingIfNeeded: word >> 32)) }
    public var c: Int { Int(UInt16(truncatingIfNeeded: word >> 48)) }
    public var signedB: Int { Int(Int16(truncatingIfNeeded: word >> 32)) }
    public var signedC: Int { Int(Int16(truncatingIfNeeded: word >> 48)) }
    public var bx: Int { Int(Int32(truncatingIfNeeded: word >> 32)) }
}
