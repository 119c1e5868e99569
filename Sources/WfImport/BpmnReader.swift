// From the elements of a BPMN file to its model. Every node and every arrow is entered in the ledger; what is not BPMN is
// counted. Knows nothing of wf.
import WfDiagnostics
import WfSource

/// Reads one document.
struct BpmnReader {
    var model: BpmnModel
    private var lanes: [String: String] = [:]

    init(_ document: XmlDocument) { model = BpmnModel(document) }

    mutating func read(_ job: inout ImportJob) {
        collectIds(&job)
        for element in model.document.elements.indices where element & 1023 == 1023 && job.isLate() { return }
        for root in model.document.children(of: 0) where model.isBpmn(root) {
            switch model.tag(root) {
            case "process": readScope(root, parent: nil, &job)
            case "import": job.add(.bpmnImport(model.attribute("location", root) ?? "", at: model.span(root)))
            case "choreography", "globalChoreographyTask":
                job.add(
                    .bpmnNotRun(
                        model.title(root), "a choreography is carried out by nobody", at: model.span(root)))
            default: break
            }
        }
        for index in model.scopes.indices {
            connect(index, &job)
            spreadTokens(index, &job)
        }
    }

    // MARK: Ids

    private mutating func collectIds(_ job: inout ImportJob) {
        for element in model.document.elements.indices where model.isBpmn(element) {
            guard let id = model.attribute("id", element) else { continue }
            if let first = model.ids[id] {
                // Between what is drawn, nobody knows which is meant; elsewhere the first counts.
                let matters = [first, element].allSatisfy { isDrawn(model.tag($0)) }
                job.add(
                    .bpmnDuplicateId(
                        id, first: model.span(first), isRefused: matters, at: model.span(element)))
            } else {
                model.ids[id] = element
            }
        }
    }

    private func isDrawn(_ tag: String) -> Bool { BpmnReader.nodeKinds[tag] != nil || tag == "sequenceFlow" }

    // MARK: Scopes

    private static let nodeKinds: [String: BpmnKind] = [
        "startEvent": .start, "endEvent": .end, "intermediateCatchEvent": .catching,
        "intermediateThrowEvent": .throwing, "intermediateEvent": .catching, "boundaryEvent": .boundary,
        "implicitThrowEvent": .throwing, "event": .throwing, "task": .activity, "userTask": .activity,
        "manualTask": .activity, "serviceTask": .activity, "sendTask": .activity, "receiveTask": .activity,
        "businessRuleTask": .activity, "scriptTask": .activity, "subProcess": .subProcess,
        "transaction": .subProcess, "adHocSubProcess": .subProcess, "callActivity": .call,
        "exclusiveGateway": .exclusive, "parallelGateway": .parallel, "inclusiveGateway": .inclusive,
        "eventBasedGateway": .eventBased, "complexGateway": .complex, "callChoreography": .activity,
        "choreographyTask": .activity, "subChoreography": .activity,
    ]

    @discardableResult
    private mutating func readScope(_ element: Int, parent: Int?, _ job: inout ImportJob) -> Int {
        let index = model.scopes.count
        model.scopes.append(
            BpmnScope(
                element: element, id: model.attribute("id", element) ?? "",
                name: cleaned(model.attribute("name", element)), tag: model.tag(element), parent: parent))
        model.scopes[index].isEventSubProcess = model.attribute("triggeredByEvent", element) == "true"
        for set in model.children(element, "laneSet") { readLanes(set) }
        for child in model.document.children(of: element) {
            guard model.isBpmn(child) else { continue }
            if let kind = BpmnReader.nodeKinds[model.tag(child)] {
                readNode(child, kind, scope: index, &job)
            } else if model.tag(child) == "correlationSubscription" {
                job.add(
                    .bpmnNotRun(
                        model.title(child), "a message comes to a run by the run's id", at: model.span(child))
                )
            } else if !BpmnReader.passive.contains(model.tag(child)) {
                job.add(.bpmnUnknownElement(model.title(child), at: model.span(child)))
            }
        }
        return index
    }

    /// Elements in a process that are not executed by themselves.
    static let passive: Set<String> = [
        "documentation", "extensionElements", "laneSet", "sequenceFlow", "dataObject", "dataObjectReference",
        "dataStoreReference", "textAnnotation", "association", "group", "ioSpecification", "ioBinding",
        "property",
        "incoming", "outgoing", "auditing", "monitoring", "artifact", "resourceRole", "performer",
        "humanPerformer",
        "potentialOwner", "supports", "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics", "dataInputAssociation", "dataOutputAssociation", "completionCondition",
        "dataState", "categoryValueRef",
    ]

