// What the lexer's mistakes make of the text behind them: a string that is not closed swallows the brackets behind it on its line,
// and what is left of the line is read as what it is not. Knows bytes and messages, no grammar.
import WfDiagnostics
import WfSource

/// The lexer's mistakes, and which of the parser's messages only follow from them.
struct SwallowedText {
    /// What the lexer says, each mistake once.
    let causes: [Diagnostic]
    private struct Place {
        /// The quote or brace that is not closed.
        let open: UInt32
        let line: ClosedRange<UInt32>
        /// Closing brackets behind it.
        let closers: [String]
    }
    private var places: [Place] = []

    init(_ lexer: Lexer) {
        let found = lexer.diagnostics
        // a file of UTF-16 begins with a mark that is no UTF-8, and every second byte of it is 0
        let isWide =
            lexer.end > 1 && [0xFE, 0xFF].contains(lexer.base[0])
            && Int(lexer.base[0]) + Int(lexer.base[1]) == 0x1FD
        causes =
            isWide && found.contains { $0.code == DiagnosticCode(1002) }
            ? found.filter { $0.code != DiagnosticCode(1001) } : found
        for mistake in found
        where mistake.code == DiagnosticCode(1008) || mistake.code == DiagnosticCode(1009) {
            var start = Int(mistake.span.start)
            var end = start
            var closers: [String] = []
            while end < lexer.end, lexer.base[end] != 0x0A {
                if [UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}")].contains(lexer.base[end]) {
                    closers.append(String(UnicodeScalar(lexer.base[end])))
                }
                end += 1
            }
            while start > 0, lexer.base[start - 1] != 0x0A { start -= 1 }
            places.append(
                Place(open: mistake.span.start, line: UInt32(start)...UInt32(end), closers: closers))
        }
    }

    /// Without what is said of a line with an unclosed string, and of brackets that it has swallowed.
    func withoutEchoes(_ messages: [Diagnostic]) -> [Diagnostic] {
        // what follows from so many is not told apart any more
        if places.count > Limits.syntaxDiagnosticsMax { return messages }
        var left = messages
        for place in places {
            var closers = place.closers
            left.removeAll { message in
                guard message.code == DiagnosticCode(1022), message.span.start > place.open else {
                    return place.line.contains(message.span.start)
                }
                // opened on the line itself, which has not been read to its end
                if let opened = message.labels.first, place.line.contains(opened.span.start) { return true }
                guard let at = closers.firstIndex(where: { message.message.hasPrefix("expected `\($0)`") })
                else { return false }
                closers.remove(at: at)
                return true
            }
        }
        return left
    }
}
