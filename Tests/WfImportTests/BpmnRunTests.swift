// BPMN run: models of compensation and of instances are imported, run on virtual time, and what people and workers are
// asked for is looked at. A work item is answered at once, and noted by its title.
import Testing
import WfEngine
import WfImport
import WfPlan
import WfSource
import WfTestSupport

/// A run of a process around some elements: the titles of what was asked for, in order, and how it ended.
struct Played {
    var asked: [String] = []
    var emitted: [String] = []
    var end: RunEnd?
    var outcome = ""
    var codes: [String] = []

    /// - Parameters:
    ///   - signals: what is sent, one after another, when nothing else moves.
    ///   - answer: what a work item is answered with; nil for never.
    init(
        _ inside: String, data: String = "{}", signals: [(name: String, data: String)] = [],
        answer: @escaping (Asked) -> String? = { _ in "{}" }
    ) throws {
        let result = compiled(
            """
            <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:x"
              xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
              xmlns:drools="http://www.jboss.org/drools">
            <process id="p" isExecutable="true">\(inside)</process></definitions>
            """, as: "x.bpmn")
        outcome = result.outcome
        codes = result.codes
        guard let bytes = result.compilation.plan, !result.isRefused else { return }
        let world = VirtualWorld(try Plan.load(bytes: bytes))
        let log = Log()
        world.people = { asked in
            log.asked.append(asked.title)
            guard let text = answer(asked) else { return nil }
            let value = (try? world.plan.types.binary(fromJson: text, as: .json)) ?? []
            return Answer(outcome: .success(value))
        }
        world.world = { _, name, _ in log.emitted.append(name) }
        let run = try world.start(world.workflow("main") ?? 0, data: data)
        try world.go(for: nil)
        for signal in signals {
            if let sent = JSONReader.read(
                SourceFile(path: "signal.json", bytes: Array(signal.data.utf8)), file: FileId(0)
            ).root {
                try world.send(signal.name, to: run, sent)
            }
            try world.go(for: nil)
        }
        asked = log.asked
        emitted = log.emitted
        end = world.ended.first?.end
    }

    private final class Log {
        var asked: [String] = []
        var emitted: [String] = []
    }

    var isDone: Bool {
        if case .done = end { return true }
        return false
    }
}

private func arrows(_ pairs: String...) -> String {
    pairs.map { pair in
        let ends = pair.split(separator: ">")
        return
            "<sequenceFlow id=\"\(pair.filter { $0 != ">" })\" sourceRef=\"\(ends[0])\" targetRef=\"\(ends[1])\"/>"
    }.joined()
}

/// An activity with a handler that compensates it.
private func handled(_ name: String, _ handler: String = "serviceTask", loop: String = "") -> String {
    "<serviceTask id=\"\(name)\">\(loop)</serviceTask><boundaryEvent id=\"\(name)C\" attachedToRef=\"\(name)\">"
        + "<compensateEventDefinition/></boundaryEvent><\(handler) id=\"un\(name)\" isForCompensation=\"true\"/>"
        + "<association id=\"\(name)A\" sourceRef=\"\(name)C\" targetRef=\"un\(name)\"/>"
}

private func thrown(_ id: String, _ tag: String = "intermediateThrowEvent", _ attributes: String = "")
    -> String
{
    "<\(tag) id=\"\(id)\"><compensateEventDefinition \(attributes)/></\(tag)>"
}

private func instances(_ attributes: String, _ inside: String) -> String {
    "<multiInstanceLoopCharacteristics \(attributes)>\(inside)</multiInstanceLoopCharacteristics>"
}

@Suite struct BpmnRunTests {
    // MARK: Compensation

    @Test func allThatWasDoneIsUndoneInTheMiddle() throws {
        let played = try Played(
            "<startEvent id=\"s\"/>" + handled("a") + handled("b") + thrown("c") + "<serviceTask id=\"d\"/>"
                + "<endEvent id=\"e\"/>" + arrows("s>a", "a>b", "b>c", "c>d", "d>e"))
        #expect(played.outcome == "imported" && played.isDone)
        #expect(played.asked == ["a", "b", "unb", "una", "d"])
    }

    @Test func oneActivityIsMeant() throws {
        let played = try Played(
            "<startEvent id=\"s\"/>" + handled("a") + handled("b", "sendTask")
                + thrown("c", "intermediateThrowEvent", "activityRef=\"b\"") + "<serviceTask id=\"d\"/>"
                + thrown("e", "endEvent", "activityRef=\"a\"") + arrows("s>a", "a>b", "b>c", "c>d", "d>e"))
        #expect(played.outcome == "imported" && played.isDone)
        #expect(played.asked == ["a", "b", "d", "una"] && played.emitted == ["unb"])
    }

