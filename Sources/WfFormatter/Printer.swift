// Writes tokens in source order with the space between them chosen anew; comments come along with the token they precede.
// Knows lines, indentation and widths; what goes where is in the Printer+*.swift files.

import WfSource
import WfSyntax

struct Printer {
    /// How a try-out of one line ended.
    enum Outcome { case fits, broke, overflow }

    private struct Comment {
        var start: UInt32
        var end: UInt32
        var newlinesBefore: Int
    }

    let tree: TreeReader
    private var out: [UInt8] = []
    /// The next token to be written.
    private(set) var next: UInt32 = 0
    var indent = 0
    private var column = 0
    private var pendingSpace = false
    private var pendingNewline = false
    private var allowsBlank = false
    /// Whether a blank line below a comment stays even where `allowsBlank` is not set.
    private var allowsBlankBelowComment = false
    private var blankAfterComment = false
    private var flushed: UInt32 = .max
    /// Above 0: no line may be broken (inside an interpolation).
    var flat = 0
    /// Levels by which a line that continues an expression stands deeper.
    var continuation = 1
    private var isTrial = false
    /// In a try-out of a list: what the source has on lines of its own is tried on one, so that the answer does not
    /// depend on what formatting has done before.
    private(set) var ignoresSource = false
    /// Whether such a try-out has passed a place where the source begins a line.
    var passedLine = false
    private var outcome = Outcome.fits
    private(set) var stopped = false
    /// A try-out ends well behind this token.
    var stopToken: UInt32 = .max
    /// Number of comments before the tokens up to each index.
    private let commentsUpTo: [UInt32]

    init(_ tree: TreeReader) {
        self.tree = tree
        var counts: [UInt32] = []
        counts.reserveCapacity(tree.tokenCount + 1)
        var total: UInt32 = 0
        for index in 0..<tree.tokenCount {
            let span = tree.triviaSpan(before: TokenId(UInt32(index)))
            if span.length > 1 { total += UInt32(Printer.comments(tree, span).comments.count) }
            counts.append(total)
        }
        commentsUpTo = counts
    }

    /// The text; nil when not all tokens were written, which would be a mistake in this module.
    mutating func finish() -> [UInt8]? {
        guard Int(next) == tree.tokenCount - 1 else { return nil }
        newline(blank: true)
        comments()
        if !out.isEmpty { out.append(0x0A) }
        return out
    }

    // MARK: Looking ahead

    var inTrial: Bool { isTrial }
    var nextKind: TokenKind { tree.token(TokenId(next)).kind }

    /// Whether a comment stands before any token after `first` up to `last`.
    func hasComment(after first: UInt32, through last: UInt32) -> Bool {
        commentsUpTo[Int(last)] != commentsUpTo[Int(first)]
    }

    func startsLine(_ token: UInt32) -> Bool { tree.token(TokenId(token)).newlineBefore }

    // MARK: Tokens

    /// Writes the next token with what is pending before it.
    mutating func token() {
        guard !stopped, Int(next) < tree.tokenCount - 1 else { return }
        leading()
        write(tree.bytes(TokenId(next)))
        if next == stopToken { stop(.broke) }
        next += 1
    }

    /// Writes the next token if it is of a kind.
    mutating func token(ifKind kind: TokenKind) {
        if nextKind == kind { token() }
    }

    /// Leaves the next token out; comments before it stay.
    mutating func drop(_ kind: TokenKind) {
        guard !stopped, nextKind == kind else { return }
        if hasComment(after: max(next, 1) - 1, through: next), flushed != next { comments() }
        next += 1
    }

    /// Leaves out the `;` that stand next, if any.
    mutating func dropSemicolons() {
        while !stopped, nextKind == .semicolon { drop(.semicolon) }
    }

    /// Writes text that is no token of the source.
    mutating func insert(_ text: StaticString) {
        if stopped { return }
        separate()
        text.withUTF8Buffer { write($0) }
    }

    mutating func space() { pendingSpace = true }

    /// Ends the line before the next token; up to one blank line of the source is kept when `blank`.
    mutating func newline(blank: Bool) {
        if flat > 0 {
            pendingSpace = true
            return
        }
        if isTrial { return stop(.broke) }
        pendingNewline = true
        allowsBlank = blank
        allowsBlankBelowComment = false
        if !blank { blankAfterComment = false }
    }

    /// Ends the line before an item of a list: a blank line of the source stays, but for one before the first item.
    mutating func newline(item: Int) {
        newline(blank: item > 0)
        allowsBlankBelowComment = true
    }

