// Why a plan was refused, in words for people. Every sentence of the verifier's findings is made here or from
// here; what is checked, and in which order, stands in the verifier.

/// What is wrong with a plan.
public struct PlanError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Kind: UInt8, Sendable {
        /// The bytes could not be read.
        case unreadable
        /// The plan is larger than the caller grants.
        case tooLarge
        /// The bytes do not start as a plan does.
        case notAPlan
        /// Written by another version of the format.
        case otherVersion
        /// Header or section table do not fit the bytes: a truncated or overwritten file.
        case damaged
        /// A number points to something that is not there.
        case outOfRange
        /// A value, register, slot or result has another type than its use expects.
        case typeMismatch
        /// An encoded string, type or value is not well formed.
        case notEncoded
        /// An instruction or row breaks a rule of the format.
        case notAllowed
        /// Something stands in a circle that must not.
        case circular
        /// A limit of the format is passed.
        case limit
    }

    public let kind: Kind
    /// The section where it was found; nil for header and section table.
    public let section: PlanSection?
    /// Row of that section, or byte of the file where there is no section.
    public let index: Int
    /// Instruction word, counted from the function's start.
    public let word: Int?
    /// Name of the row, for people; empty where it has none.
    public let name: String
    /// What was found and what was expected.
    public let detail: String

    init(
        _ kind: Kind, _ section: PlanSection, index: Int, word: Int? = nil, name: String = "",
        _ detail: String
    ) {
        self.kind = kind
        self.section = section
        self.index = index
        self.word = word
        self.name = name
        self.detail = detail
    }

    /// Found in header or section table, at this byte of the file.
    init(_ kind: Kind, at byte: Int = 0, _ detail: String) {
        self.kind = kind
        section = nil
        index = byte
        word = nil
        name = ""
        self.detail = detail
    }

    /// One line: `plan section 'code', function 3 `total`, word 17: register 9 is read as String but holds
    /// Int`.
    public var description: String {
        guard let section else { return "plan: \(detail)" }
        var text = "plan section '\(section)', "
        text += section == .code ? "function" : section.rowNoun
        text += " \(index)"
        if !name.isEmpty { text += " `\(name)`" }
        if let word { text += ", word \(word)" }
        return "\(text): \(detail)"
    }
}

extension PlanSection {
    /// What one row of the section is called.
    public var rowNoun: String {
        switch self {
        case .bytes: return "byte"
        case .strings: return "string"
        case .types: return "type"
        case .constants: return "constant"
        case .cells: return "cell"
        case .lists, .code: return "word"
        case .functions: return "function"
        case .positions: return "position"
        case .chunks: return "chunk"
        case .workflows: return "workflow"
        case .blocks: return "block"
        case .nodes: return "node"
        case .clauses: return "clauses"
        case .actions: return "action"
        case .effects: return "effect"
        case .sources: return "source"
        case .tests: return "test"
        case .marks: return "mark"
        case .signals: return "signal"
        case .queries: return "query"
        case .flows: return "flow"
        case .resources: return "resource"
        case .configs: return "config"
        case .points: return "point"
        }
    }
}
