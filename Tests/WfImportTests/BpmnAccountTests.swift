// Nothing that vendors add to a model is lost: every addition at every element is in the text or in a message, the importer's own
// text checks, and it stands as the formatter writes it.
import Testing
import WfDiagnostics
import WfFormatter
import WfImport
import WfSource
import WfSyntax
import WfTestSupport

@Suite struct BpmnAccountTests {
    /// Canonical text.
    private func formatted(_ text: [UInt8]) -> [UInt8] {
        var sink = DiagnosticSink()
        let source = SourceFile(path: "x.wf", bytes: text)
        return Formatter.format(Parser.parse(source, file: FileId(0), interner: Interner(), into: &sink))
    }

    /// Names of additions in front of a word, the nearest first: a message about one of them is about the word.
    private func names(before word: Substring, in added: BpmnAdded) -> [String] {
        let isAttribute = added.attributes.contains(word)
        let text = isAttribute ? added.attributes : added.elements + added.inside
        guard let place = text.firstRange(of: word) else { return [] }
        let names = text[..<place.lowerBound].split { " <>/=\"\n".contains($0) }.filter { $0.contains(":") }
        return names.suffix(isAttribute ? 1 : 3).map { "`\($0)`" }
    }

    /// Imports, compiles and formats a model; yields what is wrong with it.
    private func faults(_ model: String, _ added: BpmnAdded?) -> [String] {
        let result = compiled(model, as: "x.bpmn")
        guard let imported = result.imported else { return ["not imported"] }
        let errors = result.diagnostics.filter { $0.severity == .error }
        var faults = errors.map { "\($0.code) \($0.message) \($0.notes)" }
        for error in errors where result.line(error) == 0 { faults.append("\(error.code) has no line") }
        let once = formatted(imported.text)
        if formatted(once) != once { faults.append("not canonical") }
        let said = result.text + result.diagnostics.map(\.message).joined(separator: "\n")
        for words in added?.proof ?? [] {
            // As it is written, or as it stands in the model.
            let both = words.split(separator: "|")
            if both.contains(where: { said.contains($0) }) { continue }
            if let added,
                names(before: both[both.count - 1], in: added).contains(where: { said.contains($0) })
            {
                continue
            }
            faults.append("lost: \(words)")
        }
        return faults
    }

    /// Every element with every addition, with and without a condition that reads a variable.
    @Test func additions() {
        for (number, node) in BpmnVariants.nodes.enumerated() {
            for added in BpmnVariants.additions {
                let found = faults(BpmnVariants.model(node, added, reads: number & 1 == 0), added)
                #expect(
                    found.isEmpty,
                    "\(node.prefix(60)) \(added.attributes) \(added.elements) \(added.inside): \(found)")
            }
        }
    }

    /// The same for activities that are done several times.
    @Test(arguments: 1..<5)
    func loops(number: Int) {
        for node in BpmnVariants.nodes[...11] where node.contains("Task") || number & 1 == 0 {
            for (place, added) in BpmnVariants.additions.enumerated() {
                let model = BpmnVariants.model(
                    node, added, loop: BpmnVariants.loops[number], reads: place & 1 == 0)
                let found = faults(model, added)
                #expect(found.isEmpty, "\(node.prefix(60)) \(added.attributes) \(added.elements): \(found)")
            }
        }
    }

    /// Two additions at once get in no other's way.
    @Test func pairs() {
        for (place, node) in BpmnVariants.nodes.enumerated() {
            for number in BpmnVariants.additions.indices {
                let one = BpmnVariants.additions[number]
                let other = BpmnVariants.additions[(number * 7 + place + 1) % BpmnVariants.additions.count]
                if number == (number * 7 + place + 1) % BpmnVariants.additions.count { continue }
                var both = one
                let taken = Set(one.attributes.split(separator: " ").map { $0.prefix { $0 != "=" } })
                if !other.attributes.split(separator: " ").contains(where: {
                    taken.contains($0.prefix { $0 != "=" })
                }) {
                    both.attributes += " " + other.attributes
                }
                both.elements += other.elements
                let found = faults(BpmnVariants.model(node, both, reads: true), nil)
                #expect(found.isEmpty, "\(node.prefix(60)) \(both.attributes) \(both.elements): \(found)")
            }
        }
    }

    /// What the catalogue names is in no file without a word.
    @Test(arguments: ["bpmn/miwg", "bpmn/spiff", "bpmn/flowable", "bpmn/moddle"])
    func corpora(name: String) throws {
        guard let folder = corpus(name) else { return }
        let named = BpmnAddition.all.filter { row in
            if case .named = row.fate { return true }
            return false
        }
        // These stand in others too, where they belong to them.
        let inner: Set = ["value", "retry", "collection", "variableName"]
        for file in [".bpmn", ".bpmn20.xml"].flatMap({ filesBelow(folder, suffix: $0) }) {
            let result = imported(try readFile(file), as: file)
            if result.isRefused { continue }
            let words = Set(
                result.source.bytes.split { $0 <= 0x20 || $0 == 0x3E || $0 == 0x2F }.map { Array($0) })
            var said: Set<String> = []
            for note in result.diagnostics where note.code.description == "WF9070" {
                // A file may give a vendor another prefix.
                said.insert(
                    String(note.message.prefix { $0 != " " }.drop { $0 != ":" }.dropFirst().dropLast()))
            }
            for vendor in ["zeebe", "camunda", "flowable", "activiti"] {
                for name in named.filter({ !$0.isAttribute }).flatMap(\.names) where !inner.contains(name) {
                    let isThere = words.contains(Array("<\(vendor):\(name)".utf8))
                    #expect(!isThere || said.contains(name), "\(file): \(name)")
                }
                for name in named.filter(\.isAttribute).flatMap(\.names) {
                    let isThere = words.contains(Array("\(vendor):\(name)=\"true\"".utf8))
                    #expect(!isThere || said.contains(name), "\(file): \(name)")
                }
            }
        }
    }

    /// No name of the catalogue has two meanings.
    @Test func catalogue() {
        for isAttribute in [true, false] {
            var seen: Set<String> = []
            for row in BpmnAddition.all where row.isAttribute == isAttribute {
                for name in row.names where name != "priority" {
                    #expect(seen.insert(name).inserted, "\(name)")
                }
            }
        }
    }

    @Test func messages() {
        let listener = BpmnAdded(
            elements: "<camunda:taskListener event=\"create\" class=\"L\"/>", proof: "")
        let model = BpmnVariants.model(BpmnVariants.nodes[0], listener, reads: true)
        let note = compiled(model, as: "x.bpmn").diagnostics.first { $0.code.description == "WF9070" }
        #expect(
            note?.message.hasPrefix("`camunda:taskListener` of `userTask` `N` (`n`) does not run: ") == true)
        #expect(compiled(model, as: "x.bpmn").codes.contains("WF9070:9"))
    }
}
