// What is known where: of two that set a variable the later one counts, events bring what comes with them, and what is not
// known is named.
import Testing
import WfEngine
import WfImport
import WfSource

/// `s>a>b|x>c` as arrows; a way ends at `|`.
private func ways(_ text: String) -> String {
    text.split(separator: "|").map { way in
        let nodes = way.split(separator: ">")
        return zip(nodes, nodes.dropFirst()).map { from, to in
            "<sequenceFlow id=\"\(from)_\(to)\" sourceRef=\"\(from)\" targetRef=\"\(to)\"/>"
        }.joined()
    }.joined()
}

/// An arrow with a condition.
private func way(_ from: String, _ to: String, _ condition: String) -> String {
    "<sequenceFlow id=\"\(from)_\(to)\" sourceRef=\"\(from)\" targetRef=\"\(to)\"><conditionExpression>"
        + condition + "</conditionExpression></sequenceFlow>"
}

private func users(_ ids: String...) -> String { ids.map { "<userTask id=\"\($0)\"/>" }.joined() }

private func script(_ id: String, _ result: String, _ text: String) -> String {
    "<scriptTask id=\"\(id)\" scriptFormat=\"groovy\" camunda:resultVariable=\"\(result)\"><script>\(text)</script>"
        + "</scriptTask>"
}

/// Answers by title, and the title and what was known of some variables for each work item.
private final class Seen {
    let variables: [String]
    private(set) var all: [String] = []

    init(_ variables: String...) { self.variables = variables }

    func answer(_ answers: [String: String?]) -> (Asked) -> String? {
        { asked in
            let known = asked.input["data"] ?? asked.input
            let values = self.variables.map { name in
                known[name].map { DataText.json($0) } ?? "-"
            }
            self.all.append("\(asked.title) \(values.joined(separator: " "))")
            return answers[asked.title] ?? "{}"
        }
    }
}

extension Played {
    /// The codes of the messages, without their lines.
    fileprivate var notes: [String] { codes.map { String($0.prefix(6)) } }
}

private let ends = "<startEvent id=\"s\"/><endEvent id=\"e\"/>"

@Suite struct BpmnKnownTests {
    // MARK: The later one counts

    @Test func aCounterCounts() throws {
        let seen = Seen("n")
        let played = try Played(
            ends + script("init", "n", "0") + "<exclusiveGateway id=\"m\"/>" + script("inc", "n", "n + 1")
                + users("u", "last") + "<exclusiveGateway id=\"g\" default=\"g_last\"/>"
                + ways("s>init>m>inc>u>g>last>e") + way("g", "m", "${n &lt; 3}"), answer: seen.answer([:]))
        #expect(played.isDone && seen.all == ["u 1", "u 2", "u 3", "last 3"])
    }

    @Test func aShortWayDoesNotCountMore() throws {
        let seen = Seen("x")
        let played = try Played(
            ends + users("a", "b", "c", "d", "last") + "<exclusiveGateway id=\"g\" default=\"g_m\"/>"
                + "<exclusiveGateway id=\"m\"/>" + ways("s>a>g>m>last>e|b>c>d>m")
                + way("g", "b", "${x == 1}"),
            answer: seen.answer(["a": "{\"x\":1}", "b": "{\"x\":2}"]))
        #expect(played.isDone && seen.all.last == "last 2")
    }

    @Test func manyActivitiesBefore() throws {
        let seen = Seen("x")
        let titles = (1...30).map { "t\($0)" }
        let played = try Played(
            ends + titles.map { users($0) }.joined() + ways("s>" + titles.joined(separator: ">") + ">e"),
            answer: seen.answer(["t1": "{\"x\":1}"]))
        #expect(played.isDone && seen.all.last == "t30 1")
        // All that was said is put together now and then, but for a circle, where each is asked.
        let more = (1...80).map { "t\($0)" }
        let chain = ends + more.map { users($0) }.joined() + ways("s>" + more.joined(separator: ">"))
        let late = Seen("x", "y")
        let long = try Played(
            chain + ways("t80>e"), answer: late.answer(["t1": "{\"x\":1,\"y\":1}", "t40": "{\"y\":2}"]))
        #expect(long.isDone && late.all.last == "t80 1 2" && long.outcome == "imported")
        let circle = try Played(
            chain + "<exclusiveGateway id=\"g\" default=\"g_e\"/>" + ways("t80>g>e")
                + way("g", "t1", "${x == 3}"))
        #expect(circle.isDone && circle.notes == ["WF9064"])
    }

