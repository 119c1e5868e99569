// What we tell people: a value with a code, a place and words. Knows nothing of who makes or prints it.

public import WfSource

/// A stable code, shown as `WF` and four digits; never reused.
public struct DiagnosticCode: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let number: UInt16
    @inline(__always) public init(_ number: UInt16) { self.number = number }
    public static func < (left: DiagnosticCode, right: DiagnosticCode) -> Bool { left.number < right.number }

    /// Whether it says that text could not be read.
    public var isSyntax: Bool { number / 1000 == 1 }

    /// `WF1004`
    public var description: String {
        let digits = String(number)
        return "WF" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

/// How much it matters. Only an error keeps a plan from being written.
public enum Severity: UInt8, Sendable {
    case error, warning, note

    public var word: String {
        switch self {
        case .error: return "error"
        case .warning: return "warning"
        case .note: return "note"
        }
    }
}

/// A second place that explains the first.
public struct DiagnosticLabel: Hashable, Sendable {
    public var span: Span
    public var text: String
    public init(_ span: Span, _ text: String) {
        self.span = span
        self.text = text
    }
}

/// One replacement of bytes; an empty span inserts, an empty text deletes.
public struct TextEdit: Hashable, Sendable {
    public var span: Span
    public var replacement: String
    public init(_ span: Span, _ replacement: String) {
        self.span = span
        self.replacement = replacement
    }
}

/// How much a change may be trusted. `docs/fixing.md` says it to users.
public enum FixSafety: String, Sendable {
    /// It keeps what the program does, or restores what is plainly meant; nobody has to look at it. `wfc check --fix`
    /// applies it.
    case safe
    /// It guesses (a near name), leaves something to fill in, or changes what the program does: a step that goes may have
    /// had an effect, a time limit may be hit. `wfc check --fix --unsafe` applies it.
    case unsafe
}

/// A change a tool may apply as it stands: what comes of it parses, and does not have the message any more.
public struct Fix: Hashable, Sendable {
    /// Imperative: "insert a comma".
    public var title: String
    public var edits: [TextEdit]
    public var safety: FixSafety

    /// One that somebody should look at.
    public init(_ title: String, _ edits: [TextEdit]) {
        self.title = title
        self.edits = edits
        safety = .unsafe
    }

    /// One that nobody has to look at.
    public init(safe title: String, _ edits: [TextEdit]) {
        self.init(title, edits)
        safety = .safe
    }
}

/// One message.
///
/// The headline is lower case, stands alone and says found and expected; `help` is an imperative.
public struct Diagnostic: Hashable, Sendable {
    public var code: DiagnosticCode
    public var severity: Severity
    public var message: String
    public var span: Span
    /// Text under the primary span; may be empty.
    public var spanText: String
    public var labels: [DiagnosticLabel]
    public var notes: [String]
    public var help: String?
    /// The likeliest first; they exclude each other.
    public var fixes: [Fix]

    public init(
        _ code: DiagnosticCode, _ severity: Severity = .error, _ message: String, at span: Span,
        _ spanText: String = "", labels: [DiagnosticLabel] = [], notes: [String] = [], help: String? = nil,
        fixes: [Fix] = []
    ) {
        self.code = code
        self.severity = severity
        self.message = message
        self.span = span
        self.spanText = spanText
        self.labels = labels
        self.notes = notes
        self.help = help
        self.fixes = fixes
    }

    /// The same message with further fixes, those that could be made.
    public func fixed(_ further: Fix?...) -> Diagnostic {
        var result = self
        result.fixes += further.compactMap { $0 }
        return result
    }

    /// The first fix that may be applied without being looked at, or, when unsafe ones are wanted too, the first.
    public func fix(unsafe: Bool) -> Fix? {
        fixes.first { unsafe || $0.safety == .safe }
    }
}

/// Gathers diagnostics in any order and gives them back in the one order: file, offset, code.
public struct DiagnosticSink: Sendable {
    public private(set) var diagnostics: [Diagnostic] = []
    public private(set) var errorCount = 0

    public init() {}

    public var hasErrors: Bool { errorCount > 0 }
    public var isEmpty: Bool { diagnostics.isEmpty }

    public mutating func add(_ diagnostic: Diagnostic) {
        if diagnostic.severity == .error { errorCount += 1 }
        diagnostics.append(diagnostic)
    }

    /// Takes back what was added since there were `count`.
    public mutating func keepFirst(_ count: Int) {
        while diagnostics.count > count {
            if diagnostics.removeLast().severity == .error { errorCount -= 1 }
        }
    }

    public mutating func add(contentsOf others: [Diagnostic]) {
        for diagnostic in others { add(diagnostic) }
    }

    /// Sorted by file, offset, code, then by words, so that equal input gives equal bytes.
    public func sorted() -> [Diagnostic] {
        diagnostics.sorted { left, right in
            if left.span.file != right.span.file { return left.span.file < right.span.file }
            if left.span.start != right.span.start { return left.span.start < right.span.start }
            if left.code != right.code { return left.code < right.code }
            if left.span.end != right.span.end { return left.span.end < right.span.end }
            return left.message < right.message
        }
    }
}