    @Test func eachInstanceIsUndone() throws {
        let played = try Played(
            "<startEvent id=\"s\"/>"
                + handled(
                    "a", loop: instances("isSequential=\"true\"", "<loopCardinality>3</loopCardinality>"))
                + thrown("c", "endEvent") + arrows("s>a", "a>c"))
        #expect(played.asked == ["a", "a", "a", "una", "una", "una"] && played.isDone)
    }

    @Test func aHandlerOfASubProcessStandsForThoseInIt() throws {
        let sub =
            "<subProcess id=\"a\"><startEvent id=\"t\"/>" + handled("b") + "<endEvent id=\"u\"/>"
            + arrows("t>b", "b>u") + "</subProcess><boundaryEvent id=\"aC\" attachedToRef=\"a\">"
            + "<compensateEventDefinition/></boundaryEvent><serviceTask id=\"una\" isForCompensation=\"true\"/>"
            + "<association id=\"x\" sourceRef=\"aC\" targetRef=\"una\"/>"
        let played = try Played(
            "<startEvent id=\"s\"/>" + sub + thrown("c", "endEvent") + arrows("s>a", "a>c"))
        #expect(played.asked == ["b", "una"] && played.isDone)
        #expect(played.outcome == "notes")
    }

    @Test func whatIsInASubProcessIsUndoneByItsName() throws {
        let sub =
            "<subProcess id=\"a\"><startEvent id=\"t\"/>" + handled("b") + "<endEvent id=\"u\"/>"
            + arrows("t>b", "b>u") + "</subProcess>"
        let played = try Played(
            "<startEvent id=\"s\"/>" + handled("f") + sub + thrown("c", "endEvent", "activityRef=\"a\"")
                + arrows("s>f", "f>a", "a>c"))
        #expect(played.asked == ["f", "b", "unb"] && played.isDone)
    }

    @Test func anEventSubProcessUndoesWhatIsAroundIt() throws {
        let played = try Played(
            "<startEvent id=\"s\"/>" + handled("a") + "<endEvent id=\"e\"><errorEventDefinition/></endEvent>"
                + "<subProcess id=\"h\" triggeredByEvent=\"true\"><startEvent id=\"t\"><errorEventDefinition/></startEvent>"
                + thrown("c") + "<serviceTask id=\"say\"/><endEvent id=\"u\"/>"
                + arrows("t>c", "c>say", "say>u")
                + "</subProcess>" + arrows("s>a", "a>e"))
        #expect(played.asked == ["a", "una", "say"] && played.isDone)
    }

    /// A handler that is a call, of an activity that waits; one of an arm of a gateway, which is no step, is named.
    @Test func handlersOfOtherKinds() throws {
        func handler(of host: String, _ tag: String, _ id: String, _ more: String = "") -> String {
            "<boundaryEvent id=\"\(id)B\" attachedToRef=\"\(host)\"><compensateEventDefinition/></boundaryEvent>"
                + "<\(tag) id=\"\(id)\" isForCompensation=\"true\" \(more)/>"
                + "<association id=\"\(id)A\" sourceRef=\"\(id)B\" targetRef=\"\(id)\"/>"
        }
        let played = try Played(
            "<startEvent id=\"s\"/><receiveTask id=\"r\"/>"
                + handler(of: "r", "callActivity", "hr", "calledElement=\"q\"")
                + "<scriptTask id=\"n\"><script>x = 1</script></scriptTask>"
                + handler(of: "n", "receiveTask", "hn")
                + "<eventBasedGateway id=\"g\"/><receiveTask id=\"t\"/>" + handler(of: "t", "userTask", "ht")
                + "<receiveTask id=\"u\"/><endEvent id=\"e\"/>"
                + arrows("s>r", "r>n", "n>g", "g>t", "g>u", "t>e", "u>e")
                + "</process><process id=\"q\"><startEvent id=\"qs\"/><userTask id=\"qt\"/><endEvent id=\"qe\"/>"
                + arrows("qs>qt", "qt>qe"))
        #expect(played.outcome == "notes")
        #expect(played.codes.count { $0.hasPrefix("WF9064") } == 2)
    }

