// Which keys of a data file a dialect has asked for. What nobody has asked for when the import is over is named, so that
// no dialect needs a list of the keys that it does not know. Knows no dialect.

import Synchronization
import WfDiagnostics
import WfSource

/// Whether somebody has asked for a key.
public final class ReadMark: Sendable {
    private let flag = Atomic<Bool>(false)

    public init() {}

    var isRead: Bool {
        get { flag.load(ordering: .relaxed) }
        set { flag.store(newValue, ordering: .relaxed) }
    }
}

extension DataNode {
    /// Takes the value as a whole: nothing in it has to be asked for by name.
    public func readAll() { mark(true) }

    /// Begins anew, after somebody has looked at the keys without acting on them.
    public func forgetReads() { mark(false) }

    private func mark(_ isRead: Bool) {
        switch content {
        case .list(let elements): for element in elements { element.mark(isRead) }
        case .map(let map):
            for entry in map.entries {
                entry.mark.isRead = isRead
                entry.value.mark(isRead)
            }
        case .null, .bool, .number, .text: break
        }
    }

    /// Whether there are keys in it, and whether one of them has been asked for.
    fileprivate var keys: (areThere: Bool, areRead: Bool) {
        switch content {
        case .list(let elements):
            var found = (areThere: false, areRead: false)
            for keys in elements.lazy.map(\.keys) {
                found = (found.areThere || keys.areThere, found.areRead || keys.areRead)
                if found.areRead { break }
            }
            return found
        case .map(let map):
            return (!map.isEmpty, map.entries.contains { $0.mark.isRead || $0.value.keys.areRead })
        case .null, .bool, .number, .text: return (false, false)
        }
    }
}

extension DataMap {
    /// The entries, each of them taken.
    public var all: [DataEntry] {
        for entry in entries { entry.mark.isRead = true }
        return entries
    }
}

/// Which part of the input a mapping is, for what is said about its keys.
struct UnreadKeys {
    /// Mappings that are read for themselves, such as a block of a Markdown file.
    var roots: [(map: DataMap, owner: String)] = []
    /// "the step `a`", by the place of its mapping's first key.
    var owners: [UInt32: String] = [:]
    /// Keys that only describe.
    var prose: Set<String> = []
}

extension ImportJob {
    /// Says what part of the input a mapping is: "the step `a`".
    mutating func name(_ map: DataMap?, _ owner: String) {
        if let first = map?.entries.first { unread.owners[first.keySpan.start] = owner }
    }

    /// Names what of a document nobody has asked for.
    mutating func noteUnread(_ document: ImportDocument) {
        if hasErrors { return }
        switch document {
        case .data(let root, _): if let map = root.map { noteUnread(map, in: "the file") }
        case .markdown(let markdown): noteUnread(markdown.frontMatter, in: "the file")
        case .xml(let xml): noteUnread(xml)
        }
        for root in unread.roots { noteUnread(root.map, in: root.owner) }
    }

    /// Names each key that nobody has asked for, with the part of the input that it stands in.
    mutating func noteUnread(_ map: DataMap, in outer: String) {
        let owner = map.entries.first.flatMap { unread.owners[$0.keySpan.start] } ?? outer
        for entry in map.entries where !unread.prose.contains(entry.key) && !isLate() {
            let keys = entry.value.keys
            if entry.mark.isRead, !keys.areThere || keys.areRead {
                noteUnread(entry.value, in: owner)
            } else if !isNamed(entry.keySpan), !isNamed(entry.value.span) {
                add(.dialectNotActedOn("`\(entry.key)`", in: owner, at: entry.keySpan))
            }
        }
    }

    private mutating func noteUnread(_ node: DataNode, in owner: String) {
        switch node.content {
        case .map(let map): noteUnread(map, in: owner)
        case .list(let elements): for element in elements { noteUnread(element, in: owner) }
        case .null, .bool, .number, .text: break
        }
    }
}
