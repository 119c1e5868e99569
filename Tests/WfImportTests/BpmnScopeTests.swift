// What belongs to whom: variables that mean something inside an activity or sub-process alone, names of items beside names
// of nodes, and what is mapped of each instance.
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

private let ends = "<startEvent id=\"s\"/><endEvent id=\"e\"/>"

/// A sub-process around a work item.
private func inner(_ id: String, _ task: String, _ more: String = "", called: String = "") -> String {
    "<subProcess id=\"\(id)\">\(more)<startEvent id=\"\(id)s\"/><userTask id=\"\(task)\" name=\"\(called)\"/>"
        + "<endEvent id=\"\(id)e\"/>\(ways("\(id)s>\(task)>\(id)e"))</subProcess>"
}

private func extended(_ text: String) -> String { "<extensionElements>\(text)</extensionElements>" }

private func camunda(_ inputs: String) -> String {
    extended("<camunda:inputOutput>\(inputs)</camunda:inputOutput>")
}

/// One after another, the items of `items`, as Zeebe writes it.
private func each(_ item: String, _ kept: String) -> String {
    "<multiInstanceLoopCharacteristics isSequential=\"true\"><extensionElements><zeebe:loopCharacteristics "
        + "inputCollection=\"=items\" inputElement=\"\(item)\" outputCollection=\"all\" outputElement=\"\(kept)\"/>"
        + "</extensionElements></multiInstanceLoopCharacteristics>"
}

@Suite struct BpmnScopeTests {
    // MARK: Sub-processes

    /// Sub-processes side by side do not undo what the other one has set.
    @Test func subProcessesSideBySide() throws {
        let played = try Played(
            ends + "<parallelGateway id=\"f\"/><parallelGateway id=\"j\"/>" + inner("i", "a")
                + inner("k", "b") + "<userTask id=\"z\" name=\"${x} ${y}\"/>"
                + ways("s>f>i>j>z>e|f>k>j"), data: "{\"x\":0,\"y\":0}",
            answer: { ["a": "{\"x\":1}", "b": "{\"y\":1}"][$0.title] ?? "{}" })
        #expect(played.isDone && played.asked.last == "1 1")
    }

    /// What a sub-process is given by name is its own, and so is what it sets of it.
    @Test func inputsOfASubProcess() throws {
        let input = "<camunda:inputParameter name=\"x\">${x + 1}</camunda:inputParameter>"
        let output = "<camunda:outputParameter name=\"y\">${x}</camunda:outputParameter>"
        for (mapped, last) in [(input, "1  7"), (input + output, "1 9 7")] {
            let played = try Played(
                ends + inner("i", "a", camunda(mapped), called: "in ${x}")
                    + "<userTask id=\"z\" name=\"${x} ${y} ${q}\"/>" + ways("s>i>z>e"), data: "{\"x\":1}",
                answer: { $0.title == "in 2" ? "{\"x\":9,\"q\":7}" : "{}" })
            #expect(played.isDone && played.asked == ["in 2", last])
        }
        let zeebe = try Played(
            ends
                + inner(
                    "i", "a",
                    extended(
                        "<zeebe:ioMapping><zeebe:input source=\"=x + 1\" target=\"x\"/></zeebe:ioMapping>"))
                + "<userTask id=\"z\" name=\"${x} ${q}\"/>" + ways("s>i>z>e"), data: "{\"x\":1}",
            answer: { $0.title == "a" ? "{\"q\":7}" : "{}" })
        #expect(zeebe.isDone && zeebe.asked.last == "1 7")
    }

    @Test func propertiesOfASubProcess() throws {
        let played = try Played(
            ends + inner("i", "a", "<property id=\"own\" name=\"own\"/>")
                + "<userTask id=\"z\" name=\"${own} ${q}\"/>" + ways("s>i>z>e"),
            answer: { $0.title == "a" ? "{\"own\":1,\"q\":7}" : "{}" })
        #expect(played.isDone && played.asked.last == " 7")
    }

    /// Names and roles are read inside an activity.
    @Test func namesReadInputs() throws {
        let played = try Played(
            ends + "<userTask id=\"a\" name=\"a ${x}\">"
                + camunda("<camunda:inputParameter name=\"x\">${x + 1}</camunda:inputParameter>")
                + "</userTask><userTask id=\"z\" name=\"z ${x}\"/>" + ways("s>a>z>e"), data: "{\"x\":1}")
        #expect(played.isDone && played.asked == ["a 2", "z 1"])
    }

