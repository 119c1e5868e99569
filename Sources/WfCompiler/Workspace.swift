// The compiler for editors: it keeps files parsed and checked between edits, and checks again only what an edit can have
// changed. Gives the same diagnostics as `Compiler.check` of all its files. Asks a `SourceProvider` for what nobody has
// given it; knows no protocol. Not thread-safe.
public import WfChecker
public import WfDiagnostics
public import WfSource
public import WfSyntax

/// Files that belong together, parsed, and their diagnostics as far as they have been asked for.
public final class Workspace {
    final class Entry {
        let file: FileId
        let path: String
        let isLibrary: Bool
        var tree: SyntaxTree { didSet { items = nil } }
        var syntax: [Diagnostic]
        /// What each `use` asks for: the file, or nil when there is none.
        var uses: [FileId?] = []
        /// Paths of files that are asked for, found or not.
        var wanted: [String] = []
        var unreadable: [Diagnostic] = []
        /// Of `tree`, when somebody has asked.
        fileprivate var items: [ItemDigest]?
        /// Nil: not checked since something changed that it depends on.
        var diagnostics: [Diagnostic]?
        /// Other files that its diagnostics point into.
        var mentioned: Set<FileId> = []
        /// Whether it is one of the files that were asked for, not only used by one.
        var isMember = false
        /// The text is an editor's.
        var isOverlay = false
        /// Of a file of another dialect: what `tree` was made from.
        var original: ImportedOriginal?

        init(file: FileId, path: String, isLibrary: Bool, parsed: ParsedSource) {
            self.file = file
            self.path = path
            self.isLibrary = isLibrary
            tree = parsed.tree
            syntax = parsed.syntax
            original = parsed.original
        }

        /// The file as it was read.
        var source: SourceFile { original?.source ?? tree.source }
    }

    let provider: any SourceProvider
    /// Shared by all trees.
    public let interner = Interner()
    private lazy var basis = CheckerBasis(interner)
    /// By `FileId`; nil: the file is gone.
    var entries: [Entry?] = []
    private var ids: [String: FileId] = [:]
    private var core: FileId?
    /// How often a module's bodies have been checked; for tests of what an edit costs.
    public private(set) var checkCount = 0

    private var settings: SettingsFinder

    public init(_ provider: any SourceProvider) {
        self.provider = provider
        settings = SettingsFinder(provider)
    }

    // MARK: settings

    /// Reads `wf.json` again wherever it is asked for.
    public func forgetSettings() {
        settings = SettingsFinder(provider)
        for entry in entries { entry?.diagnostics = nil }
    }

    /// Settings files with something wrong in them; each one's diagnostics have a number of their own.
    public var faultySettings: [(source: SourceFile, diagnostics: [Diagnostic])] { settings.faulty }

    // MARK: files

    /// Paths of the files that belong to it, in order.
    public var paths: [String] {
        entries.compactMap { $0 }.filter { $0.isMember }.map(\.path).sorted()
    }

    /// Whether a path is one of its files.
    public func holds(_ path: String) -> Bool { entry(path)?.isMember ?? false }

    /// The tree of a file; nil when it is not there.
    public func tree(_ path: String) -> SyntaxTree? { entry(path)?.tree }
    public func tree(_ file: FileId) -> SyntaxTree? { entry(file)?.tree }
    public func path(_ file: FileId) -> String? { entry(file)?.path }
    public func file(_ path: String) -> FileId? { entry(path)?.file }
    public func isLibrary(_ file: FileId) -> Bool { entry(file)?.isLibrary ?? false }

    /// The files that a file's `use`s name, in order of the page.
    public func uses(of file: FileId) -> [FileId?] { entry(file)?.uses ?? [] }

    /// The module that every file sees.
    public var coreFile: FileId? {
        loadCore()
        return core
    }

    /// By `FileId`, what renderers need.
    public var files: [SourceFile] {
        entries.map { $0?.source ?? SourceFile(path: "", bytes: []) }
    }

    /// All trees of files that belong to it or are used by one, without the standard library.
    public var trees: [SyntaxTree] { entries.compactMap { $0 }.filter { !$0.isLibrary }.map(\.tree) }

    func entry(_ path: String) -> Entry? { ids[path].flatMap { entry($0) } }
    func entry(_ file: FileId) -> Entry? {
        Int(file.index) < entries.count ? entries[Int(file.index)] : nil
    }

    /// Gives a file the text of an editor.
    public func open(_ path: String, _ bytes: [UInt8]) {
        set(path, SourceFile(path: path, bytes: bytes), isMember: true, isOverlay: true)
    }

    /// Adds a file of the provider, or reads it again; a file that an editor has keeps that text.
    public func read(_ path: String, isMember: Bool = true) {
        if let known = entry(path), known.isOverlay {
            known.isMember = known.isMember || isMember
            return
        }
        switch provider.source(at: path) {
        case .success(let source):
            if let known = entry(path), known.source.bytes.elementsEqual(source.bytes) {
                known.isMember = known.isMember || isMember
                return
            }
            set(path, source, isMember: isMember, isOverlay: false)
        case .failure: remove(path)
        }
    }

