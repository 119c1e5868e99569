// Programs that run the scripts of a GitHub workflow, and the variables that a runner sets for them. Writes no wf but values.

import WfSource

/// Shells that a step names by a template: `bash -l {0}`.
enum GitHubShells {
    private static let flags = [
        "bash": "-c", "sh": "-c", "dash": "-c", "zsh": "-c", "ksh": "-c", "fish": "-c", "python": "-c",
        "python3": "-c", "node": "-e", "perl": "-e", "ruby": "-e", "rscript": "-e", "php": "-r", "lua": "-e",
    ]

    /// The program and its arguments in front of the script; nil when it does not take a script as an argument.
    static func program(_ template: String) -> [String]? {
        let words = template.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count > 1, words.last == "{0}", let first = words.first,
            let name = first.split(separator: "/").last, let flag = flags[name.lowercased()]
        else { return nil }
        return words.dropLast() + [flag]
    }
}

/// Variables that GitHub's runner sets.
enum GitHubVariables {
    private static let contextFields: Set<String> = [
        "actor", "actor_id", "api_url", "base_ref", "event_name", "graphql_url", "head_ref", "ref",
        "ref_name",
        "ref_protected", "ref_type", "repository", "repository_id", "repository_owner", "repository_owner_id",
        "run_attempt", "run_id", "run_number", "server_url", "sha", "triggering_actor", "workflow",
        "workflow_ref",
        "workflow_sha",
    ]
    private static let runnerFields: Set<String> = [
        "os", "arch", "name", "temp", "tool_cache", "environment", "debug",
    ]

    /// Those that a script names, in its order.
    static func named(in script: String) -> [String] {
        var seen: Set<String> = []
        let words = script.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
        let readsCI = ["$CI", "${CI", "\"CI\"", "'CI'", "env:CI"].contains { script.contains($0) }
        return words.filter { word in
            let isOurs = word.hasPrefix("GITHUB_") || word.hasPrefix("RUNNER_") || word == "CI" && readsCI
            return isOurs && seen.insert(word).inserted
        }
    }

    /// The value of one in a job, an expression of type `String`; nil when the run does not know it.
    static func value(of name: String, job: String) -> String? {
        switch name {
        case "CI", "GITHUB_ACTIONS": return "\"true\""
        case "GITHUB_JOB": return WfText.string(job)
        default:
            guard let cut = name.firstIndex(of: "_") else { return nil }
            let field = name[cut...].dropFirst().lowercased()
            let isRunner = name.hasPrefix("RUNNER_")
            guard (isRunner ? runnerFields : contextFields).contains(field) else { return nil }
            return "runner.text(context.\(isRunner ? "runner" : "github")[\(WfText.string(field))])"
        }
    }
}
