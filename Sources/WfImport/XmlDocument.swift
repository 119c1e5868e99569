// An XML file as a light tree: elements with name, namespace, attributes, text and place. Reads through libxml2; knows no
// dialect.
import CLibXML2
import WfDiagnostics
public import WfSource

/// One element.
public struct XmlElement: Sendable {
    /// Without prefix.
    public let name: String
    /// Index into the document's namespaces; 0 is none.
    public let namespace: Int32
    /// Number of the parent; -1 for the root.
    public let parent: Int32
    public fileprivate(set) var firstChild: Int32 = -1
    public fileprivate(set) var next: Int32 = -1
    fileprivate var lastChild: Int32 = -1
    fileprivate let attributes: Range<Int32>
    /// The text directly in it, white space and all; empty when it is nothing but white space.
    public fileprivate(set) var text: String = ""
    /// Bytes of the parent's text before it.
    fileprivate let textBefore: Int32
    /// Whether white space, and nothing else, stands between it and the tag before.
    public let isAfterSpace: Bool
    /// `<` and the name of its start tag.
    public let span: Span
}

/// A part of an element's content, where text and elements mix.
public enum XmlContent {
    case text(String)
    /// White space between tags.
    case space
    /// A child, by its number.
    case element(Int)
}

/// One attribute.
public struct XmlAttribute: Sendable {
    /// Without prefix.
    public let name: String
    /// Index into the document's namespaces; 0 is none.
    public let namespace: Int32
    public let value: String
}

/// A whole document.
public struct XmlDocument: Sendable {
    /// In the order of their start tags; the root is first, and is always there.
    public private(set) var elements: [XmlElement] = []
    public private(set) var attributes: [XmlAttribute] = []
    /// Namespaces by number; the first is none.
    public private(set) var namespaces: [String] = [""]

    /// What has been looked at; nil where the dialect keeps account of it by itself.
    public fileprivate(set) var reads: XmlReads?

    public var root: XmlElement { elements[0] }

    public func namespace(_ element: XmlElement) -> String { namespaces[Int(element.namespace)] }

    public func attributes(_ element: XmlElement) -> ArraySlice<XmlAttribute> {
        attributes[Int(element.attributes.lowerBound)..<Int(element.attributes.upperBound)]
    }

    /// The value of an attribute without a namespace.
    public func attribute(_ name: String, of element: XmlElement) -> String? {
        for index in element.attributes
        where attributes[Int(index)].namespace == 0 && attributes[Int(index)].name == name {
            reads?.take(attribute: Int(index))
            return attributes[Int(index)].value
        }
        return nil
    }

    /// The text directly in an element, without white space at its ends, which is taken by that.
    public func words(of index: Int) -> String {
        reads?.take(element: index)
        return SourceWriter.trimmed(elements[index].text)
    }

    /// Takes an element with all that stands in it.
    public func readAll(_ index: Int) {
        for element in index..<index + sizeOfTree(at: index) {
            reads?.take(element: element)
            for attribute in elements[element].attributes { reads?.take(attribute: Int(attribute)) }
        }
    }

    /// The numbers of an element's children.
    public func children(of index: Int) -> [Int] {
        reads?.take(element: index)
        var result: [Int] = []
        var child = elements[index].firstChild
        while child >= 0 {
            result.append(Int(child))
            child = elements[Int(child)].next
        }
        return result
    }

    /// What an element holds, in order.
    public func content(of index: Int) -> [XmlContent] {
        let text = Array(elements[index].text.utf8)
        var parts: [XmlContent] = []
        var from = 0
        for child in children(of: index) {
            let end = Int(elements[child].textBefore)
            if end > from { parts.append(.text(String(decoding: text[from..<end], as: UTF8.self))) }
            if elements[child].isAfterSpace { parts.append(.space) }
            parts.append(.element(child))
            from = end
        }
        if text.count > from { parts.append(.text(String(decoding: text[from...], as: UTF8.self))) }
        return parts
    }

    /// The first child of that name.
    public func child(_ name: String, of index: Int) -> Int? {
        reads?.take(element: index)
        var child = elements[index].firstChild
        while child >= 0 {
            if elements[Int(child)].name == name {
                reads?.take(element: Int(child))
                return Int(child)
            }
            child = elements[Int(child)].next
        }
        return nil
    }

    /// Number of the elements in the one at `index`, itself included; they stand behind it without a gap.
    public func sizeOfTree(at index: Int) -> Int {
        let depth = elements[index].parent
        var end = index + 1
        while end < elements.count && elements[end].parent > depth && elements[end].parent >= index {
            end += 1
        }
        return end - index
    }
}

// MARK: Reading

extension XmlDocument {
    /// Reads the job's file; nil when it is refused, which has been said.
    static func read(_ job: inout ImportJob) -> XmlDocument? {
        guard let source = XmlEncoding.decode(&job) else { return nil }
        job.source = source
        guard let scan = XmlScan(&job) else { return nil }
        // The parser would guess an encoding from it, whatever it is told.
        if let null = source.bytes.firstIndex(of: 0) {
            let (message, hint) = XmlErrors.forbiddenCharacter
            job.add(.xmlMalformed(message, hint: hint, at: job.span(null, null + 1)))
            return nil
        }
        // A byte order mark is no content.
        let mark = source.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let reader = source.bytes.withMemoryRebound(to: CChar.self) { characters in
            wf_xml_open(characters.baseAddress.map { $0 + mark }, Int32(characters.count - mark))
        }
        guard let reader else {
            job.add(.xmlMalformed("there is no memory for it", hint: nil, at: job.start))
            return nil
        }
        defer { wf_xml_close(reader) }
        var building = XmlBuilding(scan)
        let isDone = building.run(reader, &job)
        if wf_xml_error(reader) != 0 {
            job.add(XmlErrors.diagnostic(reader, job, isInside: building.isInside))
            return nil
        }
        guard isDone else { return nil }
        if building.document.elements.isEmpty {
            job.add(.xmlMalformed("it holds no element", hint: "give the whole file", at: job.start))
            return nil
        }
        return building.document
    }

