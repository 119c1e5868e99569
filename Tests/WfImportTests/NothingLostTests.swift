// Nothing of a file is lost without a word: for every dialect, files with a place where one more key, attribute or element is
// put. The text that comes of it differs from the text without it, or a message stands on its line; and it compiles.
import Testing
import WfDiagnostics
import WfFormatter
import WfImport
import WfSource
import WfSyntax
import WfTestSupport

/// A file with a place in it.
struct Slot: CustomTestStringConvertible, Sendable {
    let name: String
    let path: String
    /// `%%` alone on a line is the place.
    let file: String
    /// What is put there, and a word of what has to become of it: of the text, or the code of a message.
    let variants: [(put: String, gives: String?)]

    init(_ name: String, _ path: String, _ file: String, _ variants: [(put: String, gives: String?)]) {
        (self.name, self.path, self.file, self.variants) = (name, path, file, variants)
    }

    var testDescription: String { name }

    /// How deep the place stands.
    var indent: Int {
        file.split(separator: "\n").first { $0.contains("%%") }?.prefix { $0 == " " }.count ?? 0
    }

    func with(_ put: String) -> String {
        file.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard let place = line.firstRange(of: "%%") else { return String(line) }
            return put.isEmpty ? "" : String(line[..<place.lowerBound]) + put
        }.joined(separator: "\n")
    }

    var line: Int {
        (file.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains("%%") } ?? 0)
            + 1
    }
}

extension Substring {
    fileprivate func firstRange(of words: String) -> Range<Index>? {
        indices.first { self[$0...].hasPrefix(words) }.map { $0..<index($0, offsetBy: words.count) }
    }
}

private func canonical(_ text: String) -> String {
    var sink = DiagnosticSink()
    let source = SourceFile(path: "x.wf", bytes: Array(text.utf8))
    return String(
        decoding: Formatter.format(Parser.parse(source, file: FileId(0), interner: Interner(), into: &sink)),
        as: UTF8.self)
}

@Suite struct NothingLostTests {
    @Test(arguments: plainSlots + dataSlots + xmlSlots) func nothingIsLost(_ slot: Slot) {
        let base = compiled(slot.with(""), as: slot.path)
        #expect(!base.isRefused, "\(slot.name): \(base.codes) \(base.text)")
        for (put, gives) in slot.variants {
            let result = compiled(slot.with(put), as: slot.path)
            let isNamed = result.diagnostics.contains { result.line($0) == slot.line }
            #expect(isNamed || result.text != base.text, "\(slot.name): `\(put)` is lost: \(result.text)")
            if result.imported?.isRefused == true {
                #expect(isNamed, "\(slot.name): `\(put)` is refused elsewhere: \(result.codes)")
            } else {
                #expect(!result.isRefused, "\(slot.name): `\(put)`: \(result.codes) \(result.text)")
                let text = canonical(result.text)
                #expect(canonical(text) == text, "\(slot.name): `\(put)`")
            }
            guard let gives else { continue }
            let isGiven =
                gives.hasPrefix("WF")
                ? result.codes.contains("\(gives):\(slot.line)") : result.text.contains(gives)
            #expect(isGiven, "\(slot.name): `\(put)` gives \(result.codes) \(result.text)")
        }
    }

    /// Keys side by side: what holds for each holds for two.
    @Test(arguments: plainSlots.prefix(3)) func pairs(_ slot: Slot) {
        for (one, two) in zip(slot.variants, slot.variants.dropFirst(2)) {
            let keys = [one, two].map { $0.put.prefix { $0 != ":" } }
            // Two words for the same say it once.
            if keys[0] == keys[1] || one.gives == two.gives { continue }
            let indent = String(repeating: " ", count: slot.indent)
            let result = compiled(slot.with(one.put + "\n" + indent + two.put), as: slot.path)
            if result.imported?.isRefused == true {
                let lines = slot.line...slot.line + 1
                #expect(result.diagnostics.contains { lines.contains(result.line($0)) })
            } else {
                #expect(!result.isRefused, "\(one.put), \(two.put): \(result.codes) \(result.text)")
            }
            for (offset, put) in [one, two].enumerated() {
                let without = compiled(slot.with(offset == 0 ? two.put : one.put), as: slot.path)
                let isNamed = result.diagnostics.contains { result.line($0) == slot.line + offset }
                #expect(isNamed || result.text != without.text, "\(put.put) is lost beside another")
            }
        }
    }

