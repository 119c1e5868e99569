// Modules to pages: one for each, and an index. The same modules give the same bytes.

/// The form of the pages.
public enum ReferenceFormat: String, CaseIterable, Sendable {
    case html, markdown

    var suffix: String { self == .html ? ".html" : ".md" }
    /// The page that a reader is shown first.
    var indexName: String { self == .html ? "index.html" : "README.md" }
}

/// A page: where it goes below the folder that was asked for, and what it says.
public struct ReferencePage: Sendable {
    public var path: String
    public var text: String
}

/// Renders a set of modules that refer to each other.
public struct Reference {
    let title: String
    let modules: [ModuleReference]
    /// Whether the built-ins have a page, too.
    let hasBuiltins: Bool
    let format: ReferenceFormat
    /// Where each type is described: `file.html#Entry`.
    private(set) var places: [String: String] = [:]

    public init(title: String, modules: [ModuleReference], hasBuiltins: Bool, format: ReferenceFormat) {
        self.title = title
        self.modules = modules
        self.hasBuiltins = hasBuiltins
        self.format = format
        for module in modules {
            for declaration in module.declarations
            where ["record", "enum"].contains(declaration.kind) && places[declaration.name] == nil {
                places[declaration.name] = "\(module.page)\(format.suffix)#\(anchor(declaration))"
            }
        }
    }

    /// All pages, the index first.
    public func pages() -> [ReferencePage] {
        switch format {
        case .html: HTMLReference(reference: self).pages()
        case .markdown: MarkdownReference(reference: self).pages()
        }
    }

    /// As Markdown viewers make it from a heading.
    func anchor(_ declaration: DeclarationReference) -> String {
        format == .html ? declaration.name : declaration.name.lowercased()
    }

    /// The first sentence of a text, on one line.
    static func summary(_ documentation: String) -> String {
        let paragraph = documentation.split(separator: "\n", omittingEmptySubsequences: false).prefix {
            !$0.isEmpty
        }
        let line = paragraph.joined(separator: " ")
        guard let end = line.firstRange(of: ". ") else { return line }
        return String(line[..<end.lowerBound]) + "."
    }
}