    /// What is put together before a fork is not newer than what is set beside it.
    @Test func whatIsPutTogetherStaysOld() throws {
        let seen = Seen("x", "y")
        let first = (1...20).map { "t\($0)" }
        let left = (1...20).map { "l\($0)" }
        let played = try Played(
            ends + (first + left + ["r", "last"]).map { users($0) }.joined() + "<parallelGateway id=\"f\"/>"
                + "<parallelGateway id=\"j\"/>" + ways("s>" + first.joined(separator: ">") + ">f>r>j>last>e")
                + ways("f>" + left.joined(separator: ">") + ">j"),
            answer: seen.answer(["t1": "{\"x\":1}", "r": "{\"x\":2}", "l1": "{\"y\":3}"]))
        #expect(played.isDone && seen.all.last == "last 2 3")
    }

    /// An executable process tells each work item what others have said; a drawing does not.
    @Test func workersAreTold() throws {
        let seen = Seen("x")
        let inside = ends + users("a", "b") + ways("s>a>b>e")
        let played = try Played(inside, answer: seen.answer(["a": "{\"x\":1}"]))
        #expect(played.outcome == "imported" && seen.all == ["a -", "b 1"])
        let drawn = imported(
            "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\"><process id=\"p\">\(inside)</process>"
                + "</definitions>")
        #expect(String(decoding: drawn.text, as: UTF8.self).contains("step b = task(\"b\", data)"))
    }

    /// Ways side by side that meet again are one way behind their join, in a sub-process, too.
    @Test func whatIsSetSideBySideInside() throws {
        let seen = Seen("x", "y")
        let inside = { (way: String) in
            ends + users("c") + "<subProcess id=\"i\"><startEvent id=\"is\"/>" + users("a", "b")
                + "<parallelGateway id=\"f\"/><parallelGateway id=\"j\"/><endEvent id=\"ie\"/><endEvent id=\"if\"/>"
                + ways("is>f>a>j>ie" + way) + "</subProcess>" + ways("s>i>c>e")
        }
        let answers = seen.answer(["a": "{\"x\":1}", "b": "{\"y\":2}"])
        let played = try Played(inside("|f>b>j"), answer: answers)
        #expect(played.isDone && seen.all.last == "c 1 2" && played.notes == ["WF9064"])
        let apart = try Played(inside("|f>b>if"), answer: answers)
        #expect(apart.isDone == false || apart.notes.contains("WF9064"))
    }

    // MARK: Events

    @Test func aMessageBringsVariables() throws {
        let seen = Seen("x", "why")
        let played = try Played(
            ends + users("a", "b", "c") + "<boundaryEvent id=\"m\" attachedToRef=\"b\">"
                + "<messageEventDefinition messageRef=\"M\"/></boundaryEvent>" + ways("s>a>b>e|m>c>e")
                + "</process><message id=\"M\" name=\"stop\"/><process id=\"q\">",
            signals: [("stop", "{\"why\":\"late\"}")], answer: seen.answer(["a": "{\"x\":1}", "b": nil]))
        #expect(played.isDone && seen.all.last == "c 1 \"late\"")
    }

    @Test func anEventSubProcessKnowsWhatIsKnown() throws {
        let seen = Seen("x", "why")
        let played = try Played(
            ends + users("a", "b") + "<subProcess id=\"es\" triggeredByEvent=\"true\"><startEvent id=\"es1\">"
                + "<messageEventDefinition messageRef=\"M\"/></startEvent>" + users("c")
                + "<endEvent id=\"ee\"/>" + ways("es1>c>ee") + "</subProcess>" + ways("s>a>b>e")
                + "</process><message id=\"M\" name=\"stop\"/><process id=\"q\">",
            signals: [("stop", "{\"why\":\"late\"}")], answer: seen.answer(["a": "{\"x\":1}", "b": nil]))
        #expect(played.isDone && seen.all.last == "c 1 \"late\"")
    }