    /// Executable leaves have a mark each: it stands in the text, or a message on its line.
    @Test(arguments: leafFiles) func everyLeafIsThere(_ path: String, _ file: String) {
        let result = compiled(file, as: path)
        var found = 0
        for (number, line) in file.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard let range = line.firstRange(of: "LEAF") else { continue }
            let mark = line[range.lowerBound...].prefix { $0.isLetter || $0.isNumber }
            let isNamed = result.diagnostics.contains { result.line($0) == number + 1 }
            #expect(isNamed || result.text.contains(mark), "\(path): \(mark) is lost: \(result.text)")
            found += 1
        }
        #expect(found > 2)
        #expect(!result.isRefused, "\(path): \(result.codes) \(result.text)")
    }
}

// MARK: Plain

private let unknown: [(put: String, gives: String?)] = [("zzz: 1", "WF9241"), ("zzz: {a: [b]}", "WF9241")]

private let plainSlots = [
    Slot(
        "a plain command", "x.yaml",
        "inputs: {env: prod}\nsteps:\n  - id: a\n    run: echo 5\n  - id: b\n    run: echo b\n    %%\n",
        unknown
            + [
                ("if: \"{{inputs.env}} == 'prod'\"", "when env == \"prod\""),
                ("if: \"{{inputs.env}} == prod\"", "when env == \"prod\""),
                ("if: \"{{a.result}} > 3\"", "toFloat() ?? 0.0) > 3.0"), ("when: a.result == 5", "== 5.0"),
                ("if: \"{{inputs.env}} =~ 'p'\"", "WF9242"), ("condition: 'false'", "when false"),
                ("when: \"inputs.env === 'prod'\"", "when env == \"prod\""),
                ("when: contains(inputs.env, 'p')", "env.contains(\"p\")"),
                ("on_error: continue", "} catch {"), ("on_error: fail", "WF0000"), ("on_error: a", "WF9241"),
                ("continue_on_error: true", "} catch {"), ("allow_failure: true", "} catch {"),
                ("ignore_errors: yes", "} catch {"), ("ignore_errors: '{{a.x}}'", "WF9241"),
                ("requires_approval: yes", "approve("),
                ("model: gpt", "WF9241"), ("agent: writer", "role: \"writer\""),
                ("outputs: {a: b}", "WF9241"),
                ("for_each: [1, 2]", "one.stdout.trim()"), ("for_each: {items: [1], as: it}", "for item in"),
                ("retries: 2", "retry 2"), ("retry: {max: 2, delay: 3}", "retry 2 backoff 3s"),
                ("retry_delay: 5", "WF9241"),
                ("timeout: 5", "timeout 5s"), ("requires_approval: true", "approve("),
                ("env: {A: b}", "env: [\"A\": \"b\"]"),
                ("cwd: x", "cwd: Path(\"x\")"), ("needs: [a]", nil), ("with: {a: b}", "WF9241"),
                ("finally: {run: x}", "WF9241"),
                ("on_failure: [a]", "WF9241"), ("while: x", "WF9241"), ("fallback: x", "WF9241"),
                ("matrix: {a: [1]}", "WF9241"),
            ].filter { $0.gives != "WF0000" && $0.put != "needs: [a]" }),
    Slot(
        "a plain group", "x.yaml",
        "inputs: {l: [1]}\nsteps:\n  - {id: a, run: echo a}\n  - {id: c, run: echo c, needs: a}\n  - id: g\n    %%\n    parallel:\n"
            + "      - {id: p, run: echo p}\n      - {id: q, run: echo q}\n  - {id: z, run: echo z, needs: [g]}\n",
        unknown + [
            ("needs: a", "after a\n"), ("needs: [a, c]", "after a, c"), ("if: 'false'", "when false"),
            ("retries: 3", "retry 3"), ("timeout: 5", "timeout 5s"),
            ("for_each: '{{inputs.l}}'", "step g = for item in l.elements {"),
            ("env: {A: b}", "env: [\"A\": \"b\"]"), ("on_error: continue", "} catch {"),
            ("model: x", "WF9241"),
            ("save_as: x", "WF9241"), ("with: {a: b}", "WF9241"),
        ]),
    Slot(
        "a plain agent", "x.yaml", "steps:\n  - id: a\n    agent: writer\n    prompt: hello\n    %%\n",
        [
            ("zzz: 1", "\"zzz\": 1"), ("zzz: {a: [b]}", "\"zzz\": { \"a\": [\"b\"] }"),
            ("model: gpt", "\"model\": \"gpt\""), ("with: {a: b}", "\"with\""),
            ("fallback: other", "else task("),
            ("for_each: [1]", "for item in"), ("retries: 1", "retry 1"), ("timeout: 9", "timeout 9s"),
            ("if: 'true'", "when true"),
            ("on_error: continue", "} catch {"), ("cwd: x", "WF9241"), ("env: {A: b}", "WF9241"),
            ("run: x", "WF9241"),
        ]),
    Slot(
        "an approval", "x.yaml", "steps:\n  - id: a\n    type: approval\n    message: Go?\n    %%\n",
        unknown + [
            ("role: boss", "role: \"boss\""), ("timeout: 2d", "deadline 2d"), ("retries: 2", "WF9241"),
            ("for_each: [1]", "WF9241"),
            ("if: 'true'", "when true"),
        ]),
    Slot(
        "a plain file", "x.yaml", "name: x\nsteps:\n  - {id: a, run: echo a}\n%%\n",
        unknown + [
            ("env: {A: b}", "env:"), ("timeout: 5", "WF9241"), ("on_error: continue", "WF9241"),
            ("schedule: daily", "WF9244"),
            ("defaults: {retries: 3}", "WF9241"), ("model: x", "WF9241"), ("fallback: x", "WF9241"),
            ("concurrency: 2", "WF9241"),
        ]),
    Slot(
        "Markdown", "x.md",
        "---\nname: x\n---\n# X\n\n## Do the work\n\n```action\nrun: echo LEAF1\n%%\n```\n",
        unknown
            + [
                ("retries: 2", "retry 2"), ("if: \"'a' == 'b'\"", "when"), ("model: x", "WF9241"),
                ("on_error: continue", "} catch {"),
                ("parallel: [{run: a}]", "WF9241"),
            ].filter { $0.put != "parallel: [{run: a}]" }),
    Slot(
        "front matter", "x.md", "---\nname: x\n%%\n---\n## Do\n\n```action\nrun: x\n```\n",
        unknown + [("timeout: 3", "WF9241")]),
]

