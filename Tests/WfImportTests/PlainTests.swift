// Plain step files: what becomes of each way to write a step, what is refused, and the order of steps.
import Testing
import WfCompiler
import WfDiagnostics
import WfImport
import WfSource
import WfTestSupport

@Suite struct PlainTests {
    @Test func order() {
        let inOrder = compiled("steps:\n  - {name: a, run: x}\n  - y\n  - {name: c, run: z}\n", as: "x.yaml")
        #expect(inOrder.levels == [["a"], ["y"], ["c"]])
        let side =
            "steps:\n  - {id: a, run: x}\n  - {id: b, run: x, parallel: true}\n  - {id: c, run: x, parallel: true}\n"
        #expect(compiled(side, as: "x.yaml").levels == [["a"], ["b", "c"]])
        let graph =
            "tasks:\n  a: {run: x}\n  b: {run: x, needs: a}\n  c: {run: x, needs: a}\n  d: {run: x, needs: [b, c]}\n"
        #expect(compiled(graph, as: "x.yaml").levels == [["a"], ["b", "c"], ["d"]])
        let read =
            "steps:\n  - {id: b, agent: x, prompt: 'use {{a.result}}', needs: []}\n  - {id: a, agent: x, prompt: p}\n"
        #expect(compiled(read, as: "x.yaml").levels == [["a"], ["b"]])
    }

