// A BPMN model as a graph: processes and sub-processes with their nodes and arrows. Knows the meaning of the elements and
// nothing of wf.
import WfSource

/// What a node of a process does.
enum BpmnKind: Equatable {
    case start, end, catching, throwing, boundary
    case activity
    case subProcess
    case call
    case exclusive, parallel, inclusive, eventBased, complex
}

/// What an event waits for or says.
enum BpmnTrigger: String {
    case timer, message, signal, error, escalation, conditional, link, compensate, terminate, cancel
}

/// One event definition.
struct BpmnEvent {
    let trigger: BpmnTrigger
    /// Number of its element.
    let element: Int
    /// The message, signal, error or escalation it names: its name, and its code where it has one.
    var name = ""
    var code = ""

    /// What it is caught by: its code, else its name; empty for any.
    var key: String {
        switch trigger {
        case .error, .escalation, .signal: return code.isEmpty ? name : code
        case .message: return name
        default: return ""
        }
    }
}

/// Text of an expression with the language it is declared in.
struct BpmnText {
    var text: String
    var language: String
    let element: Int
}

/// How often an activity is done.
enum BpmnLoop {
    case none
    /// While the condition holds; `testBefore`, at most so often.
    case standard(condition: BpmnText?, testBefore: Bool, maximum: Int?)
    /// For each of a collection, or so many times.
    case instances(BpmnInstances)
}

/// Instances of an activity.
struct BpmnInstances {
    var count: BpmnText?
    var collection: BpmnText?
    /// What the model calls the element of the collection; empty for nothing.
    var item = ""
    /// Whether the first of them is number 1, as with Zeebe.
    var countsFromOne = false
    var isSequential = false
    /// When it holds, enough instances are done.
    var completion: BpmnText?
    /// The variable that takes what the instances have said, and the one of each that is meant; empty for none.
    var results = ""
    var result = ""
    /// What is computed of each, where that is more than a variable's name.
    var computed: BpmnText?
}

/// A node of a scope.
struct BpmnNode {
    let kind: BpmnKind
    /// The element's name: `userTask`.
    let tag: String
    let element: Int
    let id: String
    let name: String
    let ledger: LedgerId
    var events: [BpmnEvent] = []
    var incoming: [Int] = []
    var outgoing: [Int] = []
    /// Boundary events at it.
    var boundaries: [Int] = []
    /// The node that a boundary event stands at.
    var host: Int?
    var isInterrupting = true
    var isForCompensation = false
    var loop = BpmnLoop.none
    /// What it throws when one of its instances has ended, and whether with the first alone.
    var instanceEvent: BpmnEvent?
    var isInstanceEventOnce = false
    /// The scope inside a sub-process.
    var scope: Int?
    /// Whose lane it stands in.
    var lane = ""
    /// Number of the default arrow, or nil.
    var defaultFlow: Int?
    /// What it is called in wf.
    var wf = ""

    var isJoin: Bool { (kind == .parallel || kind == .inclusive || kind == .complex) && incoming.count > 1 }
    var hasTrigger: Bool { !events.isEmpty }
    func event(_ trigger: BpmnTrigger) -> BpmnEvent? { events.first { $0.trigger == trigger } }
}

/// An arrow between two nodes.
struct BpmnFlow {
    let element: Int
    let id: String
    let name: String
    var source: Int
    var target: Int
    var condition: BpmnText?
    let ledger: LedgerId
}

/// A process or the inside of a sub-process.
struct BpmnScope {
    let element: Int
    let id: String
    let name: String
    /// The tag: `process`, `subProcess`, `transaction`, `adHocSubProcess`.
    let tag: String
    let parent: Int?
    var isEventSubProcess = false
    var nodes: [BpmnNode] = []
    var flows: [BpmnFlow] = []
    /// Handlers of compensation by the number of the boundary event.
    var handlers: [Int: Int] = [:]
    /// What it is called in wf.
    var wf = ""
}

/// All that a file declares.
struct BpmnModel {
    let document: XmlDocument
    /// Processes and sub-processes, outer ones first.
    var scopes: [BpmnScope] = []
    /// Elements by id.
    var ids: [String: Int] = [:]
    /// What has been read of others' additions.
    let marks = BpmnMarks()
    /// By namespace of the document: whether it is BPMN's, and whose addition it is.
    private let standard: [Bool]
    private let vendors: [BpmnVendor?]

    init(_ document: XmlDocument) {
        self.document = document
        standard = document.namespaces.map { $0 == BpmnModel.namespace }
        vendors = document.namespaces.map { BpmnVendor(namespace: $0) }
    }

    func isBpmn(_ element: Int) -> Bool { standard[Int(document.elements[element].namespace)] }
    func vendor(of element: XmlElement) -> BpmnVendor? { vendors[Int(element.namespace)] }
    func vendor(of attribute: XmlAttribute) -> BpmnVendor? { vendors[Int(attribute.namespace)] }

