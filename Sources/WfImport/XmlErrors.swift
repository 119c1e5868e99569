// What libxml2 reports, in our words. Numbers: https://gnome.pages.gitlab.gnome.org/libxml2/html/libxml2-xmlerror.html
import CLibXML2
import WfDiagnostics
import WfSource

enum XmlErrors {
    /// The parser's first error.
    ///
    /// - Parameter isInside: whether an element was open there.
    static func diagnostic(_ reader: OpaquePointer, _ job: ImportJob, isInside: Bool) -> Diagnostic {
        let line = max(1, Int(wf_xml_error_line(reader)))
        let lines = LineIndex(job.source)
        let range = lines.range(ofLine: min(line, lines.lineCount))
        let bytes = job.source.bytes
        let first = range.first { bytes[$0] != 0x20 && bytes[$0] != 0x09 } ?? range.lowerBound
        let place = job.span(first, range.upperBound)
        let words = wf_xml_error_text(reader).map { String(cString: $0) } ?? ""
        // The parser has one number for more than a document and for less than one.
        let number = Int(wf_xml_error(reader))
        let (message, hint) = message(of: number == 5 && isInside ? 77 : number, words)
        return .xmlMalformed(message, hint: hint, at: place)
    }

    /// The words for it, and what to do.
    static let forbiddenCharacter: (message: String, hint: String?) = (
        "a character stands here that XML does not allow", "remove it, or write it as text says it"
    )

    private static func message(of number: Int, _ text: String) -> (String, String?) {
        switch number {
        case 4: return ("it does not begin with an element", "give a file that is XML")
        case 5: return ("there is more behind the end of the root element", "remove what stands behind it")
        case 9: return forbiddenCharacter
        case 26:
            return ("an entity is named that XML does not know", "write the character itself, or its number")
        case 38: return ("`<` stands in an attribute's value", "write `&lt;`")
        case 39: return ("an attribute's value has no quotes", "put it in quotes")
        case 42: return ("an attribute is there twice", "remove one of the two")
        case 62: return ("`]]>` stands in text", "write `]]&gt;`")
        case 64: return ("the XML declaration does not stand at the start", "remove what stands before it")
        case 68: return ("a name is expected here", "write `&amp;` for an `&`, and `&lt;` for a `<`")
        case 73: return ("a tag has no end", "close it with `>`")
        case 76:
            return (
                "an end tag does not fit the start tag", "close the elements in the order they were opened"
            )
        case 77: return ("the file ends inside an element", "give the whole file")
        case 80: return ("`--` stands in a comment", "write one `-`")
        case 89: return ("entities refer to each other without end", nil)
        case 201: return ("a prefix is used that no `xmlns:` declares", "declare it on the root element")
        case 203: return ("an attribute is there twice, through two prefixes", "remove one of the two")
        default:
            let lower = text.lowercased()
            if ["huge", "too long", "too big", "resource limit"].contains(where: { lower.contains($0) }) {
                return ("a text or a value has more than 10,000,000 bytes", "keep it in a file of its own")
            }
            let words = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "error \(number)"
            return (words.prefix(1).lowercased() + words.dropFirst(), nil)
        }
    }
}
