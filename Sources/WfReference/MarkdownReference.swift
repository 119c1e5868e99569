// The reference as Markdown, for repositories whose host renders it.

struct MarkdownReference {
    let reference: Reference

    func pages() -> [ReferencePage] {
        var pages = [ReferencePage(path: "README.md", text: index())]
        for module in reference.modules {
            pages.append(ReferencePage(path: module.page + ".md", text: page(module)))
        }
        if reference.hasBuiltins { pages.append(ReferencePage(path: "builtins.md", text: builtins())) }
        return pages
    }

    private func index() -> String {
        var text = "# \(reference.title)\n"
        for module in reference.modules {
            text += "\n## [\(module.title)](\(module.page).md)\n"
            if !module.documentation.isEmpty { text += "\n\(Reference.summary(module.documentation))\n" }
            if module.declarations.isEmpty { continue }
            text += "\n| | |\n|---|---|\n"
            for declaration in module.declarations {
                let place = "\(module.page).md#\(reference.anchor(declaration))"
                text += "| \(declaration.kind) [`\(declaration.name)`](\(place)) "
                text += "| \(cell(Reference.summary(declaration.documentation))) |\n"
            }
        }
        if reference.hasBuiltins {
            text += "\n## [Built-ins](builtins.md)\n\nWhat can be called on values of the built-in types.\n"
        }
        return text
    }

    private func page(_ module: ModuleReference) -> String {
        var text = "# \(module.title)\n"
        if !module.documentation.isEmpty { text += "\n\(module.documentation)\n" }
        for declaration in module.declarations {
            text += "\n## \(declaration.name)\n\n```wf\n\(declaration.signatureText)\n```\n"
            if !declaration.documentation.isEmpty { text += "\n\(declaration.documentation)\n" }
            let links = linked(declaration, from: module)
            if !links.isEmpty { text += "\nSee \(links.joined(separator: ", ")).\n" }
        }
        return text
    }

    /// Links to the types of a signature, each once.
    private func linked(_ declaration: DeclarationReference, from module: ModuleReference) -> [String] {
        var seen: Set<String> = [declaration.name]
        return declaration.signature.compactMap { piece in
            guard piece.isName, let place = reference.places[piece.text], seen.insert(piece.text).inserted
            else {
                return nil
            }
            return "[`\(piece.text)`](\(place))"
        }
    }

    private func builtins() -> String {
        var text = "# Built-ins\n\nPure: they touch nothing, and are there without `use`. "
        text += "Behind `// =` stands what the example yields, as JSON.\n"
        for group in BuiltinGroup.all() {
            text += "\n## \(group.title)\n\n| | | |\n|---|---|---|\n"
            for member in group.members {
                text += "| `\(cell(member.signature))` | \(cell(member.documentation)) "
                text += "| `\(cell(member.example))` |\n"
            }
        }
        return text
    }

    private func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
