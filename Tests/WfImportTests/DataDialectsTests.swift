// What imported YAML, JSON and Markdown does when it runs: who is asked for what, in which order, with what. People in the
// wild lean on these rules of the formats, and a text that looks right can still break them.
import Testing
import WfDiagnostics
import WfEngine
import WfImport
import WfPlan
import WfSource

/// A run whose work items are answered by a closure.
private struct Ran {
    /// What was asked: the title of each work item and what it was given, as JSON.
    var asked: [String] = []
    var end: RunEnd?
    /// How long it took, in seconds.
    var seconds = 0.0
}

/// Imports a file and runs `main`.
///
/// - Parameter answer: the answer to a work item, as JSON; `!message` is a failure; nil is none ever.
private func run(
    _ text: String, as path: String, data: String = "{}",
    answer: @escaping (String, DataNode) -> String? = { _, _ in "{}" }
) throws -> Ran {
    let result = compiled(text, as: path)
    let errors = result.diagnostics.filter { $0.severity == .error }.map { "\($0.code): \($0.message)" }
    #expect(!result.isRefused, "\(errors) in \(result.text)")
    guard let bytes = result.compilation.plan else { return Ran() }
    let plan = try Plan.load(bytes: bytes)
    let world = VirtualWorld(plan)
    let start = world.now
    var ran = Ran()
    world.people = { asked in
        ran.asked.append("\(asked.title) \(DataText.json(asked.input))")
        guard let text = answer(asked.title, asked.input) else { return nil }
        if text.hasPrefix("!") {
            return Answer(outcome: .failure(EffectFailure(kind: "failed", message: String(text.dropFirst()))))
        }
        return (try? plan.types.binary(fromJson: text, as: .json)).map { Answer(outcome: .success($0)) }
    }
    _ = try world.start(world.workflow("main") ?? 0, data: data)
    try world.go(for: 86_400_000_000)
    ran.end = world.ended.first?.end
    ran.seconds = Double(world.now - start) / 1_000_000
    return ran
}