    /// Takes an editor's text back: the provider's counts again.
    public func close(_ path: String) {
        guard let known = entry(path), known.isOverlay else { return }
        known.isOverlay = false
        read(path)
    }

    /// Forgets a file that is no more.
    public func remove(_ path: String) {
        guard let known = entry(path), !known.isLibrary else { return }
        entries[Int(known.file.index)] = nil
        for other in entries.compactMap({ $0 }) where other.wanted.contains(path) {
            resolve(other)
            forget(dependentsOf: other.file)
        }
        for target in known.uses { if let target { entry(target)?.diagnostics = nil } }
    }

    private func set(_ path: String, _ source: SourceFile, isMember: Bool, isOverlay: Bool) {
        if let known = entry(path) {
            known.isMember = known.isMember || isMember
            known.isOverlay = isOverlay
            replace(known, source)
            return
        }
        let new = add(source, path: path, key: path, isLibrary: false)
        new.isMember = new.isMember || isMember
        new.isOverlay = isOverlay
        for other in entries.compactMap({ $0 }) where other !== new && other.wanted.contains(path) {
            resolve(other)
            forget(dependentsOf: other.file)
        }
        resolve(new)
    }

    func add(_ source: SourceFile, path: String, key: String, isLibrary: Bool) -> Entry {
        let file = ids[key] ?? FileId(UInt32(entries.count))
        let parsed = isLibrary ? ParsedSource(parse(source, file)) : self.parsed(source, file)
        let new = Entry(file: file, path: path, isLibrary: isLibrary, parsed: parsed)
        // what is to be said about it is said as soon as something uses it
        new.isMember = parsed.original != nil
        if Int(file.index) < entries.count {
            entries[Int(file.index)] = new
        } else {
            entries.append(new)
        }
        ids[key] = file
        return new
    }

    func parse(_ source: SourceFile, _ file: FileId) -> (SyntaxTree, [Diagnostic]) {
        var sink = DiagnosticSink()
        let tree = Parser.parse(source, file: file, interner: interner, into: &sink)
        return (tree, sink.diagnostics)
    }

    private func replace(_ known: Entry, _ source: SourceFile) {
        let old = (tree: known.tree, items: items(of: known))
        let parsed = parsed(source, known.file)
        (known.tree, known.syntax, known.original) = (parsed.tree, parsed.syntax, parsed.original)
        known.diagnostics = nil
        let difference = Difference(old.items, old.tree, items(of: known), known.tree)
        if difference.changesUses {
            let before = known.uses
            resolve(known)
            // what nobody uses is told so
            for target in before + known.uses { if let target { entry(target)?.diagnostics = nil } }
        }
        for user in users(of: known.file, affectedBy: difference) { entry(user)?.diagnostics = nil }
        for other in entries {
            if let other, other.mentioned.contains(known.file) { other.diagnostics = nil }
        }
    }

    func items(of entry: Entry) -> [ItemDigest] {
        if let items = entry.items { return items }
        let items = ItemDigest.all(entry.tree)
        entry.items = items
        return items
    }

    /// Files whose diagnostics a change of a file they use, also through others, may change: those that mention a name
    /// with another meaning, of a module that they use or of their own.
    func users(of file: FileId, affectedBy difference: Difference) -> [FileId] {
        if !difference.changesFace { return [] }
        let users = dependents(of: [file]).subtracting([file]).sorted().compactMap { entry($0) }
        var names = [file: difference.names]
        var found: Set<FileId> = []
        var hasGrown = true
        while hasGrown {
            hasGrown = false
            for user in users {
                let reader = user.tree.reader
                let seen = Set(user.uses.compactMap { $0 } + [user.file]).sorted().compactMap { names[$0] }
                guard found.contains(user.file) || seen.contains(where: { $0.areMentioned(in: reader) })
                else {
                    continue
                }
                found.insert(user.file)
                if names[user.file, default: Names()].grow(by: items(of: user), reader, mentioning: seen) {
                    hasGrown = true
                }
            }
        }
        return found.sorted()
    }

    /// Files that use a file, also through others, have to be checked again.
    private func forget(dependentsOf file: FileId) {
        for file in dependents(of: [file]) { entry(file)?.diagnostics = nil }
    }

    /// Files, and those that use them, also through others.
    func dependents(of files: Set<FileId>) -> Set<FileId> {
        var stale = files
        var hasGrown = true
        while hasGrown {
            hasGrown = false
            for other in entries {
                guard let other, !other.isLibrary, !stale.contains(other.file) else { continue }
                if other.uses.contains(where: { $0.map { stale.contains($0) } ?? false }) {
                    stale.insert(other.file)
                    hasGrown = true
                }
            }
        }
        return stale
    }

    // MARK: uses

    private func loadCore() {
        if core == nil { core = library("std.core") }
    }

    /// A module of the standard library, as `use` names it; nil when there is none.
    public func library(_ name: String) -> FileId? {
        let path = StandardLibrary.path(of: name)
        if let known = ids["std:" + path] { return known }
        guard let source = StandardLibrary.source(of: name) else { return nil }
        let new = add(source, path: path, key: "std:" + path, isLibrary: true)
        resolve(new)
        return new.file
    }

