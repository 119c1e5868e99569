// Models made of every element with every addition of a vendor that makes sense at it: what the tests of accounts and of the
// importer's own text go over. Each is a process with one node under test in the middle.

/// An addition as it stands in a file, and what of it must be found: in the text, or in a message.
struct BpmnAdded {
    /// Attributes of the node.
    var attributes = ""
    /// Inside its `extensionElements`.
    var elements = ""
    /// BPMN's own elements in the node.
    var inside = ""
    /// Words that the text has, or that a message has.
    var proof: [String]

    init(_ attributes: String = "", elements: String = "", inside: String = "", proof: String...) {
        self.attributes = attributes
        self.elements = elements
        self.inside = inside
        self.proof = proof
    }
}

enum BpmnVariants {
    /// Nodes that additions are put at; `(…)` is replaced.
    static let nodes = [
        "<userTask id=\"n\" name=\"N\" (A)>(E)(I)</userTask>",
        "<serviceTask id=\"n\" name=\"N\" (A)>(E)(I)</serviceTask>",
        "<sendTask id=\"n\" name=\"N\" (A)>(E)(I)</sendTask>",
        "<receiveTask id=\"n\" name=\"N\" (A)>(E)(I)</receiveTask>",
        "<businessRuleTask id=\"n\" name=\"N\" (A)>(E)(I)</businessRuleTask>",
        "<scriptTask id=\"n\" name=\"N\" (A)>(E)(I)</scriptTask>",
        "<scriptTask id=\"n\" name=\"N\" scriptFormat=\"groovy\" (A)>(E)(I)<script>amount * 2</script></scriptTask>",
        "<scriptTask id=\"n\" name=\"N\" (A)>(E)(I)<script>a = 1; b = c + 2</script></scriptTask>",
        "<callActivity id=\"n\" name=\"N\" calledElement=\"elsewhere\" (A)>(E)(I)</callActivity>",
        "<callActivity id=\"n\" name=\"N\" calledElement=\"q\" (A)>(E)(I)</callActivity>",
        "<callActivity id=\"n\" name=\"N\" calledElement=\"w\" (A)>(E)(I)</callActivity>",
        "<subProcess id=\"n\" name=\"N\" (A)>(E)(I)<startEvent id=\"is\"/><userTask id=\"it\"/><endEvent id=\"ie\"/>"
            + "<sequenceFlow id=\"if1\" sourceRef=\"is\" targetRef=\"it\"/>"
            + "<sequenceFlow id=\"if2\" sourceRef=\"it\" targetRef=\"ie\"/></subProcess>",
        "<subProcess id=\"n\" (A)>(E)(I)</subProcess>",
        "<intermediateCatchEvent id=\"n\" (A)>(E)(I)<messageEventDefinition messageRef=\"m\"/></intermediateCatchEvent>",
        "<intermediateThrowEvent id=\"n\" (A)>(E)(I)<messageEventDefinition messageRef=\"m\"/></intermediateThrowEvent>",
        "<exclusiveGateway id=\"n\" (A)>(E)(I)</exclusiveGateway>",
        "<parallelGateway id=\"n\" (A)>(E)(I)</parallelGateway>",
    ]

    /// Loops that a node may have.
    static let loops = [
        "",
        "<multiInstanceLoopCharacteristics camunda:collection=\"${people}\" camunda:elementVariable=\"who\"/>",
        "<multiInstanceLoopCharacteristics isSequential=\"true\"><loopCardinality>2</loopCardinality>"
            + "<completionCondition>${nrOfCompletedInstances == 1}</completionCondition></multiInstanceLoopCharacteristics>",
        "<multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics inputCollection=\"=items\" "
            + "inputElement=\"item\" outputCollection=\"all\" outputElement=\"={x: item}\"/></extensionElements>"
            + "</multiInstanceLoopCharacteristics>",
        "<standardLoopCharacteristics><loopCondition>${again}</loopCondition></standardLoopCharacteristics>",
    ]

