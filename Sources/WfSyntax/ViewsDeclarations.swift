// Views of declarations. Knows where each part is kept, and no meaning.

/// A file: its top-level declarations in order.
public struct SourceFileView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Declarations; `errorDecl` where none could be read.
    @inline(__always) public var items: NodeList { tree.list(node.a) }
}

/// `use std.http as web`, `use "./lib/text.wf" as text`.
public struct UseDeclView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// What the module is called here: the `as` name, else the path's last; `.none` for a file without `as`.
    @inline(__always) public var alias: NameId { name(0) }
    @inline(__always) public var aliasToken: TokenId { tokenId(1) }
    /// The string literal of a file, else the first name of the path.
    @inline(__always) public var pathToken: TokenId { tokenId(2) }
    /// The names of a dotted path; empty for a file.
    @inline(__always) public var path: NameList { NameList(tree.storage.pointee.extra + Int(node.b)) }
    /// Whether a file is named, by `pathToken`.
    @inline(__always) public var isFile: Bool { flag(1) }
    /// Whether `as` is written.
    @inline(__always) public var hasAlias: Bool { flag(2) }
}

/// `const name: T = value`, and `config name: T = value` (kind `configDecl`), whose value may be absent.
public struct ConstDeclView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var name: NameId { name(0) }
    @inline(__always) public var nameToken: TokenId { tokenId(1) }
    @inline(__always) public var type: NodeId? { optionalChild(2) }
    /// Always there for a `const` without syntax errors.
    @inline(__always) public var value: NodeId? { optionalChild(3) }
}

/// `secret NAME`
public struct SecretDeclView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var name: NameId { name(0) }
    @inline(__always) public var nameToken: TokenId { tokenId(1) }
}

/// `pool gpu limit 2`
public struct PoolDeclView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var name: NameId { name(0) }
    @inline(__always) public var nameToken: TokenId { tokenId(1) }
    @inline(__always) public var limit: NodeId { child(2) }
}

/// `rate api 10 per 1s`
public struct RateDeclView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var name: NameId { name(0) }
    @inline(__always) public var nameToken: TokenId { tokenId(1) }
    @inline(__always) public var count: NodeId { child(2) }
    @inline(__always) public var period: NodeId { child(3) }
}

/// `breaker payments after 5 failures within 1m recover 30s`
public struct BreakerDeclView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var name: NameId { name(0) }
    @inline(__always) public var nameToken: TokenId { tokenId(1) }
    @inline(__always) public var failures: NodeId { child(2) }
    @inline(__always) public var within: NodeId { child(3) }
    @inline(__always) public var recover: NodeId { child(4) }
}

/// `open record R<T> { field: T = value }`
public struct RecordDeclView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var name: NameId { name(0) }
    @inline(__always) public var nameToken: TokenId { tokenId(1) }
    @inline(__always) public var typeParameters: NodeList { list(2) }
    /// `fieldDecl`s.
    @inline(__always) public var fields: NodeList { list(3) }
    /// Unknown fields of JSON are accepted.
    @inline(__always) public var isOpen: Bool { flag(1) }
}

/// A field of a record.
public struct FieldDeclView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var name: NameId { name(0) }
    @inline(__always) public var nameToken: TokenId { tokenId(1) }
    @inline(__always) public var type: NodeId { child(2) }
    @inline(__always) public var defaultValue: NodeId? { optionalChild(3) }
}

/// `enum E<T> { one, two(Int), three(a: Int) }`
public struct EnumDeclView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var name: NameId { name(0) }
    @inline(__always) public var nameToken: TokenId { tokenId(1) }
    @inline(__always) public var typeParameters: NodeList { list(2) }
    /// `enumCaseDecl`s.
    @inline(__always) public var cases: NodeList { list(3) }
}

/// A case of an enum.
public struct EnumCaseDeclView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var name: NameId { name(0) }
    @inline(__always) public var nameToken: TokenId { tokenId(1) }
    /// `enumPayload`s; empty without payload.
    @inline(__always) public var payload: NodeList { list(2) }
}

/// One value a case carries.
public struct EnumPayloadView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// `.none` when unlabelled.
    @inline(__always) public var label: NameId { NameId(rawValue: node.a) }
    /// Its type.
    @inline(__always) public var type: NodeId { NodeId(node.b) }
}

/// `func`, `workflow`, `flow`, `action`, `extern action`, `extern func`: all have this view.
public struct CallableDeclView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var name: NameId { name(0) }
    @inline(__always) public var nameToken: TokenId { tokenId(1) }
    /// `typeParameter`s.
    @inline(__always) public var typeParameters: NodeList { list(2) }
    /// `parameter`s.
    @inline(__always) public var parameters: NodeList { list(3) }
    /// The type after `->`; without one it is `Unit`.
    @inline(__always) public var result: NodeId? { optionalChild(4) }
    /// The block of a func, workflow or flow; nil for the others.
    @inline(__always) public var body: NodeId? { optionalChild(5) }
    /// `via`, `returns` and the other clauses of an action.
    @inline(__always) public var clauses: NodeList { list(6) }
}

/// `T` or `T: Bound + Bound`.
public struct TypeParameterView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var name: NameId { name(0) }
    @inline(__always) public var nameToken: TokenId { tokenId(1) }
    @inline(__always) public var bounds: NodeList { list(2) }
}

/// `name: T = value`, `secret name: T`, `name: T...`.
public struct ParameterView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var name: NameId { name(0) }
    @inline(__always) public var nameToken: TokenId { tokenId(1) }
    @inline(__always) public var type: NodeId { child(2) }
    @inline(__always) public var defaultValue: NodeId? { optionalChild(3) }
    /// May take a `Secret`.
    @inline(__always) public var isSecret: Bool { flag(1) }
    /// Takes any number of arguments.
    @inline(__always) public var isVariadic: Bool { flag(2) }
}

/// `on cron "0 3 * * *" zone "Europe/Berlin" { … }`
public struct TriggerDeclView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// `cron`, `every`, `webhook`, `file`, …
    @inline(__always) public var event: NameId { name(0) }
    @inline(__always) public var eventToken: TokenId { tokenId(1) }
    @inline(__always) public var subject: NodeId? { optionalChild(2) }
    /// `triggerOption`s.
    @inline(__always) public var options: NodeList { list(3) }
    @inline(__always) public var body: NodeId { child(4) }
}

/// `zone "Europe/Berlin"`, `created`, `settle 2s`.
public struct TriggerOptionView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var name: NameId { name(0) }
    @inline(__always) public var nameToken: TokenId { tokenId(1) }
    @inline(__always) public var value: NodeId? { optionalChild(2) }
}

/// `test "title" { … }`
public struct TestDeclView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var title: NodeId { child(0) }
    @inline(__always) public var body: NodeId { child(1) }
}

public typealias FuncDeclView = CallableDeclView
public typealias WorkflowDeclView = CallableDeclView
public typealias FlowDeclView = CallableDeclView
public typealias ActionDeclView = CallableDeclView
public typealias ExternActionDeclView = CallableDeclView
public typealias ExternFuncDeclView = CallableDeclView
public typealias ConfigDeclView = ConstDeclView
