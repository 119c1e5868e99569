// BPMN to flows: small models, and the text or the messages that come of them.
import Testing
import WfDiagnostics
import WfImport
import WfSource

/// A process around some elements.
private func model(_ inside: String, before: String = "", isExecutable: Bool = true) -> String {
    """
    <?xml version="1.0"?>
    <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
      xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="urn:x">\(before)
    <process id="p" isExecutable="\(isExecutable)">
    \(inside)
    </process></definitions>
    """
}

private func arrows(_ pairs: String...) -> String {
    pairs.enumerated().map { number, pair in
        let ends = pair.split(separator: ">")
        return "<sequenceFlow id=\"f\(number)\" sourceRef=\"\(ends[0])\" targetRef=\"\(ends[1])\"/>"
    }.joined()
}

private func text(_ inside: String, before: String = "") -> String {
    String(decoding: imported(model(inside, before: before)).text, as: UTF8.self)
}

private func codes(_ inside: String) -> [String] {
    imported(model(inside)).diagnostics.map(\.code.description).sorted()
}

@Suite struct BpmnTests {
    @Test func plain() {
        let result = imported(
            model(
                "<startEvent id=\"s\"/><userTask id=\"t\" name=\"Do it\"/><endEvent id=\"e\"/>"
                    + arrows("s>t", "t>e")))
        #expect(result.diagnostics.isEmpty && !result.hasNotes && result.dialect == "BPMN 2.0")
        let lines = [
            "/// p", "flow p(data: Json = null) {", "    start -> doIt",
            "    step doIt = task(\"Do it\", data) -> e",
            "    end e", "}", "",
        ]
        #expect(String(decoding: result.text, as: UTF8.self) == lines.joined(separator: "\n"))
    }

    @Test func conditionsAndDefaults() {
        let flow = text(
            "<startEvent id=\"s\"/><exclusiveGateway id=\"g\" default=\"f2\"/><endEvent id=\"a\"/><endEvent id=\"b\"/>"
                + arrows("s>g")
                + "<sequenceFlow id=\"f2\" sourceRef=\"g\" targetRef=\"b\"/>"
                + "<sequenceFlow id=\"f3\" sourceRef=\"g\" targetRef=\"a\"><conditionExpression>${x == 1}"
                + "</conditionExpression></sequenceFlow>")
        #expect(flow.contains("choice g {\n        juel.equal(data.x, 1) -> a\n        else -> b\n    }"))
    }

    @Test func decisionsWithoutConditions() {
        let inside =
            "<startEvent id=\"s\"/><exclusiveGateway id=\"g\" name=\"Fine?\"/><endEvent id=\"a\"/><endEvent id=\"b\"/>"
            + arrows("s>g") + "<sequenceFlow id=\"y\" name=\"yes\" sourceRef=\"g\" targetRef=\"a\"/>"
            + "<sequenceFlow id=\"n\" name=\"no\" sourceRef=\"g\" targetRef=\"b\"/>"
        #expect(codes(inside) == ["WF9065"])
        let flow = text(inside)
        #expect(flow.contains("step fine = task(\"Fine?\", { oneOf: [\"yes\", \"no\"], data }) -> fineWay"))
        #expect(flow.contains("fine == \"yes\" -> a\n        fine == \"no\" -> b"))
    }

    @Test func gatewaysThatOnlyMergeAreArrows() {
        let flow = text(
            "<startEvent id=\"s\"/><exclusiveGateway id=\"m\"/><task id=\"t\"/><endEvent id=\"e\"/>"
                + arrows("s>m", "m>t", "t>e"))
        #expect(flow.contains("start -> t") && !flow.contains("choice"))
    }

    @Test func parallel() {
        let flow = text(
            "<startEvent id=\"s\"/><parallelGateway id=\"f\"/><task id=\"a\"/><task id=\"b\"/><parallelGateway id=\"j\"/>"
                + "<endEvent id=\"e\"/>" + arrows("s>f", "f>a", "f>b", "a>j", "b>j", "j>e"))
        #expect(flow.contains("split f -> a, b") && flow.contains("join j -> e"))
    }

