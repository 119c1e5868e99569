// The façade: modules, diagnostics, plans that do not depend on anything but their sources.
import Testing
import WfCompiler
import WfPlan
import WfSource

struct FacadeTests {
    private func compile(_ files: [(String, String)]) -> Compilation {
        let sources = files.map { SourceFile(path: $0.0, text: $0.1) }
        return Compiler.compile(files[0].0, provider: OverlaySourceProvider(sources, over: NoSources()))
    }

    @Test func modulesAreFoundBesideTheirFile() throws {
        let program = try Program(
            "use \"./lib/text.wf\" as text\nfunc f() -> String { text.shout(\"a\") }",
            files: [
                "lib/text.wf":
                    "use \"../marks.wf\" as marks\nfunc shout(s: String) -> String { s + marks.mark() }",
                "marks.wf": "func mark() -> String { \"!\" }",
            ])
        #expect(try program.call("f") == .value("\"a!\""))
        let paths = program.plan.sources.map { program.plan.string($0.path) }
        #expect(paths == ["main.wf", "lib/text.wf", "marks.wf"])
    }

    @Test func anEnumOfAnotherModuleIsNamedWithIt() throws {
        let program = try Program(
            """
            use "shapes.wf" as shapes
            func area(s: shapes.Shape) -> Int {
                match s {
                    .square(side) => side * side
                    .point => 0
                }
            }
            func f() -> [Int] { [area(shapes.Shape.square(3)), area(shapes.Shape.point)] }
            """,
            files: ["shapes.wf": "enum Shape { square(Int), point }\n"])
        #expect(try program.call("f") == .value("[9,0]"))
    }

    /// Each name stands once in a plan: the entry's as written, others with their module where they must.
    @Test func modulesMayHaveDeclarationsOfOneName() throws {
        let other = """
            record Thing { n: Int }
            enum Kind { one, two }
            const start = 1
            action touch() -> Int via nop() returns 1
            func twice(n: Int) -> Int { n * 2 }
            workflow run(n: Int) -> Int { step t = touch(); let x = Thing { n }; twice(x.n) + t + start }
            """
        let program = try Program(
            """
            use "./lib/text.wf" as a
            use "./other/text.wf" as b
            use "../shared/more.wf" as c
            workflow only() -> Int { step s = c.solo(); s }
            workflow run(n: Int) -> Int { step x = a.run(n); step y = b.run(x); step z = c.run(y); z }
            """,
            files: [
                "lib/text.wf": other, "other/text.wf": other,
                "../shared/more.wf": other + "\nworkflow solo() -> Int { step t = touch(); t }",
            ])
        let names = program.plan.workflows.map { program.plan.string($0.name) }
        #expect(Set(names) == ["only", "run", "text.run", "text2.run", "more.run", "solo"])
        #expect(Set(names).count == names.count)
        // A source outside the folder that is compiled in is named by its way there.
        let paths = program.plan.sources.map { program.plan.string($0.path) }
        #expect(paths.first == "main.wf" && paths.contains("../shared/more.wf"))
    }

    @Test func modulesMayUseEachOther() throws {
        _ = try Program(
            "use \"b.wf\" as b\nfunc f() -> Int { b.g(2) }\nfunc h(n: Int) -> Int { n }",
            files: ["b.wf": "use \"main.wf\" as a\nfunc g(n: Int) -> Int { a.h(n) }"])
    }

    @Test func missingModuleIsADiagnostic() {
        let result = compile([("main.wf", "use \"nope.wf\" as nope\nfunc f() -> Int { 1 }\n")])
        #expect(result.plan == nil)
        #expect(result.diagnostics.count == 1)
    }

    @Test func missingEntryIsReportedApart() {
        let result = Compiler.compile("nope.wf", provider: NoSources())
        #expect(result.unreadable.map(\.path) == ["nope.wf"])
        #expect(result.plan == nil)
    }

    @Test func equalSourcesGiveEqualPlans() {
        let source = """
            record R { a: Int, b: [String: Float] = [:] }
            func g(r: R) -> Float { r.b.values.fold(0.0, (a, x) => a + x) }
            workflow main(n: Int) -> Float {
                step a = now()
                let r = R { a: n }
                step b = for x in [1, 2, 3] { step c = random()
                    c + g(r) }
                b.sum()
            }
            """
        let plans = (0..<5).map { _ in compile([("main.wf", source)]).plan }
        #expect(plans[0] != nil)
        for plan in plans { #expect(plan == plans[0]) }
    }

    @Test func standardLibraryIsEmbedded() {
        #expect(StandardLibrary.names.contains("std.core"))
        #expect(StandardLibrary.source(of: "std.file") != nil)
        #expect(StandardLibrary.source(of: "std.nothing") == nil)
    }

    @Test(arguments: [
        ("a/./b/../c.wf", "a/c.wf"), ("../x.wf", "../x.wf"), ("a/../../x.wf", "../x.wf"),
        ("/a/../../x.wf", "/x.wf"),
        ("./x.wf", "x.wf"), ("a//b.wf", "a/b.wf"),
    ])
    func pathsAreNormalized(_ path: String, _ expected: String) {
        #expect(ModulePath.normalized(path) == expected)
    }

    @Test func deepNestingIsReportedAndDoesNotCrash() {
        let source = "func f() -> Int { " + String(repeating: "(", count: 100_000) + "1" + " }"
        #expect(compile([("main.wf", source)]).hasErrors)
        let chain = "func f() -> Int { 1" + String(repeating: " + 1", count: 1900) + " }"
        #expect(compile([("main.wf", chain)]).plan != nil)
    }

    /// What an action of another file runs is looked up in that file, and there in the action: not at the places where
    /// the caller's names stand, and not among the names of the file's other declarations.
    @Test func namesOfAnActionAreThoseOfItsOwnFile() {
        // two files with the same tree up to the end of their first workflow
        func file(_ name: String, _ used: String, _ script: String) -> String {
            """
            use "\(used).wf" as used
            workflow \(name)(other: String) -> String {
                let script = "\(script)"
                step a = used.act(other) retry 3
                a + script
            }

            """
        }
        let action = """
            action act(script: String) -> String via exec("sh", "-c", script) timeout 5s returns result.stdout
            """
        let found = compile([
            ("main.wf", file("main", "lib", "cat")),
            ("lib.wf", file("ship", "more", "echo hi >> log") + action),
            ("more.wf", action),
        ])
        #expect(!found.hasErrors, "\(found.diagnostics)")
        #expect(!found.diagnostics.contains { $0.code.number == 5022 }, "\(found.diagnostics)")
    }
}
