// Views of declarations. Knows where each part is kept, and no meaning.

/// A file: its top-level declarations in order.
package struct SourceFileView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Declarations; `errorDecl` where none could be read.
    @inline(__always) package var items: NodeList { tree.list(node.a) }
}

/// `use std.http as web`, `use "./lib/text.wf" as text`.
package struct UseDeclView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// What the module is called here: the `as` name, else the path's last; `.none` for a file without `as`.
    @inline(__always) package var alias: NameId { name(0) }
    @inline(__always) package var aliasToken: TokenId { tokenId(1) }
    /// The string literal of a file, else the first name of the path.
    @inline(__always) package var pathToken: TokenId { tokenId(2) }
    /// The names of a dotted path; empty for a file.
    @inline(__always) package var path: NameList { NameList(tree.storage.pointee.extra + Int(node.b)) }
    /// Whether a file is named, by `pathToken`.
    @inline(__always) package var isFile: Bool { flag(1) }
    /// Whether `as` is written.
    @inline(__always) package var hasAlias: Bool { flag(2) }
}

/// `const name: T = value`, and `config name: T = value` (kind `configDecl`), whose value may be absent.
package struct ConstDeclView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var name: NameId { name(0) }
    @inline(__always) package var nameToken: TokenId { tokenId(1) }
    @inline(__always) package var type: NodeId? { optionalChild(2) }
    /// Always there for a `const` without syntax errors.
    @inline(__always) package var value: NodeId? { optionalChild(3) }
}

/// `secret NAME`
package struct SecretDeclView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var name: NameId { name(0) }
    @inline(__always) package var nameToken: TokenId { tokenId(1) }
}

/// `pool gpu limit 2`
package struct PoolDeclView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var name: NameId { name(0) }
    @inline(__always) package var nameToken: TokenId { tokenId(1) }
    @inline(__always) package var limit: NodeId { child(2) }
}

/// `rate api 10 per 1s`
package struct RateDeclView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var name: NameId { name(0) }
    @inline(__always) package var nameToken: TokenId { tokenId(1) }
    @inline(__always) package var count: NodeId { child(2) }
    @inline(__always) package var period: NodeId { child(3) }
}

/// `breaker payments after 5 failures within 1m recover 30s`
package struct BreakerDeclView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var name: NameId { name(0) }
    @inline(__always) package var nameToken: TokenId { tokenId(1) }
    @inline(__always) package var failures: NodeId { child(2) }
    @inline(__always) package var within: NodeId { child(3) }
    @inline(__always) package var recover: NodeId { child(4) }
}

/// `open record R<T> { field: T = value }`
package struct RecordDeclView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var name: NameId { name(0) }
    @inline(__always) package var nameToken: TokenId { tokenId(1) }
    @inline(__always) package var typeParameters: NodeList { list(2) }
    /// `fieldDecl`s.
    @inline(__always) package var fields: NodeList { list(3) }
    /// Unknown fields of JSON are accepted.
    @inline(__always) package var isOpen: Bool { flag(1) }
}

/// A field of a record.
package struct FieldDeclView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var name: NameId { name(0) }
    @inline(__always) package var nameToken: TokenId { tokenId(1) }
    @inline(__always) package var type: NodeId { child(2) }
    @inline(__always) package var defaultValue: NodeId? { optionalChild(3) }
}

/// `enum E<T> { one, two(Int), three(a: Int) }`
package struct EnumDeclView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var name: NameId { name(0) }
    @inline(__always) package var nameToken: TokenId { tokenId(1) }
    @inline(__always) package var typeParameters: NodeList { list(2) }
    /// `enumCaseDecl`s.
    @inline(__always) package var cases: NodeList { list(3) }
}

/// A case of an enum.
package struct EnumCaseDeclView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var name: NameId { name(0) }
    @inline(__always) package var nameToken: TokenId { tokenId(1) }
    /// `enumPayload`s; empty without payload.
    @inline(__always) package var payload: NodeList { list(2) }
}

/// One value a case carries.
package struct EnumPayloadView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// `.none` when unlabelled.
    @inline(__always) package var label: NameId { NameId(rawValue: node.a) }
    /// Its type.
    @inline(__always) package var type: NodeId { NodeId(node.b) }
}

/// `func`, `workflow`, `flow`, `action`, `extern action`, `extern func`: all have this view.
package struct CallableDeclView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var name: NameId { name(0) }
    @inline(__always) package var nameToken: TokenId { tokenId(1) }
    /// `typeParameter`s.
    @inline(__always) package var typeParameters: NodeList { list(2) }
    /// `parameter`s.
    @inline(__always) package var parameters: NodeList { list(3) }
    /// The type after `->`; without one it is `Unit`.
    @inline(__always) package var result: NodeId? { optionalChild(4) }
    /// The block of a func, workflow or flow; nil for the others.
    @inline(__always) package var body: NodeId? { optionalChild(5) }
    /// `via`, `returns` and the other clauses of an action.
    @inline(__always) package var clauses: NodeList { list(6) }
}

/// `T` or `T: Bound + Bound`.
package struct TypeParameterView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var name: NameId { name(0) }
    @inline(__always) package var nameToken: TokenId { tokenId(1) }
    @inline(__always) package var bounds: NodeList { list(2) }
}

/// `name: T = value`, `secret name: T`, `name: T...`.
package struct ParameterView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var name: NameId { name(0) }
    @inline(__always) package var nameToken: TokenId { tokenId(1) }
    @inline(__always) package var type: NodeId { child(2) }
    @inline(__always) package var defaultValue: NodeId? { optionalChild(3) }
    /// May take a `Secret`.
    @inline(__always) package var isSecret: Bool { flag(1) }
    /// Takes any number of arguments.
    @inline(__always) package var isVariadic: Bool { flag(2) }
}

/// `on cron "0 3 * * *" zone "Europe/Berlin" { … }`
package struct TriggerDeclView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// `cron`, `every`, `webhook`, `file`, …
    @inline(__always) package var event: NameId { name(0) }
    @inline(__always) package var eventToken: TokenId { tokenId(1) }
    @inline(__always) package var subject: NodeId? { optionalChild(2) }
    /// `triggerOption`s.
    @inline(__always) package var options: NodeList { list(3) }
    @inline(__always) package var body: NodeId { child(4) }
}

/// `zone "Europe/Berlin"`, `created`, `settle 2s`.
package struct TriggerOptionView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var name: NameId { name(0) }
    @inline(__always) package var nameToken: TokenId { tokenId(1) }
    @inline(__always) package var value: NodeId? { optionalChild(2) }
}

/// `test "title" { … }`
package struct TestDeclView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var title: NodeId { child(0) }
    @inline(__always) package var body: NodeId { child(1) }
}

package typealias FuncDeclView = CallableDeclView
package typealias WorkflowDeclView = CallableDeclView
package typealias FlowDeclView = CallableDeclView
package typealias ActionDeclView = CallableDeclView
package typealias ExternActionDeclView = CallableDeclView
package typealias ExternFuncDeclView = CallableDeclView
package typealias ConfigDeclView = ConstDeclView
