// Argo Workflows: each template becomes a workflow, its steps and tasks calls of the others. Containers are work for
// others, since wf starts none.

import WfDiagnostics
import WfSource

struct ArgoImporter: Importer {
    let name = "Argo Workflows"

    var prose: Set<String> { ["apiVersion", "metadata", "description", "status", "displayName"] }

    static let kinds = ["Workflow", "CronWorkflow", "WorkflowTemplate", "ClusterWorkflowTemplate"]

    func recognises(_ document: ImportDocument) -> Bool {
        guard let map = document.dataMap else { return false }
        return map["apiVersion"]?.text?.hasPrefix("argoproj.io/") ?? false
    }

    func write(_ document: ImportDocument, to job: inout ImportJob) {
        guard let map = document.dataMap else { return }
        guard let kind = map["kind"], ArgoImporter.kinds.contains(kind.text ?? "") else {
            let found = map["kind"]?.scalarText ?? ""
            job.add(
                .dialectUnknownValue(
                    "kind", found, among: ArgoImporter.kinds, at: map["kind"]?.span ?? job.start))
            return
        }
        guard let outer = map["spec"]?.map else {
            job.add(.dialectMissingKey("spec", in: "the file", at: kind.span))
            return
        }
        var spec = outer
        if kind.text == "CronWorkflow" {
            guard let inner = outer["workflowSpec"]?.map else {
                job.add(
                    .dialectMissingKey(
                        "workflowSpec", in: "`spec`", at: map.entry("spec")?.keySpan ?? job.start))
                return
            }
            spec = inner
            let place = outer.first(["schedule", "schedules"])?.keySpan ?? kind.span
            job.add(.dialectTrigger("the schedule", at: place))
        }
        job.name(outer, "the workflow")
        job.name(spec, "the workflow")
        var writer = ArgoWriter(top: map, outer: outer, spec: spec)
        writer.write(&job)
    }
}

/// A template, and the name of its workflow in wf.
struct ArgoTemplate {
    let id: String
    let span: Span
    let map: DataMap
    var name = ""
    /// Input parameters: their names in the file and in wf, with the default's node.
    var inputs: [(id: String, name: String, defaultNode: DataNode?)] = []
    var usesGlobals = false

    /// Templates that its steps and tasks call.
    var calls: [(id: String, span: Span)] {
        steps.compactMap { step in step["template"]?.text.map { ($0, step["template"]?.span ?? span) } }
    }

    /// Its steps and tasks, in order.
    var steps: [DataMap] {
        let groups = map["steps"]?.list ?? []
        let steps = groups.flatMap { ($0.list ?? [$0]).compactMap(\.map) }
        return steps + (map["dag"]?["tasks"]?.list ?? []).compactMap(\.map)
    }
}
