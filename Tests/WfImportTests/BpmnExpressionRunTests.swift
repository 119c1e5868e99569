// Where expressions stand in processes: what a result's variable holds, texts with values in them, numbers of instances, what listeners
// set, and what is skipped.
import Testing
import WfImport

/// What each work item was given, in order.
private final class Given {
    private(set) var titles: [String] = []
    private(set) var inputs: [DataNode] = []

    func answer(_ answers: [String: String] = [:]) -> (Asked) -> String? {
        { asked in
            self.titles.append(asked.title)
            self.inputs.append(asked.input)
            return answers[asked.title] ?? "{}"
        }
    }

    func json(_ title: String, _ field: String) -> String {
        guard let place = titles.firstIndex(of: title) else { return "not asked" }
        let found = inputs[place][field] ?? inputs[place]["data"]?[field]
        return found.map { DataText.json($0) } ?? "nothing"
    }
}

private func chain(_ elements: (id: String, text: String)...) -> String {
    let ids = ["s"] + elements.map(\.id) + ["e"]
    return "<startEvent id=\"s\"/>" + elements.map(\.text).joined() + "<endEvent id=\"e\"/>"
        + zip(ids, ids.dropFirst()).map { pair in
            "<sequenceFlow id=\"\(pair.0)_\(pair.1)\" sourceRef=\"\(pair.0)\" targetRef=\"\(pair.1)\"/>"
        }.joined()
}

private let last = ("last", "<userTask id=\"last\" camunda:formKey=\"f\"/>")

@Suite struct BpmnExpressionRunTests {
    /// What a decision says is the variable that its outputs read, and with Zeebe only theirs.
    @Test func resultsOfDecisions() throws {
        let given = Given()
        let played = try Played(
            chain(
                (
                    "d",
                    "<businessRuleTask id=\"d\"><extensionElements><zeebe:calledDecision decisionId=\"x\" "
                        + "resultVariable=\"dec\"/><zeebe:ioMapping><zeebe:output source=\"=dec.risk\" target=\"risk\"/>"
                        + "</zeebe:ioMapping></extensionElements></businessRuleTask>"
                ), last),
            data: "{\"a\":1}", answer: given.answer(["d": "{\"risk\":\"high\"}"]))
        #expect(played.isDone && given.json("last", "risk") == "\"high\"")
        #expect(given.json("last", "dec") == "nothing" && given.json("last", "a") == "1")
    }

    @Test func resultsOfExpressionsAndConnectors() throws {
        let given = Given()
        let played = try Played(
            chain(
                (
                    "r",
                    "<businessRuleTask id=\"r\" camunda:decisionRef=\"x\" camunda:resultVariable=\"dec\"><extensionElements>"
                        + "<camunda:inputOutput><camunda:outputParameter name=\"risk\">${dec.risk}</camunda:outputParameter>"
                        + "</camunda:inputOutput></extensionElements></businessRuleTask>"
                ),
                (
                    "c",
                    "<serviceTask id=\"c\"><extensionElements><camunda:connector><camunda:connectorId>http</camunda:connectorId>"
                        + "<camunda:inputOutput><camunda:inputParameter name=\"url\">http://x/${risk}</camunda:inputParameter>"
                        + "<camunda:outputParameter name=\"code\">${statusCode}</camunda:outputParameter>"
                        + "</camunda:inputOutput></camunda:connector></extensionElements></serviceTask>"
                ), last),
            answer: given.answer(["r": "{\"risk\":\"high\"}", "c": "{\"statusCode\":204}"]))
        #expect(played.isDone && given.json("last", "risk") == "\"high\"")
        #expect(given.json("last", "dec") == "{\"risk\":\"high\"}")
        #expect(given.json("c", "url") == "\"http://x/high\"" && given.json("last", "code") == "204")
    }

    /// A script of Zeebe with an output of its own: only that is known behind it.
    @Test func resultsOfScripts() throws {
        let given = Given()
        let played = try Played(
            chain(
                (
                    "t",
                    "<scriptTask id=\"t\"><extensionElements><zeebe:script expression=\"=a * 2\" resultVariable=\"sum\"/>"
                        + "<zeebe:ioMapping><zeebe:output source=\"=sum + 1\" target=\"total\"/></zeebe:ioMapping>"
                        + "</extensionElements></scriptTask>"
                ), last), data: "{\"a\":4}", answer: given.answer())
        #expect(played.isDone && given.json("last", "total") == "9", "\(given.inputs)")
        #expect(given.json("last", "sum") == "nothing")
    }

