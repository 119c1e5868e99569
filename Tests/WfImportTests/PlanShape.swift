// The shape of an imported flow, for comparing what two tools have made of one model: the statements that were written for
// one element are one node, told apart by what it does, by what it is called in the model, and by what leads to it and
// from it. Left out is what the set of the working group does not compare either: who does a task, what conditions say
// and whether there are any, whether a timer has a time and a message its name, ids, and the order of nodes and arms.
import WfImport
import WfSource

struct PlanShape {
    /// What was written for one element.
    private struct Node {
        var words: Set<String> = []
        var name = ""
        var next: Set<Int> = []
        var before: Set<Int> = []
        var label = 0
    }
    private var nodes: [Node] = []
    /// By element: its node.
    private var places: [ByteOffset: Int] = [:]
    /// By name in a flow: the node of the statement that declares it.
    private var declared: [String: Int] = [:]

    init(_ result: CompiledImport) {
        guard let imported = result.imported else { return }
        let rows = PlanShape.rows(imported)
        read(rows, declares: true)
        read(rows, declares: false)
        for node in nodes.indices {
            for next in nodes[node].next { nodes[next].before.insert(node) }
        }
        refine()
    }

    /// Labels of nodes, sorted: equal for equal shapes.
    var labels: [Int] { nodes.map(\.label).sorted() }

    /// What the nodes are, sorted, for people.
    var texts: [String] {
        nodes.map { "\($0.words.sorted().joined(separator: "+")) \"\($0.name)\"" }.sorted()
    }

    // MARK: reading

    /// A line of the text: its words, without those in strings, and the element that it was written for.
    private struct Row {
        var words: [Substring]
        var element: ByteOffset
        var tag: String
        var name: String
    }