// MARK: GitHub, Argo, Amazon States Language, Open Workflow

private let githubHead = "on: push\njobs:\n  a:\n    runs-on: x\n"

private let dataSlots = [
    Slot(
        "a step of GitHub", "x.yml", githubHead + "    steps:\n      - run: echo a\n        %%\n",
        [
            ("if: failure()", "!failure.isEmpty"), ("if: always()", "step run: Json = try {"),
            ("if: github.ref == 'x'", "when"),
            ("if: hashFiles('x') != ''", "WF9242"), ("if: cancelled()", "WF9241"),
            ("continue-on-error: true", "} catch {"),
            ("continue-on-error: ${{ github.x }}", "tolerated"), ("timeout-minutes: 2", "timeout 2m"),
            ("timeout-minutes: ${{ inputs.x }}", "60000.0).toInt() * 1ms"),
            ("timeout-minutes: ${{ hashFiles('x') }}", "WF9242"), ("shell: sh", "\"sh\", \"-e\""),
            ("shell: fish", "WF9241"),
            ("working-directory: x", "cwd:"), ("env: {A: b}", "env:"), ("zzz: 1", "WF9236"),
        ].filter { $0.0 != "if: failure()" }),
    Slot(
        "a job of GitHub", "x.yml", githubHead + "    %%\n    steps:\n      - run: echo a\n",
        [
            ("if: always()", "runner.done"), ("timeout-minutes: 3", "timeout 3m"),
            ("continue-on-error: true", "runner.tolerated(error)"),
            ("strategy: {matrix: {n: [1, 2]}}", "for _ in"),
            ("strategy: {fail-fast: false, matrix: {n: [1]}}", "runner.joined"),
            ("strategy: {matrix: {n: '${{ fromJSON(vars.list) }}'}}", "for _ in"),
            ("strategy: {max-parallel: 2, matrix: {n: [1]}}", "limit 2"), ("container: node", "WF9241"),
            ("services: {db: {image: x}}", "WF9241"),
            ("concurrency: x", "WF9241"), ("environment: prod", "WF9241"),
            ("permissions: read-all", "WF9241"),
            ("outputs: {t: '${{ steps.x.outputs.t }}'}", "WF9245"), ("env: {A: b}", "env:"),
            ("defaults: {run: {shell: sh}}", "\"sh\", \"-e\""),
            ("defaults: {run: {working-directory: d}}", "cwd: Path(\"d\")"), ("snapshot: x", "WF9241"),
        ]),
    Slot(
        "a workflow of GitHub", "x.yml", "%%\n" + githubHead + "    steps: [{run: echo a}]\n",
        [
            ("env: {A: b}", "env:"), ("defaults: {run: {shell: sh}}", "\"sh\", \"-e\""),
            ("concurrency: x", "WF9241"),
            ("permissions: read-all", "WF9241"), ("name: Y", "/// Y"),
        ]),
    Slot(
        "a template of Argo", "x.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec:\n  entrypoint: t\n  templates:\n    - name: t\n      %%\n      container: {image: i}\n",
        [
            ("timeout: 5s", "timeout 5s"), ("activeDeadlineSeconds: '60'", "timeout 1m"),
            ("activeDeadlineSeconds: '{{x}}'", "WF9242"),
            ("retryStrategy: {limit: 2}", "retry 2"), ("retryStrategy: {limit: '{{x}}'}", "WF9242"),
            ("retryStrategy: {limit: 2, retryPolicy: OnError}", "WF9241"),
            ("retryStrategy: {limit: 1, expression: x}", "WF9241"),
            ("nodeSelector: {a: b}", "WF9241"), ("volumes: []", "WF9241"),
            ("sidecars: [{name: x}]", "WF9241"), ("zzz: 1", "WF9241"),
            ("initContainers: [{name: x}]", "WF9241"), ("parallelism: 2", "WF9241"),
            ("synchronization: {mutex: {name: x}}", "WF9241"),
            ("inputs: {artifacts: [{name: x, path: /x}]}", "WF9241"), ("memoize: {key: x}", "WF9241"),
            ("hooks: {exit: {template: t}}", "WF9241"),
        ]),
    Slot(
        "a task of Argo", "x.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec:\n  entrypoint: d\n  templates:\n    - {name: t, container: {image: i}}\n    - name: d\n      dag:\n"
            + "        tasks:\n          - {name: a, template: t}\n          - {name: c, template: t}\n          - name: b\n            template: t\n            %%\n",
        [
            ("depends: a", "after a"), ("depends: a && c", "after a, c"),
            ("depends: a.Succeeded", "when runner.allSucceeded([a])"),
            ("depends: a.Failed || c.Skipped", "runner.phase(a) == \"Failed\" ||"),
            ("depends: '!a.Succeeded'", "when !"),
            ("dependencies: [a]", "after a"), ("when: '{{tasks.a.outputs.result}} == x'", "when"),
            ("when: 'a =~ b'", "WF9242"),
            ("continueOn: {failed: true}", "try {"), ("withItems: [1]", "for item in"),
            ("withParam: '[1]'", "for item in"),
            ("withSequence: {count: 2}", "0..<2"), ("withSequence: {count: 2, format: x}", "WF9241"),
            ("withSequence: {count: 2, format: 'x%d'}", "runner.sequence(0, 0 + 2 - 1, \"x%d\")"),
            ("hooks: {exit: {template: t}}", "WF9241"),
            ("onExit: t", "WF9241"), ("arguments: {parameters: [{name: zz, value: 1}]}", "WF9241"),
            ("zzz: 1", "WF9241"),
            ("arguments: {artifacts: [{name: x}]}", "WF9241"),
        ]),
    Slot(
        "the spec of Argo", "x.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec:\n  entrypoint: t\n  %%\n  templates:\n    - {name: t, container: {image: i}}\n",
        [
            ("onExit: t", "step onExit = t()"), ("activeDeadlineSeconds: 5", "deadline 5s"),
            ("activeDeadlineSeconds: '{{x}}'", "WF9242"),
            ("parallelism: 3", "WF9241"), ("hooks: {exit: {template: t}}", "step onExit = t()"),
            ("hooks: {running: {template: t}}", "WF9241"),
            ("ttlStrategy: {}", "WF9241"), ("volumes: [{name: x}]", "WF9241"),
            ("podGC: {strategy: x}", "WF9241"), ("serviceAccountName: x", "WF9241"), ("zzz: 1", "WF9241"),
            ("arguments: {parameters: [{name: p, value: v}]}", "p: String = \"v\""),
        ]),
    Slot(
        "a task of ASL", "x.json",
        "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Task\", \"Resource\": \"r\",\n%%\n\"End\": true}}}\n",
        [
            ("\"HeartbeatSeconds\": 3,", "WF9241"), ("\"Credentials\": {\"RoleArn\": \"x\"},", "WF9241"),
            ("\"TimeoutSeconds\": 3,", "timeout 3s"),
            (
                "\"Retry\": [{\"ErrorEquals\": [\"States.ALL\"], \"MaxAttempts\": 2, \"JitterStrategy\": \"FULL\"}],",
                "factor 2.0 jitter"
            ),
            ("\"Retry\": [{\"ErrorEquals\": [\"States.ALL\"], \"MaxAttempts\": 2}],", "retry 2"),
            ("\"ResultSelector\": {\"a.$\": \"$.b\"},", "let result: Json"),
            ("\"ResultPath\": \"$.x\",", "dynamic.put"),
            ("\"Catch\": [{\"ErrorEquals\": [\"X\"], \"Next\": \"A\"}],", "} catch error {"),
            ("\"Parameters\": {\"a\": 1},", "let arguments"),
            ("\"Arguments\": {\"a\": 1},", "WF9241"), ("\"Zzz\": 1,", "WF9241"),
            ("\"Seconds\": 1,", "WF9241"), ("\"OutputPath\": \"$.a\",", nil),
        ]),
    Slot(
        "a map of ASL", "x.json",
        "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Map\", \"ItemProcessor\": {\"StartAt\": \"P\", \"States\": {\"P\": {\"Type\": \"Pass\", \"End\": true}}},\n%%\n\"End\": true}}}\n",
        [
            ("\"ToleratedFailurePercentage\": 5,", "WF9241"),
            ("\"ItemReader\": {\"Resource\": \"x\"},", "WF9242"), ("\"ResultWriter\": {},", "WF9241"),
            ("\"ItemBatcher\": {\"MaxItemsPerBatch\": 2},", "WF9241"), ("\"Label\": \"x\",", "WF9241"),
            ("\"MaxConcurrency\": 3,", ", 3, context"),
            ("\"ItemsPath\": \"$.x\",", nil), ("\"ItemSelector\": {\"a\": 1},", nil),
        ]),
    Slot(
        "a task of Open Workflow", "x.yaml",
        "document: {dsl: '1.0.0', namespace: n, name: x, version: '1.0.0'}\ndo:\n  - a:\n      set: {b: 1}\n      %%\n",
        [
            ("if: .x == 1", "= if "), ("timeout: {after: {seconds: 3}}", "deadline 3s"),
            ("output: {as: .b}", "let output"),
            ("input: {schema: {document: {}}}", "WF9241"), ("export: {as: .b}", "let exported"),
            ("zzz: 1", "WF9236"),
        ]),
]

