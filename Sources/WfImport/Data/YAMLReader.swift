// YAML to a positioned tree: libyaml's events, YAML 1.2's core rules for what a plain scalar is. Never acts on a tag.

import CYaml
import WfDiagnostics
public import WfSource

/// Reads the first document of a YAML file, or a part of a file such as front matter.
public struct YAMLReader {
    private let source: SourceFile
    private let file: FileId
    private var parser = yaml_parser_t()
    private var event = yaml_event_t()
    private var places: CharacterPlaces
    private var depth = 0
    private var values = 0
    private var anchors: [String: Anchor] = [:]
    private var notes: [Diagnostic] = []
    /// Aliases that name nothing: reading goes on behind them.
    private var mistakes: [Diagnostic] = []

    private struct Anchor {
        let span: Span
        /// Nil while what it names is being read.
        var node: DataNode?
        var values = 0
        var isUsed = false
    }

    /// The whole file; no root when there is an error among the diagnostics.
    public static func read(_ source: SourceFile, file: FileId) -> DataDocument {
        switch DataText.start(of: source, file: file) {
        case .failure(let refusal): return DataDocument(diagnostics: [refusal.diagnostic])
        case .success(let start): return read(source, file: file, bytes: start..<source.count)
        }
    }

    /// The bytes of a file that has passed `DataText.start`.
    public static func read(_ source: SourceFile, file: FileId, bytes: Range<Int>) -> DataDocument {
        var reader = YAMLReader(source: source, file: file, bytes: bytes)
        return reader.run(bytes)
    }

    private init(source: SourceFile, file: FileId, bytes: Range<Int>) {
        self.source = source
        self.file = file
        places = CharacterPlaces(source, bytes)
    }

    private mutating func run(_ bytes: Range<Int>) -> DataDocument {
        guard yaml_parser_initialize(&parser) == 1 else { preconditionFailure("out of memory") }
        defer {
            yaml_event_delete(&event)
            yaml_parser_delete(&parser)
        }
        yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(&parser, source.start + bytes.lowerBound, bytes.count)
        do {
            let root = try document(emptyAt: bytes.lowerBound)
            for (name, anchor) in anchors { noteUnused(name, anchor) }
            return DataDocument(root: mistakes.isEmpty ? root : nil, diagnostics: notes + mistakes)
        } catch {
            return DataDocument(diagnostics: notes + mistakes + [error.diagnostic])
        }
    }

    // MARK: Events

    private mutating func advance() throws(Refusal) {
        yaml_event_delete(&event)
        if yaml_parser_parse(&parser, &event) == 0 { throw problem() }
    }

    private func problem() -> Refusal {
        var message = parser.problem.map { String(cString: $0) } ?? "the text ends too early"
        var mark = parser.problem_mark
        if message.hasPrefix("did not find expected") || message.hasPrefix("found unexpected end of stream"),
            let context = parser.context.map({ String(cString: $0) })
        {
            if message.hasPrefix("found unexpected end") { mark = parser.context_mark }
            message += " \(context)"
        }
        let offset = places.offset(ofCharacter: Int(mark.index))
        let span = Span(file: file, start: UInt32(offset), end: UInt32(offset))
        if offset < source.count, source.start[offset] == 9, message.contains("cannot start any token") {
            return Refusal(
                .dataSyntax("YAML", "found a tab as indentation", at: span, help: "indent with spaces"))
        }
        return Refusal(.dataSyntax("YAML", message, at: span))
    }

    private func span() -> Span {
        let start = places.offset(ofCharacter: Int(event.start_mark.index))
        let end = places.offset(ofCharacter: Int(event.end_mark.index))
        return Span(file: file, start: UInt32(start), end: UInt32(max(start, end)))
    }

    private mutating func document(emptyAt start: Int) throws(Refusal) -> DataNode {
        var root: DataNode?
        while true {
            try advance()
            if event.type == YAML_STREAM_END_EVENT { break }
            guard event.type == YAML_DOCUMENT_START_EVENT else { continue }
            if let root, !root.isNull {
                notes.append(.yamlSecondDocument(at: span()))
                break
            }
            anchors = [:]
            try advance()
            root = try node()
        }
        guard let root, !(root.isNull && root.span.length == 0) else {
            let top = Span(file: file, start: UInt32(start), end: UInt32(start))
            throw Refusal(.dataFileEmpty("nothing but comments and white space", at: top))
        }
        return root
    }

