// What an editor learns of a module: types of expressions, wherever they are noted.
import Testing
import WfChecker
import WfDiagnostics
import WfSource
import WfSyntax

@Suite struct InspectionTests {
    /// Default arguments are made at the call's place: the call keeps its own type.
    @Test func aCallHasTheTypeOfItsResult() throws {
        let interner = Interner()
        var sink = DiagnosticSink()
        func module(_ number: UInt32, _ text: String, isStandard: Bool) -> ModuleInput {
            let source = SourceFile(path: isStandard ? "std/core.wf" : "main.wf", text: text)
            let tree = Parser.parse(source, file: FileId(number), interner: interner, into: &sink)
            return ModuleInput(path: source.path, tree: tree, isStandardLibrary: isStandard, uses: [])
        }
        let modules = [
            module(0, "workflow main() -> Output {\n    step a = exec(\"a\")\n    a\n}\n", isStandard: false),
            module(1, coreText, isStandard: true),
        ]
        let inspection = Checker.inspect(
            modules: modules, focus: 0, isUsed: false, knownModules: [], interner: interner, into: &sink)
        let reader = modules[0].tree.reader
        let call = try #require(
            (0..<reader.nodeCount).map { NodeId(UInt32($0)) }.first { reader.kind($0) == .callExpr })
        #expect(inspection.type(of: call).map { inspection.text($0) } == "Output")
    }
}
