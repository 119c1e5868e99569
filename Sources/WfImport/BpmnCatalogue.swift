// What vendors add to BPMN, and what becomes of it: one row a name, from which the table in docs/import/bpmn.md is made. What
// is in no row is counted. Knows names, and nothing of how they are read.

/// What becomes of an addition.
public enum BpmnFate: Sendable, Equatable {
    /// It is written in that way; where it stands in a place that is not written, it is named, with what is `else` to say.
    case written(String, else: String = "nothing of it can be said where it stands")
    /// It is named in a note: why it does not run.
    case named(String)
    /// It has no part in execution: why.
    case counted(String)
    /// It only holds others.
    case holder
}

/// The tools, by the namespaces of their additions.
public enum BpmnVendor: String, CaseIterable, Sendable {
    case camunda, zeebe, flowable, activiti, drools, spiffworkflow

    static let all: [BpmnVendor] = BpmnVendor.allCases

    /// The vendor of a namespace whose additions can have a meaning for execution.
    init?(namespace: String) {
        let marks: [(String, BpmnVendor)] = [
            ("camunda.org/schema/zeebe", .zeebe), ("camunda.org", .camunda),
            ("flowable.org/bpmn", .flowable), ("activiti.org", .activiti), ("jboss.org/drools", .drools),
            ("spiffworkflow.org", .spiffworkflow),
        ]
        // What a modeller says about itself is no addition to the model.
        guard let found = marks.first(where: { namespace.contains($0.0) }),
            !namespace.contains("camunda.org/schema/modeler")
        else { return nil }
        self = found.1
    }

    /// Elements of vendors whose insides belong to them alone.
    static let closed: Set<String> = [
        "executionListener", "taskListener", "eventListener", "onEntry-script", "onExit-script",
        "inputParameter",
        "outputParameter", "formField", "formProperty", "preScript", "postScript", "unitTests",
        "errorEventDefinition",
        "variableAggregation",
    ]
}

/// A row of the catalogue.
public struct BpmnAddition: Sendable {
    public let names: [String]
    /// An attribute of BPMN's elements, or an element below `extensionElements`.
    public let isAttribute: Bool
    public let vendors: String
    public let fate: BpmnFate

    private init(_ names: String, _ isAttribute: Bool, _ vendors: String, _ fate: BpmnFate) {
        self.names = names.split(separator: " ").map(String.init)
        self.isAttribute = isAttribute
        self.vendors = vendors
        self.fate = fate
    }

    private static func attribute(_ names: String, of vendors: String, _ fate: BpmnFate) -> BpmnAddition {
        BpmnAddition(names, true, vendors, fate)
    }

    private static func element(_ names: String, of vendors: String, _ fate: BpmnFate) -> BpmnAddition {
        BpmnAddition(names, false, vendors, fate)
    }

    /// All of them, as the page lists them.
    public static let all: [BpmnAddition] = attributes + elements

    private static let seven = "Camunda 7, Flowable, Activiti"

