// Which elements and attributes of an XML file a dialect has looked at. What nobody has looked at when the import is over is
// named, so that no dialect needs a list of what it does not know. Knows no dialect.

import Synchronization
import WfDiagnostics
import WfSource

/// What has been looked at, by number.
public final class XmlReads: Sendable {
    private struct State {
        var elements: Set<Int32> = []
        var attributes: Set<Int32> = []
    }
    private let state = Mutex(State())

    public init() {}

    func take(element: Int) { state.withLock { _ = $0.elements.insert(Int32(element)) } }
    func take(attribute: Int) { state.withLock { _ = $0.attributes.insert(Int32(attribute)) } }

    func isTaken(element: Int) -> Bool { state.withLock { $0.elements.contains(Int32(element)) } }
    func isTaken(attribute: Int) -> Bool { state.withLock { $0.attributes.contains(Int32(attribute)) } }
}

extension ImportJob {
    /// Names each element and attribute that nobody has looked at. What stands in such an element is named by it.
    mutating func noteUnread(_ xml: XmlDocument) {
        guard let reads = xml.reads else { return }
        var open = [0]
        while let index = open.popLast(), !isLate() {
            let element = xml.elements[index]
            for position in xml.attributes(element).indices where !reads.isTaken(attribute: position) {
                let attribute = xml.attributes[position]
                if attribute.namespace != 0 || unread.prose.contains(attribute.name) { continue }
                add(
                    .dialectNotActedOn(
                        "the attribute `\(attribute.name)`", in: xml.title(element), at: element.span))
            }
            for child in xml.children(of: index).reversed() {
                let tag = xml.elements[child]
                if unread.prose.contains(tag.name) { continue }
                let isTaken =
                    reads.isTaken(element: child)
                    || xml.attributes(tag).indices.contains { reads.isTaken(attribute: $0) }
                if isTaken {
                    open.append(child)
                } else if !isNamed(tag.span) {
                    add(.dialectNotActedOn("`\(tag.name)`", in: xml.title(element), at: tag.span))
                }
            }
        }
    }
}

extension XmlDocument {
    /// "`action` `pay`": what people call an element.
    fileprivate func title(_ element: XmlElement) -> String {
        let names = attributes(element).filter { $0.namespace == 0 && ($0.name == "name" || $0.name == "id") }
        return "`\(element.name)`" + (names.first.map { " `\($0.value)`" } ?? "")
    }
}