    func resolve(_ known: Entry) {
        known.uses = []
        known.wanted = []
        known.unreadable = []
        for request in Checker.uses(of: known.tree, interner: interner) {
            known.uses.append(request.isFile ? used(request, by: known) : library(request.path))
        }
    }

    private func used(_ request: UseRequest, by known: Entry) -> FileId? {
        if known.isLibrary { return nil }
        let path = ModulePath.resolve(request.path, from: known.path)
        known.wanted.append(path)
        if let found = entry(path), !found.isLibrary { return found.file }
        switch provider.source(at: path) {
        case .success(let source):
            let new = add(source, path: path, key: path, isLibrary: false)
            resolve(new)
            return new.file
        case .failure(.missing): return nil
        case .failure(let error):
            known.unreadable.append(.unreadableModule(path, error.reason, at: request.span))
            let empty = SourceFile(path: path, text: "")
            return add(empty, path: path, key: path, isLibrary: false).file
        }
    }

    // MARK: checking

    /// Files that have not been checked since they, or what they use, have changed.
    public var unchecked: [String] {
        entries.compactMap { $0 }.filter { $0.isMember && $0.diagnostics == nil }.map(\.path)
    }

    /// What is to be said about a file, in order of place and code.
    public func diagnostics(_ path: String) -> [Diagnostic] {
        guard let known = entry(path) else { return [] }
        if let diagnostics = known.diagnostics { return diagnostics }
        if let original = known.original {
            known.diagnostics = original.diagnostics
            return original.diagnostics
        }
        let found = inspection(known, known.tree, known.syntax, inspects: false).diagnostics
        let own = found.filter { $0.span.file == known.file }
        known.diagnostics = own
        known.mentioned = []
        for diagnostic in own {
            for label in diagnostic.labels where label.span.file != known.file {
                known.mentioned.insert(label.span.file)
            }
        }
        return own
    }

    /// Types and steps of a file.
    public func inspect(_ path: String) -> Inspection? {
        entry(path).map { inspection($0, $0.tree, $0.syntax, inspects: true) }
    }

    /// The same for a text that the file might have: the tree of that text, and what is known of it.
    ///
    /// - Parameter place: nil, or an offset: of other declarations than the one there only the outside is looked at.
    public func inspect(_ path: String, as bytes: [UInt8], around place: UInt32? = nil) -> (
        tree: SyntaxTree, inspection: Inspection
    )? {
        guard let known = entry(path) else { return nil }
        let (tree, syntax) = parse(SourceFile(path: path, bytes: bytes), known.file)
        var bodies = CheckedBodies.all
        if let place {
            let reader = tree.reader
            bodies = .only(
                Set(
                    tree.rootView.items.filter {
                        reader.span($0).start <= place && place <= reader.span($0).end
                    }))
        }
        return (tree, inspection(known, tree, syntax, inspects: true, bodies: bodies))
    }

    /// What a file's project has set.
    public func settings(_ path: String) -> ProjectSettings {
        settings.settings(for: path, next: FileId(UInt32.max / 2))
    }

    func levels(_ path: String) -> LintLevels { settings(path).lints }

    /// A file of the provider that is no source: a baseline.
    public func text(_ path: String) -> SourceFile? {
        if case .success(let source) = provider.source(at: path) { source } else { nil }
    }

    /// - Parameters:
    ///   - inspects: whether types are taken down.
    ///   - bodies: declarations of the file whose bodies are looked at; nil: all of them, and lints.
    func inspection(
        _ known: Entry, _ tree: SyntaxTree, _ syntax: [Diagnostic], inspects: Bool,
        bodies: CheckedBodies = .allAndLints
    ) -> Inspection {
        checkCount += 1
        loadCore()
        var order = [known.file]
        var places = [known.file: 0]
        func place(_ file: FileId) -> Int {
            if let place = places[file] { return place }
            places[file] = order.count
            order.append(file)
            return order.count - 1
        }
        if let core { _ = place(core) }
        var modules: [ModuleInput] = []
        var sink = DiagnosticSink()
        var next = 0
        while next < order.count {
            guard let member = entry(order[next]) else {
                preconditionFailure("uses name files that are there")
            }
            next += 1
            let uses = member.uses.map { $0.flatMap { entry($0) == nil ? nil : place($0) } }
            let isSelf = member === known
            modules.append(
                ModuleInput(
                    path: member.path, tree: isSelf ? tree : member.tree, isStandardLibrary: member.isLibrary,
                    uses: uses, lintLevels: isSelf ? levels(member.path) : .standard))
            sink.add(contentsOf: isSelf ? syntax : member.syntax)
            sink.add(contentsOf: member.unreadable)
        }
        let isUsed = entries.contains { other in
            guard let other, other !== known, !other.isLibrary else { return false }
            return other.uses.contains(known.file)
        }
        return Checker.inspect(
            modules: modules, focus: 0, isUsed: isUsed, knownModules: StandardLibrary.names,
            interner: interner, inspects: inspects, bodies: bodies, basis: basis,
            into: &sink)
    }
}