    /// Processes beside the one under test, which calls them.
    private static let called = ["q", "w"].map { id in
        let split = id == "w" ? "parallelGateway" : "exclusiveGateway"
        return
            "<process id=\"\(id)\" isExecutable=\"true\"><startEvent id=\"\(id)s\"/><\(split) id=\"\(id)g\"/>"
            + "<userTask id=\"\(id)t\"/><endEvent id=\"\(id)e\"/>"
            + "<sequenceFlow id=\"\(id)1\" sourceRef=\"\(id)s\" targetRef=\"\(id)g\"/>"
            + "<sequenceFlow id=\"\(id)2\" sourceRef=\"\(id)g\" targetRef=\"\(id)t\"/>"
            + "<sequenceFlow id=\"\(id)3\" sourceRef=\"\(id)t\" targetRef=\"\(id)e\"/></process>"
    }.joined()

    /// A model with a node under test.
    ///
    /// - Parameter reads: whether a condition behind the node reads a variable.
    static func model(
        _ node: String, _ added: BpmnAdded, loop: String = "", reads: Bool, start: String = "",
        flow: String = ""
    ) -> String {
        let holder =
            added.elements.isEmpty ? "" : "<extensionElements>\n\(added.elements)\n</extensionElements>"
        let body =
            node.replacing("(A)", with: added.attributes).replacing("(E)", with: holder)
            .replacing("(I)", with: added.inside + loop)
        let condition = reads ? "<conditionExpression>${x == 1}</conditionExpression>" : ""
        return """
            <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:x"
              xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
              xmlns:flowable="http://flowable.org/bpmn" xmlns:drools="http://www.jboss.org/drools"
              xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" xmlns:else="urn:else">
            <message id="m" name="paid"/>
            <process id="p" isExecutable="true"><property id="v"/>\(start)
            <userTask id="first"/>
            \(body)
            <exclusiveGateway id="g" default="gf"/><userTask id="last"/><endEvent id="e"/>
            <sequenceFlow id="f0" sourceRef="s" targetRef="first"/><sequenceFlow id="f1" sourceRef="first" targetRef="n"/>
            <sequenceFlow id="f2" sourceRef="n" targetRef="g"/>
            <sequenceFlow id="gt" sourceRef="g" targetRef="first">\(condition)</sequenceFlow>
            <sequenceFlow id="gf" sourceRef="g" targetRef="last"/><sequenceFlow id="f3" sourceRef="last" targetRef="e"/>
            </process>\(called)</definitions>
            """.replacing(
                "<process id=\"p\" isExecutable=\"true\"><property id=\"v\"/>\n",
                with:
                    "<process id=\"p\" isExecutable=\"true\"><property id=\"v\"/><startEvent id=\"s\"/>\n")
    }