    @Test func boundaryEvents() {
        let flow = text(
            "<startEvent id=\"s\"/><task id=\"t\"/><endEvent id=\"e\"/><endEvent id=\"late\"/><endEvent id=\"bad\"/>"
                + "<boundaryEvent id=\"b1\" attachedToRef=\"t\" cancelActivity=\"false\"><timerEventDefinition>"
                + "<timeDuration>PT5M</timeDuration></timerEventDefinition></boundaryEvent>"
                + "<boundaryEvent id=\"b2\" attachedToRef=\"t\"><errorEventDefinition errorRef=\"err\"/></boundaryEvent>"
                + arrows("s>t", "t>e", "b1>late", "b2>bad"),
            before: "<error id=\"err\" errorCode=\"E1\"/>")
        #expect(flow.contains("on parallel timeout 5m -> late"))
        #expect(flow.contains("on error -> whichB2") && flow.contains("error.message == \"E1\" -> bad"))
        #expect(flow.contains("else -> otherFailure") && flow.contains("fail otherFailure = error.message"))
    }

    @Test func subProcessesAndInstances() {
        let flow = text(
            "<startEvent id=\"s\"/><subProcess id=\"sub\" name=\"Inside\"><multiInstanceLoopCharacteristics "
                + "isSequential=\"true\"><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
                + "<task id=\"t\"/></subProcess><endEvent id=\"e\"/>" + arrows("s>sub", "sub>e"))
        #expect(flow.contains("step inside2 = for item in 0..<3 limit 1 { inside(data) } -> e"))
        #expect(flow.contains("flow inside(data: Json = null) {\n    start -> t"))
    }