@Suite struct ArgoRunTests {
    private func argo(_ spec: String) -> String {
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: x}\nspec:\n  entrypoint: main\n  templates:\n"
            + "    - {name: work, inputs: {parameters: [{name: p}]}, container: {image: i, args: ['{{inputs.parameters.p}}']}}\n"
            + "    - name: main\n" + spec
    }

    private func task(_ name: String, _ more: String = "", p: String? = nil) -> String {
        "          - {name: \(name), template: work, arguments: {parameters: [{name: p, value: \"\(p ?? name)\"}]}\(more)}\n"
    }

    /// The arguments of each container that ran.
    private func parameters(_ ran: Ran) -> [String] {
        ran.asked.map { $0.split(separator: "[").last.map { String($0.prefix { $0 != "]" }) } ?? "" }
    }

    @Test func whatIsOmittedOmitsWhatDependsOnIt() throws {
        let file = argo(
            "      dag:\n        tasks:\n" + task("a") + task("b", ", depends: a") + task("d", ", depends: b")
                + task("x", ", depends: a.Failed") + task("y", ", depends: d.Omitted")
                + task("s", ", depends: x, when: 'false'") + task("t", ", depends: s")
                + task("u", ", depends: s.Skipped && b.Omitted") + task("v", ", dependencies: [d]"))
        let ran = try run(file, as: "x.yaml") { _, input in
            DataText.json(input).contains("\"a\"") ? "!no" : "{}"
        }
        #expect(
            parameters(ran) == ["\"a\"", "\"x\"", "\"t\"", "\"u\"", "\"y\""].sorted()
                || Set(parameters(ran)) == ["\"a\"", "\"x\"", "\"y\"", "\"t\"", "\"u\""])
        #expect(ran.asked.count == 5, "\(ran.asked)")
    }

    @Test func aListStopsBehindAGroupThatFails() throws {
        let file = argo(
            "      steps:\n        - [{name: a, template: work, arguments: {parameters: [{name: p, value: a}]}}]\n"
                + "        - [{name: b, template: work, arguments: {parameters: [{name: p, value: b}]}}]\n"
                + "        - [{name: c, template: work, arguments: {parameters: [{name: p, value: '{{steps.b.status}}'}]}}]\n"
        )
        let ran = try run(file, as: "x.yaml") { _, _ in "!no" }
        #expect(parameters(ran) == ["\"a\""], "\(ran.asked)")
        guard case .failed? = ran.end else {
            Issue.record("it fails: \(String(describing: ran.end))")
            return
        }
    }

    @Test func whatALoopYieldsIsAList() throws {
        let file = argo(
            "      dag:\n        tasks:\n" + task("a", ", withItems: [1, 2]", p: "{{item}}")
                + task("r", ", depends: a", p: "{{tasks.a.outputs.result}}")
                + task(
                    "q", ", depends: a", p: "{{tasks.a.outputs.parameters.o}} {{tasks.a.outputs.parameters}}")
                + task("w", ", depends: a, withParam: '{{tasks.a.outputs.result}}'", p: "w{{item}}"))
        for status in ["", "{{tasks.a.status}}"] {
            let ran = try run(file.replacing("\"w{{item}}\"", with: "\"w{{item}}\(status)\""), as: "x.yaml") {
                _, input in
                let given = DataText.json(input).contains("\"1\"") ? "1" : "\\\"x\\\""
                return "{\"result\": \"\(given)\", \"parameters\": {\"o\": \"p\"}}"
            }
            let all = ran.asked.joined(separator: "\n")
            #expect(all.contains(#"[1,\"x\"]"#), "\(all)")
            #expect(all.contains(#"[\"p\",\"p\"] [{\"o\":\"p\"},{\"o\":\"p\"}]"#), "\(all)")
            #expect(all.contains("\"w1") && all.contains("\"wx"), "\(all)")
        }
    }

    @Test func conditionsCompareTextsInQuotes() throws {
        let conditions = [
            ("'{{tasks.a.outputs.result}}' == 'ok'", true),
            ("\\\"{{tasks.a.outputs.result}}\\\" != \\\"ok\\\"", false),
            ("'{{tasks.a.outputs.result}}-1' == 'ok-1'", true),
            ("{{tasks.a.outputs.result}} in (no, ok)", true),
            ("'{{tasks.a.outputs.result}}' in ('no', 'never')", false),
            ("{{tasks.a.status}} == Succeeded && '{{tasks.a.outputs.result}}' == ok", true),
        ]
        for (condition, holds) in conditions {
            let file = argo(
                "      dag:\n        tasks:\n" + task("a")
                    + task("b", ", dependencies: [a], when: \"\(condition)\""))
            let ran = try run(file, as: "x.yaml") { _, _ in "{\"result\": \"ok\"}" }
            #expect(ran.asked.count == (holds ? 2 : 1), "\(condition): \(ran.asked)")
        }
    }

    @Test func theExitHookRunsAtTheEnd() throws {
        let file =
            argo("      dag:\n        tasks:\n" + task("a"))
            + "    - {name: bye, container: {image: bye}}\n  hooks: {exit: {template: bye}, running: {template: bye}}\n"
        let ran = try run(file, as: "x.yaml") { title, _ in title == "work" ? "!no" : "{}" }
        #expect(ran.asked.count == 2 && ran.asked.last?.hasPrefix("bye") == true, "\(ran.asked)")
        let codes = compiled(file, as: "x.yaml").diagnostics.map { "\($0.code) \($0.message)" }
        #expect(codes.contains { $0.contains("`running`") }, "\(codes)")
    }
}

@Suite struct GitHubRunTests {
    private func job(_ name: String, _ more: String = "", with: String = "{}") -> String {
        "  \(name): {runs-on: x, steps: [{uses: t/\(name), with: \(with)}]\(more)}\n"
    }

