// What of a file others can depend on: its declarations as numbers, and which of them a change touches. A declaration can only
// matter where its name is mentioned, or the name of one whose outside mentions it, and so on. Knows tokens, no meaning.
import WfSyntax

/// One declaration of a file: two of them with equal numbers are written alike, but for blanks and comments.
struct ItemDigest {
    let node: NodeId
    let kind: NodeKind
    /// Nil for one without a name.
    let name: TokenId?
    /// Of all tokens.
    let whole: UInt64
    /// Of what can be seen from outside of it.
    let face: UInt64
    /// The last token of what can be seen.
    let faceLast: UInt32

    /// Those of a file, in order of the page.
    static func all(_ tree: SyntaxTree) -> [ItemDigest] {
        let reader = tree.reader
        return tree.rootView.items.map { ItemDigest($0, reader) }
    }

    private init(_ item: NodeId, _ reader: TreeReader) {
        let entry = reader.node(item)
        node = item
        kind = entry.kind
        name = ItemDigest.name(item, reader)
        whole = TokenHash(reader, entry.first, entry.last).value
        faceLast = ItemDigest.faceLast(item, reader)
        face = faceLast == entry.last ? whole : TokenHash(reader, entry.first, faceLast).value
    }

    /// A body is nobody's concern, but for one that is checked for each use, and for signals and queries.
    private static func faceLast(_ item: NodeId, _ reader: TreeReader) -> UInt32 {
        let entry = reader.node(item)
        guard [.funcDecl, .workflowDecl, .flowDecl].contains(entry.kind) else { return entry.last }
        let view = CallableDeclView(reader, item)
        guard let body = view.body, view.typeParameters.isEmpty else { return entry.last }
        var last = reader.node(body).first
        var index = item.index - 1
        while entry.kind != .funcDecl, index > 0, reader.node(NodeId(index)).first >= entry.first {
            let inner = reader.node(NodeId(index))
            if inner.kind == .signalStmt || inner.kind == .queryStmt { last = max(last, inner.last) }
            index -= 1
        }
        return last
    }

    private static func name(_ item: NodeId, _ reader: TreeReader) -> TokenId? {
        switch reader.kind(item) {
        case .constDecl, .configDecl, .secretDecl, .poolDecl, .rateDecl, .breakerDecl, .recordDecl, .enumDecl,
            .funcDecl, .workflowDecl, .flowDecl, .actionDecl, .externActionDecl, .externFuncDecl:
            // all of these keep their name's token at the same place
            SecretDeclView(reader, item).nameToken
        default: nil
        }
    }

    /// Whether nothing outside of it depends on it.
    var isPrivate: Bool { kind == .testDecl || kind == .triggerDecl || kind == .errorDecl }
}

/// Which declarations of a file a change touches, and which names it may give another meaning.
struct Difference {
    /// Declarations of the old text and of the new one that may have other mistakes than before.
    private(set) var old: [NodeId] = []
    private(set) var new: [NodeId] = []
    /// Of declarations that look different from outside, in this file.
    private(set) var names = Names()
    private(set) var changesFace = false
    /// Whether modules come or go.
    private(set) var changesUses = false
    /// Whether every declaration of the file may be affected.
    private(set) var reachesAll = false