    @Test func aFailureHasItsVariables() throws {
        let error = "<errorEventDefinition errorRef=\"E\" camunda:errorCodeVariable=\"code\"/>"
        let seen = Seen("x", "code")
        let after = "</process><error id=\"E\" errorCode=\"BAD\"/><process id=\"q\">"
        let played = try Played(
            ends + users("a", "b") + "<subProcess id=\"es\" triggeredByEvent=\"true\"><startEvent id=\"es1\">"
                + error + "</startEvent>" + users("c") + "<endEvent id=\"ee\"/>" + ways("es1>c>ee")
                + "</subProcess><endEvent id=\"x\"><errorEventDefinition errorRef=\"E\"/></endEvent>"
                + "<exclusiveGateway id=\"g\" default=\"g_x\"/>" + ways("s>a>g>x|b>e")
                + way("g", "b", "${x == 2}")
                + after, answer: seen.answer(["a": "{\"x\":1}"]))
        #expect(played.isDone && seen.all.last == "c 1 \"BAD\"")
        let beside = Seen("code")
        let atTask = try Played(
            ends + users("a", "b", "c") + "<subProcess id=\"i\"><startEvent id=\"is\"/>"
                + "<endEvent id=\"ix\">"
                + "<errorEventDefinition errorRef=\"E\"/></endEvent>" + ways("is>ix") + "</subProcess>"
                + "<boundaryEvent id=\"m\" attachedToRef=\"i\">" + error + "</boundaryEvent>"
                + ways("s>a>i>b>e|m>c>e") + after, answer: beside.answer([:]))
        #expect(atTask.isDone && beside.all.last == "c \"BAD\"")
    }

    /// An error that a sub-process ends with takes along what is known there, through those around.
    @Test func anErrorTakesVariablesAlong() throws {
        let seen = Seen("x", "code")
        let inner =
            "<subProcess id=\"n\"><startEvent id=\"ns\"/>" + users("b") + "<endEvent id=\"nx\">"
            + "<errorEventDefinition errorRef=\"E\"/></endEvent>" + ways("ns>b>nx") + "</subProcess>"
        let played = try Played(
            ends + users("c", "d") + "<subProcess id=\"i\"><startEvent id=\"is\"/>" + users("a") + inner
                + "<endEvent id=\"ie\"/>" + ways("is>a>n>ie")
                + "</subProcess><boundaryEvent id=\"m\" attachedToRef=\"i\">"
                + "<errorEventDefinition errorRef=\"E\" camunda:errorCodeVariable=\"code\"/></boundaryEvent>"
                + ways("s>i>d>e|m>c>e") + "</process><error id=\"E\" errorCode=\"BAD\"/><process id=\"q\">",
            answer: seen.answer(["a": "{\"x\":1}", "b": "{\"x\":2}"]))
        #expect(played.isDone && seen.all.last == "c 2 \"BAD\"")
        // Beside one that catches any error, its code is asked for, and what was set is named as lost.
        let failed = try Played(
            ends + users("c", "d") + "<subProcess id=\"i\"><startEvent id=\"is\"/>" + users("a") + inner
                + "<endEvent id=\"ie\"/>" + ways("is>a>n>ie")
                + "</subProcess><boundaryEvent id=\"m\" attachedToRef=\"i\">"
                + "<errorEventDefinition errorRef=\"E\"/></boundaryEvent><boundaryEvent id=\"l\" attachedToRef=\"i\">"
                + "<errorEventDefinition/></boundaryEvent>" + ways("s>i>d>e|m>c>e|l>e")
                + "</process><error id=\"E\" errorCode=\"BAD\"/><process id=\"q\">")
        #expect(failed.isDone && failed.asked == ["a", "b", "c"] && failed.notes.contains("WF9064"))
    }

    @Test func aConditionSeesWhatIsSetBesideIt() throws {
        let seen = Seen("x")
        let played = try Played(
            ends + users("a", "b") + "<parallelGateway id=\"f\"/><endEvent id=\"e2\"/>"
                + "<intermediateCatchEvent id=\"w\"><conditionalEventDefinition><condition>${x &gt; 3}</condition>"
                + "</conditionalEventDefinition></intermediateCatchEvent>" + ways("s>f>a>e|f>w>b>e2"),
            answer: seen.answer(["a": "{\"x\":5}"]))
        #expect(played.isDone && seen.all == ["a -", "b 5"])
    }

    /// What is thrown away with a sub-process is named.
    @Test func whatIsLostIsNamed() throws {
        let played = try Played(
            ends + users("c") + "<subProcess id=\"i\"><startEvent id=\"is\"/>" + users("a", "b")
                + "<endEvent id=\"ie\"/>" + ways("is>a>b>ie")
                + "</subProcess><boundaryEvent id=\"m\" attachedToRef=\"i\">"
                + "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"
                + ways("s>i>e|m>c>e"), answer: { $0.title == "b" ? nil : "{}" })
        #expect(played.isDone && played.asked == ["a", "b", "c"] && played.notes == ["WF9064"])
    }