    // MARK: Instances

    /// Items are called like nodes, flows and functions.
    @Test(arguments: ["item", "order", "work", "known", "data", "feel", "one", "items", "last"])
    func itemsLikeNodes(_ item: String) throws {
        for (isInner, name, isEnough) in [
            (false, item, true), (true, item, true), (false, item, false), (true, item, false),
        ] {
            let enough =
                isEnough
                ? "<completionCondition>${nrOfCompletedInstances == 2}</completionCondition>" : ""
            let loop =
                "<multiInstanceLoopCharacteristics isSequential=\"true\" camunda:collection=\"${list}\" "
                + "camunda:elementVariable=\"\(item)\">\(enough)</multiInstanceLoopCharacteristics>"
            let task = { (inside: String) in
                "<userTask id=\"a\" name=\"\(isInner ? "${\(item)}" : name)\" "
                    + "camunda:assignee=\"${\(item)}\">\(inside)</userTask>"
            }
            let body =
                isInner
                ? "<subProcess id=\"i\" name=\"\(name)\">\(loop)<startEvent id=\"is\"/>\(task(""))"
                    + "<endEvent id=\"ie\"/>\(ways("is>a>ie"))</subProcess>" : task(loop)
            let played = try Played(
                ends + body + ways(isInner ? "s>i>e" : "s>a>e"), data: "{\"list\":[\"p\",\"q\"]}")
            #expect(played.isDone && played.asked == (isInner ? ["p", "q"] : [name, name]))
        }
    }

    /// What Zeebe maps in each instance is what the collection is made of.
    @Test(arguments: ["=line", "={ sum: line }.sum"]) func outputsOfInstances(_ kept: String) throws {
        let played = try Played(
            ends + "<serviceTask id=\"a\">"
                + extended(
                    "<zeebe:taskDefinition type=\"p\"/><zeebe:ioMapping>"
                        + "<zeebe:output source=\"=price * it\" target=\"line\"/></zeebe:ioMapping>")
                + each("it", kept) + "</serviceTask><userTask id=\"z\" name=\"${all[0]} ${all[1]}\"/>"
                + ways("s>a>z>e"), data: "{\"items\":[1,2]}",
            answer: { $0.title == "a" ? "{\"price\":10,\"line\":3}" : "{}" })
        #expect(played.isDone && played.outcome == "imported" && played.asked.last == "10 20")
    }

    /// What is called for each item gives back what the collection is made of.
    @Test(arguments: ["", "<zeebe:ioMapping><zeebe:output source=\"=q\" target=\"q\"/></zeebe:ioMapping>"])
    func calledForEach(_ mapping: String) throws {
        let played = try Played(
            ends + "<callActivity id=\"c\">"
                + extended(
                    "<zeebe:calledElement processId=\"other\" propagateAllChildVariables=\"\(mapping.isEmpty)\"/>"
                        + mapping) + each("it", "=q")
                + "</callActivity><userTask id=\"z\" name=\"${all[0]} ${all[1]}\"/>" + ways("s>c>z>e")
                + "</process><process id=\"other\" isExecutable=\"true\"><startEvent id=\"os\"/>"
                + "<userTask id=\"u\" name=\"u ${it}\"/><endEvent id=\"oe\"/>" + ways("os>u>oe"),
            data: "{\"items\":[1,2]}",
            answer: { ["u 1": "{\"q\":10}", "u 2": "{\"q\":20}"][$0.title] ?? "{}" })
        #expect(played.isDone && played.asked.last == "10 20")
    }

    /// What the last turn of a loop has said is known behind the loop.
    @Test func behindALoop() throws {
        let loop =
            "<standardLoopCharacteristics testBefore=\"true\" loopMaximum=\"9\"><loopCondition>${x &lt; 3}</loopCondition>"
            + "</standardLoopCharacteristics>"
        for body in ["<userTask id=\"i\" name=\"a\">\(loop)</userTask>", inner("i", "a", loop, called: "a")] {
            var turn = 0
            let played = try Played(
                ends + body + "<userTask id=\"z\" name=\"${x} ${y}\"/>" + ways("s>i>z>e"),
                data: "{\"x\":1,\"y\":5}",
                answer: { asked in
                    turn += 1
                    return asked.title == "a" ? "{\"x\":\(turn * 2)}" : "{}"
                })
            #expect(played.isDone && played.asked == ["a", "a", "4 5"])
        }
    }

