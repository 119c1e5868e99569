// The reference as static HTML: no script, nothing from elsewhere. Doc comments are Markdown (CommonMark, by cmark) without
// raw HTML.
import CCmark

struct HTMLReference {
    let reference: Reference

    func pages() -> [ReferencePage] {
        var pages = [ReferencePage(path: "index.html", text: page(reference.title, index()))]
        for module in reference.modules {
            pages.append(ReferencePage(path: module.page + ".html", text: page(module.title, body(module))))
        }
        if reference.hasBuiltins {
            pages.append(ReferencePage(path: "builtins.html", text: page("Built-ins", builtins())))
        }
        return pages
    }

    private func page(_ title: String, _ body: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(escaped(title))</title>
        <style>
        \(HTMLReference.style)
        </style>
        </head>
        <body>
        <nav>
        \(navigation())</nav>
        <main>
        <h1>\(escaped(title))</h1>
        \(body)</main>
        </body>
        </html>

        """
    }

    private func navigation() -> String {
        var text = "<a href=\"index.html\">\(escaped(reference.title))</a>\n"
        for module in reference.modules {
            text += "<a href=\"\(link(module.page)).html\">\(escaped(module.title))</a>\n"
        }
        if reference.hasBuiltins { text += "<a href=\"builtins.html\">Built-ins</a>\n" }
        return text
    }

    private func index() -> String {
        var text = ""
        for module in reference.modules {
            text += "<h2><a href=\"\(link(module.page)).html\">\(escaped(module.title))</a></h2>\n"
            text += markdown(Reference.summary(module.documentation))
            if module.declarations.isEmpty { continue }
            text += "<table>\n"
            for declaration in module.declarations {
                text +=
                    "<tr><td>\(declaration.kind)</td><td><a href=\"\(link(module.page)).html#\(link(declaration.name))\">"
                text += "<code>\(escaped(declaration.name))</code></a></td>"
                text += "<td>\(markdown(Reference.summary(declaration.documentation)))</td></tr>\n"
            }
            text += "</table>\n"
        }
        return text
    }

    private func body(_ module: ModuleReference) -> String {
        var text = markdown(module.documentation)
        for declaration in module.declarations {
            text += "<section id=\"\(escaped(declaration.name))\">\n"
            text += "<h2><a href=\"#\(link(declaration.name))\">\(escaped(declaration.name))</a></h2>\n"
            text += "<pre><code>\(signature(declaration))</code></pre>\n"
            text += markdown(declaration.documentation) + "</section>\n"
        }
        return text
    }

    private func signature(_ declaration: DeclarationReference) -> String {
        declaration.signature.map { piece in
            guard piece.isName, piece.text != declaration.name, let place = reference.places[piece.text]
            else {
                return escaped(piece.text)
            }
            return "<a href=\"\(escaped(place))\">\(escaped(piece.text))</a>"
        }.joined()
    }

    private func builtins() -> String {
        var text = "<p>Pure: they touch nothing, and are there without <code>use</code>.</p>\n"
        for group in BuiltinGroup.all() {
            text +=
                "<h2 id=\"\(group.title)\"><a href=\"#\(group.title)\">\(escaped(group.title))</a></h2>\n<table>\n"
            for member in group.members {
                text += "<tr><td><code>\(escaped(member.signature))</code></td>"
                text += "<td>\(markdown(member.documentation))"
                text += "<code>\(escaped(member.example))</code></td></tr>\n"
            }
            text += "</table>\n"
        }
        return text
    }

    /// CommonMark to HTML; raw HTML and dangerous links are left out.
    private func markdown(_ text: String) -> String {
        if text.isEmpty { return "" }
        guard let html = cmark_markdown_to_html(text, text.utf8.count, CMARK_OPT_DEFAULT) else {
            return "<p>\(escaped(text))</p>\n"
        }
        defer { wf_cmark_free(html) }
        return String(cString: html)
    }

    private func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }

    /// A path or fragment in an attribute.
    private func link(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain =
                byte < 0x80
                && (Character(UnicodeScalar(byte)).isLetter || "0123456789-_.~/".utf8.contains(byte))
            return isPlain
                ? String(UnicodeScalar(byte))
                : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }

    private static let style = """
        :root { color-scheme: light dark; }
        body { font: 16px/1.5 system-ui, sans-serif; margin: 0; display: flex; }
        nav { padding: 1.5rem; display: flex; flex-direction: column; gap: .3rem; min-width: 10rem; }
        main { padding: 1.5rem; max-width: 52rem; min-width: 0; }
        a { color: #0969da; text-decoration: none; }
        a:hover { text-decoration: underline; }
        pre { background: #8881; padding: .8rem; overflow-x: auto; border-radius: 6px; }
        code { font-family: ui-monospace, monospace; font-size: .9em; }
        td { vertical-align: top; padding: .2rem .8rem .2rem 0; }
        td p { margin: 0; }
        h2 { margin-top: 2rem; }
        h2 a { color: inherit; }
        """
}
