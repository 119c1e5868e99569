// Strings: cut in two at the caret, put together again, over several lines.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let stringSplits: Family = { spot in
        guard spot.isCaret else { return [] }
        return spot.splitHere() + spot.splitOverLines() + spot.joined()
    }
}

extension Spot {
    /// Columns that a piece of a string may take.
    private static let pieceMax = 70

    /// A literal in one pair of quotes.
    private var literal: NodeId? {
        guard let id = near(.stringExpr), kind(parent(id)) != .testDecl, kind(parent(id)) != .triggerDecl
        else {
            return nil
        }
        let words = text(id)
        return words.hasPrefix("\"") && !words.hasPrefix("\"\"\"") && typeKind(id) == .string ? id : nil
    }

    /// Offsets between the quotes at which a cut leaves two literals: outside escapes and interpolations.
    private func cuts(_ id: NodeId) -> [UInt32] {
        let inner = StringExprView(reader, id).interpolations.map { expression -> Range<UInt32> in
            let open = reader.token(TokenId(reader.firstToken(expression).index - 1)).end - 1
            let close = reader.token(TokenId(reader.lastToken(expression).index + 1)).start + 1
            return open..<close
        }
        let (start, end) = (span(id).start + 1, span(id).end - 1)
        var places: [UInt32] = []
        var at = start
        let bytes = document.bytes
        while at < end {
            if let hole = inner.first(where: { $0.lowerBound == at }) {
                places.append(at)
                at = hole.upperBound
                continue
            }
            if bytes[Int(at)] & 0xC0 != 0x80 { places.append(at) }
            if bytes[Int(at)] == 0x5C {
                at += 1
                if bytes[Int(at)] == 0x75, let close = bytes[Int(at)...].firstIndex(of: 0x7D) {
                    at = UInt32(close)
                }
            }
            at += 1
        }
        return places.filter { $0 > start }
    }

    private func sumOf(_ id: NodeId, _ pieces: [String], _ separator: String) -> TextEdit {
        let words = pieces.map { "\"\($0)\"" }.joined(separator: separator)
        switch kind(parent(id)) {
        case .letStmt, .exprStmt, .returnStmt, .assignStmt, .recordField, .listExpr, .constDecl, .parenExpr:
            return replace(id, words)
        case .callExpr: return replace(id, words)
        default: return replace(id, "(\(words))")
        }
    }

    fileprivate func splitHere() -> [Draft] {
        guard let id = literal, cuts(id).contains(range.lowerBound) else { return [] }
        let (start, end) = (span(id).start + 1, span(id).end - 1)
        let pieces = [(start, range.lowerBound), (range.lowerBound, end)].map {
            reader.text(Span(file: file, start: $0.0, end: $0.1))
        }
        return [Draft("split the string here", .rewrite, [sumOf(id, pieces, " + ")])]
    }

    /// At blanks, so that no piece is wider than a line likes.
    fileprivate func splitOverLines() -> [Draft] {
        guard let id = literal, Int(span(id).end - span(id).start) > Spot.pieceMax + 10 else { return [] }
        var pieces: [String] = []
        var start = span(id).start + 1
        let end = span(id).end - 1
        let places = cuts(id).filter { document.bytes[Int($0) - 1] == 0x20 }
        while Int(end - start) > Spot.pieceMax,
            let cut = places.last(where: { $0 > start && Int($0 - start) <= Spot.pieceMax })
                ?? places.first(where: { $0 > start })
        {
            pieces.append(reader.text(Span(file: file, start: start, end: cut)))
            start = cut
        }
        pieces.append(reader.text(Span(file: file, start: start, end: end)))
        if pieces.count < 2 { return [] }
        return [Draft("split the string over lines", .rewrite, [sumOf(id, pieces, "\n+ ")])]
    }

    /// `"a" + "b"` is `"ab"`: all literals of a sum that stand side by side.
    fileprivate func joined() -> [Draft] {
        guard
            let id = chain.first(where: {
                kind($0) == .binaryExpr && BinaryExprView(reader, $0).operation == .add
            }), let left = lastLiteral(BinaryExprView(reader, id).left),
            let right = quotedText(BinaryExprView(reader, id).right)
        else { return [] }
        let words = text(left.id).dropLast() + right + "\""
        return [
            Draft(
                "join the strings", .rewrite,
                [replace(span(left.id).start, span(BinaryExprView(reader, id).right).end, String(words))])
        ]
    }

    private func lastLiteral(_ id: NodeId) -> (id: NodeId, text: String)? {
        if let text = quotedText(id) { return (id, text) }
        guard kind(id) == .binaryExpr, BinaryExprView(reader, id).operation == .add else { return nil }
        let right = BinaryExprView(reader, id).right
        return quotedText(right).map { (right, $0) }
    }

    private func quotedText(_ id: NodeId) -> String? {
        let words = text(id)
        guard kind(id) == .stringExpr, words.hasPrefix("\""), !words.hasPrefix("\"\"\"") else { return nil }
        return String(words.dropFirst().dropLast())
    }
}
