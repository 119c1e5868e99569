// Functions and actions that imported flows share, written behind them where they are used.
import WfSource

extension BpmnImport {
    /// The function that calculates with values of which only a run knows what numbers they are.
    static let calculation = "calculated"

    /// A text that may use it.
    func calculating(_ text: String?) -> String? {
        if text?.contains(BpmnImport.calculation + "(") == true { needsCalculated = true }
        return text
    }

    /// Writes what the flows use.
    func writeHelpers() {
        let texts = [
            (needsWork, BpmnImport.workText), (needsKnown, BpmnImport.knownText),
            (needsCollected, BpmnImport.collectedText), (needsCalculated, BpmnImport.calculatedText),
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

    private static let calculatedText = """
        /// A calculation with two numbers, null being 0: a whole one where both are whole and it comes out even.
        func calculated(left: Json, operation: String, right: Json) -> Json {
            let s = left as? String
            let t = right as? String
            if s != null && t != null && operation == "+" { return (s + t) as Json }
            let x = (if left.isNull { 0 as Json } else { left }) as? Int
            let y = (if right.isNull { 0 as Json } else { right }) as? Int
            if x != null && y != null && (operation != "/" || y != 0 && x % y == 0) {
                return match operation {
                    "+" => (x + y) as Json
                    "-" => (x - y) as Json
                    "*" => (x * y) as Json
                    "/" => (x / y) as Json
                    else => (x % y) as Json
                }
            }
            let a = (left as? Float) ?? 0.0
            let b = (right as? Float) ?? 0.0
            match operation {
                "+" => (a + b) as Json
                "-" => (a - b) as Json
                "*" => (a * b) as Json
                "/" => (a / b) as Json
                else => (a % b) as Json
            }
        }
        """
}
