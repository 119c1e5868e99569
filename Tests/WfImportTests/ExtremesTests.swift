// Files that are right and extreme: numbers beyond all counts, expressions that would be written many times over, drawings in
// which every place looks at every other.
import Testing

@Suite struct ExtremesTests {
    @Test(arguments: ["-1e300", "1e300", "-1", "0.5", "99999999999999999999"])
    func numbersOfARetrier(_ number: String) {
        for key in ["MaxAttempts", "IntervalSeconds", "BackoffRate", "MaxDelaySeconds"] {
            let result = compiled(
                """
                {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:x",
                "Retry": [{"ErrorEquals": ["A"], "\(key)": \(number)}, {"ErrorEquals": ["B"], "MaxAttempts": 1}], "End": true}}}
                """, as: "x.asl.json")
            #expect(result.imported != nil, "\(key) \(number): \(result.codes)")
        }
    }

    /// What is compared is written twice: of much the expression stays text.
    @Test(arguments: [4, 14, 40])
    func orderInsideOrder(_ depth: Int) {
        func nested(_ open: String, _ inner: String) -> String {
            String(repeating: open, count: depth) + inner + String(repeating: ")", count: depth)
        }
        let query = compiled(
            """
            document: {dsl: 1.0.0, namespace: x, name: y, version: 1.0.0}
            do:
              - s: {set: {v: "${ \(nested("sort_by(", ".a")) }"}}
            """, as: "x.yaml")
        #expect(query.text.utf8.count < 500_000)
        let path = compiled(
            """
            {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass",
            "Output": "{% \(nested("x^(", "a")) %}", "End": true}}}
            """, as: "x.asl.json")
        #expect(path.text.utf8.count < 500_000)
    }

    /// What is tested is written once for each test.
    @Test(
        arguments: ["~ between 1 and 2", "~ in [1..2]", "~ in (1, 2, &lt; 3)", "(~) in (]1..2[, 3)"],
        [4, 14, 40])
    func testsOfTests(_ form: String, _ depth: Int) {
        let expression = (0..<depth).reduce("a") { inner, _ in form.replacing("~", with: inner) }
        let result = compiled(
            """
            <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x"
                xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">
            <process id="p" isExecutable="true"><startEvent id="s"/><endEvent id="e"/><endEvent id="o"/>
            <exclusiveGateway id="g" default="no"/><sequenceFlow id="f" sourceRef="s" targetRef="g"/>
            <sequenceFlow id="no" sourceRef="g" targetRef="o"/>
            <sequenceFlow id="yes" sourceRef="g" targetRef="e">
            <conditionExpression>=\(expression)</conditionExpression></sequenceFlow>
            </process></definitions>
            """, as: "x.bpmn")
        #expect(!result.isRefused && result.text.utf8.count < 100_000, "\(result.codes)")
    }

    /// What stands behind a pipe or a name of jq is written wherever it is read: of much the expression stays text.
    @Test(arguments: ["assigned", "named", "piped", "chosen", "listed", "nested", "each"], [14, 40])
    func chainsOfJq(_ form: String, _ count: Int) {
        let stages = 0..<count
        let query =
            switch form {
            case "assigned": stages.map { ".a\($0) |= . + 1" }.joined(separator: " | ")
            case "named":
                ".v as $a0 | "
                    + stages.map { "($a\($0) + $a\($0)) as $a\($0 + 1) | " }.joined() + "$a\(count)"
            case "piped": stages.map { _ in "(. + .)" }.joined(separator: " | ")
            case "chosen": stages.map { ".a\($0)" }.joined(separator: " // ")
            case "listed": "[" + stages.map { _ in "[., .]" }.joined(separator: " | ") + "]"
            case "nested":
                String(repeating: "[", count: count) + "1" + String(repeating: "]", count: count)
            default: stages.reduce(".b") { inner, _ in "[.a[] | \(inner)]" }
            }
        let result = compiled(
            """
            document: {dsl: 1.0.0, namespace: x, name: y, version: 1.0.0}
            do:
              - s: {set: {v: "${ \(query) }"}}
            """, as: "x.yaml")
        #expect(result.imported != nil && result.text.utf8.count < 500_000, "\(result.codes)")
    }

    @Test(arguments: [1, 50_000])
    func pathsOfPaths(_ count: Int) {
        let lengths = "$.a" + String(repeating: ".length()", count: count)
        let nots = "$.a[?(" + String(repeating: "!", count: count) + "@.b)]"
        for path in [lengths, nots] {
            let result = compiled(
                """
                {"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"x.$": "\(path)"}, "End": true}}}
                """, as: "x.asl.json")
            let isNamed = result.diagnostics.contains { $0.code.description == "WF9242" }
            #expect(isNamed == (count > 1), "\(path.prefix(20)): \(result.codes)")
        }
    }

    @Test func manyConditionsThatAreWaitedFor() {
        let tasks = (0..<1000).map { "<userTask id=\"t\($0)\" name=\"t\($0)\"/>" }
        let arrows = (0..<1000).map {
            "<sequenceFlow id=\"f\($0)\" sourceRef=\"\($0 == 0 ? "s" : "t\($0 - 1)")\" targetRef=\"t\($0)\"/>"
        }
        let events = (0..<1000).map {
            "<boundaryEvent id=\"b\($0)\" attachedToRef=\"t\($0)\"><conditionalEventDefinition>"
                + "<condition>${x\($0) &gt; 1}</condition></conditionalEventDefinition></boundaryEvent>"
                + "<sequenceFlow id=\"g\($0)\" sourceRef=\"b\($0)\" targetRef=\"e\"/>"
        }
        let result = compiled(
            """
            <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x">
            <process id="p" isExecutable="true"><startEvent id="s"/><endEvent id="e"/>
            <sequenceFlow id="last" sourceRef="t999" targetRef="e"/>
            \((tasks + arrows + events).joined(separator: "\n"))
            </process></definitions>
            """, as: "x.bpmn")
        #expect(!result.isRefused, "\(result.codes.prefix(5))")
    }
}