    private mutating func readLanes(_ set: Int) {
        for lane in model.children(set, "lane") {
            let name = cleaned(model.attribute("name", lane))
            for reference in model.children(lane, "flowNodeRef") {
                let id = SourceWriter.trimmed(model.document.elements[reference].text)
                if !name.isEmpty { lanes[id] = name }
            }
            for inner in model.children(lane, "childLaneSet") { readLanes(inner) }
        }
    }

    private mutating func readNode(_ element: Int, _ kind: BpmnKind, scope: Int, _ job: inout ImportJob) {
        let id = model.attribute("id", element) ?? ""
        let kind = begins(element, id, model.scopes[scope].element) ? .start : kind
        var node = BpmnNode(
            kind: kind, tag: model.tag(element), element: element, id: id,
            name: cleaned(model.attribute("name", element)),
            ledger: job.expect(model.title(element), at: model.span(element)))
        node.lane = lanes[id] ?? ""
        node.isForCompensation = model.attribute("isForCompensation", element) == "true"
        node.isInterrupting =
            model.attribute("cancelActivity", element) != "false"
            && model.attribute("isInterrupting", element) != "false"
        node.loop = readLoop(element)
        readInstanceEvent(element, &node, &job)
        node.events = readEvents(element, &job)
        if kind == .start, node.tag == "receiveTask", let name = model.attribute("messageRef", element) {
            let title = model.resolve(name).flatMap { model.attribute("name", $0) }
            node.events = [BpmnEvent(trigger: .message, element: element, name: cleaned(title ?? name))]
        }
        let place = model.scopes[scope].nodes.count
        model.scopes[scope].nodes.append(node)
        if kind == .subProcess {
            model.scopes[scope].nodes[place].scope = readScope(element, parent: scope, &job)
        }
    }

    /// Whether a receive task is what starts its process.
    private func begins(_ element: Int, _ id: String, _ scope: Int) -> Bool {
        model.tag(element) == "receiveTask" && model.attribute("instantiate", element) == "true"
            && !model.children(scope, "sequenceFlow").contains { model.attribute("targetRef", $0) == id }
    }

    // MARK: Events

    private mutating func readEvents(_ element: Int, _ job: inout ImportJob) -> [BpmnEvent] {
        var events: [BpmnEvent] = []
        var definitions = model.document.children(of: element).filter { model.isBpmn($0) }
        for reference in model.children(element, "eventDefinitionRef") {
            let name = model.document.elements[reference].text
            if let found = model.resolve(name) {
                definitions.append(found)
            } else {
                job.add(
                    .bpmnDangling(model.title(element), "eventDefinitionRef", name, at: model.span(reference))
                )
            }
        }
        for child in definitions {
            let tag = model.tag(child)
            guard tag.hasSuffix("EventDefinition"),
                let trigger = BpmnTrigger(rawValue: String(tag.dropLast("EventDefinition".count)))
            else { continue }
            events.append(readEvent(trigger, child, of: element, &job))
        }
        if events.isEmpty, let type = model.extensions(element, "eventType").first {
            // Flowable's event registry.
            let name = cleaned(model.document.elements[type].text)
            events.append(BpmnEvent(trigger: .message, element: type, name: name))
        }
        return events
    }

    private func readEvent(
        _ trigger: BpmnTrigger, _ element: Int, of owner: Int, _ job: inout ImportJob
    ) -> BpmnEvent {
        var event = BpmnEvent(trigger: trigger, element: element)
        if trigger == .link { event.name = cleaned(model.attribute("name", element)) }
        guard
            let key = ["message", "signal", "error", "escalation"].first(where: { $0 == trigger.rawValue }),
            let reference = model.attribute(key + "Ref", element), !reference.isEmpty
        else { return event }
        if let found = model.resolve(reference) {
            event.name = cleaned(model.attribute("name", found))
            event.code = cleaned(model.attribute(key + "Code", found))
        } else {
            // Error codes are often given as they are.
            event.name = reference
            event.code = reference
            if trigger != .error {
                job.add(.bpmnDangling(model.title(owner), key + "Ref", reference, at: model.span(element)))
            }
        }
        return event
    }

    // MARK: Loops

    private mutating func readLoop(_ element: Int) -> BpmnLoop {
        if let loop = model.children(element, "standardLoopCharacteristics").first {
            return .standard(
                condition: expression(loop, "loopCondition"),
                testBefore: model.attribute("testBefore", loop) == "true",
                maximum: model.attribute("loopMaximum", loop).flatMap { Int($0) })
        }
        guard let loop = model.children(element, "multiInstanceLoopCharacteristics").first else {
            return .none
        }
        return .instances(readInstances(loop))
    }

