// From paths to parsed modules: reads files, follows every `use`, numbers what it finds in order of first
// mention. Knows nothing of what modules declare.
import WfChecker
import WfDiagnostics
import WfImport
import WfSource
import WfSyntax

/// Every file of a compilation, parsed.
struct ModuleLoader {
    let provider: any SourceProvider
    let interner = Interner()
    var sink = DiagnosticSink()
    private(set) var files: [SourceFile] = []
    private(set) var modules: [ModuleInput] = []
    /// By file: whether it is of the standard library.
    private(set) var libraryFiles: [Bool] = []
    /// Paths asked for that could not be had.
    private(set) var unreadable: [UnreadableSource] = []
    /// By file: what was imported from it.
    private(set) var imports: [FileId: Imported] = [:]
    private var indices: [String: Int] = [:]
    /// The requests of each module, to be resolved.
    private var next = 0

    /// By file: what the checker has found out about an import before.
    private let advice: [FileId: ImportAdvice]

    private let clock: ImportClock

    init(
        _ provider: any SourceProvider, advice: [FileId: ImportAdvice] = [:],
        clock: ImportClock = ImportClock()
    ) {
        self.provider = provider
        self.advice = advice
        self.clock = clock
    }

    /// Loads the files, the module that every file sees, and whatever they use.
    mutating func load(_ paths: [String]) {
        for path in paths {
            let path = ModulePath.normalized(path)
            if indices[path] != nil { continue }
            let module = StandardLibrary.moduleName(ofPath: path)
            switch provider.source(at: path) {
            case .success(let source):
                add(
                    source, path: module.map { StandardLibrary.path(of: $0) } ?? path,
                    isLibrary: module != nil)
            case .failure(let error): unreadable.append(UnreadableSource(path: path, error: error))
            }
        }
        if let core = StandardLibrary.source(of: "std.core"), indices[key(core.path, true)] == nil {
            add(core, path: core.path, isLibrary: true)
        }
        while next < modules.count {
            resolveUses(of: next)
            next += 1
        }
    }

    /// Sets the lints' levels of every module; what is wrong with a settings file is reported.
    mutating func readSettings(_ overrides: [LintOverride]) -> [CheckedSource] {
        var finder = SettingsFinder(provider, overrides: overrides)
        var sources: [CheckedSource] = []
        for index in modules.indices where !modules[index].isStandardLibrary {
            let settings = finder.settings(for: modules[index].path, next: FileId(UInt32(files.count)))
            let tree = modules[index].tree
            // what was imported has no style of its own, and no place for a comment
            let isImported = imports[tree.file] != nil
            modules[index].lintLevels = isImported ? settings.lints.withoutStyle : settings.lints
            sources.append(CheckedSource(tree: tree, settings: settings, isImported: isImported))
        }
        for (source, diagnostics) in finder.faulty {
            files.append(source)
            libraryFiles.append(false)
            sink.add(contentsOf: diagnostics)
        }
        return sources
    }

    private mutating func add(_ source: SourceFile, path: String, isLibrary: Bool) {
        let file = FileId(UInt32(files.count))
        var text = source
        if !isLibrary, ModuleLoader.isImported(source, path) {
            // The files before this one have had their own time.
            let imported = Import.run(
                source, file: file, advice: advice[file] ?? ImportAdvice(),
                timeMsMax: min(
                    Limits.importTimeMsMax, clock.msLeft(files: max(imports.count + 1, advice.count))))
            imports[file] = imported
            files.append(imported.source)
            text = SourceFile(path: path + ".wf", bytes: imported.text)
        } else {
            files.append(source)
        }
        libraryFiles.append(isLibrary)
        let tree = Parser.parse(text, file: file, interner: interner, into: &sink)
        indices[key(path, isLibrary)] = modules.count
        modules.append(ModuleInput(path: source.path, tree: tree, isStandardLibrary: isLibrary, uses: []))
    }

    /// Whether a file is of another dialect; its name says so, or its first bytes, which begin no wf file.
    static func isImported(_ source: SourceFile, _ path: String) -> Bool {
        if path.hasSuffix(".wf") { return false }
        return Import.takes(path) || Import.takes(source.bytes)
    }

    private func key(_ path: String, _ isLibrary: Bool) -> String { isLibrary ? "std:" + path : path }

    private mutating func resolveUses(of module: Int) {
        let tree = modules[module].tree
        var uses: [Int?] = []
        for request in Checker.uses(of: tree, interner: interner) {
            uses.append(request.isFile ? file(request, from: module) : library(request.path))
        }
        modules[module].uses = uses
    }

    private mutating func library(_ name: String) -> Int? {
        if let known = indices[key(StandardLibrary.path(of: name), true)] { return known }
        guard let source = StandardLibrary.source(of: name) else { return nil }
        add(source, path: source.path, isLibrary: true)
        return modules.count - 1
    }

    private mutating func file(_ request: UseRequest, from module: Int) -> Int? {
        if modules[module].isStandardLibrary { return nil }
        let path = ModulePath.resolve(request.path, from: modules[module].path)
        if let known = indices[path] { return known }
        switch provider.source(at: path) {
        case .success(let source):
            add(source, path: path, isLibrary: false)
        case .failure(.missing): return nil
        case .failure(let error):
            sink.add(.unreadableModule(path, error.reason, at: request.span))
            // An empty module in its place keeps the rest of the messages about this file's own mistakes.
            add(SourceFile(path: path, text: ""), path: path, isLibrary: false)
        }
        return modules.count - 1
    }
}

/// A path that was asked for and could not be had.
public struct UnreadableSource: Sendable {
    public let path: String
    public let error: SourceError

    public init(path: String, error: SourceError) {
        self.path = path
        self.error = error
    }
}
