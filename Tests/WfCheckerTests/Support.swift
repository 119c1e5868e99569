// Runs the checker over inline sources. A case marks what it expects under the line it is about:
//
//     let m: Int = "a"
//     //           ^^^ WF2004
//
// Unmarked diagnostics fail, and so do marks without one.
import Testing
import WfChecker
import WfDiagnostics
import WfSource
import WfSyntax

/// What core declares for the tests; the real one is the compiler's to embed.
let coreText = """
    extern action exec(program: Text, arguments: Text..., cwd: Path? = null, env: [String: String] = [:]) -> Output
    extern action now() -> Time
    extern action sleep(duration: Duration)
    extern action emit(name: String, data: Json)
    extern action nop()
    """

/// What the checker made of some sources.
struct Checked {
    var program: CheckedProgram?
    var diagnostics: [Diagnostic]
    var source: SourceFile

    /// `line:column-column code`, columns from 1.
    var found: [String] {
        let lines = LineIndex(source)
        return diagnostics.map { diagnostic in
            let start = lines.position(at: diagnostic.span.start)
            let end = lines.position(at: diagnostic.span.end)
            return
                "\(start.line):\(start.column)-\(end.line == start.line ? end.column : 0) \(diagnostic.code)"
        }
    }
}

/// Checks one file beside the core, and further files by the name they are used with.
func check(_ text: String, files: [(path: String, text: String)] = [], retain: Bool = true) -> Checked {
    check(Array(text.utf8), files: files, retain: retain)
}

func check(_ bytes: [UInt8], files: [(path: String, text: String)] = [], retain: Bool = true) -> Checked {
    let interner = Interner()
    var sink = DiagnosticSink()
    var modules: [ModuleInput] = []
    func add(_ path: String, _ bytes: [UInt8], isStandard: Bool) {
        let source = SourceFile(path: path, bytes: bytes)
        let tree = Parser.parse(source, file: FileId(UInt32(modules.count)), interner: interner, into: &sink)
        modules.append(ModuleInput(path: path, tree: tree, isStandardLibrary: isStandard, uses: []))
    }
    add("std/core.wf", Array(coreText.utf8), isStandard: true)
    add("main.wf", bytes, isStandard: false)
    for file in files { add(file.path, Array(file.text.utf8), isStandard: false) }
    for index in modules.indices {
        modules[index].uses = Checker.uses(of: modules[index].tree, interner: interner).map { use in
            modules.firstIndex { $0.path == use.path }
        }
    }
    let program = Checker.check(
        modules: modules, knownModules: ["std.file"], interner: interner, retain: retain, into: &sink)
    return Checked(program: program, diagnostics: sink.sorted(), source: modules[1].tree.source)
}

/// What the marks of a case say, in the form of `Checked.found`.
func marks(_ text: String) -> [String] {
    var result: [String] = []
    var code = 0
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        let scalars = Array(line.unicodeScalars)
        guard let first = scalars.firstIndex(of: "^"), line.contains("// ") || line.hasPrefix("//"),
            let slash = scalars.firstIndex(of: "/"), slash < first
        else {
            code = number + 1
            continue
        }
        var index = first
        while index < scalars.count && scalars[index] == "^" { index += 1 }
        let name =
            String(String.UnicodeScalarView(scalars[index...])).split(separator: " ").first.map(String.init)
            ?? ""
        result.append("\(code):\(first + 1)-\(index + 1) \(name)")
    }
    return result
}

/// Checks a case against its marks, with and without keeping the typed tree.
func expectMarks(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
    for retain in [true, false] {
        let checked = check(text, retain: retain)
        #expect(
            checked.found == marks(text), "\(checked.diagnostics.map(\.message))",
            sourceLocation: sourceLocation)
    }
}