    /// Inputs with paths are one variable, which outputs read.
    @Test func inputsWithPaths() throws {
        let played = try Played(
            ends + "<userTask id=\"a\" name=\"a ${o.p}\">"
                + extended(
                    "<zeebe:ioMapping><zeebe:input source=\"=x\" target=\"o.p\"/><zeebe:input source=\"=y\" target=\"o.q\"/>"
                        + "<zeebe:output source=\"=o.p + o.q\" target=\"sum\"/></zeebe:ioMapping>")
                + "</userTask><userTask id=\"z\" name=\"${sum}\"/>" + ways("s>a>z>e"),
            data: "{\"x\":1,\"y\":2}")
        #expect(played.isDone && played.asked == ["a 1", "3"])
    }

    /// jBPM: what is collected is the data that is associated with the item, and the item is an input.
    @Test func itemsOfJbpm() throws {
        let played = try Played(
            "<property id=\"list\"/><property id=\"outs\"/>" + ends + "<userTask id=\"v\"><ioSpecification>"
                + "<dataInput id=\"ic\" name=\"IN\"/><dataInput id=\"ii\" name=\"who\"/>"
                + "<dataOutput id=\"oc\" name=\"OUT\"/><dataOutput id=\"oo\" name=\"res\"/></ioSpecification>"
                + "<dataInputAssociation><sourceRef>list</sourceRef><targetRef>ic</targetRef></dataInputAssociation>"
                + "<dataInputAssociation><sourceRef>it</sourceRef><targetRef>ii</targetRef></dataInputAssociation>"
                + "<dataOutputAssociation><sourceRef>oc</sourceRef><targetRef>outs</targetRef></dataOutputAssociation>"
                + "<dataOutputAssociation><sourceRef>oo</sourceRef><targetRef>r</targetRef></dataOutputAssociation>"
                + "<multiInstanceLoopCharacteristics isSequential=\"true\"><loopDataInputRef>ic</loopDataInputRef>"
                + "<loopDataOutputRef>oc</loopDataOutputRef><inputDataItem id=\"it\" name=\"it\"/>"
                + "<outputDataItem id=\"r\" name=\"r\"/></multiInstanceLoopCharacteristics></userTask>"
                + "<userTask id=\"z\" name=\"${outs[0]} ${outs[1]}\"/>" + ways("s>v>z>e"),
            data: "{\"list\":[1,2]}", answer: { "{\"res\":\($0.input["who"]?.int ?? 0)}" })
        #expect(played.isDone && played.asked.last == "1 2")
    }

    // MARK: Scripts

    /// Later lines of a script read what earlier ones have set.
    @Test(arguments: [
        "x = 1\ny = x + 1\nz = y * 10 + x",
        "execution.setVariable(\"x\", 1); execution.setVariable(\"y\", execution.getVariable(\"x\") + 1);"
            + "execution.setVariable(\"z\", execution.getVariable(\"y\") * 10 + x)",
        "x = 0\nx = x + 1\ny = 2\nz = 20 + x",
    ])
    func linesInTurn(_ script: String) throws {
        let played = try Played(
            ends + "<scriptTask id=\"a\" scriptFormat=\"groovy\"><script>\(script)</script></scriptTask>"
                + "<userTask id=\"z\" name=\"${x} ${y} ${z}\"/>" + ways("s>a>z>e"), data: "{\"x\":5,\"y\":6}")
        #expect(played.isDone && played.outcome == "imported" && played.asked == ["1 2 21"])
    }

    /// An expression that sets a variable needs nobody.
    @Test func expressionsThatSet() throws {
        let played = try Played(
            ends + "<serviceTask id=\"a\" camunda:expression=\"${execution.setVariable('x', y * 2)}\"/>"
                + "<userTask id=\"z\" name=\"${x}\"/>" + ways("s>a>z>e"), data: "{\"y\":4}")
        #expect(played.isDone && played.asked == ["8"])
    }

    /// A message whose name is computed has one name here, which is said.
    @Test func computedNames() {
        let result = imported(
            """
            <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><message id="m" name="paid-${id}"/>
            <process id="p" isExecutable="true">\(ends)
            <intermediateCatchEvent id="c"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>
            \(ways("s>c>e"))</process></definitions>
            """)
        #expect(result.codes == ["WF9066:3"])
    }
}