    @Test func refused() {
        func codes(_ steps: String) -> [String] { imported("steps:\n" + steps, as: "x.yaml").codes }
        #expect(codes("  - {id: a, run: x, needs: [b]}\n").contains("WF9230:2"))
        #expect(codes("  - {id: a, run: x}\n  - {id: a, run: y}\n").contains("WF9231:3"))
        #expect(codes("  - {id: a, run: x, needs: b}\n  - {id: b, run: y, needs: a}\n") == ["WF9232:2"])
        #expect(codes("  - {id: a}\n") == ["WF9237:2"])
        #expect(codes("  - 3\n") == ["WF9234:2"])
        #expect(imported("steps: []\n", as: "x.yaml").codes == ["WF9237:1"])
        #expect(
            imported("inputs: {a: {type: boolean, default: off}}\nsteps: [x]\n", as: "x.yaml").codes == [
                "WF9234:1"
            ])
    }

    @Test func text() {
        let file = """
            name: Nightly work
            inputs:
              full: {type: boolean, default: true}
              names: {type: list}
            steps:
              - {id: list, run: "ls {{inputs.names}}", env: {A: no}, cwd: data, timeout: 30, retries: 2}
              - {id: each, tool: send, for_each: "{{inputs.names}}", with: {to: "{{item}}", of: "{{item.x}}"}, needs: list}
              - {id: sum, agent: writer, prompt: "of {{list.stdout}}", when: "inputs.full == true", needs: [list]}
              - {id: fake, config: {action: pay, duration_seconds: 2, fail_probability: 0.5, max_retries: 3}, needs: [sum]}
              - {id: done, action: ship, requires_approval: true, needs: fake}
            """
        let result = compiled(file, as: "x.yaml")
        #expect(result.diagnostics.filter { $0.severity == .error }.isEmpty)
        let text = result.text
        for line in [
            "workflow nightlyWork(names: Json, full: Bool = true) -> Json {",
            "step list = shell(\"ls {json.plain(names)}\", cwd: Path(\"data\"), env: [\"A\": \"no\"])",
            "timeout 30s", "retry 2", "step each = for item in names.elements {", "when full",
            "step fake = simulated(\"pay\", 2.0, 32768)", "retry 3", "step doneApproval = approve(\"done?\")",
            "after fake", "when doneApproved",
        ] { #expect(text.contains(line), "\(line) in \(text)") }
    }

    @Test func shapes() {
        let edges = "nodes: [{id: a, run: x}, {id: b, run: y}, {id: c, run: z}]\n"
        #expect(
            compiled(edges + "edges: [{from: a, to: b}, {source: a, target: c}]\n", as: "x.yaml").levels
                == [["a"], ["b", "c"]])
        #expect(compiled(edges + "edges: [[c, b], [b, a]]\n", as: "x.yaml").levels == [["c"], ["b"], ["a"]])
        #expect(imported(edges + "edges: [{from: a, to: d}]\n", as: "x.yaml").codes == ["WF9230:2"])
        #expect(imported(edges + "edges: [{from: a}]\n", as: "x.yaml").codes == ["WF9234:2"])
        let next =
            "nodes:\n  a: {run: x, next: [b, c]}\n  b: {run: x, next: d}\n  c: {run: x}\n  d: {run: x}\n"
        #expect(compiled(next, as: "x.yaml").levels == [["a"], ["b", "c"], ["d"]])
        let side =
            "- {id: a, run: x}\n  - parallel: [{id: b, run: x}, {id: c, run: x}]\n  - {id: d, run: x}\n"
        #expect(compiled("steps:\n  " + side, as: "x.yaml").levels == [["a"], ["b", "c"], ["d"]])
        for wrapper in ["workflow", "pipeline", "dag", "flow"] {
            let inner = "\(wrapper):\n  name: w\n  steps: [{step: a, run: x}, {step: b, run: y}]\n"
            #expect(compiled(inner, as: "x.yaml").levels == [["a"], ["b"]], "\(wrapper)")
        }
        #expect(compiled("flow:\n  - {task: a, command: x}\n", as: "x.yaml").levels == [["a"]])
        // Stages that only have names order jobs of another dialect.
        #expect(imported("stages: [build]\nbuild: {script: x}\n", as: "x.yaml").codes == ["WF9238:1"])
    }

    @Test func kinds() {
        let file = """
            inputs: {topic: string, count: 3}
            steps:
              - {id: ask, type: approval, message: "Go, {{topic}}?", approvers: [anna]}
              - {id: nap, sleep: 5s}
              - {id: rest, type: wait, duration: 10m}
              - {id: both, cmds: [make, make test]}
              - {id: code, python: print(1)}
              - {id: get, http: {url: "https://x.example/{{topic}}"}}
              - {id: post, type: http, method: POST, while: never}
            """
        let result = compiled(file, as: "x.yaml")
        #expect(result.codes.sorted() == ["WF9240:8", "WF9240:9", "WF9241:9"], "\(result.diagnostics)")
        for line in [
            "workflow main(topic: String, count: Int = 3) -> Json {", "approve(\"Go, {topic}?\"",
            "step ask = if askApproved { \"approved\" } else { fail \"ask: not approved\" }", "sleep(5s)",
            "sleep(10m)", "shell(\"make && make test\")", "exec(\"python3\", \"-c\", \"print(1)\")",
            "task(\"get\", { \"http\": { \"url\": \"https://x.example/{topic}\" } }, role: \"http\")",
            "task(\"post\", { \"method\": \"POST\" }, role: \"http\")",
        ] { #expect(result.text.contains(line), "\(line) in \(result.text)") }
        #expect(
            imported("---\nname: x\n---\n## A\n```text\nx\n```\n", as: "x.md").codes == [
                "WF9224:4", "WF9011:5",
            ])
    }

    @Test func markdown() {
        let file =
            "---\nname: m\n---\n# M\n\n## 1. Get it\nWords.\n```action\ntool: get\noutput: it\n```\n"
            + "## Use it\n```action\nagent: a\nprompt: \"see {{it}}\"\n```\n"
        let result = compiled(file, as: "x.md")
        #expect(result.levels == [["getIt"], ["useIt"]])
        #expect(result.text.contains("// Words.") && result.codes == ["WF9240:12", "WF9240:6"].sorted())
    }

    @Test func endsOfCommands() {
        let result = compiled(
            """
            steps:
              - {id: build, name: The build, run: x}
              - {id: maybe, needs: build, if: "build.status == 'success' and not build.failed", run: x}
              - {id: undo, needs: build, if: build.exit_code != 0, run: x}
              - {id: soft, needs: build, run: x, on_error: continue}
              - {id: after, needs: soft, if: soft.success, run: x}
              - {id: later, needs: maybe, if: maybe.status == 'failed', run: x}

            """, as: "x.yaml")
        #expect(
            result.codes == ["WF9242:7", "WF9245:3", "WF9245:3", "WF9245:4", "WF9245:6"], "\(result.codes)")
        for line in [
            "when \"success\" == \"success\" && !(false)", "when build.status != 0",
            "step soft: (String, Bool) = try {", "when soft.1", "Does it hold? maybe.status",
        ] { #expect(result.text.contains(line), "\(line) in \(result.text)") }
    }

    @Test func orderInsideAGroupIsItsOwn() {
        let result = compiled(
            """
            steps:
              - {id: a, run: x}
              - id: p
                parallel:
                  - {id: c, run: x}
                  - {id: d, needs: c, run: x}
              - {id: e, run: x}

            """, as: "x.yaml")
        #expect(result.levels == [["a"], ["c"], ["d"], ["e"]], "\(result.text)")
    }

    @Test func aStepWaitsForWhatItNamesThoughNothingOfItIsWritten() {
        // A command that has to end well never fails: what asks for that is left out, but not out of turn.
        let folded = compiled(
            "steps:\n  - {id: a, run: x}\n  - {id: b, run: y, when: a.failed}\n  - {id: c, run: z}\n",
            as: "x.yaml")
        #expect(folded.levels == [["a"], ["b"], ["c"]], "\(folded.text)")
        #expect(folded.codes.contains("WF9241:3"), "\(folded.codes)")
        let said = compiled(
            "steps:\n  - {id: a, run: x}\n  - {id: b, run: 'y {{a.success}}'}\n", as: "x.yaml")
        #expect(said.levels == [["a"], ["b"]], "\(said.text)")
        let member = compiled(
            "steps:\n  - {id: a, agent: x, prompt: p}\n  - {id: q, run: x}\n"
                + "  - {id: b, agent: x, prompt: '{{a.q}}', needs: [q]}\n", as: "x.yaml")
        #expect(member.text.contains("after q"), "\(member.text)")
        // Labels and clauses are spelt like these, and read none of them.
        let labels = compiled(
            "steps:\n  - {id: env, run: x}\n  - {id: role, run: x}\n  - {id: backoff, run: x}\n"
                + "  - {id: b, run: x, env: {A: '1'}, needs: [env]}\n  - {id: c, uses: t, needs: [role]}\n"
                + "  - {id: d, run: x, retry: {max_attempts: 3, delay: 5, backoff: exponential}, needs: [backoff]}\n",
            as: "x.yaml")
        for name in ["env", "role", "backoff"] {
            #expect(labels.text.contains("after \(name)\n"), "\(name): \(labels.text)")
        }
    }

    @Test func aListOfCommandsEndsWithTheFirstThatFails() {
        let result = compiled(
            "steps:\n  - {id: a, commands: ['false', 'x; y', 'z || w', '', v]}\n", as: "x.yaml")
        for command in ["false", "x; y", "z || w", "v"] {
            #expect(result.text.contains("\\{\\n\(command)\\n\\}"), "\(command): \(result.text)")
        }
        #expect(!result.text.contains("\\n\\n"), "\(result.text)")
    }

    @Test func whatIsAskedIsAskedWhenItsTurnHasCome() {
        let approved = compiled(
            "steps:\n  - {id: a, agent: x, prompt: p}\n"
                + "  - {id: b, tool: t, with: {x: '{{a.result}}'}, requires_approval: true}\n", as: "x.yaml")
        #expect(
            approved.text.contains("step bApproval = approve(\"b?\")\n    after a\n"), "\(approved.text)")
        let asked = compiled(
            "steps:\n  - {id: c, agent: x, prompt: p}\n  - {id: a, run: x, when: c.x}\n"
                + "  - {id: b, run: y, when: a.success}\n", as: "x.yaml")
        #expect(
            asked.text.contains("{ \"oneOf\": [\"yes\", \"no\"] })\n    after a\nstep b"), "\(asked.text)")
    }

    @Test func listsOfCommandsAndFallbacks() {
        let result = compiled(
            "jobs:\n  a: {script: [echo a, echo b]}\n  b: {needs: a, run: x, fallback: {run: y}}\n"
                + "  c: {needs: b, agent: w, prompt: p, for_each: [true, 1], max_parallel: 2}\n", as: "x.yaml"
        )
        #expect(result.diagnostics.filter { $0.severity == .error }.isEmpty, "\(result.text)")
        for line in [
            "shell(\"echo a && echo b\")", "else shell(\"y\")", "in ([toJson(true), 1] as [Json]) limit 2",
        ] { #expect(result.text.contains(line), "\(line) in \(result.text)") }
        #expect(!result.text.contains("max_parallel"), "\(result.text)")
    }

    @Test func aCommentEndsWithItsCommand() {
        let result = compiled("tasks:\n  a: {cmds: ['make # all', 'make test']}\n", as: "x.yaml")
        #expect(
            result.text.contains("shell(\"\\{\\nmake # all\\n\\} && \\{\\nmake test\\n\\}\")"),
            "\(result.text)")
    }

    @Test func edgesWithConditions() {
        func graph(_ more: String) -> CompiledImport {
            compiled(
                "nodes:\n  - {id: a, run: x}\n  - {id: b, run: y}\n  - {id: c, run: z}\nedges:\n"
                    + "  - {from: a, to: b, condition: \"a.stdout == 'go'\"}\n" + more, as: "x.yaml")
        }
        let one = graph("")
        #expect(one.text.contains("when a.stdout.trim() == \"go\""), "\(one.text)")
        #expect(one.codes.isEmpty, "\(one.codes)")
        let two = graph("  - {from: c, to: b}\n")
        #expect(two.codes == ["WF9241:6"] && !two.text.contains("when"), "\(two.codes)")
    }
}
