// Amazon States Language: a state machine becomes a loop over an enum of its states. What is checked of a file stands in
// AslChecker, what is written in AslWriter.

import WfDiagnostics
import WfSource

struct AslImporter: Importer {
    let name = "Amazon States Language"

    var prose: Set<String> { ["Comment"] }

    func recognises(_ document: ImportDocument) -> Bool {
        guard let map = document.dataMap else { return false }
        // `states` of Serverless Workflow before 1.0 are a list.
        if map.has("specVersion") { return false }
        return map.first(["StartAt", "States", "startAt", "states"]) != nil && map["document"] == nil
    }

    func write(_ document: ImportDocument, to job: inout ImportJob) {
        guard let map = document.dataMap else { return }
        let top = Span(file: job.file, start: job.start.start, end: job.start.end)
        AslChecker().check(
            machine: map, "the state machine", at: top, isJsonata: AslChecker.isJsonata(map, false), &job)
        if job.hasErrors { return }
        var writer = AslWriter()
        writer.write(map, &job)
    }
}