    /// The element that a reference names; a prefix in front of the id does not count.
    func resolve(_ reference: String) -> Int? {
        let name = SourceWriter.trimmed(reference)
        if let known = ids[name] { return known }
        guard let colon = name.lastIndex(of: ":") else { return nil }
        return ids[String(name[name.index(after: colon)...])]
    }
}

/// What has been written of the additions of vendors: an element or attribute with a mark is in the text.
final class BpmnMarks {
    /// Elements.
    private(set) var elements: Set<Int> = []
    /// Attributes, by their numbers in the document.
    private(set) var attributes: Set<Int> = []
    /// While it is true nothing is marked: what is read decides something, and is not written.
    private var isLooking = false

    func mark(element: Int) { if !isLooking { elements.insert(element) } }
    func mark(attribute: Int) { if !isLooking { attributes.insert(attribute) } }

    /// Reads without marking.
    func looking<T>(_ read: () -> T) -> T {
        let before = isLooking
        isLooking = true
        defer { isLooking = before }
        return read()
    }
}

extension BpmnModel {
    static let namespace = "http://www.omg.org/spec/BPMN/20100524/MODEL"

    func tag(_ element: Int) -> String { document.elements[element].name }
    func span(_ element: Int) -> Span { document.elements[element].span }
    /// An attribute without a namespace; one of a vendor's element counts as read.
    func attribute(_ name: String, _ element: Int) -> String? {
        for (number, attribute) in numbered(element) where attribute.namespace == 0 && attribute.name == name
        {
            if !isBpmn(element) { marks.mark(attribute: number) }
            return attribute.value
        }
        return nil
    }

    private func numbered(_ element: Int) -> some Sequence<(Int, XmlAttribute)> {
        let all = document.attributes(document.elements[element])
        return zip(all.indices, all)
    }

    /// The BPMN children with that name.
    func children(_ element: Int, _ tag: String) -> [Int] {
        document.children(of: element).filter { document.elements[$0].name == tag && isBpmn($0) }
    }

    /// The text of a child, trimmed; nil without one.
    func text(_ element: Int, _ tag: String) -> String? {
        children(element, tag).first.map { SourceWriter.trimmed(document.elements[$0].text) }
    }

    /// A vendor's attribute that is not empty, whichever vendor's; it counts as read.
    func vendor(_ name: String, _ element: Int) -> String? {
        for (number, attribute) in numbered(element)
        where attribute.namespace != 0 && attribute.name == name && !attribute.value.isEmpty
            && vendor(of: attribute) != nil
        {
            marks.mark(attribute: number)
            return attribute.value
        }
        return nil
    }

    /// The vendor's elements with that name in an element's `extensionElements`, at any depth; they count as read.
    ///
    /// - Parameter outside: elements whose insides do not count: what a listener is given is no matter of its task.
    func extensions(
        _ element: Int, _ tag: String, outside: Set<String> = BpmnVendor.closed
    ) -> [Int] {
        var found: [Int] = []
        for holder in children(element, "extensionElements") {
            collect(tag, in: holder, outside, into: &found)
        }
        for index in found { marks.mark(element: index) }
        return found
    }

    private func collect(_ tag: String, in holder: Int, _ outside: Set<String>, into found: inout [Int]) {
        for child in document.children(of: holder) where !isBpmn(child) {
            guard vendor(of: document.elements[child]) != nil else { continue }
            if document.elements[child].name == tag { found.append(child) }
            if !outside.contains(document.elements[child].name) {
                collect(tag, in: child, outside, into: &found)
            }
        }
    }

    /// An element of a vendor with all that is in it counts as read.
    func take(_ element: Int) {
        let size = document.sizeOfTree(at: element)
        for index in element..<(element + size) {
            marks.mark(element: index)
            for (number, _) in numbered(index) { marks.mark(attribute: number) }
        }
    }

    /// The catching links that a throwing one may lead to: the one it names, else those of its name.
    func linkTargets(_ node: BpmnNode, in scope: BpmnScope) -> [Int] {
        guard let event = node.event(.link) else { return [] }
        let catching = scope.nodes.indices.filter {
            scope.nodes[$0].kind == .catching && scope.nodes[$0].event(.link) != nil
        }
        if let target = text(event.element, "target").flatMap({ resolve($0) }) {
            return catching.filter {
                scope.nodes[$0].element == target || scope.nodes[$0].event(.link)?.element == target
            }
        }
        let name = event.name.isEmpty ? node.name : event.name
        return catching.filter { index in
            let other = scope.nodes[index].event(.link)?.name ?? ""
            return (other.isEmpty ? scope.nodes[index].name : other) == name
        }
    }

    /// "`userTask` `Approve` (`a1`)"
    func title(_ element: Int) -> String {
        let name = attribute("name", element).map { SourceWriter.trimmed($0.filter { !$0.isNewline }) } ?? ""
        let id = attribute("id", element) ?? ""
        var title = "`\(tag(element))`"
        if !name.isEmpty { title += " `\(name.prefix(60))`" }
        if !id.isEmpty { title += name.isEmpty ? " `\(id)`" : " (`\(id)`)" }
        return title
    }
}
