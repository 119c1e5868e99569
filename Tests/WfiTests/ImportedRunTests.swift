// Files of other tools, run as they are with real processes: what their steps leave behind is what their own runner would
// have left.
import Testing
import WfTestSupport

@Suite struct ImportedRunTests {
    private func text(_ place: Workplace, _ file: String) throws -> String {
        String(decoding: try readFile(place.path + "/" + file), as: UTF8.self)
    }

    @Test func outputsVariablesAndFailuresOfGitHub() throws {
        let place = try Workplace([
            "ci.yml": """
            on: push
            env: {WHERE: here}
            jobs:
              test:
                runs-on: x
                strategy: {fail-fast: false, matrix: {n: [1, 2]}}
                continue-on-error: ${{ matrix.n == 2 }}
                steps:
                  - id: v
                    run: |
                      echo "tag=v${{ matrix.n }}" >> "$GITHUB_OUTPUT"
                      printf 'long<<END\\none\\ntwo\\nEND\\n' >> $GITHUB_OUTPUT
                      echo "N=${{ matrix.n }}" >> "$GITHUB_ENV"
                      mkdir -p tools${{ matrix.n }}
                      printf '#!/bin/sh\\necho tool' > tools${{ matrix.n }}/a-tool
                      chmod +x tools${{ matrix.n }}/a-tool
                      echo "$PWD/tools${{ matrix.n }}" >> "$GITHUB_PATH"
                      echo "### Done" >> "$GITHUB_STEP_SUMMARY"
                  - run: |
                      echo "$N ${{ steps.v.outputs.tag }} ${{ steps.v.outputs.long }} $WHERE $(a-tool)" > seen$N.txt
                      test "$N" = 1
                  - if: failure()
                    run: echo "$N has failed" > failed$N.txt
                  - if: always()
                    run: echo "${{ job.status }} ${{ steps.v.outcome }}" > clean$N.txt
              pack:
                needs: [test]
                runs-on: x
                outputs: {name: "${{ steps.p.outputs.name }}"}
                steps:
                  - id: p
                    run: echo "name=app.tgz" >> "$GITHUB_OUTPUT"
              broken:
                needs: pack
                runs-on: x
                steps: [{run: exit 3}]
              tell:
                needs: [pack, broken]
                if: always()
                runs-on: x
                steps:
                  - run: echo "${{ needs.pack.outputs.name }} ${{ needs.broken.result }}" > told.txt
            """
        ])
        let run = try place.run("run", "-q", "ci.yml")
        #expect(
            run.status == 1 && run.errorText.contains("broken: `bash` exited with status 3"),
            "\(run.errorText)")
        #expect(try text(place, "seen1.txt") == "1 v1 one\ntwo here tool\n")
        #expect(try text(place, "seen2.txt") == "2 v2 one\ntwo here tool\n")
        #expect(try text(place, "failed2.txt") == "2 has failed\n")
        #expect(throws: (any Error).self) { try text(place, "failed1.txt") }
        #expect(try text(place, "clean1.txt") == "success success\n")
        #expect(try text(place, "clean2.txt") == "failure success\n")
        #expect(try text(place, "told.txt") == "app.tgz failure\n")
    }

    @Test func groupsOfPlainSteps() throws {
        let place = try Workplace([
            "w.yaml": """
            inputs: {names: [a, b], stage: test}
            steps:
              - {id: count, run: "echo 4"}
              - id: each
                needs: count
                for_each: "{{inputs.names}}"
                as: name
                max_parallel: 1
                steps:
                  - {id: make, run: "echo {{name}}{{count.result}}"}
                  - {id: keep, run: "echo {{make.result}} >> kept.txt"}
              - id: checks
                needs: each
                if: "{{count.result}} > 3 && {{inputs.stage}} == test"
                parallel:
                  - {id: bad, run: exit 5, on_error: continue}
                  - {id: good, run: echo fine, save_as: verdict}
              - {id: never, needs: checks, if: "{{inputs.stage}} == 'prod'", run: echo no > never.txt}
              - {id: last, needs: [checks], run: "echo {{verdict}} {{checks.good}} > last.txt"}
            """
        ])
        let run = try place.run("run", "-q", "w.yaml")
        #expect(run.status == 0, "\(run.errorText)")
        #expect(try text(place, "kept.txt") == "a4\nb4\n")
        #expect(try text(place, "last.txt") == "fine fine\n")
        #expect(throws: (any Error).self) { try text(place, "never.txt") }
    }

    @Test func runbook() throws {
        let place = try Workplace([
            "r.md": """
            ---
            name: Restore
            ---
            # Restore

            ## 1. Stop the service

            - Nobody may write any more:

              ```action
              run: echo stopped > state.txt
              ```

            ## Fetch it

            ```action
            run: echo dump
            needs: stop-the-service
            ```

            ## Start again

            ```action
            parallel:
              - {id: web, run: "echo {{Fetch it.result}} >> state.txt"}
            needs: [Fetch it]
            ```
            """
        ])
        let run = try place.run("run", "-q", "r.md")
        #expect(run.status == 0, "\(run.errorText)")
        #expect(try text(place, "state.txt") == "stopped\ndump\n")
    }

    @Test func jobsSideBySideAndLooseComparisons() throws {
        let place = try Workplace([
            "ci.yml": """
            on: push
            jobs:
              bad: {runs-on: x, steps: [{run: exit 1}]}
              good: {runs-on: x, steps: [{run: 'sleep 1; touch good'}]}
              clean:
                needs: [bad, good]
                if: ${{ always() && contains(needs.*.result, 'failure') }}
                runs-on: x
                steps: [{run: touch clean}]
              draft:
                if: github.event.pull_request.draft == false && github.ref == 'refs/heads/MAIN'
                runs-on: x
                steps: [{run: 'echo "<${{ github.missing }}>" > draft'}]
              none:
                if: github.ref != 'refs/heads/main' || github.event.number == 1
                runs-on: x
                steps: [{run: touch none}]
            """
        ])
        let run = try place.run(
            "run", "-q", "ci.yml", "context={\"github\": {\"ref\": \"refs/heads/main\"}}")
        #expect(run.status == 1 && run.errorText.contains("bad: "), "\(run.errorText)")
        for file in ["good", "clean"] { #expect(throws: Never.self) { try text(place, file) } }
        #expect(try text(place, "draft") == "<>\n")
        #expect(throws: (any Error).self) { try text(place, "none") }
    }

    @Test func timeoutsOfOpenWorkflowAreCaught() throws {
        let place = try Workplace([
            "w.yaml": """
            document: {dsl: '1.0.0', namespace: a, name: b, version: '1.0.0'}
            do:
              - t:
                  try:
                    - w: {wait: PT60S, timeout: {after: PT1S}}
                  catch:
                    errors: {with: {type: 'https://serverlessworkflow.io/spec/1.0.0/errors/timeout', status: 408}}
                    do: [{s: {set: {ok: true}}}]
            """
        ])
        let run = try place.run("run", "-q", "w.yaml")
        #expect(run.status == 0 && run.outputText.contains("\"ok\":true"), "\(run.errorText)")
    }

    @Test func matricesAndVariablesThatARunMakes() throws {
        let place = try Workplace([
            "ci.yml": """
            on: {workflow_dispatch: {inputs: {version: {type: string, default: "1.2"}, dry: {type: boolean, default: true}}}}
            env: {FULL: "${{ inputs.version }}-rc"}
            jobs:
              prepare:
                runs-on: x
                outputs: {matrix: "${{ steps.m.outputs.matrix }}", tag: "${{ steps.v.outputs.tag || 'none' }}"}
                steps:
                  - id: m
                    run: |
                      echo 'matrix={"os":["a","b"],"n":[1,2],"exclude":[{"os":"b","n":2}],"include":[{"os":"c"}]}' >> $GITHUB_OUTPUT
                      echo BUILD=7 >> $GITHUB_ENV
                  - run: echo "${{ env.BUILD }} ${{ env.FULL }} $BUILD $FULL ${{ toJSON(inputs.dry) }}" > prepared
              build:
                needs: prepare
                runs-on: x
                strategy: {fail-fast: false, matrix: "${{ fromJSON(needs.prepare.outputs.matrix) }}"}
                steps:
                  - run: touch "built-${{ matrix.os }}-${{ matrix.n }}"
                  - if: matrix.os == 'C' && !failure()
                    run: exit 1
              publish:
                needs: [prepare, build]
                if: ${{ !inputs.dry && success() }}
                runs-on: x
                steps: [{run: touch published}]
              notify:
                needs: [publish, build, prepare]
                if: always() && contains(needs.*.result, 'Failure') && !contains(needs.*.result, 'cancelled')
                runs-on: x
                steps: [{run: 'echo "${{ join(needs.*.result) }} ${{ needs.prepare.outputs.tag }}" > notified'}]
            """
        ])
        let run = try place.run("run", "-q", "ci.yml")
        #expect(run.status == 1 && run.errorText.contains("build: run: `bash` exited"), "\(run.errorText)")
        #expect(try text(place, "prepared") == "7 1.2-rc 7 1.2-rc true\n")
        #expect(try text(place, "notified") == "skipped,failure,success none\n")
        for file in ["built-a-1", "built-a-2", "built-b-1", "built-c-"] {
            #expect(throws: Never.self) { try text(place, file) }
        }
        for file in ["built-b-2", "published"] { #expect(throws: (any Error).self) { try text(place, file) } }
    }

    @Test func endsOfCommandsThatMayFail() throws {
        let place = try Workplace([
            "w.yaml": """
            steps:
              - {id: lint, run: "echo x; exit 3", continue_on_error: true}
              - {id: fine, run: "echo good", allow_failure: true}
              - {id: bad, needs: lint, if: "steps.lint.outcome == 'failed'", run: "touch bad"}
              - {id: good, needs: lint, if: "steps.lint.outcome == 'success'", run: "touch good"}
              - {id: short, needs: lint, if: lint.failed, run: "touch short"}
              - {id: ok, needs: fine, if: "{{ steps.fine.status == 'success' }}", run: "touch ok"}
              - {id: words, needs: [lint, fine], run: "echo {{steps.lint.outcome}} {{fine.output}} > words"}
            """
        ])
        let run = try place.run("run", "-q", "w.yaml")
        #expect(run.status == 0, "\(run.errorText)")
        #expect(try text(place, "words") == "failure good\n")
        for file in ["bad", "short", "ok"] { #expect(throws: Never.self) { try text(place, file) } }
        #expect(throws: (any Error).self) { try text(place, "good") }
    }

    @Test func triesOfOpenWorkflowAreRepeated() throws {
        let place = try Workplace([
            "w.yaml": """
            document: {dsl: '1.0.0', namespace: a, name: b, version: '1.0.0'}
            use: {retries: {often: {delay: {milliseconds: 1}, backoff: {exponential: {}}, limit: {attempt: {count: 2}}, jitter: {from: {milliseconds: 0}, to: {milliseconds: 2}}}}}
            do:
              - a:
                  try: [{no: {raise: {error: {type: https://x/errors/busy, status: 503, title: busy}}}}]
                  catch:
                    errors: {with: {status: 503}}
                    retry: often
                    do: [{after: {set: {caught: "${ $error.title }"}}}]
              - b:
                  try: [{no: {raise: {error: {type: https://x/errors/busy, status: 500, title: worse}}}}]
                  catch: {retry: {delay: PT0.001S, backoff: {linear: {}}, limit: {attempt: {count: 1}}}}
            """
        ])
        let run = try place.run("run", "--journal", "j", "w.yaml")
        #expect(run.status == 1 && run.errorText.contains("worse"), "\(run.errorText)")
        let shown = try place.run("show", "--journal", "j")
        let lines = shown.outputText.split(separator: "\n")
        func isTried(_ path: String) -> Bool { lines.contains { $0.contains(" \(path) ") } }
        #expect(isTried("[2]/tried") && !isTried("[3]/tried"), "\(shown.outputText)")
        #expect(isTried("[1]/tried2") && !isTried("[2]/tried2"), "\(shown.outputText)")
    }
}
