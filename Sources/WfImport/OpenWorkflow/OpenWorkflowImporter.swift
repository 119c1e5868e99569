// Open Workflow 1.0 (Serverless Workflow): a list of tasks is a chain of steps, or a loop over an enum of them where they
// jump. What is checked of a file stands in OpenWorkflowChecker, what is written in OpenWorkflowWriter.

import WfDiagnostics
import WfSource

struct OpenWorkflowImporter: Importer {
    let name = "Open Workflow 1.0"

    var prose: Set<String> { ["metadata"] }

    func recognises(_ document: ImportDocument) -> Bool {
        guard let map = document.dataMap else { return false }
        return map["document"] != nil || map["do"] != nil && map["steps"] == nil
    }

    func write(_ document: ImportDocument, to job: inout ImportJob) {
        guard let map = document.dataMap else { return }
        OpenWorkflowChecker().check(map, &job)
        if job.hasErrors { return }
        // The checker has looked at every key and acted on none.
        DataNode(.map(map), job.start).forgetReads()
        var writer = OpenWorkflowWriter()
        writer.write(map, &job)
    }
}