    private mutating func readInstances(_ loop: Int) -> BpmnInstances {
        var result = BpmnInstances()
        result.item = model.vendor("elementVariable", loop) ?? ""
        if let name = model.vendor("collection", loop) {
            result.collection = BpmnText(text: name, language: "", element: loop)
        } else if let reference = model.text(loop, "loopDataInputRef") {
            result.collection = BpmnText(
                text: associated(reference, loop, "dataInputAssociation", from: "targetRef", to: "sourceRef"),
                language: "name", element: loop)
        }
        result.results =
            model.text(loop, "loopDataOutputRef").map {
                associated($0, loop, "dataOutputAssociation", from: "sourceRef", to: "targetRef")
            } ?? ""
        result.result = outputItem(loop)
        for holder in model.children(loop, "extensionElements") {
            for inner in model.document.children(of: holder)
            where model.document.elements[inner].name == "loopCharacteristics" {
                model.marks.mark(element: inner)
                result.countsFromOne = true
                result.collection = model.attribute("inputCollection", inner).map {
                    BpmnText(text: $0, language: "feel", element: loop)
                }
                result.item = model.attribute("inputElement", inner) ?? result.item
                result.results = model.attribute("outputCollection", inner) ?? result.results
                result.result = instanceResult(inner)
                result.computed = instanceValue(inner)
            }
        }
        if result.item.isEmpty {
            result.item =
                model.children(loop, "inputDataItem").first.flatMap { model.attribute("name", $0) } ?? ""
        }
        result.count = expression(loop, "loopCardinality")
        result.completion = expression(loop, "completionCondition")
        result.isSequential = model.attribute("isSequential", loop) == "true"
        return result
    }

    /// What of each instance is collected: the data that is associated with the item, else what has its name.
    private func outputItem(_ loop: Int) -> String {
        guard let item = model.children(loop, "outputDataItem").first else { return "" }
        let activity = Int(model.document.elements[loop].parent)
        if let id = model.attribute("id", item) {
            for association in model.children(activity, "dataOutputAssociation")
            where model.text(association, "targetRef") == id {
                if let source = model.text(association, "sourceRef") { return dataName(source) }
            }
        }
        return model.attribute("name", item) ?? ""
    }

    /// `=x` names a variable of the instance; what is no name is left, and said.
    private func instanceResult(_ loop: Int) -> String {
        let text = model.marks.looking { model.attribute("outputElement", loop) ?? "" }
        guard case .name(let name) = ForeignExpression.parse(text, language: .feel) else { return "" }
        _ = model.attribute("outputElement", loop)
        return name
    }

    /// `=x * 2`: an expression that is more than a name. Whoever writes it takes it.
    private func instanceValue(_ loop: Int) -> BpmnText? {
        guard let text = model.marks.looking({ model.attribute("outputElement", loop) }), text.hasPrefix("="),
            case .some(let read) = ForeignExpression.parse(text, language: .feel)
        else { return nil }
        if case .name = read { return nil }
        return BpmnText(text: text, language: "feel", element: loop)
    }

    /// The variable that data of the activity around a loop is associated with, else the data's own name.
    private func associated(_ reference: String, _ loop: Int, _ tag: String, from: String, to: String)
        -> String
    {
        let activity = Int(model.document.elements[loop].parent)
        for association in model.children(activity, tag) where model.text(association, from) == reference {
            if let other = model.text(association, to) { return dataName(other) }
        }
        return dataName(reference)
    }

    /// What a reference to data names: the name of the data, else the reference.
    private func dataName(_ reference: String) -> String {
        model.resolve(reference).flatMap { model.attribute("name", $0) } ?? reference
    }

    /// What an activity of several instances throws when one has ended.
    private func readInstanceEvent(_ element: Int, _ node: inout BpmnNode, _ job: inout ImportJob) {
        guard let loop = model.children(element, "multiInstanceLoopCharacteristics").first else { return }
        if model.attribute("behavior", loop) == "Complex" {
            job.add(
                .bpmnNotRun(
                    model.title(element), "what its instances throw under conditions is not thrown",
                    at: model.span(loop)))
        }
        let isOnce = model.attribute("behavior", loop) == "One"
        let key = isOnce ? "oneBehaviorEventRef" : "noneBehaviorEventRef"
        guard isOnce || model.attribute("behavior", loop) == "None",
            let found = model.attribute(key, loop).flatMap({ model.resolve($0) })
        else { return }
        let trigger = BpmnTrigger(rawValue: String(model.tag(found).dropLast("EventDefinition".count)))
        guard let trigger, trigger == .signal || trigger == .escalation else { return }
        node.instanceEvent = readEvent(trigger, found, of: element, &job)
        node.isInstanceEventOnce = isOnce
    }

    /// The text of a child that holds an expression; nil when there is none or it is empty.
    func expression(_ element: Int, _ tag: String) -> BpmnText? {
        guard let child = model.children(element, tag).first else { return nil }
        let text = SourceWriter.trimmed(model.document.elements[child].text)
        if text.isEmpty { return nil }
        return BpmnText(text: text, language: model.attribute("language", child) ?? "", element: child)
    }

