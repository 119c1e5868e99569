// The XML form of wf, back to text: every element is what it stands for, in the order of the file.
import WfDiagnostics
import WfSource

/// The dialect that `wfc export` writes.
struct WfXmlImporter: Importer {
    let name = "wf XML"

    func recognises(_ document: ImportDocument) -> Bool {
        guard case .xml(let xml) = document else { return false }
        return xml.root.name == "module" && xml.namespace(xml.root) == WfXml.namespace
    }

    func write(_ document: ImportDocument, to job: inout ImportJob) {
        guard case .xml(let xml) = document else { return }
        for (number, child) in xml.children(of: 0).enumerated() {
            if number & 255 == 255 && job.isLate() { return }
            var text = WfXmlText(xml)
            text.declaration(child, &job)
            job.writer.line(text.parts)
        }
    }
}

/// One declaration's text, in parts with the elements they come from.
private struct WfXmlText {
    private let xml: XmlDocument
    private(set) var parts: [(text: String, origin: Span)] = []

    init(_ xml: XmlDocument) { self.xml = xml }

    private mutating func add(_ text: String, _ element: Int) {
        parts.append((text, xml.elements[element].span))
    }

    private func attribute(_ name: String, _ element: Int) -> String? {
        xml.attribute(name, of: xml.elements[element])
    }

    private func required(_ name: String, _ element: Int, _ job: inout ImportJob) -> String {
        if let value = attribute(name, element), !value.isEmpty { return value }
        job.add(.xmlMissingAttribute(name, of: xml.elements[element].name, at: xml.elements[element].span))
        return ""
    }

    mutating func declaration(_ element: Int, _ job: inout ImportJob) {
        let tag = xml.elements[element]
        let entry = job.expect("`\(tag.name)`", at: tag.span)
        defer { job.settle(entry) }
        switch tag.name {
        case "comment":
            xml.readAll(element)
            add(tag.text, element)
        case "use", "test", "on":
            add(tag.name + " ", element)
            mixed(element, &job)
        default:
            guard let words = WfXml.declarations[tag.name] else {
                job.add(.wfXmlUnknown(tag.name, in: "module", at: tag.span))
                return
            }
            add("\(words) \(required("name", element, &job))", element)
            let isTight = tag.text.first == "(" || tag.text.first == "<"
            if !isTight { add(" ", element) }
            mixed(element, &job)
        }
    }

    // MARK: Statements

    private mutating func block(_ element: Int, _ job: inout ImportJob) {
        let children = xml.children(of: element)
        // Laid out on one line, it is one.
        let isLine = children.allSatisfy {
            !xml.elements[$0].isAfterSpace && xml.elements[$0].name != "comment"
        }
        add(isLine ? "{ " : "{\n", element)
        for (number, child) in children.enumerated() {
            if xml.elements[child].name == "comment" {
                comment(child)
            } else {
                statement(child, &job)
                add(!isLine ? "\n" : number + 1 < children.count ? "; " : " ", child)
            }
        }
        add("}", element)
    }

    private mutating func comment(_ element: Int) {
        xml.readAll(element)
        if attribute("trails", element) == "true", let last = parts.last, last.text.hasSuffix("\n") {
            parts[parts.count - 1].text.removeLast()
            add(" ", element)
        }
        add(xml.elements[element].text + "\n", element)
    }

    private mutating func statement(_ element: Int, _ job: inout ImportJob) {
        let tag = xml.elements[element]
        let type = attribute("type", element).map { ": \($0)" } ?? ""
        switch tag.name {
        case "step", "query", "let", "var":
            add("\(tag.name) \(required("name", element, &job))\(type) = ", element)
        case "signal": add("signal \(required("name", element, &job)): ", element)
        case "fail", "next", "return": add(tag.name + " ", element)
        case "do", "statement": break
        default: job.add(.wfXmlUnknown(tag.name, in: "block", at: tag.span))
        }
        mixed(element, &job)
    }

    /// A line's end in place of the white space that lays the XML out.
    private mutating func endLine(_ element: Int) {
        while let last = parts.last?.text.last, last.isWhitespace { parts[parts.count - 1].text.removeLast() }
        add("\n", element)
    }

    /// Text, blocks, and clauses behind them.
    private mutating func mixed(_ element: Int, _ job: inout ImportJob) {
        var isLineStart = false
        for part in xml.content(of: element) {
            switch part {
            case .text(let text):
                add(text, element)
                isLineStart = false
            case .space: add(" ", element)
            case .element(let child):
                let name = xml.elements[child].name
                if name == "block" {
                    block(child, &job)
                    isLineStart = false
                } else if name == "comment" {
                    if !isLineStart { endLine(child) }
                    comment(child)
                    isLineStart = true
                } else if let words = WfXml.clauses[name] {
                    // Laid out behind the text, it stands behind it.
                    if isLineStart || parts.last?.text.last?.isWhitespace == true {
                        if !isLineStart { endLine(child) }
                        add("    ", child)
                    } else {
                        add(" ", child)
                    }
                    add("\(words) ", child)
                    mixed(child, &job)
                    isLineStart = false
                } else {
                    job.add(.wfXmlUnknown(name, in: xml.elements[element].name, at: xml.elements[child].span))
                }
            }
        }
    }
}
