// GitHub Actions: jobs become workflows of their own, called by one that knows their order. What is checked of a file
// stands in GitHubChecker, what is written in GitHubWriter.

import WfDiagnostics
import WfSource

struct GitHubImporter: Importer {
    let name = "GitHub Actions"

    /// A title says nothing about what is done; where it stands for something it is read.
    var prose: Set<String> { ["run-name", "description"] }

    func recognises(_ document: ImportDocument) -> Bool {
        guard let map = document.dataMap else { return false }
        if let jobs = map["jobs"] {
            return map["on"] != nil || jobs.map != nil && map["steps"] == nil && isJobs(jobs)
        }
        return map["runs"] != nil && map["name"] != nil || map["on"] != nil && map["steps"] == nil
    }

    private func isJobs(_ node: DataNode) -> Bool {
        node.map?.entries.contains { $0.value.map?.first(["runs-on", "uses"]) != nil } ?? false
    }

    func write(_ document: ImportDocument, to job: inout ImportJob) {
        guard let map = document.dataMap else { return }
        if let runs = map.entry("runs"), map["jobs"] == nil {
            job.add(.githubAction(at: runs.keySpan))
            return
        }
        GitHubChecker(top: map).check(&job)
        if job.hasErrors { return }
        // The checker has looked at every key and acted on none.
        DataNode(.map(map), job.start).forgetReads()
        var writer = GitHubWriter(top: map)
        writer.write(&job)
    }
}