    // MARK: Arrows

    private mutating func connect(_ index: Int, _ job: inout ImportJob) {
        let element = model.scopes[index].element
        var byId: [String: Int] = [:]
        for (place, node) in model.scopes[index].nodes.enumerated() where byId[node.id] == nil {
            byId[node.id] = place
        }
        for child in model.children(element, "sequenceFlow") { readFlow(child, index, byId, &job) }
        sortByPriority(index)
        attach(index, byId, &job)
        for place in model.scopes[index].nodes.indices {
            let node = model.scopes[index].nodes[place]
            guard let name = model.attribute("default", node.element) else { continue }
            let found = node.outgoing.first { model.scopes[index].flows[$0].id == name }
            if found == nil {
                job.add(
                    .bpmnDangling(model.title(node.element), "default", name, at: model.span(node.element)))
            }
            model.scopes[index].nodes[place].defaultFlow = found
        }
        for child in model.children(element, "association") { readHandler(child, index, byId) }
    }

    /// jBPM asks the conditions behind a gateway in the order of their priorities, 1 first.
    private mutating func sortByPriority(_ scope: Int) {
        for place in model.scopes[scope].nodes.indices
        where model.scopes[scope].nodes[place].outgoing.count > 1 {
            let ranked = model.scopes[scope].nodes[place].outgoing.enumerated().map { position, flow in
                let element = model.scopes[scope].flows[flow].element
                return (model.vendor("priority", element).flatMap { Int($0) } ?? Int.max, position, flow)
            }
            model.scopes[scope].nodes[place].outgoing = ranked.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
        }
    }

    private mutating func readFlow(
        _ element: Int, _ scope: Int, _ byId: [String: Int], _ job: inout ImportJob
    ) {
        let ledger = job.expect(model.title(element), at: model.span(element))
        let ends = ["sourceRef", "targetRef"].map { key in
            (key, SourceWriter.trimmed(model.attribute(key, element) ?? ""))
        }
        for (key, name) in ends where byId[name] == nil {
            job.settle(ledger)
            if let found = model.resolve(name) {
                if BpmnReader.nodeKinds[model.tag(found)] == nil {
                    job.add(
                        .bpmnRule(
                            model.title(element), "\(model.title(found)) is nothing that an arrow joins",
                            at: model.span(element), other: model.span(found)))
                } else {
                    job.add(.bpmnCrossing(model.title(element), name, at: model.span(element)))
                }
            } else {
                job.add(.bpmnDangling(model.title(element), key, name, at: model.span(element)))
            }
            return
        }
        guard let source = byId[ends[0].1], let target = byId[ends[1].1] else { return }
        let flow = BpmnFlow(
            element: element, id: model.attribute("id", element) ?? "",
            name: cleaned(model.attribute("name", element)), source: source, target: target,
            condition: expression(element, "conditionExpression"), ledger: ledger)
        let number = model.scopes[scope].flows.count
        model.scopes[scope].flows.append(flow)
        model.scopes[scope].nodes[source].outgoing.append(number)
        model.scopes[scope].nodes[target].incoming.append(number)
    }

    private mutating func attach(_ scope: Int, _ byId: [String: Int], _ job: inout ImportJob) {
        for place in model.scopes[scope].nodes.indices
        where model.scopes[scope].nodes[place].kind == .boundary {
            let node = model.scopes[scope].nodes[place]
            let name = SourceWriter.trimmed(model.attribute("attachedToRef", node.element) ?? "")
            guard let host = byId[name] ?? byId[String(name.split(separator: ":").last ?? "")],
                [.activity, .subProcess, .call].contains(model.scopes[scope].nodes[host].kind)
            else {
                let isElsewhere = byId[name] == nil && model.resolve(name) != nil
                job.add(
                    .bpmnBoundaryHost(
                        model.title(node.element), name, isRefused: !isElsewhere, at: model.span(node.element)
                    ))
                job.settle(node.ledger)
                continue
            }
            model.scopes[scope].nodes[place].host = host
            model.scopes[scope].nodes[host].boundaries.append(place)
        }
    }

    /// An association from a boundary event of compensation names its handler.
    private mutating func readHandler(_ element: Int, _ scope: Int, _ byId: [String: Int]) {
        guard let source = model.attribute("sourceRef", element).flatMap({ byId[$0] }),
            let target = model.attribute("targetRef", element).flatMap({ byId[$0] }),
            model.scopes[scope].nodes[source].kind == .boundary
        else { return }
        model.scopes[scope].handlers[source] = target
    }

    private func cleaned(_ name: String?) -> String {
        guard let name else { return "" }
        return name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
