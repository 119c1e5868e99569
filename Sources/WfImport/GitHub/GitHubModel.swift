// The jobs of a GitHub workflow as the writers see them, and how much of what they come to has to be kept. Writes nothing.

import WfDiagnostics
import WfSource

/// A job.
struct GitHubJob {
    let entry: DataEntry
    let map: DataMap
    /// The name of its workflow, and of the step that calls it.
    let workflow: String
    let step: String
    /// Jobs that it waits for, by number.
    var needs: [Int] = []
    /// Whether its steps are followed one by one: what each has come to is looked at by others.
    var isFollowed = false
    var usesContext = false
    var usesMatrix = false
    var usesNeeds = false

    var id: String { entry.key.lowercased() }
    var matrix: DataNode? { map.peek("strategy")?.map?.peek("matrix") }
}

/// What only works where steps and jobs are followed.
enum GitHubFollowing {
    static let files = [
        "GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY",
    ]
    private static let status = ["always()", "failure()", "cancelled()", "success()"]

    /// Whether a script writes to one of the files that a runner reads.
    static func writesFiles(_ script: String) -> Bool { files.contains { script.contains($0) } }

    /// Variables that a script seems to set for the steps behind it: words in front of `=` and `<<`.
    static func set(by script: String) -> [String] {
        guard script.contains("GITHUB_ENV") else { return [] }
        return script.split { $0.isWhitespace || "\"'`;(".contains($0) }.compactMap { word in
            let name = word.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            let rest = word[name.endIndex...]
            return !name.isEmpty && (rest.hasPrefix("=") || rest.hasPrefix("<<")) ? String(name) : nil
        }
    }

    /// Whether what a job's steps come to is looked at.
    static func isFollowed(_ job: DataMap) -> Bool {
        if job.peek("outputs")?.map?.isEmpty == false, job.peek("uses") == nil { return true }
        return (job.peek("steps")?.list ?? []).compactMap(\.map).contains { step in
            if writesFiles(step.peek("run")?.scalarText ?? "") { return true }
            if let tolerant = step.peek("continue-on-error"), tolerant.bool == nil { return true }
            if asksStatus(step.peek("if")) { return true }
            return step.entries.contains { reads("steps", $0.value) }
        }
    }

    /// Whether what jobs come to is looked at by others, or a failed one is no failure of the whole.
    static func isFollowed(jobs: [GitHubJob]) -> Bool {
        jobs.contains { job in
            let tolerant = job.map.peek("continue-on-error")
            return asksStatus(job.map.peek("if")) || tolerant != nil && tolerant?.bool != false
                || job.map.peek("strategy")?.map?.peek("fail-fast")?.bool == false
                || reads("needs", job.entry.value)
        } || areApart(jobs)
    }

    /// Whether two jobs do not wait for each other: one that fails ends none of the others.
    private static func areApart(_ jobs: [GitHubJob]) -> Bool {
        // In a row each job waits for one more than the job before.
        var isNeeded = Set<Int>()
        for job in jobs
        where job.needs.count > 1 || job.needs.contains(where: { !isNeeded.insert($0).inserted }) {
            return true
        }
        return jobs.count(where: \.needs.isEmpty) > 1
    }

    private static func asksStatus(_ condition: DataNode?) -> Bool {
        guard let condition else { return false }
        let words = GitHubExpressions.words(of: condition)
        return words != "success()" && asksStatus(words)
    }

    /// Whether a condition has a word for how things have gone.
    static func asksStatus(_ words: String) -> Bool {
        let plain = words.lowercased().filter { !$0.isWhitespace }
        return status.contains { plain.contains($0) }
    }

    /// Whether a context is read somewhere in a part of the file.
    private static func reads(_ context: String, _ node: DataNode) -> Bool {
        let text = WfJson.jsonText(node).lowercased()
        return ["\(context).", "\(context)[", "(\(context))"].contains { text.contains($0) }
    }
}