    private func titles(_ ran: Ran) -> [String] { ran.asked.map { String($0.prefix { $0 != " " }) }.sorted() }

    @Test func aSkipGoesDownTheWholeChain() throws {
        let file =
            "on: push\njobs:\n" + job("a", ", if: false") + job("b", ", needs: a, if: always()")
            + job("c", ", needs: b")
            + job("d", ", needs: c, if: \"!failure()\"") + job("e", ", needs: b, if: success()")
        #expect(titles(try run(file, as: "x.yml")) == ["t/b", "t/d"])
        let failing =
            "on: push\njobs:\n" + job("a") + job("b", ", needs: a, if: always()") + job("c", ", needs: b")
            + job("d", ", needs: b, if: failure()")
        let ran = try run(failing, as: "x.yml") { title, _ in title == "t/a" ? "!no" : "{}" }
        #expect(titles(ran) == ["t/a", "t/b", "t/d"])
    }

    @Test func defaultsOfInputsHoldBesideAGivenContext() throws {
        let with =
            "{v: '${{ inputs.env }} ${{ github.event.inputs.count }} ${{ inputs.dry }} ${{ github.ref }}'}"
        let file =
            "on: {workflow_dispatch: {inputs: {env: {default: staging}, count: {type: number, default: 3}, dry: {type: boolean}}}}\n"
            + "jobs:\n" + job("a", ", if: inputs.count == 3", with: with)
        let first = try run(file, as: "x.yml", data: "{\"github\": {\"ref\": \"r\"}}")
        #expect(first.asked == ["t/a {\"v\":\"staging 3 false r\"}"], "\(first.asked)")
        let second = try run(file, as: "x.yml", data: "{\"inputs\": {\"env\": \"prod\"}}")
        #expect(second.asked == ["t/a {\"v\":\"prod 3 false \"}"], "\(second.asked)")
        #expect(try run(file, as: "x.yml", data: "{\"inputs\": {\"count\": 4}}").asked.isEmpty)
        // A push has no inputs.
        #expect(try run(file, as: "x.yml", data: "{\"github\": {\"event_name\": \"push\"}}").asked.isEmpty)
    }

    @Test func shellsAndVariablesOfTheRunner() {
        func text(_ step: String) -> CompiledImport {
            compiled("on: push\njobs: {a: {runs-on: x, steps: [{\(step)}]}}\n", as: "x.yml")
        }
        for (shell, call) in [
            ("bash -l {0}", "exec(\"bash\", \"-l\", \"-c\", \"x\")"),
            ("bash {0}", "exec(\"bash\", \"-c\", \"x\")"),
            ("node {0}", "exec(\"node\", \"-e\", \"x\")"),
            ("/usr/bin/python3 {0}", "exec(\"/usr/bin/python3\", \"-c\", \"x\")"),
        ] {
            let result = text("run: x, shell: '\(shell)'")
            #expect(
                result.text.contains(call) && !result.codes.contains { $0.hasPrefix("WF9241") },
                "\(result.text)")
        }
        #expect(text("run: x, shell: 'cmd /c {0}'").codes.contains("WF9241:2"))
        let known = text("run: 'echo $CI $GITHUB_SHA $RUNNER_OS $GITHUB_JOB'")
        for line in [
            "\"CI\": \"true\"",
            "\"GITHUB_SHA\": \"{runner.text(context.github[\"sha\"])}\"".replacing("\"{", with: "").replacing(
                "}\"", with: ""),
            "\"RUNNER_OS\": runner.text(context.runner[\"os\"])", "\"GITHUB_JOB\": \"a\"",
        ] { #expect(known.text.contains(line), "\(line) in \(known.text)") }
        #expect(!known.codes.contains { $0.hasPrefix("WF9241") }, "\(known.codes)")
        #expect(text("run: 'cat $GITHUB_EVENT_PATH'").codes.contains("WF9241:2"))
        #expect(!text("run: 'echo CI passed'").text.contains("env:"))
    }
}

