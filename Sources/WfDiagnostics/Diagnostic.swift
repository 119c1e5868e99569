// What we tell people: a value with a code, a place and words. Knows nothing of who makes or prints it.

package import WfSource

/// A stable code, shown as `WF` and four digits; never reused.
package struct DiagnosticCode: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let number: UInt16
    @inline(__always) package init(_ number: UInt16) { self.number = number }
    package static func < (left: DiagnosticCode, right: DiagnosticCode) -> Bool { left.number < right.number }

    /// Whether it says that text could not be read.
    package var isSyntax: Bool { number / 1000 == 1 }
    package var isLint: Bool { number / 1000 == 5 }

    /// `WF1004`
    package var description: String {
        let digits = String(number)
        return "WF" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

/// How much it matters. Only an error keeps a plan from being written.
package enum Severity: UInt8, Sendable {
    case error, warning, note

    package var word: String {
        switch self {
        case .error: return "error"
        case .warning: return "warning"
        case .note: return "note"
        }
    }
}

/// A second place that explains the first.
package struct DiagnosticLabel: Hashable, Sendable {
    package var span: Span
    package var text: String
    package init(_ span: Span, _ text: String) {
        self.span = span
        self.text = text
    }
}

/// One replacement of bytes; an empty span inserts, an empty text deletes.
package struct TextEdit: Hashable, Sendable {
    package var span: Span
    package var replacement: String
    package init(_ span: Span, _ replacement: String) {
        self.span = span
        self.replacement = replacement
    }
}

/// How much a change may be trusted. `docs/fixing.md` says it to users.
package enum FixSafety: String, Sendable {
    /// It keeps what the program does, or restores what is plainly meant; nobody has to look at it. `wfc check --fix`
    /// applies it.
    case safe
    /// It guesses (a near name), leaves something to fill in, or changes what the program does: a step that goes may have
    /// had an effect, a time limit may be hit. `wfc check --fix --unsafe` applies it.
    case unsafe
}

/// A change a tool may apply as it stands: what comes of it parses, and does not have the message any more.
package struct Fix: Hashable, Sendable {
    /// Imperative: "insert a comma".
    package var title: String
    package var edits: [TextEdit]
    package var safety: FixSafety
    /// Whether something goes and nothing comes for it.
    package var takesAway: Bool { edits.contains { $0.replacement.isEmpty && $0.span.start < $0.span.end } }

    /// One that somebody should look at.
    package init(_ title: String, _ edits: [TextEdit]) {
        self.title = title
        self.edits = edits
        safety = .unsafe
    }

    /// One that nobody has to look at.
    package init(safe title: String, _ edits: [TextEdit]) {
        self.init(title, edits)
        safety = .safe
    }
}

/// One message.
///
/// The headline is lower case, stands alone and says found and expected; `help` is an imperative.
package struct Diagnostic: Hashable, Sendable {
    package var code: DiagnosticCode
    package var severity: Severity
    package var message: String
    package var span: Span
    /// Text under the primary span; may be empty.
    package var spanText: String
    package var labels: [DiagnosticLabel]
    package var notes: [String]
    package var help: String?
    /// The likeliest first; they exclude each other.
    package var fixes: [Fix]

    package init(
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
    package func fixed(_ further: Fix?...) -> Diagnostic {
        var result = self
        result.fixes += further.compactMap { $0 }
        return result
    }

    /// The first fix that may be applied without being looked at, or, when unsafe ones are wanted too, the first.
    package func fix(unsafe: Bool) -> Fix? {
        fixes.first { unsafe || $0.safety == .safe }
    }
}

/// Gathers diagnostics in any order and gives them back in the one order: file, offset, code.
package struct DiagnosticSink: Sendable {
    package private(set) var diagnostics: [Diagnostic] = []
    package private(set) var errorCount = 0

    package init() {}

    package var hasErrors: Bool { errorCount > 0 }
    package var isEmpty: Bool { diagnostics.isEmpty }

    package mutating func add(_ diagnostic: Diagnostic) {
        if diagnostic.severity == .error { errorCount += 1 }
        diagnostics.append(diagnostic)
    }

    /// Takes back what was added since there were `count`.
    package mutating func keepFirst(_ count: Int) {
        while diagnostics.count > count {
            if diagnostics.removeLast().severity == .error { errorCount -= 1 }
        }
    }

    package mutating func add(contentsOf others: [Diagnostic]) {
        for diagnostic in others { add(diagnostic) }
    }

    /// Sorted by file, offset, code, then by words, so that equal input gives equal bytes.
    package func sorted() -> [Diagnostic] {
        diagnostics.sorted { left, right in
            if left.span.file != right.span.file { return left.span.file < right.span.file }
            if left.span.start != right.span.start { return left.span.start < right.span.start }
            if left.code != right.code { return left.code < right.code }
            if left.span.end != right.span.end { return left.span.end < right.span.end }
            return left.message < right.message
        }
    }
}