    @Test func scriptsThatSetVariables() {
        let flow = text(
            "<startEvent id=\"s\"/><scriptTask id=\"inc\"><script>x = x + 1</script></scriptTask><endEvent id=\"e\"/>"
                + arrows("s>inc", "inc>e"))
        #expect(flow.contains("let inc: Json = { x: juel.plus(data.x, 1) } -> e"))
        #expect(
            codes(
                "<startEvent id=\"s\"/><scriptTask id=\"c\"><script>run(1)</script></scriptTask>"
                    + arrows("s>c"))
                == [])
    }

    @Test func vendors() {
        let flow = text(
            "<startEvent id=\"s\"/><serviceTask id=\"t\" name=\"Pay\"><extensionElements>"
                + "<zeebe:taskDefinition type=\"payment\" retries=\"3\"/><zeebe:ioMapping><zeebe:input source=\"=order.id\" "
                + "target=\"id\"/></zeebe:ioMapping></extensionElements></serviceTask>"
                + "<userTask id=\"u\" name=\"Look\" camunda:assignee=\"demo\"/><endEvent id=\"e\"/>"
                + arrows("s>t", "t>u", "u>e"))
        #expect(
            flow.contains(
                "work(\"Pay\", { id: feel.field(data.order, \"id\"), data }, role: \"payment\") retry 3 -> look"
            ))
        #expect(flow.contains("role: \"demo\""))
    }

    /// Where the checker finds that tokens can meet, what follows is written for each way in.
    @Test func tokensThatCouldMeetHaveNodesOfTheirOwn() {
        let inside =
            "<startEvent id=\"s\"/><parallelGateway id=\"f\"/><task id=\"a\"/><task id=\"b\"/><task id=\"m\"/>"
            + "<endEvent id=\"e\"/>" + arrows("s>f", "f>a", "f>b", "a>m", "b>m", "m>e")
        let source = SourceFile(path: "x.bpmn", text: model(inside))
        let plain = Import.run(source, file: FileId(0))
        #expect(!String(decoding: plain.text, as: UTF8.self).contains("m2"))
        var advice = ImportAdvice()
        let start = model(inside).utf8.count - model(inside).split(separator: "<task id=\"m\"")[1].utf8.count
        advice.unfolded = [UInt32(start - "<task id=\"m\"".utf8.count)]
        let text = String(decoding: Import.run(source, file: FileId(0), advice: advice).text, as: UTF8.self)
        #expect(
            text.contains("step a = work(\"a\", data) -> m\n")
                && text.contains("step b = work(\"b\", data) -> m2\n"))
        #expect(text.contains("step m2 = work(\"m\", known(data, [b])) -> e2"))
    }

    @Test func eventBased() {
        let flow = text(
            "<startEvent id=\"s\"/><eventBasedGateway id=\"g\"/><intermediateCatchEvent id=\"m\" name=\"Paid\">"
                + "<messageEventDefinition/></intermediateCatchEvent><intermediateCatchEvent id=\"t\">"
                + "<timerEventDefinition><timeDuration>P2D</timeDuration></timerEventDefinition></intermediateCatchEvent>"
                + "<endEvent id=\"a\"/><endEvent id=\"b\"/>" + arrows("s>g", "g>m", "g>t", "m>a", "t>b"))
        #expect(flow.contains("first g {\n        await paid -> a\n        timeout 2d -> b\n    }"))
        #expect(flow.contains("signal paid: Json"))
    }

    @Test func circlesWithoutEndGetOne() {
        let inside = "<startEvent id=\"s\"/><task id=\"t\"/>" + arrows("s>t", "t>t")
        #expect(codes(inside) == ["WF9064"] && text(inside).contains("on signal stopT -> finish"))
    }

    @Test func whatIsRefused() {
        let cases = [
            "<task id=\"t\"/><task id=\"t\"/>": "WF9050",
            "<task id=\"t\"/><boundaryEvent id=\"b\" attachedToRef=\"b\"/>": "WF9051",
            "<startEvent id=\"s\"/><task id=\"t\"/>" + arrows("t>s"): "WF9053",
            "<endEvent id=\"e\"/><task id=\"t\"/>" + arrows("e>t"): "WF9053",
            "<task id=\"t\"/><boundaryEvent id=\"b\" attachedToRef=\"t\"/>": "WF9053",
            "<intermediateThrowEvent id=\"l\"><linkEventDefinition name=\"x\"/></intermediateThrowEvent>":
                "WF9053",
            "<intermediateCatchEvent id=\"c\"/>": "WF9053",
            "<task id=\"t\" startQuantity=\"0\"/>": "WF9053",
        ]
        for (inside, code) in cases {
            let result = imported(model(inside))
            #expect(result.isRefused && result.text.isEmpty)
            #expect(
                result.diagnostics.contains { $0.code.description == code && $0.severity == .error },
                "\(inside)")
        }
    }

    @Test func whatIsNoted() {
        let cases = [
            "<task id=\"t\"/><sequenceFlow id=\"f\" sourceRef=\"t\" targetRef=\"gone\"/>": "WF9060",
            "<startEvent id=\"s\"/><task id=\"t\"/><task id=\"u\"/>" + arrows("s>t"): "WF9064",
            "<startEvent id=\"s\"><timerEventDefinition/></startEvent>": "WF9069",
            "<intermediateCatchEvent id=\"c\"><timerEventDefinition/></intermediateCatchEvent>": "WF9068",
            "<callActivity id=\"c\" calledElement=\"elsewhere\"/>": "WF9064",
            "<unheardOf id=\"c\"/><task id=\"t\"/>": "WF9063", "": "WF9062",
        ]
        for (inside, code) in cases { #expect(codes(inside) == [code], "\(inside)") }
    }

    @Test func foreignElementsAreCountedOnce() {
        let result = imported(
            model(
                "<task id=\"t\"><extensionElements><x xmlns=\"urn:v\"><y/><y/></x></extensionElements></task>"
            ))
        #expect(result.diagnostics.map(\.message) == ["3 elements of `urn:v` left out"] && !result.hasNotes)
    }
}

/// What events, loops and sub-processes do with each other and with variables.
@Suite struct BpmnMeaningTests {
    @Test func signalsThrownInTheSameFlowAreCaughtThere() {
        let flow = text(
            "<startEvent id=\"s\"/><task id=\"a\"/><intermediateThrowEvent id=\"t\"><signalEventDefinition signalRef=\"x\"/>"
                + "</intermediateThrowEvent><intermediateCatchEvent id=\"c\"><signalEventDefinition signalRef=\"x\"/>"
                + "</intermediateCatchEvent><endEvent id=\"e\"/>" + arrows("s>t", "s>c", "t>e", "c>e"),
            before: "<signal id=\"x\" name=\"go\"/>")
        #expect(flow.contains("step t = raise(\"go\", data, everywhere: true) -> e"))
        #expect(flow.contains("step c = await go -> e"))
    }

