// The account of what others have added: what is written has a mark, what would be executed and has none is named, and the rest
// is counted, one line for each namespace.
import WfDiagnostics
import WfSource

/// Goes through the additions of a model, when all is written.
struct BpmnAccounting {
    private let model: BpmnModel
    /// Elements inside one that has been named or counted as a whole are passed over.
    private var end = 0

    static func run(_ model: BpmnModel, _ job: inout ImportJob) {
        var accounting = BpmnAccounting(model: model)
        for element in model.document.elements.indices {
            accounting.attributes(of: element, &job)
            if !model.isBpmn(element), element >= accounting.end { accounting.element(element, &job) }
        }
    }

    private init(model: BpmnModel) { self.model = model }

    private mutating func attributes(of element: Int, _ job: inout ImportJob) {
        let document = model.document
        let all = document.attributes(document.elements[element])
        for (number, attribute) in zip(all.indices, all) where attribute.namespace != 0 {
            let namespace = document.namespaces[Int(attribute.namespace)]
            if namespace == BpmnModel.namespace || namespace.hasPrefix("http://www.w3.org/") { continue }
            if model.marks.attributes.contains(number) { continue }
            guard let vendor = model.vendor(of: attribute),
                let fate = BpmnAddition.attribute(attribute.name), isMeant(attribute)
            else {
                job.skip(namespace, at: document.elements[element].span)
                continue
            }
            name("`\(vendor.rawValue):\(attribute.name)`", fate, of: element, at: element, namespace, &job)
        }
    }

    /// `false`, and nothing, ask for nothing.
    private func isMeant(_ attribute: XmlAttribute) -> Bool {
        !attribute.value.isEmpty && attribute.value != "false" || attribute.name == "waitForCompletion"
    }

    private mutating func element(_ element: Int, _ job: inout ImportJob) {
        let document = model.document
        let namespace = document.namespace(document.elements[element])
        guard let vendor = model.vendor(of: document.elements[element]) else {
            return job.skip(namespace.isEmpty ? "no namespace" : namespace, at: model.span(element))
        }
        let tag = "`\(vendor.rawValue):\(model.tag(element))`"
        if model.marks.elements.contains(element) {
            return ownAttributes(of: element, tag, &job)
        }
        let inside = document.sizeOfTree(at: element)
        switch BpmnAddition.element(model.tag(element)) {
        case .holder?: break
        case nil: job.skip(namespace, at: model.span(element))
        case .counted?:
            end = element + inside
            job.skip(namespace, at: model.span(element), count: inside)
        case let fate?:
            end = element + inside
            name(tag, fate, of: owner(element), at: element, namespace, &job)
        }
    }

    /// What an element that is written has beside what is written of it.
    private func ownAttributes(of element: Int, _ tag: String, _ job: inout ImportJob) {
        let all = model.document.attributes(model.document.elements[element])
        for (number, attribute) in zip(all.indices, all)
        where attribute.namespace == 0 && !model.marks.attributes.contains(number) {
            // An id is one's own name, but for the service that a task calls.
            let isService = attribute.name == "id" && model.tag(element) == "serviceTaskOperator"
            if BpmnAddition.silent.contains(attribute.name) && !isService || attribute.value.isEmpty {
                continue
            }
            job.add(
                .bpmnAddition(
                    "`\(attribute.name)` in \(tag)", of: model.title(owner(element)),
                    "`\(attribute.value.prefix(60))` has no counterpart",
                    at: model.span(element)))
        }
    }

    private func name(
        _ what: String, _ fate: BpmnFate, of owner: Int, at element: Int, _ namespace: String,
        _ job: inout ImportJob
    ) {
        switch fate {
        case .counted, .holder: job.skip(namespace, at: model.span(element))
        case .named(let why):
            job.add(.bpmnAddition(what, of: model.title(titled(owner)), why, at: model.span(element)))
        case .written(_, let why):
            job.add(.bpmnAddition(what, of: model.title(titled(owner)), why, at: model.span(element)))
        }
    }

    /// The element of BPMN that an addition belongs to.
    private func owner(_ element: Int) -> Int {
        var index = Int(model.document.elements[element].parent)
        while index > 0, !model.isBpmn(index) || model.tag(index) == "extensionElements" {
            index = Int(model.document.elements[index].parent)
        }
        return titled(max(index, 0))
    }

    /// The nearest one with a name or id around an element.
    private func titled(_ element: Int) -> Int {
        var index = element
        while index > 0, model.attribute("id", index) == nil, model.attribute("name", index) == nil {
            index = Int(model.document.elements[index].parent)
        }
        return max(index, 0)
    }
}
