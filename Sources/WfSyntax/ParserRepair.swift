// Misspelt words of the language. Where a statement or declaration cannot be read and a word near the place is nearly one
// of the language, it is read again with that word; if that helps, the word is the mistake, and all else means what it would
// have meant. Knows no rule of the grammar: whatever word stands wherever, the parser itself says whether it fits.
import WfDiagnostics
import WfSource

extension SyntaxParser {
    /// Where a statement or declaration begins, and how full the arrays were.
    struct Place {
        let index: Int
        let stackCount: Int
        let nodeCount: Int
        let extraCount: Int
        let diagnosticCount: Int
        let damageCount: Int
    }

    /// What is read at a place.
    enum Piece { case statement, flowStatement, declaration }

    /// A word that was read as another.
    struct Respelling {
        let index: Int
        let written: UInt32
        let message: Diagnostic
    }

    /// All that an attempt changes; of the lists, what lies behind the place it starts from.
    private struct Snapshot {
        let index: Int
        let stack: [UInt32]
        let place: Place
        let diagnostics: [Diagnostic]
        let damage: [Span]
        let misindented: (open: Int, close: Int)?
        let reportedDepth: Bool
        let lastReported: Int
    }

    /// Reads a statement or declaration, pushes it, and goes on to where the next one may begin.
    ///
    /// - Parameter previous: where the one above begins, which a line of clauses would belong to.
    /// - Returns: where it begins; with a line of clauses that has found its step, where the step begins.
    mutating func read(_ piece: Piece, after previous: Place?) -> Place {
        let around = culprit
        let outer = pieceStart
        culprit = -1
        pieceStart = index
        let here = place
        switch piece {
        case .statement, .flowStatement:
            push(piece == .statement ? statement() : flowStatement())
            endStatement(here.index)
        case .declaration:
            push(topLevelDeclaration())
            endDeclaration(here.index)
        }
        let start = culprit >= 0 ? repair(piece, here, previous) : here
        culprit = around
        pieceStart = outer
        return start
    }

    /// After a failure: finds the word that was meant, and reads again with it.
    @inline(never) private mutating func repair(_ piece: Piece, _ here: Place, _ previous: Place?) -> Place {
        // more than that is not shown
        if repairBudget <= 0 || diagnostics.count > Limits.syntaxDiagnosticsMax { return here }
        let culprit = culprit
        for respelling in respellings(near: culprit, from: here.index) {
            if repairBudget <= 0 || respelt.count >= Limits.syntaxDiagnosticsMax { return here }
            if let previous, indentation(here.index) > indentation(previous.index),
                attempt(piece, respelling, from: previous, culprit)
            {
                return previous
            }
            if attempt(piece, respelling, from: here, culprit) { return here }
        }
        return here
    }

    /// Words of the language that tokens about a failure are nearly: the nearest first, then the longest.
    private func respellings(near culprit: Int, from first: Int) -> [(index: Int, word: Word)] {
        var places = [culprit]
        for back in 1...5 where culprit - back >= first { places.append(culprit - back) }
        if !places.contains(first) { places.append(first) }
        if culprit + 1 < tokenCount, !tokens[culprit + 1].newlineBefore { places.append(culprit + 1) }
        var found: [(index: Int, word: Word, rank: Int)] = []
        for place in places where tokens[place].kind == .identifier && word(at: place)?.isReserved != true {
            if tokens[place].length > 12 || respelt.contains(where: { $0.index == place }) { continue }
            if Foreign.habits.contains(text(place)) { continue }
            if let meant = Foreign.clause[text(place)] { found.append((place, meant, 0)) }
            let written = Array(text(place).utf8)
            for (word, meant) in Word.keywords
            where !tokens[place].newlineBefore || word != .as && word != .in {
                let limit = meant.count >= 6 ? 2 : 1
                if abs(meant.count - written.count) > limit { continue }
                let distance = Suggestion.distance(written, meant, limit: limit)
                if distance < 1 || distance > limit { continue }
                found.append((place, word, distance * 1000 - written.count * 20 - meant.count))
            }
        }
        return found.sorted { $0.rank < $1.rank }.map { ($0.index, $0.word) }
    }

