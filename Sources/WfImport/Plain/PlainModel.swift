// A plain step file, taken apart: its inputs, its steps and what each one does. Knows the many words that such files
// use for the same thing; writes nothing.

import WfDiagnostics
import WfSource

/// A value that the run is given.
struct PlainInput {
    let name: String
    /// The parameter's name in wf.
    var parameter = ""
    let type: PlainType
    let defaultNode: DataNode?
    let isRequired: Bool
    let span: Span
}

/// What an expression yields, as far as writing it down needs to know.
enum PlainType: String {
    case string = "String", bool = "Bool", int = "Int", float = "Float", json = "Json"
}

/// What a step does.
enum PlainWork {
    /// An action the file only pretends to have: how long it takes, and how often in 65,536 it fails.
    case simulated(action: String, seconds: Double, failures: Int)
    case shell(DataNode)
    /// Somebody is asked; no ends the run.
    case approval(DataNode)
    case wait(ms: Double)
    /// Something that others do.
    case external(what: String, role: String, isAgent: Bool)
}

/// A step.
struct PlainStep {
    let id: String
    let span: Span
    let map: DataMap
    var name = ""
    var work: PlainWork
    var needs: [(name: String, span: Span)] = []
    var saysNeeds = false
    /// Neighbours of one group, which is not 0, run side by side.
    var group = 0
    /// What a work item is given beside what the known words say.
    var input: [DataEntry] = []
    /// What the step's result is called elsewhere.
    var output: String?
    var prose = ""

    /// The first of several words for the same key.
    func first(_ keys: [String]) -> DataEntry? { map.first(keys) }
}

extension DataMap {
    /// The first of several words for the same key.
    func first(_ keys: [String]) -> DataEntry? {
        for key in keys { if let entry = entry(key) { return entry } }
        return nil
    }
}

enum PlainKeys {
    static let id = ["id", "key", "task_id", "step_id", "name", "step", "task"]
    static let needs = [
        "needs", "depends_on", "dependsOn", "depends-on", "dependencies", "depends", "requires", "after",
        "upstream", "deps",
    ]
    static let shell = ["run", "shell", "command", "cmd", "script", "bash", "sh"]
    /// Lists of commands, one behind the other.
    static let commands = ["cmds", "commands"]
    static let wait = ["sleep", "wait"]
    static let edges = ["edges", "connections", "links"]
    /// Words about what happens when: none of them is work, nor a work item's input.
    static let control: Set<String> = [
        "on_failure", "on_success", "onError", "onFailure", "matrix", "while", "until", "repeat", "finally",
        "continue_on_error", "continueOnError", "ignore_errors", "allow_failure", "delay", "manual", "switch",
        "cases", "branches", "branch", "steps", "tasks", "else", "then", "catch", "try", "next", "race",
        "rules",
    ]
    static let with = ["with", "args", "arguments", "params", "parameters", "inputs", "input"]
    static let output = ["output", "save_as", "register", "result", "outputs"]
    static let folder = ["cwd", "dir", "workdir", "working_dir", "working-directory", "working_directory"]
    static let when = ["when", "if", "condition"]
    static let forEach = ["for_each", "foreach", "forEach", "with_items", "loop", "each"]
    static let retry = ["retry", "retries", "max_retries", "maxRetries", "attempts", "max_attempts"]
    static let approval = ["requires_approval", "approval", "requiresApproval", "manual_approval"]
    static let tool = ["tool", "action", "uses", "call", "function", "handler", "operator"]
    static let prompt = ["prompt", "instructions", "message"]
    /// Keys that describe and do nothing.
    static let prose: Set<String> = [
        "description", "title", "label", "labels", "tags", "notes", "comment", "version", "author",
        "metadata", "display_name",
        "displayName", "$schema", "schema", "kind", "type", "icon", "category", "license", "created",
        "updated", "created_at", "owner", "status",
    ]
    static let inputs = ["inputs", "parameters", "params", "arguments", "input"]
    static let steps = ["steps", "tasks", "nodes", "jobs", "stages"]
    static let step: Set<String> = Set(
        id + needs + shell + commands + wait + with + output + folder + when + forEach + retry + approval
            + tool + prompt + [
                "agent", "config", "parallel", "env", "environment", "timeout", "timeout_seconds",
                "timeout_ms",
                "duration_seconds",
                "fail_probability", "fallback", "role", "assignee", "model", "on_error",
                "python", "next", "duration", "approvers",
            ])
}