    private static let attributes: [BpmnAddition] = [
        attribute(
            "candidateGroups candidateUsers assignee", of: seven,
            .written("`role`; the second of them a field of the input")),
        attribute(
            "topic type class delegateExpression", of: seven,
            .written("`role`: who works; the second of them a field of the input")),
        attribute(
            "expression decisionRef formKey formRef", of: seven,
            .written("a field of the input of that name; a decision is named too")),
        attribute(
            "dueDate followUpDate priority taskPriority owner", of: seven,
            .written("a field of the input: none of the engines ends a task for it")),
        attribute(
            "resultVariable resultVariableName", of: seven,
            .written("`let … = { name: step }` behind the step")),
        attribute(
            "resource", of: "Camunda 7",
            .written("a field of the input, named too: the script is not in the file")),
        attribute("collection elementVariable", of: seven, .written("`for … in`")),
        attribute("inheritVariables", of: "Flowable, Activiti", .written("what a call is given")),
        attribute("taskName ruleFlowGroup", of: "jBPM", .written("`role`: who works")),
        attribute("priority", of: "jBPM, at arrows", .written("the order of a choice's arms")),
        attribute(
            "skipExpression", of: "Flowable, Activiti",
            .written(
                "`when !(…)`, where `_FLOWABLE_SKIP_EXPRESSION_ENABLED` or `_ACTIVITI_SKIP_EXPRESSION_ENABLED` is true",
                else: "it is done always; the engine skips it where a variable switches that on")),
        attribute("elementIndexVariable", of: "Flowable", .named("the number of an instance is no variable")),
        attribute(
            "triggerable", of: "Flowable", .named("it ends when its work is done, and waits for no trigger")),
        attribute(
            "initiator", of: seven,
            .named("who starts a run is not known; give the variable with the data of the start")),
        attribute(
            "variableMappingClass variableMappingDelegateExpression", of: "Camunda 7",
            .named("variables are not mapped by code")),
        attribute("mapDecisionResult", of: "Camunda 7", .named("what the decision says is taken as it is")),
        attribute("businessKey inheritBusinessKey", of: seven, .named("runs have ids, and no business keys")),
        attribute("businessCalendarName endDate", of: seven, .named("timers know no calendars and no end")),
        attribute(
            "errorCodeVariable errorMessageVariable", of: "Camunda 7",
            .written("`let … = { name: error.message }` behind the event")),
        attribute(
            "escalationCodeVariable", of: "Camunda 7", .written("`let … = { name: code }` behind the event")),
        attribute(
            "errorVariableName", of: seven,
            .named("what was caught is read as `error`, not as a variable")),
        attribute("errorMessage", of: "Camunda 7", .named("the failure has its code as message")),
        attribute(
            "terminateAll", of: "Flowable, Activiti",
            .named("it ends its own process, not those that call it")),
        attribute(
            "taskIdVariableName taskNameVariableName assigneeVariableName idVariableName processInstanceIdVariableName",
            of: "Flowable", .named("ids of the engine are no variables")),
        attribute(
            "caseRef caseBinding caseDefinitionKey", of: "Camunda 7, Flowable",
            .named("a case is no workflow; somebody works on it")),
        attribute(
            "independent waitForCompletion", of: "jBPM", .named("a call ends when what it calls has ended")),
        attribute("isOutputSynced scriptsOnInstances", of: "SpiffWorkflow", .named("it runs as BPMN says")),
        attribute("isSkippable", of: "Flowable", .named("it is done always")),
        attribute("adHoc dynamic", of: "jBPM", .named("only what arrows lead to is done")),
        attribute(
            "async asyncBefore asyncAfter asyncLeave asyncLeaveExclusive exclusive jobPriority jobCategory noWaitStatesAsyncLeave jobTopic",
            of: seven, .counted("every step is recorded before it starts and when it ends")),
        attribute(
            "autoStoreVariables storeResultVariableAsTransient useLocalScopeForResultVariable transient",
            of: "Flowable, Activiti", .counted("what is said is known from there on")),
        attribute(
            "variableName variableEvents", of: "Camunda 7",
            .counted("a condition is asked whenever anything changes")),
        attribute(
            "calledElementBinding calledElementVersion calledElementVersionTag calledElementTenantId calledElementType decisionRefBinding decisionRefVersion decisionRefVersionTag decisionRefTenantId formRefBinding formRefVersion sameDeployment fallbackToDefaultTenant version versionTag packageName namespace",
            of: "all", .counted("which version is meant is the matter of a repository")),
        attribute(
            "isStartableInTasklist historyTimeToLive candidateStarterGroups candidateStarterUsers diagramRelationId formFieldValidation scope modelerTemplate modelerTemplateVersion modelerTemplateIcon formHandlerClass isMatchingCorrelation dtype palette",
            of: "all", .counted("it is the matter of its tool")),
    ]