    /// Additions with what shows that they were seen. `proof` is looked for in the text and in the messages.
    static let additions: [BpmnAdded] = [
        BpmnAdded(
            "camunda:assignee=\"${boss}\" camunda:candidateGroups=\"g1\" camunda:candidateUsers=\"u1\"",
            proof: "boss", "g1", "u1"),
        BpmnAdded(
            "camunda:dueDate=\"${due}\" camunda:followUpDate=\"P2D\" camunda:priority=\"5\"", proof: "due",
            "P2D", "priority"),
        BpmnAdded("camunda:formKey=\"f.html\" camunda:formRef=\"other\"", proof: "f.html", "other"),
        BpmnAdded(
            "camunda:type=\"external\" camunda:topic=\"charge\" camunda:taskPriority=\"3\"", proof: "charge",
            "taskPriority"),
        BpmnAdded("camunda:class=\"org.A\" camunda:resultVariable=\"r9\"", proof: "org.A", "r9"),
        BpmnAdded(
            "camunda:expression=\"${bean.go(1)}\" flowable:resultVariableName=\"r8\"", proof: "bean.go", "r8"),
        BpmnAdded("camunda:delegateExpression=\"${bean7}\"", proof: "bean7"),
        BpmnAdded(
            "flowable:type=\"mail\" flowable:skipExpression=\"${skip7}\" flowable:triggerable=\"true\"",
            elements:
                "<flowable:field name=\"to\"><flowable:string>ann7</flowable:string></flowable:field><flowable:field name=\"text\" expression=\"${body7}\"/>",
            proof: "mail", "skip7|skipExpression", "triggerable", "ann7", "body7"),
        BpmnAdded(
            "camunda:decisionRef=\"dmn7\" camunda:mapDecisionResult=\"singleEntry\" camunda:resultVariable=\"r7\"",
            proof: "dmn7", "mapDecisionResult", "r7"),
        BpmnAdded("camunda:resource=\"x7.groovy\"", proof: "x7.groovy"),
        BpmnAdded("drools:taskName=\"Log7\" drools:ruleFlowGroup=\"rules7\"", proof: "Log7", "rules7"),
        BpmnAdded(
            elements:
                "<camunda:executionListener event=\"start\" class=\"L1\"/><camunda:taskListener event=\"create\"><camunda:script scriptFormat=\"js\">x()</camunda:script></camunda:taskListener>",
            proof: "executionListener", "taskListener"),
        BpmnAdded(
            elements:
                "<zeebe:executionListeners><zeebe:executionListener eventType=\"start\" type=\"l\"/></zeebe:executionListeners><zeebe:taskListeners><zeebe:taskListener eventType=\"creating\" type=\"l\"/></zeebe:taskListeners>",
            proof: "zeebe:executionListener", "zeebe:taskListener"),
        BpmnAdded(
            elements:
                "<camunda:inputOutput><camunda:inputParameter name=\"i1\">${amount + 1}</camunda:inputParameter><camunda:inputParameter name=\"i2\"><camunda:list><camunda:value>${l1}</camunda:value><camunda:value>two</camunda:value></camunda:list></camunda:inputParameter><camunda:inputParameter name=\"i3\"><camunda:map><camunda:entry key=\"k3\">v3</camunda:entry></camunda:map></camunda:inputParameter><camunda:inputParameter name=\"i4\"><camunda:script scriptFormat=\"js\">a4 + 1</camunda:script></camunda:inputParameter></camunda:inputOutput>",
            proof: "i1", "i2", "l1", "k3", "a4"),
        BpmnAdded(
            elements:
                "<camunda:inputOutput><camunda:outputParameter name=\"o1\">${res + 1}</camunda:outputParameter><camunda:outputParameter name=\"o2\">${bean.x(1)}</camunda:outputParameter></camunda:inputOutput>",
            proof: "o1", "bean.x"),
        BpmnAdded(
            elements:
                "<zeebe:taskDefinition type=\"job7\" retries=\"2\"/><zeebe:ioMapping><zeebe:input source=\"=a.b\" target=\"deep.one\"/><zeebe:input source=\"=c\" target=\"deep.two\"/><zeebe:output source=\"=one7\" target=\"to.x7\"/><zeebe:output source=\"=two7\" target=\"to.y7\"/></zeebe:ioMapping><zeebe:taskHeaders><zeebe:header key=\"h7\" value=\"v7\"/></zeebe:taskHeaders>",
            proof: "job7", "deep", "one7", "x7", "y7", "h7"),
        BpmnAdded(
            elements: "<zeebe:taskDefinition type=\"=kind7\" retries=\"=count7\"/>", proof: "kind7", "count7"),
        BpmnAdded(
            elements:
                "<zeebe:assignmentDefinition assignee=\"=boss7\" candidateGroups=\"g7\" candidateUsers=\"u7\"/><zeebe:formDefinition formId=\"form7\"/><zeebe:taskSchedule dueDate=\"=now()\" followUpDate=\"=f7\"/><zeebe:priorityDefinition priority=\"77\"/><zeebe:userTask/>",
            proof: "boss7", "g7", "u7", "form7", "now()", "f7", "77"),
        BpmnAdded(
            elements: "<zeebe:script expression=\"=s7 + 1\" resultVariable=\"n7\"/>", proof: "s7", "n7"),
        BpmnAdded(
            elements: "<zeebe:script expression=\"=function(i) x\" resultVariable=\"n6\"/>",
            proof: "function(i) x", "n6"),
        BpmnAdded(
            elements: "<zeebe:calledDecision decisionId=\"dec7\" resultVariable=\"d7\"/>", proof: "dec7", "d7"
        ),
        BpmnAdded(
            elements:
                "<camunda:in source=\"ci\" target=\"ti\"/><camunda:in sourceExpression=\"${se + 1}\" target=\"tj\"/><camunda:in businessKey=\"#{bk}\"/><camunda:out source=\"co\" target=\"to7\"/>",
            proof: "ci", "se", "bk", "to7"),
        BpmnAdded(elements: "<camunda:in variables=\"all\"/><camunda:out variables=\"all\"/>", proof: "n"),
        BpmnAdded(
            elements: "<zeebe:calledElement processId=\"q\" propagateAllParentVariables=\"false\"/>",
            proof: "q"),
        BpmnAdded(
            elements:
                "<camunda:connector><camunda:connectorId>http7</camunda:connectorId><camunda:inputOutput><camunda:inputParameter name=\"url\">u77</camunda:inputParameter></camunda:inputOutput></camunda:connector>",
            proof: "http7", "u77"),
        BpmnAdded(
            elements: "<camunda:failedJobRetryTimeCycle>R3/PT10M</camunda:failedJobRetryTimeCycle>",
            proof: "10m|PT10M"),
        BpmnAdded(
            elements: "<camunda:failedJobRetryTimeCycle>${cycle7}</camunda:failedJobRetryTimeCycle>",
            proof: "cycle7"),
        BpmnAdded(
            elements:
                "<camunda:formData><camunda:formField id=\"ff7\" type=\"enum\"><camunda:value id=\"a\" name=\"A\"/></camunda:formField></camunda:formData><flowable:formProperty id=\"fp7\" type=\"long\"/>",
            proof: "ff7", "fp7"),
        BpmnAdded(
            elements:
                "<drools:onEntry-script scriptFormat=\"java\"><drools:script>en7 = 1</drools:script></drools:onEntry-script><drools:onExit-script><drools:script>kcontext.setVariable(\"ex7\", y);</drools:script></drools:onExit-script>",
            proof: "en7", "ex7"),
        BpmnAdded(
            elements:
                "<drools:onEntry-script><drools:script>System.out.println(1);</drools:script></drools:onEntry-script>",
            proof: "onEntry-script"),
        BpmnAdded(
            elements:
                "<spiffworkflow:preScript>pre7 = 1</spiffworkflow:preScript><spiffworkflow:postScript>go()</spiffworkflow:postScript>",
            proof: "pre7", "postScript"),
        BpmnAdded(
            elements:
                "<spiffworkflow:serviceTaskOperator id=\"op7\" resultVariable=\"sv7\"><spiffworkflow:parameters><spiffworkflow:parameter id=\"pa7\" type=\"str\" value=\"pv7\"/></spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>",
            proof: "op7", "sv7", "pa7"),
        BpmnAdded(
            elements:
                "<camunda:properties><camunda:property name=\"a\" value=\"b\"/></camunda:properties><else:thing/>",
            proof: "urn:else"),
        BpmnAdded("camunda:asyncBefore=\"true\" flowable:exclusive=\"true\"", proof: "left out"),
        BpmnAdded(
            inside:
                "<ioSpecification><dataInput id=\"di\" name=\"in7\"/><dataOutput id=\"do\" name=\"out7\"/></ioSpecification><dataInputAssociation><sourceRef>v</sourceRef><targetRef>di</targetRef></dataInputAssociation><dataOutputAssociation><sourceRef>do</sourceRef><targetRef>v</targetRef></dataOutputAssociation>",
            proof: "known"),
        BpmnAdded(
            inside:
                "<potentialOwner><resourceAssignmentExpression><formalExpression>group(po7)</formalExpression></resourceAssignmentExpression></potentialOwner><humanPerformer><resourceAssignmentExpression><formalExpression>#{hp7}</formalExpression></resourceAssignmentExpression></humanPerformer>",
            proof: "flow"),
    ]
}
