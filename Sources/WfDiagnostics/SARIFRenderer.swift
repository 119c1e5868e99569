// Diagnostics as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), for code hosts and editors.

public import WfSource

/// One SARIF log with one run.
public struct SARIFRenderer {
    private var sources: RenderedSources
    private let version: String
    private let page: (DiagnosticCode) -> String?

    /// - Parameters:
    ///   - version: the tool's.
    ///   - page: what explains a code: Markdown that begins with a heading `# WF5012: …`.
    public init(
        _ sources: [SourceFile], version: String, page: @escaping (DiagnosticCode) -> String? = { _ in nil }
    ) {
        self.sources = RenderedSources(sources)
        self.version = version
        self.page = page
    }

    /// The whole document, ending with a newline.
    ///
    /// - Parameter unread: what could not be looked at, by name or path, and why.
    public mutating func render(
        _ diagnostics: [Diagnostic], unread: [(name: String, reason: String)] = []
    ) -> String {
        var json = JSONText()
        json.open("{")
        json.pair("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
        json.pair("version", "2.1.0")
        json.key("runs")
        json.open("[")
        json.open("{")
        let codes = Array(Set(diagnostics.map(\.code))).sorted()
        tool(codes, &json)
        if !unread.isEmpty { failedInvocation(unread, &json) }
        json.pair("columnKind", "unicodeCodePoints")
        json.key("results")
        json.open("[")
        for diagnostic in diagnostics { result(diagnostic, codes, &json) }
        json.close("]")
        json.close("}")
        json.close("]")
        json.close("}")
        return json.text + "\n"
    }

    private func tool(_ codes: [DiagnosticCode], _ json: inout JSONText) {
        json.key("tool")
        json.open("{")
        json.key("driver")
        json.open("{")
        json.pair("name", "wfc")
        json.pair("version", version)
        json.key("rules")
        json.open("[")
        for code in codes {
            json.open("{")
            json.pair("id", code.description)
            if let page = page(code) { explain(page, &json) }
            json.close("}")
        }
        json.close("]")
        json.close("}")
        json.close("}")
    }

    /// What a rule is about, and its whole page, which code hosts show beside a finding.
    private func explain(_ page: String, _ json: inout JSONText) {
        let heading = page.prefix { $0 != "\n" }
        let title = heading.firstRange(of: ": ").map { heading[$0.upperBound...] } ?? heading
        json.key("shortDescription")
        json.open("{")
        json.pair("text", String(title))
        json.close("}")
        json.key("help")
        json.open("{")
        json.pair("text", page)
        json.pair("markdown", page)
        json.close("}")
    }

    /// Without results nobody would see that something was not checked.
    private func failedInvocation(_ unread: [(name: String, reason: String)], _ json: inout JSONText) {
        json.key("invocations")
        json.open("[")
        json.open("{")
        json.key("executionSuccessful")
        json.value(false)
        json.key("toolExecutionNotifications")
        json.open("[")
        for (name, reason) in unread {
            json.open("{")
            json.pair("level", "error")
            json.key("message")
            json.open("{")
            json.pair("text", "\(name): \(reason)")
            json.close("}")
            json.close("}")
        }
        json.close("]")
        json.close("}")
        json.close("]")
    }

    private mutating func result(_ diagnostic: Diagnostic, _ codes: [DiagnosticCode], _ json: inout JSONText)
    {
        json.open("{")
        json.pair("ruleId", diagnostic.code.description)
        json.pair("ruleIndex", codes.firstIndex(of: diagnostic.code) ?? 0)
        json.pair("level", diagnostic.severity.word)
        json.key("message")
        json.open("{")
        let help = diagnostic.help.map { "\nhelp: \($0)" } ?? ""
        let notes = diagnostic.notes.map { "\nnote: \($0)" }.joined()
        json.pair("text", diagnostic.message + notes + help)
        json.close("}")
        json.key("locations")
        json.open("[")
        location(diagnostic.span, diagnostic.spanText, &json)
        json.close("]")
        if !diagnostic.labels.isEmpty {
            json.key("relatedLocations")
            json.open("[")
            for label in diagnostic.labels { location(label.span, label.text, &json) }
            json.close("]")
        }
        if !diagnostic.fixes.isEmpty { fixes(diagnostic.fixes, &json) }
        json.close("}")
    }

    private mutating func location(_ span: Span, _ text: String, _ json: inout JSONText) {
        json.open("{")
        json.key("physicalLocation")
        json.open("{")
        artifact(span, &json)
        json.key("region")
        region(span, &json)
        json.close("}")
        if !text.isEmpty {
            json.key("message")
            json.open("{")
            json.pair("text", text)
            json.close("}")
        }
        json.close("}")
    }

    private mutating func artifact(_ span: Span, _ json: inout JSONText) {
        json.key("artifactLocation")
        json.open("{")
        json.pair("uri", escaped(sources.file(span.file)?.path ?? ""))
        json.close("}")
    }

    private mutating func region(_ span: Span, _ json: inout JSONText) {
        json.open("{")
        if let (_, lines) = sources.file(span.file) {
            let start = lines.position(at: span.start)
            let end = lines.position(at: span.end)
            json.pair("startLine", start.line)
            json.pair("startColumn", start.column)
            json.pair("endLine", end.line)
            json.pair("endColumn", end.column)
        }
        json.close("}")
    }

    private mutating func fixes(_ fixes: [Fix], _ json: inout JSONText) {
        json.key("fixes")
        json.open("[")
        for fix in fixes {
            json.open("{")
            json.key("description")
            json.open("{")
            json.pair("text", fix.title)
            json.close("}")
            json.key("artifactChanges")
            json.open("[")
            for edit in fix.edits {
                json.open("{")
                artifact(edit.span, &json)
                json.key("replacements")
                json.open("[")
                json.open("{")
                json.key("deletedRegion")
                region(edit.span, &json)
                json.key("insertedContent")
                json.open("{")
                json.pair("text", edit.replacement)
                json.close("}")
                json.close("}")
                json.close("]")
                json.close("}")
            }
            json.close("]")
            json.key("properties")
            json.open("{")
            json.pair("safety", fix.safety.rawValue)
            json.close("}")
            json.close("}")
        }
        json.close("]")
    }

    /// A path as a URI reference (RFC 3986): other bytes than unreserved ones and `/` are percent-encoded.
    private func escaped(_ path: String) -> String {
        var result = ""
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
                UInt8(ascii: "-"),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }
        return result
    }
}
