// What a YAML or JSON file holds, with the place of everything. Knows neither format and no dialect.

public import WfDiagnostics
public import WfSource

/// A value of a data file and where it stands.
public struct DataNode: Sendable {
    /// What the value is. Numbers keep their text, in JSON's notation.
    public enum Content: Sendable {
        case null
        case bool(Bool)
        case number(String)
        case text(String)
        case list([DataNode])
        case map(DataMap)
    }

    public var content: Content
    public var span: Span
    /// Whether it is a YAML scalar without quotes.
    public var isPlain = false

    public init(_ content: Content, _ span: Span, isPlain: Bool = false) {
        self.content = content
        self.span = span
        self.isPlain = isPlain
    }
}

/// One `key: value`.
public struct DataEntry: Sendable {
    public let key: String
    public let keySpan: Span
    public let value: DataNode
    /// Whether a dialect has asked for it.
    public let mark = ReadMark()

    public init(_ key: String, _ keySpan: Span, _ value: DataNode) {
        self.key = key
        self.keySpan = keySpan
        self.value = value
    }
}

/// The entries of a mapping in the file's order; each key once.
public struct DataMap: Sendable {
    public private(set) var entries: [DataEntry] = []
    private var positions: [String: Int] = [:]

    public init() {}

    public var keys: [String] { entries.map(\.key) }
    public var isEmpty: Bool { entries.isEmpty }
    public var count: Int { entries.count }

    /// The entry with that key, which is taken by that.
    public func entry(_ key: String) -> DataEntry? {
        guard let position = positions[key] else { return nil }
        entries[position].mark.isRead = true
        return entries[position]
    }
    /// The value with that key, which is taken by that.
    public subscript(_ key: String) -> DataNode? { entry(key)?.value }
    /// The value with that key, without taking it.
    public func peek(_ key: String) -> DataNode? { positions[key].map { entries[$0].value } }
    /// Whether there is an entry with that key.
    public func has(_ key: String) -> Bool { positions[key] != nil }

    /// Adds an entry, or says where the key stands already.
    @discardableResult
    public mutating func add(_ entry: DataEntry) -> DataEntry? {
        if let position = positions[entry.key] { return entries[position] }
        positions[entry.key] = entries.count
        entries.append(entry)
        return nil
    }
}

extension DataNode {
    /// The mapping, where it is one.
    public var map: DataMap? {
        if case .map(let map) = content { return map }
        return nil
    }
    /// The elements, where it is a list.
    public var list: [DataNode]? {
        if case .list(let list) = content { return list }
        return nil
    }
    /// The text, where it is text.
    public var text: String? {
        if case .text(let text) = content { return text }
        return nil
    }
    /// The truth value, where it is one.
    public var bool: Bool? {
        if case .bool(let bool) = content { return bool }
        return nil
    }
    /// The whole number, where it is one that fits.
    public var int: Int? {
        if case .number(let digits) = content { return Int(digits) }
        return nil
    }
    /// The number, rounded.
    public var float: Double? {
        if case .number(let digits) = content { return Double(digits) }
        return nil
    }
    public var isNull: Bool {
        if case .null = content { return true }
        return false
    }
    /// A scalar as it reads: text, digits, `true`; nil for null, lists and mappings.
    public var scalarText: String? {
        switch content {
        case .text(let text): return text
        case .number(let digits): return digits
        case .bool(let bool): return bool ? "true" : "false"
        case .null, .list, .map: return nil
        }
    }
    /// The value under a key, where it is a mapping that has it.
    public subscript(_ key: String) -> DataNode? { map?[key] }

    /// `a list`, `text`: what a message calls it.
    public var kindName: String {
        switch content {
        case .null: return "nothing"
        case .bool: return "a truth value"
        case .number: return "a number"
        case .text: return "text"
        case .list: return "a list"
        case .map: return "a mapping"
        }
    }
}

/// What reading a file came to: its documents, and what there is to say. No document when there is an error.
public struct DataDocument: Sendable {
    public var root: DataNode?
    public var diagnostics: [Diagnostic] = []
}
