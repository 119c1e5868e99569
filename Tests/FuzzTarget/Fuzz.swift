// The fuzz targets, run by scripts/fuzz: coverage-guided input for the doors that take hostile bytes. A target passes
// when nothing crashes, hangs or overflows. WF_FUZZ_TARGET names the one to run.
import Glibc
import WfCompiler
import WfMachine
import WfPlan

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

private let target = getenv("WF_FUZZ_TARGET").map { String(cString: $0) } ?? "plan"

/// libFuzzer's own entry, which SwiftPM renames.
@_cdecl("wf_fuzz_main")
public func fuzzMain(_ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32
{
    var count = count
    var arguments = arguments
    return runDriver(&count, &arguments) { bytes, size in
        let input = UnsafeRawBufferPointer(start: bytes, count: size)
        switch target {
        case "syntax": fuzzSyntax(input)
        case "xml", "yaml", "json", "markdown":
            fuzzImport(input, path: "fuzz." + (target == "markdown" ? "md" : target))
        default: if let plan = fuzzPlan(input) { fuzzMachine(plan) }
        }
        return 0
    }
}

/// Any bytes: the compiler gives diagnostics or a plan that its own verifier accepts.
private func fuzzSyntax(_ input: UnsafeRawBufferPointer) {
    let result = Compiler.compile(text: Array(input), path: "fuzz.wf")
    if let bytes = result.plan {
        bytes.withUnsafeBytes { plan in
            guard (try? Plan.load(bytes: plan)) != nil else { abort() }
        }
    }
}

/// Any bytes under a name of another dialect: the import refuses them, or gives a text that the compiler can look at.
private func fuzzImport(_ input: UnsafeRawBufferPointer, path: String) {
    let result = Compiler.compile(text: Array(input), path: path)
    if result.plan == nil && result.diagnostics.isEmpty { abort() }
}
