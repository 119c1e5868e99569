// What came of tests, as text for people, as lines of JSON, and as JUnit's XML. The same tests give the same bytes:
// no clock but the virtual one is shown.
import WfCommand
import WfPlan
import WfTesting
import WfValue

struct TestReport {
    private let isJson: Bool
    private let colour: Bool
    private let streams: Streams
    private(set) var testCount = 0
    private(set) var failedCount = 0
    /// Files that do not compile.
    var unusable = 0
    private var suites: [(file: String, tests: [(title: String, outcome: TestOutcome, text: String)])] = []

    init(json: Bool, colour: Bool, _ streams: Streams) {
        isJson = json
        self.colour = colour
        self.streams = streams
    }

    mutating func add(_ file: String, _ title: String, _ outcome: TestOutcome, _ plan: Plan) {
        testCount += 1
        if !outcome.passed { failedCount += 1 }
        let text = outcome.problems.map { problem($0, plan) }.joined()
        if suites.last?.file != file { suites.append((file, [])) }
        suites[suites.count - 1].tests.append((title, outcome, text))
        if isJson { return streams.output.write(json(file, title, outcome, plan) + [0x0A]) }
        let word = outcome.passed ? paint("ok  ", "\u{1B}[32m") : paint("FAIL", "\u{1B}[1;31m")
        let remarks = [outcome.elapsed == 0 ? nil : duration(outcome.elapsed), sample(outcome)].compactMap {
            $0
        }
        let shown = remarks.isEmpty ? "" : "  (\(remarks.joined(separator: "; ")))"
        streams.output.write("\(word)  \(file): \(title)\(shown)\n\(text)")
    }

    /// That a test was not killed everywhere; nil: it was, or nobody asked.
    private func sample(_ outcome: TestOutcome) -> String? {
        guard let crashes = outcome.crashes, crashes < outcome.commits else { return nil }
        return "killed at \(crashes) of \(outcome.commits) commits; all with --every"
    }

    func finish() {
        let failed = failedCount == 0 ? "" : ", \(failedCount) failed"
        let files = unusable == 0 ? "" : ", \(unusable) file\(unusable == 1 ? "" : "s") with errors"
        if isJson {
            var object = JsonObject()
            object.add("tests", testCount)
            object.add("passed", testCount - failedCount)
            object.add("failed", failedCount)
            return streams.output.write(object.bytes + [0x0A])
        }
        if testCount == 0 && unusable == 0 { return }
        streams.output.write(
            "\(testCount) test\(testCount == 1 ? "" : "s"), \(testCount - failedCount) passed\(failed)\(files)\n"
        )
    }

    // MARK: text

    private func problem(_ problem: TestProblem, _ plan: Plan) -> String {
        var text = "  \(paint(problem.headline, "\u{1B}[1m"))\n"
        if let place = plan.location(problem.span) {
            let number = String(place.line)
            let margin = String(repeating: " ", count: number.count)
            let indent = String(
                place.lineText.unicodeScalars.prefix(place.column - 1).map { $0 == "\t" ? "\t" : " " })
            let room = max(1, place.lineText.unicodeScalars.count - place.column + 1)
            let marks = String(
                repeating: "^", count: min(room, max(1, Int(problem.span.end - problem.span.start))))
            text += "  \(margin)\(paint("-->", "\u{1B}[34m")) \(place.path):\(place.line):\(place.column)\n"
            text += "  \(paint(number + " |", "\u{1B}[34m")) \(place.lineText)\n"
            text += "  \(paint(margin + " |", "\u{1B}[34m")) \(indent)\(paint(marks, "\u{1B}[1;31m"))\n"
        }
        for detail in problem.details { text += "    = \(detail)\n" }
        return text
    }

    private func paint(_ text: String, _ style: String) -> String {
        colour ? "\(style)\(text)\u{1B}[0m" : text
    }

    // MARK: JSON

    private func json(_ file: String, _ title: String, _ outcome: TestOutcome, _ plan: Plan) -> [UInt8] {
        var object = JsonObject()
        object.add("file", file)
        object.add("test", title)
        object.add("status", outcome.passed ? "passed" : "failed")
        object.add("expectations", outcome.expectationCount)
        object.add("commits", outcome.commits)
        if let crashes = outcome.crashes { object.add("crashes", crashes) }
        object.add("elapsed", duration(outcome.elapsed))
        object.add("problems", outcome.problems.map { json($0, plan) })
        return object.bytes
    }

    private func json(_ problem: TestProblem, _ plan: Plan) -> JsonObject {
        var object = JsonObject()
        object.add("kind", problem.kind.rawValue)
        object.add("message", problem.headline)
        if let place = plan.location(problem.span) {
            object.add("file", place.path)
            object.add("line", place.line)
            object.add("column", place.column)
        }
        if !problem.details.isEmpty { object.add("details", problem.details.joined(separator: "\n")) }
        return object
    }

    private func duration(_ microseconds: Int64) -> String {
        var writer = ByteWriter()
        writer.appendDurationText(Int(microseconds))
        return String(decoding: writer.written, as: UTF8.self)
    }

    // MARK: JUnit

    /// The report as JUnit's XML.
    func junit() -> String {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text += "<testsuites tests=\"\(testCount)\" failures=\"\(failedCount)\">\n"
        for suite in suites {
            let failures = suite.tests.filter { !$0.outcome.passed }.count
            text += "  <testsuite name=\"\(escaped(suite.file))\" tests=\"\(suite.tests.count)\""
            text += " failures=\"\(failures)\">\n"
            for test in suite.tests { text += junit(test.title, test.outcome, test.text, suite.file) }
            text += "  </testsuite>\n"
        }
        return text + "</testsuites>\n"
    }

    private func junit(_ title: String, _ outcome: TestOutcome, _ details: String, _ file: String) -> String {
        let head = "    <testcase name=\"\(escaped(title))\" classname=\"\(escaped(file))\""
        guard let problem = outcome.problems.first else { return head + "/>\n" }
        let content = escaped(details)
        return head
            + ">\n      <failure type=\"\(problem.kind.rawValue)\" message=\"\(escaped(problem.headline))\">"
            + content + "</failure>\n    </testcase>\n"
    }

    private func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            default: if scalar.value >= 0x20 { result.unicodeScalars.append(scalar) }
            }
        }
        return result
    }
}