    /// People outside send a message by its name, whatever is called the same.
    @Test func messagesKeepTheirNames() {
        let text = compiled(
            """
            <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">
            \(ends)<receiveTask id="r" name="Paid" messageRef="M"/>\(ways("s>r>e"))</process>
            <message id="M" name="paid"/></definitions>
            """, as: "x.bpmn"
        ).text
        #expect(text.contains("signal paid: Json") && text.contains("step paid2 = await paid"))
    }

    // MARK: Instances

    @Test func whatInstancesSayIsKnown() throws {
        let seen = Seen("ok", "n")
        let loop = { (inside: String) in
            "<multiInstanceLoopCharacteristics isSequential=\"true\" camunda:collection=\"${list}\" "
                + "camunda:elementVariable=\"it\">\(inside)</multiInstanceLoopCharacteristics>"
        }
        let task = { (inside: String) in
            ends + users("last") + "<userTask id=\"v\">\(loop(inside))</userTask>" + ways("s>v>last>e")
        }
        var turn = 0
        let answer = { (asked: Asked) -> String? in
            turn += 1
            return seen.answer(["v": "{\"ok\":\(turn == 2),\"n\":\(turn)}"])(asked)
        }
        let all = try Played(task(""), data: "{\"list\":[1,2,3]}", answer: answer)
        #expect(all.isDone && all.outcome == "imported" && seen.all.last == "last false 3")
        turn = 0
        let some = try Played(
            task("<completionCondition>${ok}</completionCondition>"), data: "{\"list\":[1,2,3]}",
            answer: answer)
        #expect(some.isDone && some.asked == ["v", "v", "last"] && seen.all.last == "last true 2")
    }

    /// The names that a flow of instances is written with are no names of sub-processes.
    @Test(arguments: ["Items", "Done", "All", "Enough", "One", "Said", "Last"])
    func namesOfInstances(_ name: String) throws {
        for isSequential in [true, false] {
            let played = try Played(
                ends + "<subProcess id=\"i\" name=\"\(name)\"><multiInstanceLoopCharacteristics "
                    + "isSequential=\"\(isSequential)\" camunda:collection=\"${list}\"><completionCondition>"
                    + "${nrOfCompletedInstances == 2}</completionCondition></multiInstanceLoopCharacteristics>"
                    + "<startEvent id=\"is\"/>" + users("a") + "<endEvent id=\"ie\"/>" + ways("is>a>ie")
                    + "</subProcess>" + ways("s>i>e"), data: "{\"list\":[1,2,3]}")
            #expect(played.isDone && played.asked.prefix(2) == ["a", "a"])
        }
    }

    /// A process with such a flow beside it is what `wfi run` starts.
    @Test func theProcessIsMain() {
        let text = compiled(
            """
            <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" isExecutable="true">
            \(ends)<userTask id="v"><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>
            <completionCondition>${nrOfCompletedInstances == 1}</completionCondition>
            </multiInstanceLoopCharacteristics></userTask>\(ways("s>v>e"))</process></definitions>
            """, as: "x.bpmn"
        ).text
        #expect(text.contains("flow main(") && text.contains("flow vInstances("))
    }

    @Test func numbersOfInstancesAreNamed() throws {
        let played = try Played(
            ends + users("a") + "<userTask id=\"b\" name=\"After ${nrOfCompletedInstances}\"/>"
                + ways("s>a>b>e"))
        #expect(played.isDone && played.notes == ["WF9064"])
    }

    /// jBPM: the collection is what is associated with the input that the loop names.
    @Test func theCollectionOfJbpm() throws {
        let seen = Seen("outs")
        let played = try Played(
            "<property id=\"list\"/><property id=\"outs\"/>" + ends + users("last")
                + "<userTask id=\"v\"><ioSpecification><dataInput id=\"ic\" name=\"IN_COLLECTION\"/>"
                + "<dataInput id=\"ii\" name=\"person\"/><dataOutput id=\"oc\" name=\"OUT_COLLECTION\"/>"
                + "<dataOutput id=\"oo\" name=\"answer\"/></ioSpecification>"
                + "<dataInputAssociation><sourceRef>list</sourceRef><targetRef>ic</targetRef></dataInputAssociation>"
                + "<dataOutputAssociation><sourceRef>oc</sourceRef><targetRef>outs</targetRef></dataOutputAssociation>"
                + "<multiInstanceLoopCharacteristics isSequential=\"true\"><loopDataInputRef>ic</loopDataInputRef>"
                + "<loopDataOutputRef>oc</loopDataOutputRef><inputDataItem id=\"person\" name=\"person\"/>"
                + "<outputDataItem id=\"answer\" name=\"answer\"/></multiInstanceLoopCharacteristics></userTask>"
                + ways("s>v>last>e"), data: "{\"list\":[\"a\",\"b\"]}",
            answer: seen.answer(["v": "{\"answer\":7}"]))
        #expect(played.isDone && seen.all.last == "last [7,7]")
    }