    /// Values in names, roles, inputs and results.
    @Test func textsWithValues() throws {
        let given = Given()
        let played = try Played(
            chain(
                (
                    "x",
                    "<serviceTask id=\"x\" camunda:expression=\"T-${total}\" camunda:resultVariable=\"label\"/>"
                ),
                (
                    "u",
                    "<userTask id=\"u\" name=\"Order ${id}\" camunda:candidateGroups=\"mgr\" camunda:assignee=\"u-${who}\">"
                        + "<extensionElements><camunda:inputOutput><camunda:inputParameter name=\"hello\">Hi ${who}, ${gone}!"
                        + "</camunda:inputParameter></camunda:inputOutput></extensionElements></userTask>"
                )), data: "{\"total\":19.5,\"id\":7,\"who\":\"ann\"}", answer: given.answer())
        #expect(played.isDone && given.titles == ["Order 7"])
        #expect(given.json("Order 7", "label") == "\"T-19.5\"")
        #expect(given.json("Order 7", "hello") == "\"Hi ann, !\"")
        #expect(given.json("Order 7", "assignee") == "\"u-ann\"")
    }

    /// The number of an instance: from 0, with Zeebe from 1.
    @Test(arguments: [("camunda", "0"), ("zeebe", "1")])
    func instances(_ vendor: String, _ first: String) throws {
        for isSequential in [true, false] {
            let given = Given()
            let loop =
                vendor == "zeebe"
                ? "><extensionElements><zeebe:loopCharacteristics inputCollection=\"=xs\" inputElement=\"x\"/></extensionElements>"
                : " camunda:collection=\"xs\" camunda:elementVariable=\"x\">"
            let input =
                vendor == "zeebe"
                ? "<zeebe:ioMapping><zeebe:input source=\"=loopCounter\" target=\"n\"/></zeebe:ioMapping>"
                : "<camunda:inputOutput><camunda:inputParameter name=\"n\">${loopCounter}</camunda:inputParameter></camunda:inputOutput>"
            let played = try Played(
                chain(
                    (
                        "u",
                        "<userTask id=\"u\"><extensionElements>\(input)</extensionElements>"
                            + "<multiInstanceLoopCharacteristics isSequential=\"\(isSequential)\"\(loop)"
                            + "</multiInstanceLoopCharacteristics></userTask>"
                    )), data: "{\"xs\":[\"a\",\"b\"]}", answer: given.answer())
            #expect(played.isDone, "\(played.codes)")
            let numbers = given.inputs.map {
                "\($0["x"]?.text ?? "") \($0["n"].map { DataText.json($0) } ?? "")"
            }
            #expect(numbers.sorted() == ["a \(first)", "b \(Int(first) == 0 ? 1 : 2)"])
        }
    }

    /// In a sub-process of several instances, the number and the count of them are variables.
    @Test func numbersInside() throws {
        let given = Given()
        let played = try Played(
            chain(
                (
                    "p",
                    "<subProcess id=\"p\"><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
                        + "</multiInstanceLoopCharacteristics><startEvent id=\"ps\"/><userTask id=\"u\"><extensionElements>"
                        + "<camunda:inputOutput><camunda:inputParameter name=\"n\">${loopCounter} of ${nrOfInstances}"
                        + "</camunda:inputParameter></camunda:inputOutput></extensionElements></userTask>"
                        + "<sequenceFlow id=\"pf\" sourceRef=\"ps\" targetRef=\"u\"/></subProcess>"
                )), answer: given.answer())
        #expect(played.isDone, "\(played.codes)")
        let numbers = given.inputs.map { $0["n"]?.text ?? "" }
        #expect(numbers.sorted() == ["0 of 3", "1 of 3", "2 of 3"])
    }

