// What a plain step file says, once it is taken apart: inputs, steps, and names that stand for several steps. Knows the
// many words that such files use for the same thing; writes nothing.

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
    /// Whether something holds; steps that it names run where it does, others where it does not.
    case decision(DataEntry)
    /// Something that others do.
    case external(what: String, role: String, isAgent: Bool)
    /// Steps of its own, once for each item of a list.
    case block([PlainStep])
}

/// A step.
struct PlainStep {
    var id: String
    /// Whether the file gives the id; otherwise it is made up.
    var hasId = true
    let span: Span
    let map: DataMap
    var name = ""
    var work: PlainWork
    var needs: [(name: String, span: Span)] = []
    var saysNeeds = false
    /// What has to hold: its own condition, and those of the groups that it stands in.
    var conditions: [DataEntry] = []
    /// A failure is no failure of the run.
    var isTolerant = false
    /// What a work item is given beside what the known words say.
    var input: [DataEntry] = []
    /// What the step's result is called elsewhere, and the field of it that is meant.
    var outputs: [(name: String, field: String?)] = []
    /// Words for the item of the loops that it stands in, the innermost first, and its name in wf.
    var items: [(word: String, name: String)] = []
    /// Ids of the blocks that it stands in, from the outermost.
    var blocks: [String] = []
    var prose = ""

    /// The first of several words for the same key.
    func first(_ keys: [String]) -> DataEntry? { map.first(keys) }

    /// Whether it runs for each item of a list.
    var isLoop: Bool { map.has(PlainKeys.forEach) }
}

/// Steps in the order of the file, and the names that stand for several of them.
struct PlainOutline {
    var steps: [PlainStep] = []
    /// What stands beside what: where nothing says what it waits for, each waits for the one before.
    var units: [PlainUnit] = []
    var groups: [String: PlainGroup] = [:]
    /// Where each id stands, with the blocks around it.
    var taken: [String: (span: Span, blocks: [String])] = [:]
}

/// Steps that are ordered as one: those that begin it and those that end it, by position.
struct PlainUnit {
    var first: [Int]
    var last: [Int]
}

/// A name for several steps.
struct PlainGroup {
    let span: Span
    let members: [String]
}

extension DataNode {
    /// Whether a switch is on: a truth value, or a word that older YAML took for one.
    var isOn: Bool? {
        if let bool { return bool }
        switch text?.lowercased() {
        case "yes", "on", "true": return true
        case "no", "off", "false": return false
        default: return nil
        }
    }
}

extension DataMap {
    /// The first of several words for the same key.
    func first(_ keys: [String]) -> DataEntry? {
        for key in keys { if let entry = entry(key) { return entry } }
        return nil
    }

    /// The mapping with that entry alone.
    func only(_ key: String) -> DataMap {
        var map = DataMap()
        if let entry = entries.first(where: { $0.key == key }) { map.add(entry) }
        return map
    }

    /// Whether one of several words for the same key is there.
    func has(_ keys: [String]) -> Bool { keys.contains { has($0) } }
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
        "delay", "manual", "switch", "cases", "branches", "branch", "steps", "tasks", "else", "then", "catch",
        "try", "next", "race", "rules",
    ]
    /// Words that say that a failure is none, where they are true.
    static let tolerant = [
        "continue_on_error", "continueOnError", "continue-on-error", "ignore_errors", "ignore_error",
        "allow_failure", "ignore_failure", "optional",
    ]
    static let onError = ["on_error", "onError", "on-error"]
    static let with = ["with", "args", "arguments", "params", "parameters", "inputs", "input"]
    static let output = ["output", "save_as", "register", "result", "outputs"]
    static let folder = ["cwd", "dir", "workdir", "working_dir", "working-directory", "working_directory"]
    static let when = ["when", "if", "condition"]
    /// Steps that run where a decision's condition holds, and where it does not.
    static let yes = ["then", "if_true", "on_true", "true_branch", "true_next"]
    static let no = ["else", "if_false", "on_false", "false_branch", "false_next"]
    static let forEach = ["for_each", "foreach", "forEach", "with_items", "loop", "each"]
    /// What a step of the type of a loop runs over.
    static let items = ["items", "over", "in", "collection", "list", "values", "items_path"]
    /// What the item of a loop is called.
    static let item = ["as", "item_name", "item_var", "loop_var", "iterator"]
    /// How many items run at once.
    static let concurrency = ["max_parallel", "maxParallel", "max_concurrency", "limit"]
    static let retry = [
        "retry", "retries", "max_retries", "maxRetries", "attempts", "max_attempts", "maxAttempts",
        "retry_count",
        "retryCount", "retry_limit", "num_retries", "retry_policy", "retryPolicy",
    ]
    static let retryDelay = [
        "retry_delay", "retryDelay", "retry_interval", "retry_delay_seconds", "retry_wait", "backoff",
    ]
    static let timeout = ["timeout", "timeout_seconds", "timeout_ms"]
    static let approval = ["requires_approval", "approval", "requiresApproval", "manual_approval"]
    static let tool = ["tool", "action", "uses", "call", "function", "handler", "operator"]
    static let prompt = ["prompt", "instructions"]
    static let environment = ["env", "environment"]
    /// Keys that describe and do nothing.
    static let prose: Set<String> = [
        "description", "title", "label", "labels", "tags", "notes", "comment", "version", "author",
        "metadata", "display_name",
        "displayName", "$schema", "schema", "kind", "type", "icon", "category", "license", "created",
        "updated", "created_at", "owner", "status", "position",
    ]
    static let inputs = ["inputs", "parameters", "params", "arguments", "input"]
    static let steps = ["steps", "tasks", "nodes", "jobs", "stages"]
    /// Where the steps of a group stand.
    static let children = [
        "parallel", "branches", "steps", "tasks", "children", "do", "body", "stages", "jobs",
    ]
    /// What the steps of a group have from it where they do not say it themselves: words for the same, each.
    static let inherited: [[String]] = [
        retry, retryDelay, timeout, environment, folder, tolerant, onError, ["agent"], ["model"],
        ["duration_seconds"], ["fail_probability"],
    ]
    static let step: Set<String> = Set(
        id + needs + shell + commands + wait + with + output + folder + when + forEach + item + retry
            + retryDelay + timeout + approval + tool + prompt + environment + tolerant + onError + ["message"]
            + [
                "agent", "config", "parallel", "duration_seconds", "fail_probability", "fallback", "role",
                "assignee", "model", "python", "next", "duration", "approvers",
            ])
}