    @Test func anEscalationIsRaised() {
        let flow = text(
            "<startEvent id=\"s\"/><subProcess id=\"p1\"><startEvent id=\"i\"/><endEvent id=\"o\"><escalationEventDefinition "
                + "escalationRef=\"x\"/></endEvent>" + arrows("i>o") + "</subProcess><boundaryEvent id=\"b\" "
                + "attachedToRef=\"p1\"><escalationEventDefinition escalationRef=\"x\"/></boundaryEvent>"
                + "<endEvent id=\"e\"/><endEvent id=\"late\"/>"
                + "<sequenceFlow id=\"x1\" sourceRef=\"s\" targetRef=\"p1\"/>"
                + "<sequenceFlow id=\"x2\" sourceRef=\"p1\" targetRef=\"e\"/>"
                + "<sequenceFlow id=\"x3\" sourceRef=\"b\" targetRef=\"late\"/>",
            before: "<escalation id=\"x\" escalationCode=\"E2\"/>")
        #expect(
            flow.contains("step o = raise(\"e2\", data) -> oEnd") && flow.contains("on signal e2 -> late"))
    }

    @Test func loopsSeeWhatTheTurnBeforeHasSaid() {
        let flow = text(
            "<startEvent id=\"s\"/><userTask id=\"t\" name=\"Ask\"><standardLoopCharacteristics><loopCondition>n &lt; 3"
                + "</loopCondition></standardLoopCharacteristics></userTask><endEvent id=\"e\"/>"
                + arrows("s>t", "t>e"))
        #expect(flow.contains("loop (turn: Int = 0, last: Json = null) while"))
        #expect(flow.contains("juel.less(known(data, [last]).n, 3)"))
        #expect(flow.contains("next (turn + 1, known(last, [again]))"))
    }

    @Test func aSubProcessWithOneTokenYieldsItsVariables() {
        let flow = text(
            "<startEvent id=\"s\"/><subProcess id=\"sub\"><startEvent id=\"i\"/><scriptTask id=\"set\"><script>x = 1</script>"
                + "</scriptTask><endEvent id=\"o\"/>" + arrows("i>set", "set>o")
                + "</subProcess><userTask id=\"u\"/>"
                + "<endEvent id=\"e\"/><sequenceFlow id=\"x1\" sourceRef=\"s\" targetRef=\"sub\"/>"
                + "<sequenceFlow id=\"x2\" sourceRef=\"sub\" targetRef=\"u\"/>"
                + "<sequenceFlow id=\"x3\" sourceRef=\"u\" targetRef=\"e\"/>")
        #expect(
            flow.contains("flow sub(data: Json = null) -> Json {")
                && flow.contains("end o = known(null, [set])"))
        #expect(flow.contains("work(\"u\", known(data, [sub2]))"))
    }

    @Test func theDefaultBehindAnActivityLooksAtConditionsOnly() {
        let flow = text(
            "<startEvent id=\"s\"/><task id=\"t\" default=\"d\"/><endEvent id=\"a\"/><endEvent id=\"b\"/><endEvent id=\"c\"/>"
                + arrows("s>t") + "<sequenceFlow id=\"n\" sourceRef=\"t\" targetRef=\"a\"/>"
                + "<sequenceFlow id=\"d\" sourceRef=\"t\" targetRef=\"b\"/><sequenceFlow id=\"k\" sourceRef=\"t\" "
                + "targetRef=\"c\"><conditionExpression>x == 1</conditionExpression></sequenceFlow>")
        #expect(flow.contains("true -> a") && flow.contains(", 1) -> c") && flow.contains(", 1))) -> b"))
    }
}

