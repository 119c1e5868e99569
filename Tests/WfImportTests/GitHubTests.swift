// GitHub Actions: what jobs, steps, matrices and conditions become, and the rules of their structure.
import Testing
import WfDiagnostics
import WfImport
import WfSource

private func file(_ jobs: String, on: String = "push") -> CompiledImport {
    compiled("on: \(on)\njobs:\n\(jobs)", as: "x.yml")
}

private func job(_ keys: String, steps: String = "[{run: x}]") -> String {
    "  a:\n    runs-on: x\n\(keys)    steps: \(steps)\n"
}

@Suite struct GitHubTests {
    @Test func jobsAndSteps() {
        let result = file(
            """
              lint:
                runs-on: ubuntu-latest
                env: {A: no}
                steps:
                  - uses: actions/checkout@v4
                    with: {depth: 1}
                  - name: Say it
                    run: echo ${{ github.ref }}
                    working-directory: sub
                    timeout-minutes: 5
                  - {run: x, continue-on-error: true, shell: sh}
              test:
                needs: lint
                if: github.event_name == 'push'
                runs-on: x
                strategy: {max-parallel: 2, matrix: {os: [a, b], n: [1, 2], exclude: [{os: a, n: 2}], include: [{os: c}]}}
                steps: [{run: 'echo ${{ matrix.os }}'}]

            """)
        #expect(result.outcome == "notes" && result.levels == [["lint"], ["test1"]])
        for line in [
            "workflow main(context: Json = {}) {", "step lint = lint(context)",
            "step checkout = task(\"actions/checkout@v4\", { \"depth\": 1 }, role: \"actions/checkout\")",
            "\"echo {runner.text(context.github[\"ref\"])}\", cwd: Path(\"sub\"), env: [\"A\": \"no\"])",
            "timeout 5m",
            "step test1 = for matrix in ([{ \"os\": \"a\", \"n\": 1 }, { \"os\": \"b\", \"n\": 1 }, "
                + "{ \"os\": \"b\", \"n\": 2 }, { \"os\": \"c\" }] as [Json]) limit 2 {",
            "after lint", "when runner.equals(context.github[\"event_name\"], \"push\")",
            "step run = try {",
        ] { #expect(result.text.contains(line), "\(line) in \(result.text)") }
    }

    @Test func structure() {
        let cases: [(String, String)] = [
            (job("    neds: b\n"), "WF9236:5"), ("  a:\n    steps: []\n", "WF9233:3"),
            ("  a: {runs-on: x}\n", "WF9233:3"),
            ("  1a: {runs-on: x, steps: []}\n", "WF9261:3"), (job("", steps: "[{name: x}]"), "WF9237:5"),
            (job("", steps: "[{run: x, id: a}, {run: x, id: A}]"), "WF9231:5"),
            (job("    needs: [b]\n"), "WF9230:3"), (job("    needs: [a]\n"), "WF9232:3"),
            (job("    strategy: {matrix: {n: [1, 1]}}\n"), "WF9231:5"),
            (job("    strategy: {matrix: {n: [1], exclude: [{m: 1}]}}\n"), "WF9263:5"),
            (job("    strategy: {matrix: {n: [1], exclude: [{n: 2}]}}\n"), "WF9263:5"),
            (job("    timeout-minutes: two\n"), "WF9234:5"),
            (job("    continue-on-error: off\n"), "WF9234:5"),
            (job("    env: x\n"), "WF9234:5"), ("  a: {uses: ./x.yml@main}\n", "WF9264:3"),
            ("  a: {uses: x}\n", "WF9264:3"),
        ]
        for (text, code) in cases { #expect(file(text).codes == [code], "\(text)") }
        let events: [(String, String)] = [
            ("psh", "WF9262:1"), ("{push: {branch: x}}", "WF9236:1"),
            ("{push: {paths: x, paths-ignore: x}}", "WF9262:1"),
            ("{issues: {types: [x]}}", "WF9262:1"), ("{release: {tags: x}}", "WF9262:1"),
            ("{schedule: [{cron: '* * * * *'}]}", "WF9262:1"), ("{schedule: [{cron: '1 2 3'}]}", "WF9262:1"),
            ("{workflow_dispatch: {inputs: {a: {type: boolean, default: yes}}}}", "WF9262:1"),
            ("{workflow_call: {inputs: {a: {type: object}}}}", "WF9235:1"),
        ]
        for (text, code) in events { #expect(file(job(""), on: text).codes == [code], "\(text)") }
        #expect(compiled("name: x\nruns: {using: composite}\n", as: "x.yml").codes == ["WF9260:2"])
    }

    @Test func whatAScriptExpectsOfItsRunnerIsNamed() {
        let steps =
            "[{run: 'echo ::set-output name=a::b $GITHUB_EVENT_PATH $GITHUB_SHA $GITHUB_TOKEN', "
            + "env: {GITHUB_TOKEN: x}}]"
        let result = file(job("", steps: steps))
        #expect(result.codes == ["WF9241:5", "WF9241:5", "WF9244:1"], "\(result.codes)")
    }

    @Test func whatIsNotTranslatedNeverRuns() {
        let result = file(job("    if: hashFiles('x') != ''\n"))
        #expect(
            result.text.contains("IsMeant == \"yes\"") && result.text.contains("Does it hold?")
                && result.codes.contains("WF9242:5"))
        #expect(file(job("    if: success()\n")).text.contains("when") == false)
    }

    @Test func conditionsThatLookAtHowThingsHaveGone() {
        let asked = file(
            "  a: {runs-on: x, steps: [{run: x}]}\n" + """
                  b:
                    needs: a
                    if: always() && hashFiles('a') != github.ref
                    runs-on: x
                    steps: [{run: x}]

                """)
        #expect(asked.outcome == "notes" && asked.text.contains("Does it hold? always()"), "\(asked.codes)")
        #expect(!asked.text.contains("when runner.allSucceeded"), "\(asked.text)")
        let read = file(
            "  a: {runs-on: x, steps: [{run: x}]}\n" + """
                  b:
                    needs: a
                    if: ${{ always() && contains(needs.*.result, 'failure') }}
                    runs-on: x
                    steps: [{run: 'echo ${{ github.workspace }}/a'}]

                """, on: "{workflow_call: {inputs: {x: {type: string}}, outputs: {o: {value: y}}}}")
        #expect(
            read.text.contains("when runner.contains(toJson(runner.conclusions([a])), \"failure\")")
                && read.text.contains("echo ./a"), "\(read.text)")
        for code in ["WF9241:1", "WF9245:1", "WF9245:8"] {
            #expect(read.codes.contains(code), "\(code) in \(read.codes)")
        }
    }

    @Test func shells() {
        let cases = [
            ("x", "", "exec(\"bash\", \"-e\", \"-c\", \"false | x\")"),
            ("x", ", shell: bash", "\"-eo\", \"pipefail\", \"-c\", \"false | x\")"),
            (
                "windows-2022", "",
                "exec(\"pwsh\", \"-command\", \"$ErrorActionPreference = 'stop'\\nfalse | x\\nif "
            ),
        ]
        for (runner, shell, call) in cases {
            let text = file("  a: {runs-on: \(runner), steps: [{run: 'false | x'\(shell)}]}\n").text
            #expect(text.contains(call), "\(text)")
        }
    }

    @Test func numbersInTexts() {
        let result = file(job("    env: {V: 3.10, W: 1e3}\n", steps: "[{run: 'echo ${{ env.V }}'}]"))
        #expect(result.text.contains("\"V\": \"3.1\", \"W\": \"1000\""), "\(result.text)")
        #expect(result.text.contains("\"echo 3.1\""), "\(result.text)")
    }

    @Test func whatAScriptHasSaidBeforeItFailed() {
        let result = file(
            job(
                "",
                steps: """

                          - {uses: some/action}
                          - {id: t, continue-on-error: true, run: 'echo a=1 >> $GITHUB_OUTPUT; echo "B=2" >> $GITHUB_ENV; exit 7'}
                          - {run: 'echo ${{ steps.t.outputs.a }} ${{ env.B }} ${{ env.C }}'}
                    """))
        #expect(
            result.text.contains("runner.ran(attempt.stdout, attempt.stderr, isTolerated: true)"),
            "\(result.text)")
        // What a script sets is known, what an action may have set is not.
        #expect(
            result.text.contains("runner.variable(\"B\", [(t ?? runner.skipped)], null)"), "\(result.text)")
        #expect(result.diagnostics.count { $0.message.contains("env.C") } == 1, "\(result.codes)")
        #expect(!result.diagnostics.contains { $0.message.contains("env.B") }, "\(result.codes)")
    }
}