    // MARK: Nodes

    /// The node that the current event begins; the event is its last one afterwards.
    private mutating func node() throws(Refusal) -> DataNode {
        values += 1
        if values > Limits.importElementsMax { throw Refusal(.importTooMany("values", at: span())) }
        switch event.type {
        case YAML_ALIAS_EVENT: return try alias()
        case YAML_SCALAR_EVENT: return try scalar()
        case YAML_SEQUENCE_START_EVENT:
            let anchor = name(event.data.sequence_start.anchor)
            try tag(event.data.sequence_start.tag, core: ["seq"])
            return try collection(anchor) { (reader, start) throws(Refusal) in try reader.sequence(start) }
        case YAML_MAPPING_START_EVENT:
            let anchor = name(event.data.mapping_start.anchor)
            try tag(event.data.mapping_start.tag, core: ["map"])
            return try collection(anchor) { (reader, start) throws(Refusal) in try reader.mapping(start) }
        default: preconditionFailure("libyaml begins a node with no other event")
        }
    }

    private func name(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        text.map { String(cString: $0) }
    }

    private mutating func alias() throws(Refusal) -> DataNode {
        let span = span()
        let name = name(event.data.alias.anchor) ?? ""
        guard let anchor = anchors[name] else { return try mistake(.yamlUnknownAlias(name, at: span)) }
        anchors[name]?.isUsed = true
        guard var node = anchor.node else { return try mistake(.yamlAliasIntoItself(name, at: span)) }
        values += anchor.values - 1
        if values > Limits.importElementsMax { throw Refusal(.yamlAliasesTooMany(at: span)) }
        node.span = span
        return node
    }

    /// Says what is wrong with an alias, and reads on as if nothing stood there.
    private mutating func mistake(_ diagnostic: Diagnostic) throws(Refusal) -> DataNode {
        if mistakes.count == YAMLReader.mistakesMax { throw Refusal(diagnostic) }
        mistakes.append(diagnostic)
        return DataNode(.null, diagnostic.span)
    }

    private static let mistakesMax = 50

    private mutating func define(_ name: String, _ anchor: Anchor) {
        if let old = anchors[name] { noteUnused(name, old) }
        anchors[name] = anchor
    }

    private mutating func noteUnused(_ name: String, _ anchor: Anchor) {
        if !anchor.isUsed { notes.append(.yamlUnusedAnchor(name, at: anchor.span)) }
    }

    private mutating func collection(
        _ anchor: String?, _ read: (inout YAMLReader, Span) throws(Refusal) -> DataNode
    ) throws(Refusal) -> DataNode {
        depth += 1
        if depth > Limits.importDepthMax { throw Refusal(.importTooDeep("values", at: span())) }
        let before = values
        let start = span()
        if let anchor { define(anchor, Anchor(span: start)) }
        let node = try read(&self, start)
        if let anchor, anchors[anchor]?.span == start {
            anchors[anchor]?.node = node
            anchors[anchor]?.values = values - before + 1
        }
        depth -= 1
        return node
    }

    private mutating func sequence(_ start: Span) throws(Refusal) -> DataNode {
        var elements: [DataNode] = []
        try advance()
        while event.type != YAML_SEQUENCE_END_EVENT {
            elements.append(try node())
            try advance()
        }
        return DataNode(.list(elements), start.joined(span()))
    }

    private mutating func mapping(_ start: Span) throws(Refusal) -> DataNode {
        var map = DataMap()
        var merged: [DataEntry] = []
        try advance()
        while event.type != YAML_MAPPING_END_EVENT {
            let keySpan = span()
            let (key, isPlain) = try key()
            try advance()
            let element = try node()
            if key == "<<", isPlain {
                notes.append(.yamlMergeKey(at: keySpan))
                merged += try mergedEntries(element)
            } else if let first = map.add(DataEntry(key, keySpan, element)) {
                throw Refusal(.dataDuplicateKey(key, at: keySpan, first: first.keySpan))
            }
            try advance()
        }
        for entry in merged { map.add(entry) }
        return DataNode(.map(map), start.joined(span()))
    }

    private func mergedEntries(_ node: DataNode) throws(Refusal) -> [DataEntry] {
        if let map = node.map { return map.entries }
        guard let list = node.list else {
            throw Refusal(
                .dataSyntax("YAML", "expected a mapping behind `<<`, found \(node.kindName)", at: node.span))
        }
        var entries: [DataEntry] = []
        for element in list { entries += try mergedEntries(element) }
        return entries
    }

