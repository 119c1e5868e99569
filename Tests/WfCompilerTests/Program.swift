// Source to result: compiled, verified, run by the machine, read as JSON.
import Testing
import WfCompiler
import WfDiagnostics
import WfMachine
import WfPlan
import WfSource
import WfValue

/// How a run of a function ended.
enum Ending: Equatable {
    case value(String)
    case fault(String)
}

struct ProgramError: Error, CustomStringConvertible {
    let description: String
}

/// A compiled program whose functions can be called.
struct Program {
    let plan: Plan

    /// Compiles and verifies; other files are given by path.
    init(_ source: String, files: [String: String] = [:]) throws {
        var all = [SourceFile(path: "main.wf", text: source)]
        for path in files.keys.sorted() { all.append(SourceFile(path: path, text: files[path] ?? "")) }
        let result = Compiler.compile("main.wf", provider: OverlaySourceProvider(all, over: NoSources()))
        guard let bytes = result.plan else {
            var renderer = TextRenderer(result.files)
            throw ProgramError(description: renderer.render(result.diagnostics))
        }
        plan = try Plan.load(bytes: bytes)
    }

    /// Calls a function with arguments given as JSON.
    func call(
        _ name: String, _ arguments: [String] = [], fuel: Int = MachineLimits.fuelDefault,
        limits: MachineLimits = MachineLimits()
    ) throws -> Ending {
        guard
            let index = plan.functions.indices.first(where: { plan.string(plan.functions[$0].name) == name })
        else {
            throw ProgramError(description: "there is no function `\(name)`")
        }
        let row = plan.functions[index]
        let types = plan.list(row.registerTypes)
        var encoded: [[UInt8]] = []
        for (number, argument) in arguments.enumerated() {
            encoded.append(try plan.types.binary(fromJson: argument, as: TypeId(raw: types[number])))
        }
        var inputs: [UnsafeRawBufferPointer] = []
        for bytes in encoded {
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
            copy.copyBytes(from: bytes)
            inputs.append(UnsafeRawBufferPointer(copy))
        }
        defer { for input in inputs { input.deallocate() } }
        let machine = Machine(plan: plan, limits: limits)
        var output = ByteWriter()
        let fault = inputs.withUnsafeBufferPointer {
            machine.run(function: index, inputs: $0, fuel: fuel, output: &output)
        }
        if let fault { return .fault("\(fault.kind): \(fault.message)") }
        let text = try plan.types.jsonText(of: output.toArray(), as: TypeId(raw: row.resultType))
        return .value(String(decoding: text, as: UTF8.self))
    }
}

/// The value of `func f() …` in the source, as JSON.
func value(_ source: String, _ arguments: String...) throws -> String {
    switch try Program(source).call("f", arguments) {
    case .value(let text): return text
    case .fault(let message): return "fault \(message)"
    }
}