// MARK: XML

private let jpdl =
    "<process-definition name=\"x\">\n<start-state name=\"s\"><transition to=\"n\"/></start-state>\n"
private let oozie = "<workflow-app xmlns=\"uri:oozie:workflow:0.5\" name=\"w\"><start to=\"a\"/>\n"

private let xmlSlots = [
    Slot(
        "a task node of jPDL", "x.xml",
        jpdl
            + "<task-node name=\"n\"><task name=\"t\"/><transition to=\"e\"/>\n%%\n</task-node><end-state name=\"e\"/></process-definition>\n",
        [
            ("<zzz/>", "WF9011"),
            ("<create-timer name=\"c\" duedate=\"1 day\"/>", "WF9454"),
            ("<cancel-timer name=\"c\"/>", "WF9454"),
            ("<timer duedate=\"2 hours\" transition=\"x\" repeat=\"1 hour\"/>", "WF9454"),
            ("<timer duedate=\"2 hours\" cancel-event=\"x\"/>", "WF9241"),
            ("<event type=\"task-end\"><action class=\"X\"/></event>", "WF9454"),
            ("<event type=\"node-enter\"><action class=\"X\" async=\"true\"/></event>", "WF9241"),
            ("<action class=\"X\"/>", "WF9454"),
            ("<exception-handler><action class=\"X\"/></exception-handler>", "WF9454"),
            ("<transition name=\"b\" to=\"e\"><condition expression=\"#{x}\"/></transition>", "WF9457"),
            ("<task name=\"u\" blocking=\"true\"/>", "WF9241"),
            ("<task name=\"u\"><assignment class=\"X\"/></task>", "WF9241"),
            ("<task name=\"u\"><assignment actor-id=\"ann\"/></task>", "role: \"ann\""),
            (
                "<event type=\"node-enter\"><action class=\"X\"><to>me</to></action></event>",
                "settings: { \"to\": \"me\" }"
            ),
            (
                "<event type=\"node-leave\"><script><variable name=\"v\"/><expression>x</expression></script></event>",
                "WF9241"
            ),
        ]),
    Slot(
        "a process of jPDL", "x.xml",
        jpdl
            + "<state name=\"n\"><transition to=\"e\"/></state><end-state name=\"e\"/>\n%%\n</process-definition>\n",
        [
            ("<swimlane name=\"l\"><assignment actor-id=\"ann\"/></swimlane>", "WF9241"),
            ("<event type=\"process-end\"/>", "WF9454"), ("<milestone-node name=\"m\"/>", "WF9454"),
            ("<task name=\"t\"/>", "WF9454"),
            ("<mail-node name=\"m\" to=\"ann\"><transition to=\"e\"/></mail-node>", "WF9454"),
        ]),
    Slot(
        "an action of Oozie", "x.xml",
        oozie
            + "<action name=\"a\"><shell xmlns=\"uri:oozie:shell-action:0.2\"><exec>echo</exec>\n%%\n</shell><ok to=\"e\"/><error to=\"e\"/></action>\n"
            + "<end name=\"e\"/></workflow-app>\n",
        [
            ("<argument>x</argument>", "exec(\"echo\", \"x\")"),
            ("<env-var>A=b</env-var>", "env: [\"A\": \"b\"]"), ("<file>f</file>", "WF9241"),
            ("<archive>f</archive>", "WF9241"), ("<job-xml>f</job-xml>", "WF9241"),
            ("<prepare><delete path=\"x\"/></prepare>", "-rm"),
            ("<prepare><delete path=\"x\" skip-trash=\"true\"/></prepare>", "WF9241"),
            ("<zzz>1</zzz>", "WF9241"), ("<launcher/>", "WF9241"),
            (
                "<configuration><property><name>k</name><value>v</value></property></configuration>",
                "WF9241"
            ),
        ]),
    Slot(
        "a workflow of Oozie", "x.xml",
        oozie
            + "<action name=\"a\"><ext xmlns=\"u\"><size>3</size></ext><ok to=\"e\"/><error to=\"e\"/></action>\n%%\n<end name=\"e\"/></workflow-app>\n",
        [
            ("<credentials><credential name=\"c\" type=\"t\"/></credentials>", "WF9241"),
            ("<global><job-xml>x</job-xml></global>", "WF9241"),
        ]),
    Slot(
        "a state of SCXML", "x.scxml",
        "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\"><state id=\"a\"><transition event=\"x\" target=\"b\"/>\n%%\n</state><final id=\"b\"/></scxml>\n",
        [
            ("<invoke src=\"x\"/>", "WF9473"), ("<onentry><script>x()</script></onentry>", "WF9473"),
            ("<onentry zzz=\"1\"/>", "WF9241"),
            ("<transition event=\"y\" zzz=\"1\" target=\"b\"/>", "WF9241"),
            ("<datamodel zzz=\"1\"><data id=\"n\"/></datamodel>", "WF9241"),
        ]),
    Slot(
        "a job of DAX", "x.dax",
        "<adag name=\"x\"><job id=\"A\" name=\"p\"><argument>x</argument>\n%%\n</job></adag>\n",
        [
            ("<zzz/>", "WF9011"), ("<profile namespace=\"env\" key=\"A\">b</profile>", "env:"),
            ("<uses name=\"f\" link=\"input\" zzz=\"1\"/>", "WF9241"),
            ("<profile namespace=\"dagman\" key=\"PRE\">p</profile>", "WF9241"),
            ("<invoke when=\"at_end\">x</invoke>", "WF9241"),
        ]),
]