@Suite struct AslRunTests {
    private func machine(_ retry: String, _ catcher: String = "") -> String {
        "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Task\", \"Resource\": \"r\", \"Retry\": \(retry)\(catcher), \"End\": true}, "
            + "\"Z\": {\"Type\": \"Task\", \"Resource\": \"z\", \"End\": true}}}"
    }

    @Test func eachRetrierCountsForItself() throws {
        let file = machine(
            """
            [{"ErrorEquals": ["Lambda.Busy", "Lambda.Slow"], "IntervalSeconds": 2, "MaxAttempts": 2, "BackoffRate": 2},
             {"ErrorEquals": ["Never"], "MaxAttempts": 0},
             {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 10, "MaxAttempts": 1}]
            """, ", \"Catch\": [{\"ErrorEquals\": [\"States.ALL\"], \"Next\": \"Z\"}]")
        func tried(_ errors: [String]) throws -> Ran {
            var rest = errors
            return try run(file, as: "x.json") { title, _ in
                title == "Z" ? "0" : rest.isEmpty ? "1" : "!" + rest.removeFirst()
            }
        }
        let busy = try tried(["Lambda.Busy: a", "Lambda.Slow: b"])
        #expect(busy.asked.count == 3 && busy.seconds == 6, "\(busy)")
        let mixed = try tried(["Lambda.Busy: a", "Other: b", "Lambda.Busy: c"])
        #expect(mixed.asked.count == 4 && mixed.seconds == 16, "\(mixed)")
        let spent = try tried(["Other: a", "Other: b"])
        #expect(spent.asked.count == 3 && spent.asked.last?.hasPrefix("Z") == true, "\(spent)")
        let never = try tried(["Never: a"])
        #expect(never.asked.count == 2 && never.seconds == 0, "\(never)")
        #expect(
            compiled(file, as: "x.json").codes == ["WF9240:1", "WF9240:3"],
            "\(compiled(file, as: "x.json").codes)")
    }

    @Test func aTimeoutKeepsItsName() throws {
        let file =
            machine(
                "[{\"ErrorEquals\": [\"Busy\"]}]",
                ", \"TimeoutSeconds\": 5, \"Catch\": [{\"ErrorEquals\": [\"States.Timeout\"], \"Next\": \"Z\"}]"
            )
        let ran = try run(file, as: "x.json") { title, _ in title == "Z" ? "0" : nil }
        #expect(ran.asked.count == 2 && ran.seconds == 5, "\(ran)")
    }

    @Test func chanceAndTimeAreAskedOnceEach() throws {
        let file =
            "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\", \"Parameters\": {\"a.$\": \"States.UUID()\", "
            + "\"b.$\": \"States.Format('{} {}', States.UUID(), States.MathRandom(1, 9))\"}, \"End\": true}}}"
        let result = compiled(file, as: "x.json")
        #expect(result.outcome == "imported", "\(result.codes)")
        for line in [
            "step uuid1 = uuid()", "step uuid2 = uuid()", "step random1 = random()", "\"a\": toJson(uuid1)",
            "dynamic.between(toJson(1), toJson(9), random1)",
        ] { #expect(result.text.contains(line), "\(line) in \(result.text)") }
        let query =
            "{\"QueryLanguage\": \"JSONata\", \"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\", "
            + "\"Output\": {\"a\": \"{% $uuid() & $now() %}\", \"b\": \"{% $map([1], function($v) { $uuid() }) %}\"}, \"End\": true}}}"
        #expect(compiled(query, as: "x.json").codes == ["WF9242:1"], "\(compiled(query, as: "x.json").text)")
    }

    @Test func theTokenOfATaskIsThere() throws {
        let file =
            "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Task\", \"Resource\": \"q.waitForTaskToken\", "
            + "\"Parameters\": {\"t.$\": \"$$.Task.Token\", \"r.$\": \"$$.Execution.RoleArn\"}, \"End\": true}}}"
        #expect(try run(file, as: "x.json").asked == ["A {\"t\":\"run\",\"r\":\"run\"}"])
    }
}

