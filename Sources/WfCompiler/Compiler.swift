// The façade of the compiler: sources in, plan and diagnostics out. Knows the order of the parts and
// nothing of their inside; asks a `SourceProvider` for files, never the disk.
import WfChecker
public import WfDiagnostics
public import WfImport
import WfLowering
public import WfSource
public import WfSyntax

/// What came of looking at sources.
public struct Compilation: Sendable {
    /// The bytes of the plan; nil when there are errors, or when none was asked for.
    public let plan: [UInt8]?
    /// In order of file, place and code.
    public let diagnostics: [Diagnostic]
    /// By `FileId`; what the renderers need.
    public let files: [SourceFile]
    /// Paths that were asked for and could not be had, in order.
    public let unreadable: [UnreadableSource]
    /// The files that were looked at for themselves, with their projects' settings; none of the standard library.
    public var sources: [CheckedSource] = []
    /// What the plan calls its files; nil: as they were asked for.
    public var names: SourceNames?
    /// What was imported from the files that are of another dialect.
    public var imports: [FileId: Imported] = [:]

    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// With other diagnostics, in their one order, and perhaps a file more that they are about.
    public func with(_ diagnostics: [Diagnostic], files: [SourceFile]? = nil) -> Compilation {
        var sink = DiagnosticSink()
        sink.add(contentsOf: diagnostics)
        return Compilation(
            plan: plan, diagnostics: sink.sorted(), files: files ?? self.files, unreadable: unreadable,
            sources: sources, names: names, imports: imports)
    }
}

/// A file that was read as wf, and what its project says about it.
public struct CheckedSource: Sendable {
    public let tree: SyntaxTree
    public let settings: ProjectSettings
    /// Its text is made from another format: places in it are not those of the file.
    public let isImported: Bool
}

/// Source to plan.
public enum Compiler {
    /// The version that plans, diagnostics and `--version` name.
    public static let version = "0.1.0"

    /// Checks files, each of which is a module of its own, together with all they use.
    ///
    /// - Parameter overrides: levels of lints that count more than those of `wf.json`.
    public static func check(
        _ paths: [String], provider: any SourceProvider, overrides: [LintOverride] = []
    ) -> Compilation {
        withLargeStack { run(paths, provider, makesPlan: false, lints: true, overrides: overrides) }
    }

    /// Compiles a file and all it uses to a plan.
    ///
    /// - Parameters:
    ///   - tests: whether the plan holds the file's own tests; a run needs none of them.
    ///   - lints: whether warnings are wanted.
    ///   - covers: whether the plan notes which branches of pure code are reached.
    ///   - keepsPaths: whether the plan names files as they were asked for, for a plan that nobody keeps; else its names
    ///     start at the project's folder, and equal sources give an equal plan.
    public static func compile(
        _ path: String, provider: any SourceProvider, tests: Bool = false, lints: Bool = false,
        covers: Bool = false, keepsPaths: Bool = false
    ) -> Compilation {
        withLargeStack {
            run(
                [path], provider, makesPlan: true, tests: tests, lints: lints, covers: covers,
                keepsPaths: keepsPaths)
        }
    }

    /// Compiles one text that uses no files but the standard library's; for tools and tests.
    ///
    /// - Parameter path: what diagnostics and the plan call it.
    public static func compile(text: [UInt8], path: String) -> Compilation {
        let source = SourceFile(path: ModulePath.normalized(path), bytes: text)
        return compile(path, provider: OverlaySourceProvider([source], over: NoSources()))
    }

    private static func run(
        _ paths: [String], _ provider: any SourceProvider, makesPlan: Bool, tests: Bool = false,
        lints: Bool, covers: Bool = false, keepsPaths: Bool = false, overrides: [LintOverride] = [],
        advice: [FileId: ImportAdvice] = [:], clock: ImportClock = ImportClock(), rounds: Int = 1
    ) -> Compilation {
        var loader = ModuleLoader(provider, advice: advice, clock: clock)
        loader.load(paths)
        let sources = lints ? loader.readSettings(overrides) : []
        var sink = loader.sink
        var plan: [UInt8]?
        if !loader.unreadable.isEmpty && loader.unreadable.count == paths.count {
            return Compilation(
                plan: nil, diagnostics: sink.sorted(), files: loader.files, unreadable: loader.unreadable)
        }
        let program = Checker.check(
            modules: loader.modules, knownModules: StandardLibrary.names, interner: loader.interner,
            retain: makesPlan, lints: lints, into: &sink)
        // When the time is up, what has been found stands.
        if let more = newAdvice(sink, loader.imports, advice),
            clock.hasTime(files: loader.imports.count, rounds: rounds)
        {
            return run(
                paths, provider, makesPlan: makesPlan, tests: tests, lints: lints, covers: covers,
                keepsPaths: keepsPaths, overrides: overrides, advice: more, clock: clock,
                rounds: rounds + 1)
        }
        var names: SourceNames?
        if makesPlan, let program {
            var sourceNames: [String] = []
            if !keepsPaths, let path = paths.first {
                let made = SourceNames(ModulePath.normalized(path), provider)
                names = made
                sourceNames = zip(loader.files, loader.libraryFiles).map { file, isLibrary in
                    isLibrary ? file.path : made.name(of: file.path)
                }
            }
            do throws(LoweringFailure) {
                plan = try lower(
                    program, libraryFiles: loader.libraryFiles, sourceNames: sourceNames,
                    tests: tests ? FileId(0) : nil, covers: covers)
            } catch {
                let start = Span(file: FileId(0), start: 0, end: 0)
                sink.add(.tooLargeForPlan(error.message, at: error.span ?? start))
            }
        }
        return Compilation(
            plan: plan, diagnostics: originalPlaces(sink, loader.imports).sorted(), files: loader.files,
            unreadable: loader.unreadable, sources: sources, names: names, imports: loader.imports)
    }
}
