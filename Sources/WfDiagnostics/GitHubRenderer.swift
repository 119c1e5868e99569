// Diagnostics as workflow commands of GitHub Actions, which shows them at their lines:
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions

public import WfSource

/// One line a diagnostic.
public struct GitHubRenderer {
    private var sources: RenderedSources

    public init(_ sources: [SourceFile]) { self.sources = RenderedSources(sources) }

    /// `::error file=a.wf,line=3,…::message`, ending with a newline.
    public mutating func render(_ diagnostic: Diagnostic) -> String {
        let path = sources.path(diagnostic.span.file)
        let start = sources.position(diagnostic.span.file, diagnostic.span.start)
        let end = sources.position(diagnostic.span.file, diagnostic.span.end)
        let word = diagnostic.severity == .note ? "notice" : diagnostic.severity.word
        var place = "file=\(GitHubRenderer.property(path)),line=\(start.line),endLine=\(end.line)"
        // columns count only within one line
        if start.line == end.line { place += ",col=\(start.column),endColumn=\(end.column)" }
        var message = diagnostic.message
        if let help = diagnostic.help { message += "\nhelp: \(help)" }
        return "::\(word) \(place),title=\(diagnostic.code)::\(GitHubRenderer.escaped(message))\n"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": result += "%25"
            case "\r": result += "%0D"
            case "\n": result += "%0A"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func property(_ text: String) -> String {
        var result = ""
        for character in escaped(text) {
            switch character {
            case ":": result += "%3A"
            case ",": result += "%2C"
            default: result.append(character)
            }
        }
        return result
    }
}