    init(_ before: [ItemDigest], _ oldTree: SyntaxTree, _ after: [ItemDigest], _ newTree: SyntaxTree) {
        let (oldReader, newReader) = (oldTree.reader, newTree.reader)
        let oldFaces = Difference.left(before, without: after, by: \.face).filter { !$0.isPrivate }
        let newFaces = Difference.left(after, without: before, by: \.face).filter { !$0.isPrivate }
        changesFace = !oldFaces.isEmpty || !newFaces.isEmpty
        for item in oldFaces { names.insert(item, oldReader) }
        for item in newFaces { names.insert(item, newReader) }
        changesUses = (oldFaces + newFaces).contains { $0.kind == .useDecl }
        if changesUses {
            // a module brings methods, which are called without its name
            for item in before { names.insert(item, oldReader) }
            for item in after { names.insert(item, newReader) }
        }
        while names.grow(by: before, oldReader, mentioning: [names])
            || names.grow(by: after, newReader, mentioning: [names])
        {}
        // two workflows' signals are compared wherever one reaches the other
        reachesAll = changesUses || Difference.hasSignals(newReader)
        let oldOnes = Difference.left(before, without: after, by: \.whole)
        let newOnes = Difference.left(after, without: before, by: \.whole)
        old = (oldOnes + before.filter { names.areMentioned(in: oldReader, $0) }).map(\.node)
        new = (newOnes + after.filter { names.areMentioned(in: newReader, $0) }).map(\.node)
    }

    private static func left(
        _ items: [ItemDigest], without others: [ItemDigest], by number: KeyPath<ItemDigest, UInt64>
    ) -> [ItemDigest] {
        var counts: [UInt64: Int] = [:]
        for other in others { counts[other[keyPath: number], default: 0] += 1 }
        return items.filter { item in
            guard let count = counts[item[keyPath: number]], count > 0 else { return true }
            counts[item[keyPath: number]] = count - 1
            return false
        }
    }

    private static func hasSignals(_ reader: TreeReader) -> Bool {
        (0..<UInt32(reader.nodeCount)).contains { reader.kind(NodeId($0)) == .signalStmt }
    }
}

/// Names as source writes them.
struct Names {
    private var list: Set<[UInt8]> = []
    /// A bit for each first byte, so that most tokens are passed over at once.
    private var firsts: UInt64 = 0

    private mutating func insert(_ token: TokenId, _ reader: TreeReader) -> Bool {
        let bytes = Array(reader.bytes(token))
        guard let first = bytes.first, list.insert(bytes).inserted else { return false }
        firsts |= 1 << UInt64(first & 63)
        return true
    }

    mutating func insert(_ item: ItemDigest, _ reader: TreeReader) {
        if let name = item.name { _ = insert(name, reader) }
    }

    /// Takes in the names of declarations whose outside mentions one of others; whether there were new ones.
    mutating func grow(by items: [ItemDigest], _ reader: TreeReader, mentioning others: [Names]) -> Bool {
        var hasGrown = false
        for item in items where !item.isPrivate {
            let first = reader.node(item.node).first
            guard let name = item.name,
                others.contains(where: { $0.areMentioned(in: reader, from: first, through: item.faceLast) })
            else { continue }
            if insert(name, reader) { hasGrown = true }
        }
        return hasGrown
    }

    func areMentioned(in reader: TreeReader) -> Bool {
        reader.tokenCount > 0
            && areMentioned(in: reader, from: 0, through: UInt32(reader.tokenCount) - 1)
    }

    func areMentioned(in reader: TreeReader, _ item: ItemDigest) -> Bool {
        areMentioned(in: reader, from: reader.node(item.node).first, through: reader.node(item.node).last)
    }

    private func areMentioned(in reader: TreeReader, from first: UInt32, through last: UInt32) -> Bool {
        if list.isEmpty { return false }
        for index in first...max(first, last) where reader.token(TokenId(index)).kind == .identifier {
            let bytes = reader.bytes(TokenId(index))
            guard let first = bytes.first, firsts & 1 << UInt64(first & 63) != 0 else { continue }
            for name in list where name.count == bytes.count && name.elementsEqual(bytes) { return true }
        }
        return false
    }
}

/// FNV-1a over the bytes of tokens.
struct TokenHash {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    init(_ reader: TreeReader, _ first: UInt32, _ last: UInt32) { add(reader, first, last) }

    private mutating func add(_ reader: TreeReader, _ first: UInt32, _ last: UInt32) {
        for token in first...max(first, last) {
            for byte in reader.bytes(TokenId(token)) { add(byte) }
            add(0)
        }
    }

    private mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
}
