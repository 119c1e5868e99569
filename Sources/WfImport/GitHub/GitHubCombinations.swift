// The combinations of a job's matrix. Knows nothing of jobs.

import WfDiagnostics
import WfSource

enum GitHubCombinations {
    private static let combinationsMax = 1024

    /// The combinations as the elements of a list, which is one empty one where the matrix is an expression; nil when there
    /// are too many.
    static func list(
        _ matrix: DataNode, _ expressions: inout GitHubExpressions, _ job: inout ImportJob
    ) -> String? {
        matrix.readAll()
        guard let map = matrix.map, !isMadeByRun(map) else {
            if let value = expressions.quietValue(matrix) {
                expressions.usesRunner = true
                return "runner.combinations(\(value))"
            }
            job.add(
                .dialectExpressionKept(
                    WfJson.jsonText(matrix),
                    "\(expressions.why); the job runs once, with an empty matrix", at: matrix.span))
            return "[{}]"
        }
        var rows: [[(String, DataNode)]] = [[]]
        for entry in map.entries where entry.key != "include" && entry.key != "exclude" {
            let values = entry.value.list ?? [entry.value]
            if rows.count * values.count > combinationsMax {
                job.add(
                    .githubMatrix(
                        "the matrix has more than \(combinationsMax) combinations",
                        at: entry.keySpan, help: "make it smaller"))
                return nil
            }
            rows = rows.flatMap { row in values.map { row + [(entry.key, $0)] } }
        }
        for filter in map["exclude"]?.list ?? [] {
            rows.removeAll { row in
                filter.map?.entries.allSatisfy { entry in
                    row.contains { $0.0 == entry.key && GitHubMatrix.matches($0.1, entry.value) }
                } ?? false
            }
        }
        if rows.count == 1 && rows[0].isEmpty { rows = [] }
        include(map, &rows)
        let texts = rows.map { row in
            "{ "
                + row.map { "\(WfText.string($0.0)): \(expressions.typedValue($0.1, &job))" }.joined(
                    separator: ", ") + " }"
        }
        return texts.isEmpty ? "[{}]" : "[" + texts.joined(separator: ", ") + "]"
    }

    /// Whether only a run knows what there is to combine.
    private static func isMadeByRun(_ map: DataMap) -> Bool {
        if map.entries.contains(where: { GitHubChecker.isExpression($0.value) }) { return true }
        guard map.has("include") || map.has("exclude") else { return false }
        return map.entries.contains { WfJson.jsonText($0.value).contains("${{") }
    }

    /// Each entry of `include` extends the combinations it does not change, or is one of its own.
    private static func include(_ map: DataMap, _ rows: inout [[(String, DataNode)]]) {
        let original = rows
        for extra in map["include"]?.list ?? [] {
            guard let entries = extra.map?.entries else { continue }
            var isUsed = false
            for index in original.indices {
                let fits = entries.allSatisfy { entry in
                    original[index].first { $0.0 == entry.key }.map {
                        GitHubMatrix.matches($0.1, entry.value)
                    } ?? true
                }
                guard fits else { continue }
                isUsed = true
                for entry in entries {
                    rows[index].removeAll { $0.0 == entry.key }
                    rows[index].append((entry.key, entry.value))
                }
            }
            if !isUsed { rows.append(entries.map { ($0.key, $0.value) }) }
        }
    }
}
