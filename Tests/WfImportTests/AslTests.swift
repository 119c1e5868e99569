// Amazon States Language: states, paths, intrinsic functions, JSONata, errors, and what is refused.
import Testing
import WfDiagnostics
import WfImport
import WfSource

private func parsed(_ text: String) -> DataNode {
    JSONReader.read(SourceFile(path: "x.json", text: text), file: FileId(0)).root
        ?? DataNode(.null, Span(file: FileId(0), start: 0, end: 0))
}

/// Runs a machine with one state and compares its output.
private func expect(_ states: String, _ input: String, gives output: String, _ start: String = "A") {
    let definition = parsed("{\"StartAt\": \"\(start)\", \"States\": {\(states)}}")
    let run = RecordedRun(definition: definition, input: parsed(input))
    let mismatch = run.mismatch(expected: parsed(output), error: nil)
    #expect(mismatch == nil, "\(states): \(mismatch ?? "")")
}

private func expect(_ states: String, _ input: String, fails error: String) {
    let run = RecordedRun(
        definition: parsed("{\"StartAt\": \"A\", \"States\": {\(states)}}"), input: parsed(input))
    let mismatch = run.mismatch(expected: nil, error: error)
    #expect(mismatch == nil, "\(states): \(mismatch ?? "")")
}

@Suite struct AslTests {
    @Test func dataOfAState() {
        expect(
            "\"A\": {\"Type\": \"Pass\", \"InputPath\": \"$.a\", \"ResultPath\": \"$.b.c\", \"End\": true}",
            "{\"a\": 1}", gives: "{\"a\": 1, \"b\": {\"c\": 1}}")
        expect(
            "\"A\": {\"Type\": \"Pass\", \"Parameters\": {\"x.$\": \"$.a[-1]\", \"y\": [{\"z.$\": \"$$.State.Name\"}]}, \"OutputPath\": \"$.x\", \"End\": true}",
            "{\"a\": [1, 2]}", gives: "2")
        expect(
            "\"A\": {\"Type\": \"Pass\", \"Result\": {\"k\": null}, \"ResultPath\": null, \"End\": true}",
            "{\"a\": 1}", gives: "{\"a\": 1}")
        expect(
            "\"A\": {\"Type\": \"Pass\", \"InputPath\": \"$.none\", \"End\": true}", "{}",
            fails: "States.Runtime")
        expect(
            "\"A\": {\"Type\": \"Pass\", \"Parameters\": {\"x.$\": \"$.a[?(@.n > 1)].n\"}, \"End\": true}",
            "{\"a\": [{\"n\": 1}, {\"n\": 2}]}", gives: "{\"x\": [2]}")
    }

    @Test func intrinsicFunctions() {
        func function(_ call: String, _ output: String) {
            expect(
                "\"A\": {\"Type\": \"Pass\", \"Parameters\": {\"r.$\": \"\(call)\"}, \"OutputPath\": \"$.r\", \"End\": true}",
                "{\"a\": [1, 2, 3]}", gives: output)
        }
        function("States.Format('{} of {}', 'x', $.a[0])", "\"x of 1\"")
        function("States.ArrayPartition($.a, 2)", "[[1, 2], [3]]")
        function("States.ArrayGetItem(States.ArrayRange(1, 9, 4), 2)", "9")
        function(
            "States.JsonMerge(States.StringToJson('{\\\"b\\\": 1}'), States.StringToJson('{\\\"c\\\": 2}'), false)",
            "{\"b\": 1, \"c\": 2}")
        function("States.StringSplit('a,b;c', ',;')", "[\"a\", \"b\", \"c\"]")
        function("States.MathAdd(2, -5)", "-3")
    }

    @Test func choicesAndCycles() {
        let choice =
            "\"A\": {\"Type\": \"Choice\", \"Choices\": [{\"And\": [{\"Variable\": \"$.n\", \"IsPresent\": true}, {\"Variable\": \"$.n\", \"NumericLessThan\": 3}], \"Next\": \"B\"}], \"Default\": \"C\"}, \"B\": {\"Type\": \"Pass\", \"Parameters\": {\"n.$\": \"States.MathAdd($.n, 1)\"}, \"Next\": \"A\"}, \"C\": {\"Type\": \"Succeed\"}"
        expect(choice, "{\"n\": 0}", gives: "{\"n\": 3}")
        expect(
            "\"A\": {\"Type\": \"Choice\", \"Choices\": [{\"Variable\": \"$.n\", \"StringMatches\": \"a*z\", \"Next\": \"B\"}]}, \"B\": {\"Type\": \"Succeed\"}",
            "{\"n\": \"b\"}", fails: "States.NoChoiceMatched")
    }

