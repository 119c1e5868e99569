// The way in: trees to a checked program. Knows neither disks nor how a path in `use` becomes a module; whoever calls
// it answers that with numbers.
public import WfDiagnostics
public import WfSource
public import WfSyntax

/// A file of the program, parsed.
public struct ModuleInput: Sendable {
    /// Project-relative path, or for the standard library `std/file.wf`; its last part names the module.
    public var path: String
    public var tree: SyntaxTree
    /// Whether it may declare `extern action`s; the module `core` among these is visible everywhere.
    public var isStandardLibrary: Bool
    /// For each `use` of the file, in order of the page: the module's index in the list of modules, or nil if there
    /// is no such module.
    public var uses: [Int?]
    /// How much each lint matters in it.
    public var lintLevels: LintLevels

    public init(
        path: String, tree: SyntaxTree, isStandardLibrary: Bool, uses: [Int?],
        lintLevels: LintLevels = .standard
    ) {
        self.path = path
        self.lintLevels = lintLevels
        self.tree = tree
        self.isStandardLibrary = isStandardLibrary
        self.uses = uses
    }
}

/// What a `use` asks for.
public struct UseRequest: Hashable, Sendable {
    /// `std.http`, or the file's path as written.
    public var path: String
    public var isFile: Bool
    public var span: Span
}

/// Tree to checked program.
public enum Checker {
    /// What a file asks for, in order of the page.
    public static func uses(of tree: SyntaxTree, interner: Interner) -> [UseRequest] {
        let reader = tree.reader
        var requests: [UseRequest] = []
        for item in tree.rootView.items where reader.kind(item) == .useDecl {
            let use = UseDeclView(reader, item)
            if use.isFile {
                let path = String(decoding: reader.stringValue(use.pathToken), as: UTF8.self)
                requests.append(UseRequest(path: path, isFile: true, span: reader.span(use.pathToken)))
            } else {
                var path = ""
                for (index, name) in use.path.enumerated() {
                    path += (index > 0 ? "." : "") + interner.text(name)
                }
                let span = Span(
                    file: reader.file, start: reader.span(use.pathToken).start, end: reader.span(item).end)
                requests.append(
                    UseRequest(
                        path: path, isFile: false, span: use.hasAlias ? reader.span(use.pathToken) : span))
            }
        }
        return requests
    }

    /// What was found, without the echoes of syntax errors: nothing on the line of one, and in its declaration
    /// nothing that a part which could not be read may have caused.
    static func withoutEchoes(
        _ found: [Diagnostic], of syntax: [Diagnostic], _ modules: [ModuleInput]
    ) -> [Diagnostic] {
        if syntax.isEmpty || found.isEmpty { return found }
        var echoes = Echoes(modules)
        for diagnostic in syntax { echoes.add(diagnostic.span) }
        return found.filter { !echoes.contains($0) }
    }

    /// Checks all modules together and reports in `sink`.
    ///
    /// - Parameters:
    ///   - modules: every file of the program; a tree's `file` is its number among the program's files.
    ///   - knownModules: dotted names of the standard library's modules, for suggestions.
    ///   - lints: whether warnings are wanted.
    ///   - retain: false keeps only what diagnostics need, so that memory stays small; then the result is nil.
    /// - Returns: the program, or nil when there are errors (those already in `sink` count) or `retain` is false.
    public static func check(
        modules: [ModuleInput], knownModules: [String] = [], interner: Interner, retain: Bool,
        lints: Bool = false, into sink: inout DiagnosticSink
    ) -> CheckedProgram? {
        let checker = ProgramChecker(
            modules: modules, knownModules: knownModules, interner: interner, retain: retain,
            lints: lints)
        checker.run()
        let before = sink.diagnostics
        sink.add(contentsOf: withoutEchoes(checker.sink.diagnostics, of: before, modules))
        sink.add(contentsOf: checker.settledLints(after: before))
        if sink.hasErrors || !retain { return nil }
        return checker.finishedProgram()
    }
}