    @Test func nothingCompensates() throws {
        let played = try Played(
            "<startEvent id=\"s\"/><serviceTask id=\"a\"/>" + thrown("c", "endEvent", "activityRef=\"a\"")
                + arrows("s>a", "a>c"))
        #expect(played.outcome == "notes" && played.asked == ["a"] && played.isDone)
    }

    // MARK: Instances

    private static let people = "{\"people\":[\"ann\",\"ben\",\"cai\",\"dan\",\"eve\"]}"

    /// Side by side, they all begin; when enough are done the others are stopped.
    @Test func enoughInstancesSideBySide() throws {
        var open = 0
        let played = try Played(
            "<startEvent id=\"s\"/><userTask id=\"a\">"
                + instances(
                    "camunda:collection=\"${people}\" camunda:elementVariable=\"who\"",
                    "<completionCondition>${nrOfCompletedInstances / nrOfInstances &gt;= 0.4}</completionCondition>"
                )
                + "</userTask><userTask id=\"b\"/><endEvent id=\"e\"/>" + arrows("s>a", "a>b", "b>e"),
            data: BpmnRunTests.people
        ) { asked in
            if asked.title == "a" { open += 1 }
            return open > 2 && asked.title == "a" ? nil : "{}"
        }
        #expect(played.outcome == "imported" && played.isDone)
        #expect(played.asked.count { $0 == "a" } == 5 && played.asked.last == "b")
    }

    /// All answer in the same moment: no answer is lost.
    @Test func allInstancesAtOnce() throws {
        let played = try Played(
            "<startEvent id=\"s\"/><userTask id=\"a\">"
                + instances(
                    "camunda:collection=\"${people}\"",
                    "<completionCondition>${enough == 1}</completionCondition>")
                + "</userTask><endEvent id=\"e\"/>" + arrows("s>a", "a>e"), data: BpmnRunTests.people)
        #expect(played.asked.count == 5 && played.isDone)
    }

    @Test func enoughInstancesInTurn() throws {
        var count = 0
        let played = try Played(
            "<startEvent id=\"s\"/><userTask id=\"a\">"
                + instances(
                    "isSequential=\"true\"",
                    "<loopCardinality>5</loopCardinality><completionCondition>${found}</completionCondition>")
                + "</userTask><userTask id=\"b\"/><endEvent id=\"e\"/>" + arrows("s>a", "a>b", "b>e")
        ) { _ in
            count += 1
            return "{\"found\":\(count == 3)}"
        }
        #expect(played.asked == ["a", "a", "a", "b"] && played.isDone)
    }

    /// What the instances say is a variable behind them.
    @Test func resultsAreCollected() throws {
        let loop =
            "<zeebe:loopCharacteristics inputCollection=\"=people\" inputElement=\"who\" "
            + "outputCollection=\"votes\" outputElement=\"=vote\"/>"
        let played = try Played(
            "<startEvent id=\"s\"/><userTask id=\"a\">"
                + instances("", "<extensionElements>\(loop)</extensionElements>")
                + "</userTask><exclusiveGateway id=\"x\" default=\"xn\"/><userTask id=\"y\"/><userTask id=\"n\"/>"
                + "<endEvent id=\"e\"/>" + arrows("s>a", "a>x", "y>e", "n>e")
                + "<sequenceFlow id=\"xy\" sourceRef=\"x\" targetRef=\"y\"><conditionExpression>=votes[1] = \"ann\""
                + "</conditionExpression></sequenceFlow><sequenceFlow id=\"xn\" sourceRef=\"x\" targetRef=\"n\"/>",
            data: BpmnRunTests.people
        ) { asked in "{\"vote\":\(WfJson.quoted(asked.input["who"]?.text ?? ""))}" }
        #expect(played.asked.count == 6 && played.isDone)
        // FEEL counts from 1.
        #expect(played.asked.last == "y")
    }

    // MARK: Events

    @Test func allEventsAreNeeded() throws {
        let inside =
            "<startEvent id=\"s\"/><intermediateCatchEvent id=\"c\" parallelMultiple=\"true\"><timerEventDefinition>"
            + "<timeDuration>PT1H</timeDuration></timerEventDefinition><timerEventDefinition><timeDuration>PT2H"
            + "</timeDuration></timerEventDefinition></intermediateCatchEvent><userTask id=\"a\"/><endEvent id=\"e\"/>"
            + arrows("s>c", "c>a", "a>e")
        let played = try Played(inside)
        #expect(played.outcome == "imported" && played.asked == ["a"] && played.isDone)
    }
}