    private mutating func key() throws(Refusal) -> (String, isPlain: Bool) {
        let span = span()
        switch event.type {
        case YAML_SCALAR_EVENT:
            let isPlain = event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE
            let text = scalarText()
            if let anchor = name(event.data.scalar.anchor) {
                define(anchor, Anchor(span: span, node: DataNode(.text(text), span), values: 1))
            }
            return (text, isPlain)
        case YAML_ALIAS_EVENT:
            let node = try alias()
            guard let text = node.scalarText else {
                throw Refusal(.yamlComplexKey(node.kindName, at: span))
            }
            return (text, false)
        case YAML_SEQUENCE_START_EVENT: throw Refusal(.yamlComplexKey("a list", at: span))
        default: throw Refusal(.yamlComplexKey("a mapping", at: span))
        }
    }

    // MARK: Scalars

    private func scalarText() -> String {
        let bytes = UnsafeBufferPointer(start: event.data.scalar.value, count: event.data.scalar.length)
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func scalar() throws(Refusal) -> DataNode {
        let span = span()
        let text = scalarText()
        let isPlain = event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE
        let anchor = name(event.data.scalar.anchor)
        let tag = try tag(event.data.scalar.tag, core: ["str", "int", "float", "bool", "null"])
        var content = DataNode.Content.text(text)
        if tag == nil ? isPlain : tag != "str" && tag != "!" {
            content = YAMLCore.content(of: text)
            if case .text = content, YAMLCore.isNotFinite(text) {
                notes.append(.yamlNotFinite(text, at: span))
            }
            if case .number(let digits) = content, YAMLCore.isRounded(digits) {
                guard let double = Double(digits), double.isFinite else {
                    throw Refusal(.jsonNumberTooLarge(text, at: span))
                }
                notes.append(.jsonNumberRounded(text, at: span))
                content = .number("\(double)")
            }
        }
        let node = DataNode(content, span, isPlain: isPlain)
        if let anchor { define(anchor, Anchor(span: span, node: node, values: 1)) }
        return node
    }

    /// The last word of a core tag, `!` for text by request, nil for none or one that is passed over with a note.
    @discardableResult
    private mutating func tag(_ text: UnsafeMutablePointer<yaml_char_t>?, core: [String]) throws(Refusal)
        -> String?
    {
        guard let tag = name(text) else { return nil }
        if tag == "!" { return tag }
        let prefix = "tag:yaml.org,2002:"
        guard tag.hasPrefix(prefix) else {
            notes.append(.yamlIgnoredTag(tag, at: span()))
            return nil
        }
        let word = String(tag.dropFirst(prefix.count))
        if core.contains(word) { return word }
        if ["binary", "timestamp", "set", "omap", "pairs"].contains(word) {
            notes.append(.yamlIgnoredTag("!!\(word)", at: span()))
            return word == "binary" ? "str" : nil
        }
        throw Refusal(.yamlForeignTag("!!\(word)", at: span()))
    }
}

/// Byte offsets of libyaml's marks, which count characters.
private struct CharacterPlaces {
    private static let stride = 256
    private let source: SourceFile
    private let bytes: Range<Int>
    /// Offset of every 256th character; empty when each character is one byte.
    private let offsets: [UInt32]

    init(_ source: SourceFile, _ bytes: Range<Int>) {
        self.source = source
        self.bytes = bytes
        var offsets: [UInt32] = []
        if (bytes.lowerBound..<bytes.upperBound).contains(where: { source.start[$0] >= 0x80 }) {
            var count = 0
            for offset in bytes where source.start[offset] & 0xC0 != 0x80 {
                if count % Self.stride == 0 { offsets.append(UInt32(offset)) }
                count += 1
            }
        }
        self.offsets = offsets
    }

    func offset(ofCharacter index: Int) -> Int {
        if offsets.isEmpty { return min(bytes.lowerBound + index, bytes.upperBound) }
        let checkpoint = min(index / Self.stride, offsets.count - 1)
        var offset = Int(offsets[checkpoint])
        var left = index - checkpoint * Self.stride
        while left > 0, offset < bytes.upperBound {
            offset += 1
            while offset < bytes.upperBound, source.start[offset] & 0xC0 == 0x80 { offset += 1 }
            left -= 1
        }
        return offset
    }
}