@Suite struct PlainRunTests {
    @Test func whoAnswersAPrompt() {
        let result = compiled(
            """
            steps:
              - {id: a, action: log, message: hi}
              - {id: b, type: human, prompt: "ok?"}
              - {id: c, type: llm, prompt: "x", temperature: 0.2}
              - {id: d, message: hello}
              - {id: e, action: shell, args: {command: "echo {{a}}"}}
              - {id: f, action: http.get, retry_count: 2, retry_delay: 5}
              - {id: g, action: tell, message: "${f.body.x} $(b) ${HOME}"}

            """, as: "x.yaml")
        for line in [
            "{ \"message\": \"hi\" }, role: \"log\")", "role: \"human\")",
            "\"temperature\": 0.2 }, role: \"llm\")",
            "role: \"agent\")", "shell(\"echo {", "retry 2 backoff 5s",
            "{json.plain(f.body.x)} $(b) $\\{HOME\\}",
        ] { #expect(result.text.contains(line), "\(line) in \(result.text)") }
        #expect(!result.codes.contains { $0.hasPrefix("WF9241") }, "\(result.codes)")
    }

    @Test func loopsConditionsAndOutputs() throws {
        let file = """
            workflow: nightly
            inputs: {env: prod}
            steps:
              - {id: get, tool: get}
              - {id: each, type: foreach, items: "{{get.rows}}", steps: [{id: ship, tool: ship, args: {x: "{{item.n}}"}}]}
              - {id: a, when: "{{inputs.env}} in ['dev', 'prod']", tool: a}
              - {id: b, when: "inputs.env not in ['dev', 'test']", tool: b}
              - {id: c, when: "{{get.word}} contains 'lo'", tool: c}
              - {id: d, when: "'{{get.word}}!' == 'hello!'", tool: d}
              - {id: e, when: "{{get.word}} starts_with 'x'", tool: e}
            outputs: {word: "{{get.word}}", first: {value: "{{a}}"}}

            """
        let ran = try run(file, as: "x.yaml", data: "\"prod\"") { title, _ in
            title == "get" ? "{\"rows\": [{\"n\": 1}, {\"n\": 2}], \"word\": \"hello\"}" : "7"
        }
        #expect(
            ran.asked.map { $0.split(separator: " ").first ?? "" } == [
                "get", "ship", "ship", "a", "b", "c", "d",
            ],
            "\(ran.asked)")
        let text = compiled(file, as: "x.yaml").text
        for line in ["workflow nightly(env: String = \"prod\")", "\"word\": get.word,", "\"first\": "] {
            #expect(text.contains(line), "\(line) in \(text)")
        }
    }

