// The dialects of JSON, YAML and Markdown, and what they share with the frame.

import WfSource

/// The dialects of data files, in the order in which they are asked.
enum DataImporters {
    static let all: [any Importer] = [
        OpenWorkflowImporter(), AslImporter(), ArgoImporter(), GitHubImporter(), PlainImporter(),
    ]
}

extension ImportDocument {
    /// The mapping at the top of a JSON or YAML file.
    var dataMap: DataMap? {
        if case .data(let root, _) = self { return root.map }
        return nil
    }
}

extension ImportJob {
    /// Takes over what a reader says; nil when there is no mapping at the top.
    mutating func data(_ document: DataDocument, _ format: ImportFormat) -> ImportDocument? {
        for diagnostic in document.diagnostics { add(diagnostic) }
        guard let root = document.root else { return nil }
        guard root.map != nil else {
            add(
                .dataTopLevel(
                    root.kindName, at: Span(file: file, start: root.span.start, end: root.span.start)))
            return nil
        }
        return .data(root, format)
    }
}