    fileprivate mutating func append(
        _ name: String, _ namespace: Int32, parent: Int32, attributes added: [XmlAttribute],
        isAfterSpace: Bool,
        at span: Span
    ) -> Int32 {
        let number = Int32(elements.count)
        let first = Int32(attributes.count)
        attributes += added
        elements.append(
            XmlElement(
                name: name, namespace: namespace, parent: parent,
                attributes: first..<Int32(attributes.count),
                textBefore: parent < 0 ? 0 : Int32(elements[Int(parent)].text.utf8.count),
                isAfterSpace: isAfterSpace, span: span))
        guard parent >= 0 else { return number }
        let last = elements[Int(parent)].lastChild
        if last < 0 {
            elements[Int(parent)].firstChild = number
        } else {
            elements[Int(last)].next = number
        }
        elements[Int(parent)].lastChild = number
        return number
    }

    fileprivate mutating func append(text: String, to element: Int32) { elements[Int(element)].text += text }

    fileprivate mutating func number(of namespace: String) -> Int32 {
        if let known = namespaces.firstIndex(of: namespace) { return Int32(known) }
        namespaces.append(namespace)
        return Int32(namespaces.count - 1)
    }
}

/// From the parser's events to a document.
private struct XmlBuilding {
    var document = XmlDocument()
    private let scan: XmlScan
    private var open: [Int32] = []
    /// Names by the address that the parser keeps them at.
    private var names: [UnsafePointer<CChar>: String] = [:]
    /// White space, and nothing else, stands before what comes next.
    private var isAfterSpace = false
    private var lastNamespace: (text: String, number: Int32) = ("", 0)

    init(_ scan: XmlScan) { self.scan = scan }

    /// Whether an element has begun and not ended.
    var isInside: Bool { !open.isEmpty }

    /// Reads to the end; false when the time is up.
    mutating func run(_ reader: OpaquePointer, _ job: inout ImportJob) -> Bool {
        while true {
            switch wf_xml_next(reader) {
            case wf_xml_start_element:
                if document.elements.count & 1023 == 1023 && job.isLate() { return false }
                start(reader, job)
                isAfterSpace = false
            case wf_xml_end_element:
                open.removeLast()
                isAfterSpace = false
            case wf_xml_space: isAfterSpace = true
            case wf_xml_text:
                guard let text = wf_xml_value(reader), let element = open.last else { continue }
                isAfterSpace = isBlank(text)
                if isAfterSpace { continue }
                document.append(text: String(cString: text), to: element)
            default: return true
            }
        }
    }

    private mutating func start(_ reader: OpaquePointer, _ job: ImportJob) {
        let isEmpty = wf_xml_is_empty(reader) != 0
        let name = name(reader)
        let namespace = namespace(reader)
        var attributes: [XmlAttribute] = []
        while wf_xml_next_attribute(reader) != 0 {
            attributes.append(
                XmlAttribute(
                    name: self.name(reader), namespace: self.namespace(reader),
                    value: wf_xml_value(reader).map { String(cString: $0) } ?? ""))
        }
        let index = document.elements.count
        // The root of BPMN; its reader knows what it has left.
        if index == 0, name != "definitions" { document.reads = XmlReads() }
        let place = index < scan.tags.count ? Int(scan.tags[index]) : 0
        let number = document.append(
            name, namespace, parent: open.last ?? -1, attributes: attributes, isAfterSpace: isAfterSpace,
            at: job.span(place, place + 1 + nameCount(job.source, place + 1)))
        if !isEmpty { open.append(number) }
    }

    /// Bytes of the name, with its prefix.
    private func nameCount(_ source: SourceFile, _ from: Int) -> Int {
        var end = from
        while end < source.count, source.start[end] > 0x20, source.start[end] != UInt8(ascii: ">"),
            source.start[end] != UInt8(ascii: "/")
        {
            end += 1
        }
        return end - from
    }

    private func isBlank(_ text: UnsafePointer<CChar>) -> Bool {
        var index = 0
        while text[index] != 0 {
            if text[index] != 0x20 && text[index] != 0x0A && text[index] != 0x09 && text[index] != 0x0D {
                return false
            }
            index += 1
        }
        return true
    }

    private mutating func name(_ reader: OpaquePointer) -> String {
        guard let address = wf_xml_name(reader) else { return "" }
        if let known = names[address] { return known }
        let name = String(cString: address)
        names[address] = name
        return name
    }

    private mutating func namespace(_ reader: OpaquePointer) -> Int32 {
        guard let address = wf_xml_namespace(reader) else { return 0 }
        let text = String(cString: address)
        if text != lastNamespace.text { lastNamespace = (text, document.number(of: text)) }
        return lastNamespace.number
    }
}