    @Test func decisionsChooseAmongSteps() throws {
        func file(_ needs: String) -> String {
            """
            steps:
              - {id: get, tool: get}
              - {id: ok, type: condition, condition: "{{get.n}} > 3", then: [big], else: small\(needs)}
              - {id: big, tool: big}
              - {id: small, tool: small}

            """
        }
        for needs in ["", ", needs: [get]"] {
            for (count, chosen) in [(5, "big"), (1, "small")] {
                let ran = try run(file(needs), as: "x.yaml", data: "null") { title, _ in
                    title == "get" ? "{\"n\": \(count)}" : "1"
                }
                #expect(ran.asked.map { $0.prefix { $0 != " " } } == ["get", chosen[...]], "\(ran.asked)")
            }
        }
        #expect(
            compiled(
                file("").replacing("else: small", with: "else: nope"), as: "x.yaml"
            ).isRefused)
    }

    @Test func scriptsOfAMarkdownFileAreItsSteps() {
        let front = "---\nname: m\ninputs: {v: '1'}\n---\n"
        let result = compiled(
            front
                + "# M\n\n## 1. Build it\nWords.\n```bash\necho {{inputs.v}}\n```\n\n## Test\n- so:\n  ```python\n  if 1:\n"
                + "      print(2)\n  ```\n\n```console\n$ ls\n```\n", as: "x.md")
        #expect(result.levels == [["buildIt"], ["test1"]], "\(result.text)")
        for line in [
            "exec(\"bash\", \"-e\", \"-c\", \"echo {v}\")", "\"if 1:\\n    print(2)\")", "// Words.",
        ] {
            #expect(result.text.contains(line), "\(line) in \(result.text)")
        }
        #expect(result.codes == ["WF9011:20"], "\(result.codes)")
        // Beside action blocks they are only shown.
        let both = compiled(front + "## A\n```action\nrun: x\n```\n## B\n```bash\ny\n```\n", as: "x.md")
        #expect(both.levels == [["a"]] && both.codes.contains("WF9011:10"), "\(both.codes) \(both.text)")
        let numbered = compiled(
            front
                + "## 1. Plan\n```action\nrun: x\n```\n## 2. Do\n```action\nrun: y\nneeds: [1. Plan]\n```\n",
            as: "x.md")
        #expect(numbered.levels == [["plan"], ["do1"]] || numbered.levels.count == 2, "\(numbered.codes)")
    }

    @Test func filesByTheirEndings() {
        let text = "// hi\n{\"steps\": [{\"id\": \"a\", \"run\": \"x\"},]}\n"
        #expect(compiled(text, as: "x.jsonc").outcome == "imported")
        #expect(compiled(text, as: "x.json5").outcome == "imported")
        #expect(compiled(text, as: "x.json").isRefused)
    }
}

@Suite struct OpenWorkflowRunTests {
    private let head = "document: {dsl: 1.0.0, namespace: n, name: w, version: 1.0.0}\n"

    @Test func functionsCommandsAndAuthentication() {
        let result = compiled(
            head + """
                use:
                  authentications: {me: {bearer: {token: t}}}
                  functions:
                    pet: {call: http, with: {method: get, endpoint: {uri: "http://x.example/{id}", authentication: {use: me}}, headers: {A: b}}}
                do:
                  - a: {call: pet, with: {id: "${ .n }"}}
                  - b: {run: {shell: {command: "ls", arguments: [-l, "${ .d }"], environment: {X: y}}}}
                  - c: {run: {script: {language: python, code: print(1), arguments: {}}, return: code}}
                  - d: {run: {shell: {command: "sleep 9"}, await: false}}

                """, as: "x.yaml")
        for line in [
            "\"http://x.example/{dynamic.plain(given[\"id\"])}\"",
            "[\"A\": \"b\"].merged([\"Authorization\": \"Bearer {\"t\"}\"])",
            "exec(\"sh\", \"-c\", \"ls \\\"$@\\\"\", \"sh\", \"-l\", dynamic.plain(", "env: [\"X\": \"y\"]",
            "exec(\"python3\", \"-c\", \"print(1)\", ok: (0...255).toList())", ".status)",
        ] { #expect(result.text.contains(line), "\(line) in \(result.text)") }
        #expect(result.codes == ["WF9240:10"], "\(result.codes) \(result.text)")
    }

    @Test func whatIsNotThereIsNamed() {
        let raised = compiled(head + "do:\n  - a: {raise: {error: nope}}\n", as: "x.yaml")
        #expect(raised.codes == ["WF9230:3"], "\(raised.codes)")
        let old = compiled(
            "id: x\nspecVersion: '0.8'\nstart: A\nstates: [{name: A, type: inject, end: true}]\n",
            as: "x.yaml")
        #expect(old.codes == ["WF9238:1"], "\(old.codes)")
    }
}