    // MARK: Zeebe

    /// A header is text for whoever does the work, even one that looks like an expression.
    @Test func headersStandAsTheyAre() throws {
        var header = ""
        let played = try Played(
            ends
                + "<serviceTask id=\"a\"><extensionElements><zeebe:taskDefinition type=\"http\"/><zeebe:taskHeaders>"
                + "<zeebe:header key=\"resultExpression\" value=\"={ name: response.body.name }\"/>"
                + "</zeebe:taskHeaders></extensionElements></serviceTask>" + ways("s>a>e")
        ) { asked in
            header = asked.input["headers"]?["resultExpression"]?.text ?? ""
            return "{}"
        }
        #expect(played.isDone && header == "={ name: response.body.name }")
    }

    /// What is collected of each instance may be computed, of its item too.
    @Test(arguments: [true, false]) func collectedValues(_ isSequential: Bool) throws {
        let seen = Seen("total")
        let played = try Played(
            ends + users("last")
                + "<serviceTask id=\"a\"><extensionElements><zeebe:taskDefinition type=\"p\"/>"
                + "</extensionElements><multiInstanceLoopCharacteristics isSequential=\"\(isSequential)\"><extensionElements>"
                + "<zeebe:loopCharacteristics inputCollection=\"=items\" inputElement=\"it\" outputCollection=\"prices\" "
                + "outputElement=\"=price * it.n\"/></extensionElements>"
                + (isSequential
                    ? "<completionCondition>=numberOfCompletedInstances &gt; 5</completionCondition>" : "")
                + "</multiInstanceLoopCharacteristics></serviceTask><scriptTask id=\"t\"><extensionElements>"
                + "<zeebe:script expression=\"=sum(prices)\" resultVariable=\"total\"/></extensionElements></scriptTask>"
                + ways("s>a>t>last>e"), data: "{\"items\":[{\"n\":2},{\"n\":3}]}",
            answer: seen.answer(["a": "{\"price\":10}"]))
        #expect(played.isDone && played.outcome == "imported" && seen.all.last == "last 50")
    }

    /// A time that is counted from now on is waited for.
    @Test func timesFromNow() throws {
        let played = try Played(
            ends + users("a") + "<intermediateCatchEvent id=\"t\"><timerEventDefinition><timeDate>"
                + "=now() + duration(&quot;PT&quot; + string(hours) + &quot;H&quot;)</timeDate></timerEventDefinition>"
                + "</intermediateCatchEvent>" + ways("s>t>a>e"), data: "{\"hours\":2}")
        #expect(played.isDone && played.outcome == "imported" && played.asked == ["a"])
    }

    /// Groups that a list names stand side by side, as those of a text do.
    @Test func groups() {
        let text = imported(
            "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "
                + "xmlns:zeebe=\"http://camunda.org/schema/zeebe/1.0\"><process id=\"p\" isExecutable=\"true\">"
                + ends + "<userTask id=\"a\"><extensionElements><zeebe:assignmentDefinition "
                + "candidateGroups=\"=[&quot;ops&quot;, &quot;hr&quot;]\"/></extensionElements></userTask>"
                + ways("s>a>e") + "</process></definitions>"
        ).text
        #expect(String(decoding: text, as: UTF8.self).contains("role: \"ops,hr\""))
    }

    /// A decision of Flowable is not in the file, and is named as others are.
    @Test func decisionsOfFlowable() {
        let field =
            "<flowable:field name=\"decisionTableReferenceKey\"><flowable:string>risk</flowable:string></flowable:field>"
        let result = imported(
            "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "
                + "xmlns:flowable=\"http://flowable.org/bpmn\"><process id=\"p\" isExecutable=\"true\">"
                + ends
                + "<serviceTask id=\"a\" flowable:type=\"dmn\"><extensionElements>\(field)</extensionElements></serviceTask>"
                + ways("s>a>e") + "</process></definitions>")
        #expect(result.diagnostics.map(\.message).filter { $0.contains("the decision `risk`") }.count == 1)
    }
}
