// What vendors map, run: models as users of Camunda, Zeebe and jBPM draw them, and what people and workers are given.
import Testing
import WfEngine
import WfImport
import WfSource

private func arrows(_ pairs: String...) -> String {
    pairs.map { pair in
        let ends = pair.split(separator: ">")
        return
            "<sequenceFlow id=\"\(ends[0])_\(ends[1])\" sourceRef=\"\(ends[0])\" targetRef=\"\(ends[1])\"/>"
    }.joined()
}

/// The inputs of work items by title, as they were asked for.
private final class Inputs {
    private(set) var all: [String: DataNode] = [:]

    /// Answers a work item, and keeps what it was given.
    func answer(_ answers: [String: String]) -> (Asked) -> String? {
        { asked in
            self.all[asked.title] = asked.input
            return answers[asked.title] ?? "{}"
        }
    }

    func json(_ title: String) -> String { all[title].map { DataText.json($0) } ?? "" }
}

@Suite struct BpmnVendorRunTests {
    /// Camunda 7: what a call is given and gives back, a result's variable, outputs beside the answer.
    @Test func camunda() throws {
        let inputs = Inputs()
        let played = try Played(
            "<startEvent id=\"s\"/><callActivity id=\"c\" calledElement=\"q\"><extensionElements>"
                + "<camunda:in source=\"customer\" target=\"who\"/>"
                + "<camunda:in sourceExpression=\"${amount * 2}\" target=\"limit\"/>"
                + "<camunda:out source=\"points\" target=\"score\"/></extensionElements></callActivity>"
                + "<businessRuleTask id=\"r\" camunda:decisionRef=\"risk\" camunda:resultVariable=\"risk\"/>"
                + "<serviceTask id=\"p\" camunda:class=\"org.Pay\"><extensionElements><camunda:inputOutput>"
                + "<camunda:inputParameter name=\"sum\">${amount - 0.5}</camunda:inputParameter>"
                + "<camunda:outputParameter name=\"txn\">${sent.id}</camunda:outputParameter>"
                + "</camunda:inputOutput></extensionElements></serviceTask>"
                + "<scriptTask id=\"l\" scriptFormat=\"javascript\" camunda:resultVariable=\"line\">"
                + "<script>\"paid \" + txn</script></scriptTask>"
                + "<userTask id=\"last\" camunda:candidateGroups=\"g\" camunda:assignee=\"${customer}\"/><endEvent id=\"e\"/>"
                + arrows("s>c", "c>r", "r>p", "p>l", "l>last", "last>e")
                + "</process><process id=\"q\" isExecutable=\"true\"><startEvent id=\"qs\"/><userTask id=\"ask\"/>"
                + "<endEvent id=\"qe\"/>" + arrows("qs>ask", "ask>qe"),
            data: "{\"customer\":\"ann\",\"amount\":3}",
            answer: inputs.answer([
                "ask": "{\"points\":80}", "r": "\"low\"", "p": "{\"sent\":{\"id\":\"T7\"}}",
            ]))
        #expect(played.isDone && played.outcome == "notes" && played.asked == ["ask", "r", "p", "last"])
        #expect(inputs.json("ask") == "{\"who\":\"ann\",\"limit\":6}")
        #expect(inputs.all["p"]?["sum"].map { DataText.json($0) } == "2.5")
        let last = inputs.all["last"]
        #expect(last?["assignee"]?.text == "ann")
        #expect(last?["data"]?["score"]?.int == 80 && last?["data"]?["risk"]?.text == "low")
        #expect(last?["data"]?["txn"]?.text == "T7" && last?["data"]?["line"]?.text == "paid T7")
        // What is called knows only what it is given, and gives back only what is mapped.
        #expect(last?["data"]?["points"] == nil)
    }

    /// Zeebe: only what is mapped is known, paths lie in each other, a script is an expression.
    @Test func zeebe() throws {
        let inputs = Inputs()
        let played = try Played(
            "<startEvent id=\"s\"/><scriptTask id=\"t\"><extensionElements><zeebe:script "
                + "expression=\"=order.price * order.count\" resultVariable=\"total\"/></extensionElements></scriptTask>"
                + "<serviceTask id=\"c\"><extensionElements><zeebe:taskDefinition type=\"pay\"/><zeebe:ioMapping>"
                + "<zeebe:input source=\"=total\" target=\"payment.amount\"/>"
                + "<zeebe:input source=\"EUR\" target=\"payment.currency\"/>"
                + "<zeebe:output source=\"=id\" target=\"order.txId\"/></zeebe:ioMapping></extensionElements></serviceTask>"
                + "<userTask id=\"u\"/><endEvent id=\"e\"/>" + arrows("s>t", "t>c", "c>u", "u>e"),
            data: "{\"order\":{\"price\":9.5,\"count\":2}}",
            answer: inputs.answer(["c": "{\"id\":\"t1\",\"more\":1}"]))
        #expect(played.isDone && played.outcome == "imported")
        let payment = inputs.all["c"]?["payment"]
        #expect(payment?["currency"]?.text == "EUR" && payment?["amount"].map { DataText.json($0) } == "19")
        let known = inputs.all["u"]
        #expect(known?["order"]?["txId"]?.text == "t1" && known?["order"]?["count"]?.int == 2)
        #expect(known?["more"] == nil)
    }

