// The models of the interchange working group: what a tool exports means what the reference means. Imported, both give the
// same flows once names that come from ids are gone; the order of nodes and arms does not count.
import Testing
import WfImport
import WfSource
import WfSyntax
import WfTestSupport

/// The shape of an imported text: what each statement of its flows does, told apart by what its arrows lead to.
private struct Shape {
    /// A statement, without the names of nodes.
    private struct Statement {
        var text: String
        var names: [String] = []
        var label = 0
    }
    private var statements: [Statement] = []
    /// By name in its flow: the statement that declares it.
    private var declared: [String: Int] = [:]

    init(_ text: String, ids: Set<String>) {
        var flow = ""
        for line in text.split(separator: "\n") {
            let row = line.drop(while: \.isWhitespace)
            if row.isEmpty || row.hasPrefix("//") || row.hasPrefix("signal ") { continue }
            if line.hasPrefix("action ") || line.hasPrefix("func ") { break }
            let words = row.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") })
            if line.hasPrefix("flow ") { flow = String(words[1]) }
            let keywords: Set = [
                "step", "let", "choice", "split", "join", "any", "first", "end", "terminate", "fail",
            ]
            if line.hasPrefix("flow ") || row.hasPrefix("start ") {
                statements.append(Statement(text: String(words[0])))
                declared[flow + (line.hasPrefix("flow ") ? "" : ".start")] = statements.count - 1
            } else if let first = words.first, keywords.contains(String(first)), words.count > 1 {
                statements.append(Statement(text: ""))
                declared[flow + "." + words[1]] = statements.count - 1
            }
            guard !statements.isEmpty else { continue }
            add(String(row), flow, ids)
        }
        refine()
    }

    /// Adds a line to the last statement: its words, sorted later, and the names in it.
    private mutating func add(_ row: String, _ flow: String, _ ids: Set<String>) {
        let last = statements.count - 1
        for piece in Shape.pieces(row) {
            if piece.hasPrefix("\"") {
                let name = piece.dropFirst().lowercased()
                let words = name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                if !ids.contains(String(piece.dropFirst())) { statements[last].text += " \"" + words }
            } else {
                statements[last].names.append(flow + "." + piece)
                statements[last].names.append(piece)
                if Shape.words.contains(piece) { statements[last].text += " " + piece }
            }
        }
    }

    private static let words: Set = [
        "step", "choice", "split", "join", "any", "first", "end", "terminate", "fail", "task", "work",
        "await",
        "sleep", "emit", "raise", "on", "parallel", "timeout", "signal", "error", "for", "loop", "else",
        "until",
        "undo", "spawn", "nop", "every",
    ]

    /// Words and strings of a line.
    private static func pieces(_ row: String) -> [String] {
        var pieces: [String] = []
        var rest = row[...]
        while let first = rest.first {
            if first == "\"" {
                let text = rest.dropFirst().prefix { $0 != "\"" }
                pieces.append("\"" + text)
                rest = rest.dropFirst(text.count + 2)
            } else if first.isLetter || first == "_" {
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                pieces.append(String(word))
                rest = rest.dropFirst(word.count)
            } else {
                rest = rest.dropFirst()
            }
        }
        return pieces
    }

    /// Tells statements apart by what they lead to, step by step.
    private mutating func refine() {
        for index in statements.indices {
            let words = statements[index].text.split(separator: " ").sorted()
            statements[index].label = Shape.hash(words.joined(separator: " "))
        }
        for _ in 0..<8 {
            let labels = statements.map(\.label)
            for index in statements.indices {
                let led = statements[index].names.compactMap { declared[$0] }.filter { $0 != index }
                let text = Set(led).map { labels[$0] }.sorted().map { "\($0)" }.joined(separator: " ")
                statements[index].label = Shape.hash("\(labels[index]) \(text)")
            }
        }
    }

    /// FNV-1a: the same in every process.
    private static func hash(_ text: String) -> Int {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return Int(truncatingIfNeeded: value)
    }

    var labels: [Int] { statements.map(\.label).sorted() }
    var texts: [String] { statements.map(\.text).sorted() }
}

@Suite struct MiwgTests {
    /// Each pair that is the same model gives the same flows.
    @Test func pairs() throws {
        guard let folder = corpus("bpmn/miwg") else { return }
        var shapes: [String: Shape] = [:]
        func shape(_ file: String) throws -> Shape {
            if let known = shapes[file] { return known }
            let result = compiled(try readFile(folder + "/" + file), as: file)
            let bytes = try readFile(folder + "/" + file)
            let made = Shape(result.text, ids: ids(bytes))
            shapes[file] = made
            return made
        }
        var score = Scoreboard("miwg, pairs")
        for row in try oracle(folder + "/expected.json") where row["same"]?.text == "equal" {
            guard let file = row["file"]?.text, let reference = row["reference"]?.text else { continue }
            let (one, other) = (try shape(file), try shape(reference))
            let added = one.texts.filter { !other.texts.contains($0) }.prefix(2)
            let lost = other.texts.filter { !one.texts.contains($0) }.prefix(2)
            score.add(file, isRight: one.labels == other.labels, "added \(added), lost \(lost)")
        }
        score.finish(atLeast: 150)
    }

    private func ids(_ bytes: [UInt8]) -> Set<String> {
        let text = String(decoding: bytes, as: UTF8.self)
        return Set(text.split(separator: "\"").filter { !$0.contains(" ") && $0.count > 1 }.map(String.init))
            .subtracting(names(text))
    }

    /// The names that the model itself gives.
    private func names(_ text: String) -> Set<String> {
        var names: Set<String> = []
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
        for (place, part) in parts.enumerated() where part.hasSuffix(" name=") && place + 1 < parts.count {
            names.insert(String(parts[place + 1]))
        }
        return names
    }
}
