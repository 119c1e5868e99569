// Argo Workflows: what templates, steps, tasks, loops and parameters become, and what is refused.
import Testing
import WfDiagnostics
import WfImport
import WfSource

private func spec(_ text: String) -> CompiledImport {
    compiled(
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: x}\nspec:\n" + text, as: "x.yaml")
}

private let work =
    "    - {name: work, inputs: {parameters: [{name: p}]}, container: {image: i, args: ['{{inputs.parameters.p}}']}}\n"

@Suite struct ArgoTests {
    @Test func stepsAndTasks() {
        let result = spec(
            """
              entrypoint: top
              arguments: {parameters: [{name: who, value: me}]}
              templates:
                - name: top
                  steps:
                    - - {name: one, template: work, arguments: {parameters: [{name: p, value: '{{workflow.parameters.who}}'}]}}
                      - {name: two, template: graph}
                    - - {name: last, template: work, when: '{{steps.one.outputs.result}} == heads', arguments: {parameters: [{name: p, value: a}]}}
                - name: graph
                  dag:
                    tasks:
                      - {name: a, template: work, arguments: {parameters: [{name: p, value: '{{item}}'}]}, withItems: [x, y]}
                      - {name: b, template: work, depends: a, continueOn: {failed: true}, arguments: {parameters: [{name: p, value: z}]}}
            \(work)
            """)
        #expect(result.outcome == "notes", "\(result.codes)")
        for line in [
            "workflow main(who: String = \"me\") {", "step top = top(globals)", "step two = graph()",
            "after one, two",
            "when json.plain(one[\"result\"]) == \"heads\"",
            "step a = for item in ([\"x\", \"y\"] as [Json]) {",
            "step b = try {", "{ \"image\": \"i\", \"args\": [\"{p}\"] }, role: \"container\")",
        ] { #expect(result.text.contains(line), "\(line) in \(result.text)") }
    }

    @Test func refused() {
        #expect(spec("  entrypoint: a\n  templates:\n" + work).codes == ["WF9230:5"])
        #expect(spec("  templates:\n" + work).codes == ["WF9233:4"])
        #expect(spec("  entrypoint: work\n  templates:\n" + work + work).codes.contains("WF9231:8"))
        let dag = "  entrypoint: d\n  templates:\n    - name: d\n      dag:\n        tasks:\n"
        #expect(spec(dag + "          - {name: a, template: d, dependencies: [b]}\n").codes == ["WF9230:10"])
        #expect(
            spec(
                dag
                    + "          - {name: a, template: d, depends: b}\n          - {name: b, template: d, depends: a}\n"
            ).codes
                == ["WF9232:10"])
        #expect(spec("  entrypoint: a\n  templates: [{name: a}]\n").codes == ["WF9237:6"])
        #expect(
            compiled("apiVersion: argoproj.io/v1alpha1\nkind: Sensor\n", as: "x.yaml").codes == ["WF9235:2"])
    }

    @Test func endsOfItems() {
        let result = spec(
            """
              entrypoint: main
              templates:
                - name: main
                  dag:
                    tasks:
                      - {name: a, template: sh, withItems: [1, 2]}
                      - {name: bad, depends: a.AllFailed, template: sh}
                      - {name: some, depends: a.AnySucceeded, template: sh}
                      - {name: up, depends: a.Daemoned, template: sh}
                      - {name: apart, dependencies: [], template: sh}
                - {name: sh, container: {image: i}}

            """)
        #expect(result.outcome == "notes" && result.codes.contains("WF9242:13"), "\(result.codes)")
        for line in [
            "runner.gathered(all)", "when runner.allItemsFailed(a)", "when runner.anyItemSucceeded(a)",
            "when upDependsIsMeant == \"yes\"",
        ] { #expect(result.text.contains(line), "\(line) in \(result.text)") }
    }

    @Test func itemsAndSequences() {
        let result = spec(
            """
              entrypoint: main
              templates:
                - name: main
                  parallelism: 2
                  steps:
                    - - {name: a, template: sh, withItems: [1, 2], when: "{{item}} != 2"}
                - name: down
                  dag:
                    tasks:
                      - {name: b, template: sh, withSequence: {start: "3", end: "1", format: "n%02d"}}
                - name: sh
                  retryStrategy: {limit: 2, retryPolicy: OnError, backoff: {duration: 1s, factor: 2}}
                  container: {image: i}

            """)
        #expect(!result.isRefused && result.codes.contains("WF9241:16"), "\(result.codes) \(result.text)")
        for line in [
            "for item in ([1, 2] as [Json]) limit 2 {", "step one: Json = if json.plain(item) != \"2\" {",
            "runner.sequence(3, 1, \"n%02d\")", "retry 2 backoff 1s..365d factor 2.0",
        ] { #expect(result.text.contains(line), "\(line) in \(result.text)") }
    }

    @Test func whatIsKnownWithoutACluster() {
        let result = spec(
            """
              entrypoint: top
              templates:
                - name: top
                  steps:
                    - - {name: one, template: sh, withItems: [true, 1, a], arguments: {parameters: [{name: p, value: '{{item}}'}]}}
                - name: sh
                  inputs: {parameters: [{name: p}], artifacts: [{name: in, path: /in}]}
                  outputs: {parameters: [{name: o, valueFrom: {path: /o}}]}
                  container: {image: i, args: ['cat {{inputs.artifacts.in.path}} > {{outputs.parameters.o.path}}', '{{workflow.namespace}}']}

            """)
        #expect(result.text.contains("cat /in > /o"), "\(result.text)")
        #expect(result.text.contains("in ([toJson(true), 1, \"a\"] as [Json])"), "\(result.text)")
        // The name of a namespace is nothing that a run has.
        #expect(
            result.codes.contains("WF9242:13") && !result.text.contains("namespace\"]"), "\(result.codes)")
    }

    @Test func aPathThatIsComputedIsNotKnown() {
        let result = compiled(
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            spec:
              entrypoint: a
              arguments: {parameters: [{name: d, value: "1"}]}
              templates:
                - name: a
                  inputs: {parameters: [{name: d, value: x}]}
                  outputs: {parameters: [{name: o, valueFrom: {path: '/{{inputs.parameters.d}}/o'}}]}
                  container: {image: i, args: ['echo > {{outputs.parameters.o.path}}']}

            """, as: "x.yaml")
        #expect(result.codes.contains("WF9242:10"), "\(result.codes) \(result.text)")
    }
}