    /// Reads from a place with another word; whether that is what was meant. If not, all is as before.
    private mutating func attempt(
        _ piece: Piece, _ respelling: (index: Int, word: Word), from start: Place, _ culprit: Int
    ) -> Bool {
        let before = Snapshot(
            index: index, stack: stackWords(from: start.stackCount), place: place,
            diagnostics: Array(diagnostics[start.diagnosticCount...]),
            damage: Array(damage[start.damageCount...]), misindented: misindented,
            reportedDepth: reportedDepth, lastReported: lastReported)
        let known = respelt.count
        let message: Diagnostic =
            piece == .declaration && respelling.index == start.index
            ? .expectedDeclaration(
                found: describe(respelling.index), foreign: nil, suggestion: respelling.word.text,
                at: span(respelling.index))
            : .misspeltWord(
                text(respelling.index), meant: respelling.word.text, at: span(respelling.index))
        respelt.append(
            Respelling(index: respelling.index, written: names[respelling.index], message: message))
        rename(respelling.index, UInt32(respelling.word.rawValue))
        readAgain(piece, from: start, to: before.index)
        let isAlone = !respelt[(known + 1)...].contains { $0.index <= culprit + 1 }
        if isAlone, isProgress(since: start, culprit, with: respelling.index) {
            dropNodes(after: start)
            readAgain(piece, from: start, to: before.index)
            return true
        }
        for undone in respelt[known...].reversed() { rename(undone.index, undone.written) }
        respelt.removeLast(respelt.count - known)
        go(to: before.index)
        setStack(start.stackCount, before.stack)
        dropNodes(after: before.place)
        dropMessages(after: start)
        diagnostics += before.diagnostics
        damage += before.damage
        misindented = before.misindented
        reportedDepth = before.reportedDepth
        lastReported = before.lastReported
        return false
    }

    private mutating func dropMessages(after start: Place) {
        diagnostics.removeLast(diagnostics.count - start.diagnosticCount)
        damage.removeLast(damage.count - start.damageCount)
    }

    private mutating func readAgain(_ piece: Piece, from start: Place, to end: Int) {
        repairBudget -= max(end - start.index, 1)
        go(to: start.index)
        setStack(start.stackCount, [])
        dropMessages(after: start)
        lastReported = -1
        panic = false
        var previous: Place?
        while index < end, kind != .endOfFile, kind != .rightBrace || piece == .declaration {
            if take(.semicolon) { continue }
            previous = read(piece, after: previous)
        }
    }

    /// Whether what has been read again has no mistake before the one that made it fail, nor at it.
    private func isProgress(since start: Place, _ culprit: Int, with respelt: Int) -> Bool {
        var last = min(culprit + 2, tokenCount - 1)
        // a single letter is taken for a word only if the whole line is right then
        if tokens[respelt].length == 1 {
            let far = min(last + 200, tokenCount - 1)
            while last < far, !tokens[last].newlineBefore { last += 1 }
        }
        let beyond = tokens[last].start
        let first = tokens[start.index].start
        return index > culprit
            && !diagnostics[start.diagnosticCount...].contains {
                $0.span.start >= first && $0.span.start < beyond
            }
    }
}

extension Word {
    /// Whether the grammar gives it a meaning: the names that the checker asks for are no keywords.
    var isKeyword: Bool { rawValue <= Word.settle.rawValue && self != .underscore || self == .until }

    /// All keywords, and their letters.
    static let keywords: [(word: Word, letters: [UInt8])] =
        allCases.filter(\.isKeyword).map { ($0, Array($0.text.utf8)) }
}