    private static func rows(_ imported: Imported) -> [Row] {
        var rows: [Row] = []
        var start = 0
        for line in imported.text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            defer { start += line.count + 1 }
            let text = String(decoding: line.drop { $0 == 0x20 }, as: UTF8.self)
            if text.isEmpty || text.hasPrefix("//") || text.hasPrefix("signal ") { continue }
            if text.hasPrefix("action ") || text.hasPrefix("func ") { break }
            guard let place = imported.origins.place(of: ByteOffset(start)) else { continue }
            let (tag, name) = element(imported.source.bytes, place.start)
            rows.append(Row(words: words(text), element: place.start, tag: tag, name: name))
        }
        return rows
    }

    /// The words of a line, strings left out, `->` a word of its own.
    private static func words(_ line: String) -> [Substring] {
        let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
        let bare = parts.enumerated().filter { $0.offset & 1 == 0 }.map(\.element).joined(separator: " ")
        let spaced = bare.split(separator: ">", omittingEmptySubsequences: false).joined(separator: "> ")
        return spaced.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ">") }
    }

    /// The tag and the name of the element that starts at a place.
    private static func element(_ bytes: UnsafeBufferPointer<UInt8>, _ start: ByteOffset) -> (
        tag: String, name: String
    ) {
        let head = bytes[Int(start)...].prefix { $0 != UInt8(ascii: ">") }
        let text = String(decoding: head.dropFirst(), as: UTF8.self)
        let tag = text.prefix { !$0.isWhitespace && $0 != "/" }
        var name = ""
        for quote in ["\"", "'"] {
            let parts = text.split(separator: Character(quote), omittingEmptySubsequences: false)
            for (place, part) in parts.enumerated()
            where place & 1 == 0 && place + 1 < parts.count
                && part.split(whereSeparator: \.isWhitespace).last == "name="
            {
                name = String(parts[place + 1])
            }
        }
        for code in ["&#10;", "&#xA;", "&#xa;", "&#13;", "&#xD;"] {
            name = name.split(separator: code).joined(separator: " ")
        }
        let words = name.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return (String(tag.split(separator: ":").last ?? ""), words)
    }

    private mutating func node(_ element: ByteOffset) -> Int {
        if let known = places[element] { return known }
        places[element] = nodes.count
        nodes.append(Node())
        return nodes.count - 1
    }

    /// Goes over the lines: once for what is declared, once for what leads to what.
    private mutating func read(_ rows: [Row], declares: Bool) {
        let several = Set(rows.filter { $0.words.first == "choice" && $0.tag == "startEvent" }.map(\.element))
        var flow = ""
        var head = 0
        var statement = 0
        for row in rows {
            guard let first = row.words.first.map(String.init) else { continue }
            let isStatement = PlanShape.statements.contains(first)
            if first == "flow" {
                flow = row.words.count > 1 ? String(row.words[1]) : ""
                head = node(row.element)
                statement = head
                if row.tag != "process" { nodes[head].name = row.name }
                if declares { declared[flow] = head } else { nodes[head].words.insert("flow") }
                continue
            }
            let isStart = first == "start" || row.tag == "startEvent" && first == "choice"
            let isOwn = row.tag != "sequenceFlow" && !isStart
            let place = isOwn ? node(row.element) : isStart ? head : statement
            if isStart, row.tag == "startEvent", !several.contains(row.element) {
                nodes[head].words.insert("start \(row.name)")
            }
            if isOwn, row.tag != "process" { nodes[place].name = row.name }
            if declares {
                if isStatement, first != "start", row.words.count > 1 {
                    declared["\(flow).\(row.words[1])"] = place
                }
            } else {
                if !isStatement && place != statement { nodes[statement].next.insert(place) }
                add(row, to: place, in: flow)
            }
            if isStatement { statement = place }
        }
    }

    private mutating func add(_ row: Row, to place: Int, in flow: String) {
        // It says what it sends, or a worker does whom a tool has named.
        if row.tag == "sendTask" { nodes[place].words.insert("says") }
        for word in row.words {
            guard let meaning = PlanShape.meanings[String(word)] else { continue }
            if PlanShape.counts(meaning, of: row.tag) { nodes[place].words.insert(meaning) }
        }
        // Names of flows that are called stand anywhere, names of nodes behind the arrow. A message is no arrow, and what
        // a call activity calls is none either.
        let arrow = row.words.firstIndex { $0 == ">" } ?? row.words.endIndex
        let isCall = !row.words.contains("spawn") && row.tag != "callActivity"
        var led: [Int] = isCall ? row.words[..<arrow].compactMap { declared[String($0)] } : []
        led += row.words[arrow...].compactMap { declared["\(flow).\($0)"] }
        for next in led where next != place { nodes[place].next.insert(next) }
    }

    private static let statements: Set = [
        "start", "step", "let", "choice", "split", "join", "any", "first", "end", "terminate", "fail",
    ]

    /// Whether what is said in the statements of an element is said of it: its kind decides. A gate behind a task says that
    /// its arrows have conditions, a failure behind a boundary event that it takes others than this one.
    private static func counts(_ meaning: String, of tag: String) -> Bool {
        switch meaning {
        case "choice", "split", "join", "any", "first": return tag.hasSuffix("Gateway")
        case "hears": return tag.hasSuffix("Event") || tag == "receiveTask"
        case "says": return tag.hasSuffix("Event") || tag == "sendTask"
        case "fail", "end": return tag == "endEvent"
        default: return true
        }
    }

    /// What words say about a node. A wait for a timer without a time is one for a signal, a message that starts another
    /// process is told as any other.
    private static let meanings: [String: String] = [
        "choice": "choice", "split": "split", "join": "join", "any": "any", "first": "first", "end": "end",
        "terminate": "terminate", "fail": "fail", "await": "hears", "sleep": "hears", "timeout": "hears",
        "every": "hears", "signal": "hears", "when": "hears", "emit": "says", "raise": "says",
        "spawn": "says",
        "error": "error", "parallel": "beside", "for": "for", "loop": "loop", "undo": "undo",
        "compensate": "compensate",
    ]

    // MARK: telling apart

    /// Tells nodes apart by what stands around them, farther with each round.
    private mutating func refine() {
        for index in nodes.indices {
            let words = nodes[index].words.sorted().joined(separator: " ")
            nodes[index].label = PlanShape.hash("\(words) \"\(nodes[index].name)")
        }
        for _ in 0..<8 {
            let labels = nodes.map(\.label)
            for index in nodes.indices {
                let next = nodes[index].next.map { labels[$0] }.sorted()
                let before = nodes[index].before.map { labels[$0] }.sorted()
                nodes[index].label = PlanShape.hash("\(labels[index]) \(next) \(before)")
            }
        }
    }

    /// FNV-1a: the same in every process.
    private static func hash(_ text: String) -> Int {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return Int(truncatingIfNeeded: value)
    }
}
