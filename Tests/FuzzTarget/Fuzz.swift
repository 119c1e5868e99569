// The fuzz targets, run by scripts/fuzz: coverage-guided input for the doors that take hostile bytes. A target passes
// when nothing crashes, hangs or overflows. WF_FUZZ_TARGET names the one to run.
import Glibc
import WfCompiler
import WfMachine
import WfPlan
import WfValue

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
        default: loadAndRun(input)
        }
        return 0
    }
}

/// Any bytes: a plan is refused or runs without harm, function by function, on little fuel.
private func loadAndRun(_ input: UnsafeRawBufferPointer) {
    guard let plan = fuzzPlan(input) else { return }
    let machine = Machine(plan: plan)
    for function in plan.functions.indices where plan.functions[function].parameterCount == 0 {
        var output = ByteWriter()
        _ = machine.run(
            function: function, inputs: UnsafeBufferPointer(start: nil, count: 0), fuel: 10_000,
            output: &output)
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