    /// jBPM: associations with properties, scripts around a task, arrows by priority.
    @Test func jbpm() throws {
        let inputs = Inputs()
        let played = try Played(
            "<property id=\"who\"/><property id=\"salary\"/><startEvent id=\"s\"/><userTask id=\"u\"><extensionElements>"
                + "<drools:onEntry-script><drools:script>kcontext.setVariable(\"tries\", 1);</drools:script>"
                + "</drools:onEntry-script><drools:onExit-script><drools:script>signed = accepted</drools:script>"
                + "</drools:onExit-script></extensionElements><ioSpecification><dataInput id=\"i\" name=\"in_name\"/>"
                + "<dataInput id=\"g\" name=\"GroupId\"/><dataOutput id=\"o\" name=\"offer\"/></ioSpecification>"
                + "<dataInputAssociation><sourceRef>who</sourceRef><targetRef>i</targetRef></dataInputAssociation>"
                + "<dataInputAssociation><targetRef>g</targetRef><assignment><from>HR</from><to>g</to></assignment>"
                + "</dataInputAssociation><dataOutputAssociation><sourceRef>o</sourceRef><targetRef>salary</targetRef>"
                + "</dataOutputAssociation></userTask><exclusiveGateway id=\"x\"/><userTask id=\"a\"/><userTask id=\"b\"/>"
                + "<endEvent id=\"e\"/>" + arrows("s>u", "u>x", "a>e", "b>e")
                + "<sequenceFlow id=\"xa\" sourceRef=\"x\" targetRef=\"a\" drools:priority=\"2\"><conditionExpression>"
                + "return salary &gt; 0;</conditionExpression></sequenceFlow>"
                + "<sequenceFlow id=\"xb\" sourceRef=\"x\" targetRef=\"b\" drools:priority=\"1\"><conditionExpression>"
                + "return salary &gt; 1000 &amp;&amp; signed;</conditionExpression></sequenceFlow>",
            data: "{\"who\":\"Ann\"}", answer: inputs.answer(["u": "{\"offer\":2000,\"accepted\":true}"]))
        #expect(played.isDone && played.outcome == "imported" && played.asked == ["u", "b"])
        #expect(inputs.all["u"]?["in_name"]?.text == "Ann" && inputs.all["u"]?["data"]?["tries"]?.int == 1)
        #expect(inputs.all["b"]?["salary"]?.int == 2000)
    }

    /// A reminder beside a task that is done several times.
    @Test func remindersInACircle() throws {
        var turns = 0
        let played = try Played(
            "<startEvent id=\"s\"/><userTask id=\"u\"/><boundaryEvent id=\"b\" cancelActivity=\"false\" attachedToRef=\"u\">"
                + "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"
                + "<sendTask id=\"m\"/><endEvent id=\"me\"/><exclusiveGateway id=\"g\" default=\"again\"/><endEvent id=\"e\"/>"
                + arrows("s>u", "b>m", "m>me", "u>g")
                + "<sequenceFlow id=\"again\" sourceRef=\"g\" targetRef=\"u\"/><sequenceFlow id=\"ok\" sourceRef=\"g\" "
                + "targetRef=\"e\"><conditionExpression>${good}</conditionExpression></sequenceFlow>"
        ) { _ in
            turns += 1
            return "{\"good\":\(turns == 3)}"
        }
        #expect(played.isDone && played.outcome == "imported" && played.asked == ["u", "u", "u"])
    }

    /// An answer at an event-based gateway is mapped like one of a step.
    @Test func outputsOfArms() {
        let model = BpmnVariants.model(
            "<eventBasedGateway id=\"n\"/>", BpmnAdded(proof: ""), reads: true
        ).replacing(
            "<sequenceFlow id=\"f2\" sourceRef=\"n\" targetRef=\"g\"/>",
            with:
                "<sequenceFlow id=\"f2\" sourceRef=\"n\" targetRef=\"arm\"/><intermediateCatchEvent id=\"arm\">"
                + "<extensionElements><zeebe:ioMapping><zeebe:output source=\"=pages + 1\" target=\"x\"/></zeebe:ioMapping>"
                + "</extensionElements><messageEventDefinition messageRef=\"m\"/></intermediateCatchEvent>"
                + "<sequenceFlow id=\"f4\" sourceRef=\"arm\" targetRef=\"g\"/>")
        let result = compiled(model, as: "x.bpmn")
        #expect(!result.isRefused, "\(result.codes)")
        #expect(result.text.contains("await paid -> armOut"))
        #expect(result.text.contains("let armOut: Json = { x: feel.add("))
    }
}