    private mutating func leading() {
        if flushed != next {
            let span = tree.triviaSpan(before: TokenId(next))
            flushed = next
            if span.length > 0, hasComment(after: max(next, 1) - 1, through: next) || next == 0 {
                flushed = .max
                comments()
            } else if pendingNewline, allowsBlank, lineEnds(span) > 1 {
                blankAfterComment = true
            }
        }
        separate()
    }

    /// Writes the comments before the next token now, at the present indentation.
    mutating func comments() {
        guard !stopped, flushed != next else { return }
        flushed = next
        let span = tree.triviaSpan(before: TokenId(next))
        let (comments, newlinesAfter) = Printer.comments(tree, span)
        if comments.isEmpty {
            if pendingNewline, allowsBlank, newlinesAfter > 1 { blankAfterComment = true }
            return
        }
        if isTrial { return stop(.broke) }
        let inList = pendingNewline && allowsBlank
        var previousWasComment = false
        var standsAlone = out.isEmpty
        for comment in comments {
            let bytes = trimmed(tree.bytes(from: comment.start, to: comment.end))
            if comment.newlinesBefore == 0, !out.isEmpty, !previousWasComment {
                write(Array("  ".utf8))
            } else if !out.isEmpty {
                lineBreak(blank: comment.newlinesBefore > 1 && (inList || previousWasComment))
            }
            write(bytes)
            if comment.newlinesBefore > 0 { standsAlone = true }
            previousWasComment = true
        }
        pendingNewline = true
        pendingSpace = false
        blankAfterComment = newlinesAfter > 1 && (allowsBlank || allowsBlankBelowComment && standsAlone)
    }

    private mutating func separate() {
        if pendingNewline, !out.isEmpty {
            lineBreak(blank: blankAfterComment)
        } else if pendingSpace, !out.isEmpty {
            write(Array(" ".utf8))
        }
        pendingNewline = false
        pendingSpace = false
        blankAfterComment = false
    }

    private mutating func lineBreak(blank: Bool) {
        out.append(0x0A)
        if blank { out.append(0x0A) }
        column = indent * Formatter.indentWidth
        for _ in 0..<column { out.append(0x20) }
    }

    private mutating func write(_ bytes: some Collection<UInt8>) {
        if stopped { return }
        for byte in bytes {
            out.append(byte)
            if byte == 0x0A { column = 0 } else if byte & 0xC0 != 0x80 { column += 1 }
        }
        if isTrial, column > Formatter.lineWidth { stop(.overflow) }
        if isTrial, bytes.contains(0x0A) { stop(.broke) }
    }

    // MARK: Trying out

    private mutating func stop(_ outcome: Outcome) {
        if !stopped {
            stopped = true
            self.outcome = outcome
        }
    }

    /// How it would go to write something on the present line; leaves no trace. Not called within a try-out.
    mutating func trial(ignoringSource: Bool = false, _ body: (inout Printer) -> Void) -> Outcome {
        let count = out.count
        ignoresSource = ignoringSource
        passedLine = false
        defer { ignoresSource = false }
        let saved = (
            next, indent, column, pendingSpace, pendingNewline, allowsBlank, allowsBlankBelowComment,
            blankAfterComment, flushed
        )
        isTrial = true
        outcome = .fits
        stopped = false
        if pendingNewline {
            // What stands on the line already does not count.
            pendingNewline = false
            pendingSpace = false
            column = indent * Formatter.indentWidth
        }
        body(&self)
        let result = outcome
        isTrial = false
        stopped = false
        out.removeLast(out.count - count)
        (
            next, indent, column, pendingSpace, pendingNewline, allowsBlank, allowsBlankBelowComment,
            blankAfterComment, flushed
        ) = saved
        return result
    }

    // MARK: Trivia

    private func lineEnds(_ span: Span) -> Int {
        var count = 0
        for byte in tree.bytes(from: span.start, to: span.end) where byte == 0x0A { count += 1 }
        return count
    }

    private func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var end = bytes.count
        while end > 0, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 || bytes[end - 1] == 0x0D { end -= 1 }
        return Array(bytes[0..<end])
    }

    private static func comments(_ tree: TreeReader, _ span: Span) -> (
        comments: [Comment], newlinesAfter: Int
    ) {
        let bytes = tree.bytes(from: span.start, to: span.end)
        var comments: [Comment] = []
        var newlines = 0
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x0A { newlines += 1 }
            if bytes[index] == UInt8(ascii: "/") {
                let first = index
                while index < bytes.count, bytes[index] != 0x0A { index += 1 }
                let start = span.start + UInt32(first)
                comments.append(
                    Comment(start: start, end: span.start + UInt32(index), newlinesBefore: newlines))
                newlines = 0
            } else {
                index += 1
            }
        }
        return (comments, newlines)
    }
}
