// What a dialect is to the frame, and the one list of them. Knows no dialect's inside.

/// The form that a file is written in.
public enum ImportFormat: String, Sendable, CaseIterable {
    case xml, json, yaml, markdown

    /// `XML`
    public var title: String {
        switch self {
        case .xml: return "XML"
        case .json: return "JSON"
        case .yaml: return "YAML"
        case .markdown: return "Markdown"
        }
    }
}

/// A file that has been read into its form.
public enum ImportDocument {
    case xml(XmlDocument)
    /// JSON or YAML.
    case data(DataNode, ImportFormat)
    case markdown(MarkdownDocument)

    public var format: ImportFormat {
        switch self {
        case .xml: return .xml
        case .data(_, let format): return format
        case .markdown: return .markdown
        }
    }
}

/// A dialect: what one tool or standard writes.
public protocol Importer: Sendable {
    /// `BPMN 2.0`
    var name: String { get }
    /// Whether a document is of this dialect, by its root or its keys; at most one dialect says yes.
    func recognises(_ document: ImportDocument) -> Bool
    /// Writes the document as wf source text into the job, and says there what cannot be written.
    func write(_ document: ImportDocument, to job: inout ImportJob)
    /// Keys of a data file, attributes and elements of an XML file that only describe: nobody has to ask for them.
    var prose: Set<String> { get }
}

extension Importer {
    public var prose: Set<String> { [] }
}

/// The dialects, in the order in which they are asked.
public enum Importers {
    public static let all: [any Importer] =
        [
            BpmnImporter(), OozieImporter(), DaxImporter(), PatternImporter(), JpdlImporter(),
            ScxmlImporter(),
            WfXmlImporter(),
        ] + DataImporters.all
}
