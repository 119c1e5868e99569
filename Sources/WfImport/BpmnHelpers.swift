// Functions and actions that imported flows share, written behind them where they are used.
import WfSource

extension BpmnImport {
    /// Names that flows are written with, so that nothing of the model is called so.
    static let words = [
        "known", "work", "collected", "together", "without", "juel", "feel", "python", "xpath", "ecmascript",
        "calendar",
    ]

    /// Names inside the flows of instances.
    static let instanceWords = [
        "data", "items", "done", "said", "last", "one", "enough", "all", "allDone", "counted", "told",
        "instanceDone", "loopCounter", "again", "turn",
    ]

    /// A text that may use modules of the standard library, which are then named above the flows.
    func using(_ text: String?) -> String? {
        for module in ["juel", "feel", "python", "xpath", "ecmascript", "calendar"]
        where text?.contains(module + ".") == true {
            modules.insert(module)
        }
        return text
    }

    /// Writes what the flows use.
    func writeHelpers() {
        let texts = [
            (needsWork, BpmnImport.workText), (needsKnown, BpmnImport.knownText),
            (needsCollected, BpmnImport.collectedText), (needsTogether, BpmnImport.togetherText),
            (needsWithout, BpmnImport.withoutText),
        ]
        for (isNeeded, text) in texts where isNeeded {
            job.writer.line("")
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                job.writer.line(String(line))
            }
        }
    }

    private static let workText = """
        /// A work item; what is said when it is completed is known from there on.
        action work(title: String, input: Json = null, role: String = "") -> Json
            via task(title, input, role: role)
        """

    private static let knownText = """
        /// The data of the start with what was said since, the later before the earlier.
        func known(data: Json, said: [Json?]) -> Json {
            var all = (data as? [String: Json]) ?? [:]
            for item in said {
                let members: [String: Json] = ((item ?? null) as? [String: Json]) ?? [:]
                for (name, value) in members { all[name] = value }
            }
            all as Json
        }
        """

    private static let collectedText = """
        /// What the instances of an activity have said, as one variable; of each `part` alone where it is named.
        func collected(name: String, said: [Json]?, part: String) -> Json {
            var all: [Json] = []
            for one in said ?? [] {
                let members: [String: Json] = (one as? [String: Json]) ?? [:]
                all = all + [members[part] ?? one]
            }
            var variable: [String: Json] = [:]
            variable[name] = all as Json
            variable as Json
        }
        """

    private static let withoutText = """
        /// What is known outside of something: what was said in it, without the names that mean something there alone.
        func without(said: Json, names: [String]) -> Json {
            var all: [String: Json] = [:]
            let members: [String: Json] = (said as? [String: Json]) ?? [:]
            for (name, value) in members {
                if !names.contains(name) { all[name] = value }
            }
            all as Json
        }
        """

    private static let togetherText = """
        /// What the instances of an activity have said, the later before the earlier.
        func together(said: [Json]?) -> Json {
            var all: [String: Json] = [:]
            for one in said ?? [] {
                let members: [String: Json] = (one as? [String: Json]) ?? [:]
                for (name, value) in members { all[name] = value }
            }
            all as Json
        }
        """
}