// MARK: Leaves

private let leafFiles: [(String, String)] = [
    (
        "x.yaml",
        """
        steps:
          - run: echo LEAF1
          - echo LEAF2
          - parallel:
              - run: echo LEAF3
              - [{run: echo LEAF4}, {run: echo B}]
              - id: deep
                for_each: [1, 2]
                steps:
                  - run: echo LEAF5
                  - type: parallel
                    branches:
                      one:
                        - run: echo LEAF6
                      two: {steps: [echo B]}
          - id: c
            run: echo C
            switch: {x: echo LEAF7}
          - {id: d, cmds: [echo C, echo LEAF8]}
          - {id: e, run: echo E, finally: [{run: echo LEAF9}]}
        """
    ),
    (
        "x.md",
        """
        ---
        steps: [{run: echo LEAF1}]
        ---
        # Runbook
        ## First of all
        ```action
        run: echo LEAF2
        ```
        1. In a list:

           ```action
           run: echo LEAF3
           ```
        > ```action LEAF4
        > run: echo four
        > ```

        ## And then
        ```action
        parallel:
          - run: echo LEAF6
          - run: echo LEAF7
        needs: [first-of-all]
        ```
        """
    ),
    (
        "x.yml",
        """
        on: push
        jobs:
          a:
            runs-on: x
            steps:
              - run: echo LEAF1
              - uses: LEAF2/x@v1
              - if: failure()
                run: echo LEAF3
          b:
            needs: [a]
            if: always()
            uses: ./LEAF4.yml
        """
    ),
]