    private static let elements: [BpmnAddition] = [
        element(
            "input inputParameter", of: "Zeebe, Camunda 7",
            .written("fields of the input; of a call or sub-process, variables")),
        element(
            "output outputParameter", of: "Zeebe, Camunda 7", .written("`let … = { … }` behind the step")),
        element("field", of: "Camunda 7, Flowable, Activiti", .written("fields of the input")),
        element("in out", of: seven, .written("what a call is given, and `let … = { … }` behind it")),
        element(
            "externalWorkerInParameter externalWorkerOutParameter eventInParameter eventOutParameter",
            of: "Flowable", .written("as `in` and `out`")),
        element("taskDefinition", of: "Zeebe", .written("`role` and `retry`")),
        element("failedJobRetryTimeCycle", of: seven, .written("`retry` and `backoff`")),
        element(
            "assignmentDefinition", of: "Zeebe",
            .written("`role`; the second of its attributes a field of the input")),
        element(
            "taskSchedule priorityDefinition formDefinition", of: "Zeebe", .written("fields of the input")),
        element("header", of: "Zeebe", .written("`headers` in the input")),
        element(
            "formField formProperty", of: seven,
            .written("`form` in the input; at a start, prose above the flow")),
        element("script", of: "Zeebe", .written("`let`, or a work item with the script")),
        element(
            "calledDecision calledDecisionId", of: "Zeebe, SpiffWorkflow",
            .written("a work item, named too: the decision is not in the file")),
        element("calledElement", of: "Zeebe", .written("the call, and what it is given and gives back")),
        element("loopCharacteristics", of: "Zeebe", .written("`for … in`")),
        element("connectorId", of: "Camunda 7", .written("`role`: who works")),
        element(
            "serviceTaskOperator parameter", of: "SpiffWorkflow", .written("`role` and fields of the input")),
        element("messageVariable", of: "SpiffWorkflow", .written("`let … = { … }` behind the wait")),
        element(
            "onEntry-script onExit-script preScript postScript", of: "jBPM, SpiffWorkflow",
            .written(
                "`let … = { … }` in front or behind, where it only sets variables",
                else: "it does more than set variables")),
        element("eventType", of: "Flowable", .written("the message that is waited for")),
        element(
            "executionListener taskListener", of: "all",
            .written(
                "`let … = { … }` in front (`start`, `create`) or behind (`end`, `complete`), where it is an expression or script "
                    + "that only sets variables", else: "a listener is code of its engine; nobody calls it")),
        element("eventListener", of: "all", .named("a listener is code of its engine; nobody calls it")),
        element(
            "subscription", of: "Zeebe", .named("a message comes to a run by the run's id, not by a key")),
        element(
            "errorEventDefinition mapException", of: "Camunda 7, Flowable",
            .named("failures of a worker come as they are")),
        element("adHoc conditionalFilter linkedResource", of: "Zeebe", .named("it has no counterpart")),
        element(
            "variableAggregation collection", of: "Flowable",
            .named("what the instances say is not put together")),
        element(
            "eventCorrelationParameter processVariableCorrelation correlationKey",
            of: "Flowable, SpiffWorkflow", .named("a message comes to a run by the run's id, not by a key")),
        element(
            "variableListenerEventDefinition", of: "Flowable",
            .named("nobody listens for the change of a variable")),
        element(
            "messagePayload payloadExpression variableName", of: "SpiffWorkflow",
            .named("a message has all that is known with it")),
        element("value", of: "Flowable, Activiti", .named("give the value with the data of the start")),
        element("retry", of: "SpiffWorkflow", .named("it is done once")),
        element("global", of: "jBPM", .named("there are no globals; give it with the data of the start")),
        element("import metaData", of: "jBPM", .counted("it is the matter of its tool")),
        element(
            "properties property userTask userTaskForm versionTag potentialStarter unitTests taskMetadataValues category instructionsForEndUser allowGuest signalButtonLabel channelKey channelName channelType triggerEventType sendSynchronously executionPlatform",
            of: "all", .counted("it is the matter of its tool")),
        element(
            "inputOutput ioMapping formData taskHeaders executionListeners taskListeners connector parameters",
            of: "all", .holder),
    ]

    private static let attributeFates = fates { $0.isAttribute }
    private static let elementFates = fates { !$0.isAttribute }

    private static func fates(_ isMeant: (BpmnAddition) -> Bool) -> [String: BpmnFate] {
        var fates: [String: BpmnFate] = [:]
        for row in all where isMeant(row) {
            for name in row.names where fates[name] == nil { fates[name] = row.fate }
        }
        return fates
    }

    public static func attribute(_ name: String) -> BpmnFate? { attributeFates[name] }
    public static func element(_ name: String) -> BpmnFate? { elementFates[name] }

    /// Attributes of vendors' own elements that say nothing of what is done.
    static let silent: Set<String> = [
        "id", "bindingType", "versionTag", "name", "local", "transient", "doNotIncludeVariables",
        "cacheable", "scriptFormat",
    ]
}
