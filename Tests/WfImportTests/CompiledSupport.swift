// A file imported and compiled to a plan, as the tests of the dialects look at it.
import WfCompiler
import WfDiagnostics
import WfImport
import WfPlan
import WfSource

/// What came of importing and compiling a file.
struct CompiledImport {
    let compilation: Compilation
    let imported: Imported?

    var diagnostics: [Diagnostic] { compilation.diagnostics }
    var isRefused: Bool { compilation.hasErrors || compilation.plan == nil }
    /// The text, canonical but for its indentation.
    var text: String { imported.map { String(decoding: $0.text, as: UTF8.self) } ?? "" }
    /// `imported`, `notes` or `refused`.
    var outcome: String {
        if isRefused { return "refused" }
        return imported?.hasNotes == true ? "notes" : "imported"
    }
    /// `WF9030:2`, by code.
    var codes: [String] { diagnostics.map { "\($0.code):\(line($0))" }.sorted() }

    func line(_ diagnostic: Diagnostic) -> Int {
        guard let imported else { return 0 }
        return LineIndex(imported.source).position(at: diagnostic.span.start).line
    }

    /// Names of the steps of the first workflow, by how many others must end before: which may run side by side.
    var levels: [[String]] {
        guard let bytes = compilation.plan, let plan = try? Plan.load(bytes: bytes),
            let first = plan.workflows.first
        else { return [] }
        let range = plan.nodeRange(Int(first.rootBlock))
        var level: [Int: Int] = [:]
        func depth(_ node: Int) -> Int {
            if let known = level[node] { return known }
            let before = plan.list(plan.nodes[node].dependencies).map { depth(range.lowerBound + Int($0)) }
            let isStep = isShown(plan, node)
            let found = (before.max() ?? -1) + (isStep ? 1 : 0)
            level[node] = found
            return found
        }
        var names: [[String]] = []
        for node in range where isShown(plan, node) {
            let place = depth(node)
            while names.count <= place { names.append([]) }
            names[place].append(plan.string(plan.nodes[node].name))
        }
        return names.map { $0.sorted() }.filter { !$0.isEmpty }
    }

    private func isShown(_ plan: Plan, _ node: Int) -> Bool {
        !plan.string(plan.nodes[node].name).hasPrefix("#") && plan.nodes[node].kind != NodeKind.value.rawValue
    }
}

func compiled(_ text: String, as path: String) -> CompiledImport { compiled(Array(text.utf8), as: path) }

func compiled(_ bytes: [UInt8], as path: String) -> CompiledImport {
    let compilation = Compiler.compile(text: bytes, path: path)
    return CompiledImport(compilation: compilation, imported: compilation.imports[FileId(0)])
}