    @Test func branchesItemsAndErrors() {
        let fail =
            "{\"StartAt\": \"X\", \"States\": {\"X\": {\"Type\": \"Fail\", \"Error\": \"Boom\", \"Cause\": \"why\"}}}"
        let pass = "{\"StartAt\": \"X\", \"States\": {\"X\": {\"Type\": \"Pass\", \"End\": true}}}"
        expect(
            "\"A\": {\"Type\": \"Parallel\", \"Branches\": [\(pass), \(pass)], \"End\": true}", "1",
            gives: "[1, 1]")
        expect(
            "\"A\": {\"Type\": \"Parallel\", \"Branches\": [\(fail)], \"Catch\": [{\"ErrorEquals\": [\"Boom\"], \"ResultPath\": \"$.e\", \"Next\": \"B\"}], \"End\": true}, \"B\": {\"Type\": \"Succeed\"}",
            "{}", gives: "{\"e\": {\"Error\": \"Boom\", \"Cause\": \"why\"}}")
        expect(
            "\"A\": {\"Type\": \"Map\", \"ItemsPath\": \"$.a\", \"ItemSelector\": {\"i.$\": \"$$.Map.Item.Index\", \"v.$\": \"$$.Map.Item.Value\"}, \"ItemProcessor\": \(pass), \"End\": true}",
            "{\"a\": [5]}", gives: "[{\"i\": 0, \"v\": 5}]")
        expect(
            "\"A\": {\"Type\": \"Map\", \"ItemProcessor\": \(fail), \"Retry\": [{\"ErrorEquals\": [\"States.ALL\"]}], \"End\": true}",
            "[1]", fails: "Boom")
    }

    @Test func jsonata() {
        func query(_ text: String, _ output: String) {
            expect(
                "\"A\": {\"Type\": \"Pass\", \"QueryLanguage\": \"JSONata\", \"Assign\": {\"v\": 2}, \"Output\": \"{% \(text) %}\", \"End\": true}",
                "{\"a\": [1, 2], \"s\": \"x\"}", gives: output)
        }
        query("$states.input.a[1] * 3 + 1", "7")
        query("$states.input.s & '!' ", "\"x!\"")
        query("$states.input.s = 'x' and not_there = null ? {'k': [1, true]} : 0", "{\"k\": [1, true]}")
        query("$uppercase($states.input.s)", "\"X\"")
    }

    @Test func refused() {
        func codes(_ states: String) -> [String] {
            imported("{\"StartAt\": \"A\", \"States\": {\n\(states)}}", as: "x.json").codes
        }
        #expect(codes("\"A\": {\"Type\": \"Pass\",\n\"Next\": \"B\"}") == ["WF9230:3"])
        #expect(codes("\"A\": {\"Type\": \"Teleport\"}") == ["WF9235:2"])
        #expect(codes("\"A\": {\"Type\": \"Pass\"}") == ["WF9233:2"])
        #expect(codes("\"A\": {\"Type\": \"Task\", \"End\": true}") == ["WF9233:2"])
        #expect(
            codes("\"A\": {\"Type\": \"Wait\", \"Timestamp\": \"2016-13-05T21:29:29Z\", \"End\": true}") == [
                "WF9234:2"
            ])
        #expect(codes("\"A\": {\"Type\": \"Pass\",\n\"Next\": \"A\"}") == ["WF9239:3"])
        #expect(
            codes(
                "\"A\": {\"Type\": \"Choice\", \"Choices\": [{\"Variable\": \"$.a\", \"NumericIs\": 1, \"Next\": \"A\"}], \"Default\": \"A\"}"
            ).contains("WF9236:2"))
        #expect(
            imported("{\"States\": {\"A\": {\"Type\": \"Succeed\"}}}", as: "x.json").codes == ["WF9233:1"])
    }
}