/// Several tokens: repeating timers, quantities, instances that throw, messages that start, joins that wait.
@Suite struct BpmnTokenTests {
    @Test func timersRepeat() {
        let flow = text(
            "<startEvent id=\"s\"/><userTask id=\"t\"/><boundaryEvent id=\"b\" attachedToRef=\"t\" cancelActivity=\"false\">"
                + "<timerEventDefinition><timeCycle>R3/PT10M</timeCycle></timerEventDefinition></boundaryEvent>"
                + "<userTask id=\"u\"/><endEvent id=\"e\"/><endEvent id=\"f\"/>"
                + arrows("s>t", "t>e", "b>u", "u>f"))
        #expect(flow.contains("on parallel every 10m limit 3 -> u"))
    }

    @Test func quantitiesAreDrawn() {
        let flow = text(
            "<startEvent id=\"s\"/><userTask id=\"a\" completionQuantity=\"2\"/><userTask id=\"b\"/>"
                + "<userTask id=\"c\" startQuantity=\"2\"/><endEvent id=\"e\"/>"
                + arrows("s>a", "a>b", "b>c", "c>e"))
        #expect(flow.contains("step a = work(\"a\", data) -> b, b2"))
        #expect(flow.contains("join c") && flow.contains("step b2 = work(\"b\", known(data, [a]))"))
    }

    @Test func aMessageStartsAnotherProcess() {
        let result = imported(
            "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\"><message id=\"m\" name=\"order\"/>"
                + "<process id=\"buy\"><startEvent id=\"s\"/><endEvent id=\"e\"><messageEventDefinition messageRef=\"m\"/>"
                + "</endEvent><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"e\"/></process><process id=\"sell\">"
                + "<startEvent id=\"s2\"><messageEventDefinition messageRef=\"m\"/></startEvent><endEvent id=\"e2\"/>"
                + "<sequenceFlow id=\"f2\" sourceRef=\"s2\" targetRef=\"e2\"/></process></definitions>")
        #expect(String(decoding: result.text, as: UTF8.self).contains("spawn sell(data)"))
    }

    @Test func aJoinThatMayWaitForEverWaits() {
        let model =
            "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\"><process id=\"p\" isExecutable=\"true\">"
            + "<startEvent id=\"s\"/><exclusiveGateway id=\"x\" default=\"xb\"/><userTask id=\"a\"/><userTask id=\"b\"/>"
            + "<parallelGateway id=\"j\"/><endEvent id=\"e\"/>" + arrows("s>x", "a>j", "b>j", "j>e")
            + "<sequenceFlow id=\"xa\" sourceRef=\"x\" targetRef=\"a\"><conditionExpression>n == 1</conditionExpression>"
            + "</sequenceFlow><sequenceFlow id=\"xb\" sourceRef=\"x\" targetRef=\"b\"/></process></definitions>"
        let result = compiled(model, as: "x.bpmn")
        #expect(result.outcome == "notes")
        #expect(
            result.text.contains("toJ != null && toJ2 != null -> e") && result.text.contains("await jGoesOn"))
    }

    /// Each round finds one of them; many are not looked for one by one.
    @Test func aDrawingWithManyJoinsThatMayWaitForEver() {
        var inside = "<startEvent id=\"s\"/><endEvent id=\"e\"/>"
        var last = "s"
        for index in 0..<30 {
            let (x, a, b, j) = ("x\(index)", "a\(index)", "b\(index)", "j\(index)")
            inside += "<exclusiveGateway id=\"\(x)\"/><task id=\"\(a)\"/><task id=\"\(b)\"/>"
            inside += "<parallelGateway id=\"\(j)\"/>"
            for (from, to) in [(last, x), (x, a), (x, b), (a, j), (b, j)] {
                inside += "<sequenceFlow id=\"\(from)-\(to)\" sourceRef=\"\(from)\" targetRef=\"\(to)\"/>"
            }
            last = j
        }
        inside += "<sequenceFlow id=\"last\" sourceRef=\"\(last)\" targetRef=\"e\"/>"
        let result = compiled(model(inside, isExecutable: false), as: "x.bpmn")
        #expect(result.outcome == "notes")
        #expect(result.text.contains("any j29 ->") && !result.text.contains("join j"))
    }
}