    /// Listeners that only set variables.
    @Test func listeners() throws {
        let given = Given()
        let played = try Played(
            chain(
                (
                    "u",
                    "<userTask id=\"u\"><extensionElements>"
                        + "<camunda:executionListener event=\"start\" expression=\"${execution.setVariable('seen', a + 1)}\"/>"
                        + "<camunda:taskListener event=\"complete\"><camunda:script scriptFormat=\"javascript\">"
                        + "task.setVariable(\"done\", true)</camunda:script></camunda:taskListener></extensionElements></userTask>"
                ), last), data: "{\"a\":1}", answer: given.answer())
        #expect(played.isDone && played.outcome == "imported", "\(played.codes)")
        #expect(given.json("u", "seen") == "2" && given.json("last", "done") == "true")
    }

    /// A listener that does anything else is named.
    @Test func listenersThatAreNamed() throws {
        let played = try Played(
            chain(
                (
                    "u",
                    "<userTask id=\"u\"><extensionElements><camunda:executionListener event=\"end\" class=\"org.X\"/>"
                        + "<camunda:taskListener event=\"create\" expression=\"${bean.tell(task)}\"/></extensionElements></userTask>"
                )))
        #expect(played.codes.filter { $0.hasPrefix("WF9070") }.count == 2, "\(played.codes)")
    }

    /// A task is skipped where that is switched on and its expression holds.
    @Test func skipped() throws {
        for (data, asked) in [
            ("{\"_FLOWABLE_SKIP_EXPRESSION_ENABLED\":true,\"a\":5}", ["last"]),
            ("{\"_FLOWABLE_SKIP_EXPRESSION_ENABLED\":true,\"a\":1}", ["u", "last"]),
            ("{\"a\":5}", ["u", "last"]),
        ] {
            let given = Given()
            let played = try Played(
                chain(("u", "<userTask id=\"u\" camunda:skipExpression=\"${a &gt; 3}\"/>"), last), data: data,
                answer: given.answer())
            #expect(played.isDone && given.titles == asked, "\(played.codes)")
            #expect(played.outcome == "imported", "\(played.codes)")
        }
    }

    /// Times that are computed: of an event, of a text with a value in it, of a boundary.
    @Test func times() throws {
        let timer = { (id: String, time: String) in
            "<intermediateCatchEvent id=\"\(id)\"><timerEventDefinition>\(time)</timerEventDefinition></intermediateCatchEvent>"
        }
        let played = try Played(
            chain(
                ("a", timer("a", "<timeDuration>=duration(\"PT\" + string(n) + \"S\")</timeDuration>")),
                ("b", timer("b", "<timeDuration>PT${n}M</timeDuration>")),
                ("c", timer("c", "<timeDate>${due}</timeDate>")),
                (
                    "u",
                    "<userTask id=\"u\"/><boundaryEvent id=\"t\" attachedToRef=\"u\"><timerEventDefinition><timeDuration>"
                        + "${wait}</timeDuration></timerEventDefinition></boundaryEvent><sequenceFlow id=\"te\" sourceRef=\"t\" "
                        + "targetRef=\"e\"/>"
                )), data: "{\"n\":5,\"due\":\"2023-12-01T10:00:00Z\",\"wait\":\"P1DT2H\"}",
            answer: { _ in nil })
        #expect(played.isDone && played.outcome == "imported", "\(played.codes)")
        let wrong = try Played(
            chain(("b", timer("b", "<timeDuration>${n}</timeDuration>"))), data: "{\"n\":\"soon\"}")
        #expect(!wrong.isDone && wrong.outcome == "imported")
    }

    /// Names of what is sent; a name whose value cannot be said is noted.
    @Test func names() throws {
        let played = try Played(
            chain(
                (
                    "m",
                    "<intermediateThrowEvent id=\"m\" name=\"paid ${id}\"><messageEventDefinition/></intermediateThrowEvent>"
                )), data: "{\"id\":7}")
        #expect(played.isDone && played.emitted == ["paid 7"], "\(played.codes) \(played.emitted)")
        let noted = try Played(
            chain(("u", "<userTask id=\"u\" name=\"Order ${bean.x()}\" camunda:assignee=\"${bean.y()}\"/>")))
        #expect(noted.isDone && noted.codes.filter { $0.hasPrefix("WF9066") }.count == 2, "\(noted.codes)")
    }
}
