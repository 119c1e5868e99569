// Tests/Language/habit: small programs with what people write who come from TypeScript, Python, Go, Rust, YAML or SQL. Each
// draws one message; `//@ help:` is what it tells to do, and `//@ fixed:` whether its first fix leaves a right program.
import Testing
import WfCompiler
import WfDiagnostics
import WfSource
import WfTestSupport

private func marker(_ name: String, in text: String) -> String? {
    let start = "//@ \(name): "
    return text.split(separator: "\n").first { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
}

private func check(_ text: String) -> [Diagnostic] {
    let source = SourceFile(path: "case.wf", text: text)
    return Compiler.check(["case.wf"], provider: OverlaySourceProvider([source], over: NoSources()))
        .diagnostics
        // what is not built, and what is left unused by a program of three lines
        .filter { $0.code.number != 101 && ![5001, 5002, 5020].contains($0.code.number) }
}

struct HabitTests {
    @Test func oneMessageThatSaysWhatToDo() throws {
        var fixed = 0
        let paths = filesBelow("Tests/Language/habit", suffix: ".wf")
        for path in paths {
            let text = String(decoding: try readFile(path), as: UTF8.self)
            let found = check(text)
            #expect(found.count == 1, "\(path): \(found.map(\.message))")
            guard let only = found.first else { continue }
            #expect(only.help == marker("help", in: text), "\(path)")
            let wanted = marker("fixed", in: text)
            guard let fix = only.fixes.first else {
                #expect(wanted == nil, "\(path): there is no fix")
                continue
            }
            let after = Fix.apply(fix.edits, of: only.span.file, to: Array(text.utf8))
            let left = check(String(decoding: after, as: UTF8.self)).filter { $0.severity == .error }
            #expect((left.isEmpty ? "yes" : "no") == wanted, "\(path): \(left.map(\.message))")
            if left.isEmpty { fixed += 1 }
        }
        print("habits: \(paths.count), \(fixed) with a fix that leaves a right program")
        #expect(paths.count >= 90)
        #expect(fixed >= 40)
    }
}
