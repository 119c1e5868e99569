// What imported expressions mean: each row of the table is imported inside a process, run, and compared with what its language says.
import Testing
import WfImport

@Suite struct ExpressionMeaningTests {
    /// What a process came to that computes a row.
    private struct Outcome {
        var value = ""
        /// Whether the arrow was taken that has the expression for a condition; nil where there was none.
        var isTaken: Bool?
    }

    @Test(arguments: ["juel", "feel", "python", "groovy", "javascript", "java", "xpath"])
    func meaning(_ language: String) throws {
        let rows = ExpressionRow.all.filter { $0.language == language }
        #expect(!rows.isEmpty)
        for row in rows {
            let outcome = try run(row)
            #expect(outcome.value == row.expected, "\(language): \(row.expression) of \(row.data)")
            if let isTaken = outcome.isTaken {
                #expect("\(isTaken)" == row.expected, "as a condition: \(row.expression)")
            }
        }
    }

    @Test func rows() { #expect(ExpressionRow.all.count >= 150) }

    private func run(_ row: ExpressionRow) throws -> Outcome {
        let decides = row.expected == "true" || row.expected == "false"
        var known: DataNode?
        var asked: [String] = []
        let played = try Played(inside(row, decides), data: row.data) { item in
            asked.append(item.title)
            known = item.input
            return "{}"
        }
        let isUnsaid = played.codes.contains { $0.hasPrefix("WF9066") }
        // A script that is not translated is a work item.
        if isUnsaid || isScript(row) && asked.first == "t" { return Outcome(value: "note") }
        if played.outcome == "refused" { return Outcome(value: "refused: \(played.codes)") }
        guard played.isDone else { return Outcome(value: "fails") }
        let data = known?["data"] ?? known
        let value = data?["out"].map { DataText.json($0) } ?? "nothing"
        return Outcome(value: value, isTaken: decides ? asked.last == "yes" : nil)
    }

    private func isScript(_ row: ExpressionRow) -> Bool { row.language != "juel" && row.language != "feel" }

    /// A step that computes the value, a gateway that asks for it, and somebody who is told.
    private func inside(_ row: ExpressionRow, _ decides: Bool) -> String {
        let text = escaped(row.expression)
        let step: String
        var condition = text
        switch row.language {
        case "juel":
            step =
                "<serviceTask id=\"t\" camunda:class=\"C\"><extensionElements><camunda:inputOutput>"
                + "<camunda:outputParameter name=\"out\">\(text)</camunda:outputParameter></camunda:inputOutput>"
                + "</extensionElements></serviceTask>"
        case "feel":
            condition = "=" + text
            step =
                "<serviceTask id=\"t\"><extensionElements><zeebe:taskDefinition type=\"t\"/><zeebe:ioMapping>"
                + "<zeebe:output source=\"=\(text)\" target=\"out\"/></zeebe:ioMapping></extensionElements></serviceTask>"
        default:
            step =
                "<scriptTask id=\"t\" scriptFormat=\"\(row.language)\" camunda:resultVariable=\"out\"><script>\(text)"
                + "</script></scriptTask>"
        }
        let language = row.language == "juel" || row.language == "feel" ? "" : " language=\"\(row.language)\""
        let gate =
            decides
            ? "<exclusiveGateway id=\"g\" default=\"gn\"/><userTask id=\"yes\"/><sequenceFlow id=\"gy\" sourceRef=\"g\" "
                + "targetRef=\"yes\"><conditionExpression\(language)>\(condition)</conditionExpression></sequenceFlow>"
                + "<sequenceFlow id=\"gn\" sourceRef=\"g\" targetRef=\"no\"/><sequenceFlow id=\"ye\" sourceRef=\"yes\" "
                + "targetRef=\"e\"/><sequenceFlow id=\"tg\" sourceRef=\"t\" targetRef=\"g\"/>"
            : "<sequenceFlow id=\"tg\" sourceRef=\"t\" targetRef=\"no\"/>"
        return "<startEvent id=\"s\"/><sequenceFlow id=\"st\" sourceRef=\"s\" targetRef=\"t\"/>" + step + gate
            + "<userTask id=\"no\" camunda:formKey=\"f\"/><endEvent id=\"e\"/><sequenceFlow id=\"ne\" sourceRef=\"no\" "
            + "targetRef=\"e\"/>"
    }

    private func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }
}
