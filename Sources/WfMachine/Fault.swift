// What a chunk that did not end well says. It knows nothing of steps and retries: policy is the engine's.
public import WfPlan

/// The kinds of faults, with their code.
///
/// | kind | code | when |
/// |---|---|---|
/// | `overflow` | 6001 | a number outside its type's range |
/// | `division` | 6002 | division by zero |
/// | `index` | 6003 | a position outside a list, or an argument outside what the function takes |
/// | `null` | 6004 | null where a value was needed |
/// | `decode` | 6005 | text or Json that does not fit the type asked for |
/// | `failed` | 6006 | `fail "why"` |
/// | `fuel` | 6007 | more work than one run may do |
/// | `depth` | 6008 | calls nested too deeply |
/// | `memory` | 6009 | more memory than one run may use |
/// | `encode` | 6010 | a value that cannot be stored or sent |
/// | `input` | 6011 | an input of the run whose bytes are not a value of its type |
public enum FaultKind: UInt8, CaseIterable, Sendable {
    case overflow = 1, division, index, null, decode, failed, fuel, depth, memory, encode, input

    /// `WFnnnn` without its letters.
    public var code: Int { 6000 + Int(rawValue) }
    /// As people and `catch` read it.
    public var name: String { "\(self)" }
}

/// Why a run of the machine ended without a value.
public struct Fault: Equatable, Sendable {
    public var kind: String
    public var code: Int
    public var message: String
    public var span: SpanRow
    /// JSON with more about it, where there is more.
    public var data: [UInt8]?

    public init(kind: FaultKind, message: String, span: SpanRow = .none, data: [UInt8]? = nil) {
        self.kind = kind.name
        self.code = kind.code
        self.message = message
        self.span = span
        self.data = data
    }
}
