// WF9001–9029: what import has to say of any file, whatever its dialect.
public import WfDiagnostics
public import WfSource

extension DiagnosticCode {
    /// The file took more time than an import may.
    public static let importTooSlow = DiagnosticCode(9005)
    /// The file is of no form, or of no dialect, that is imported.
    public static let unknownFormat = DiagnosticCode(9008)
    public static let unknownDialect = DiagnosticCode(9009)
    /// Something that would be executed is neither in the text nor named: an error of ours.
    public static let importWouldLose = DiagnosticCode(9010)
    /// Foreign elements were left out.
    public static let skippedForeign = DiagnosticCode(9011)
    public static let unusedAnchor = DiagnosticCode(9223)
}

extension Diagnostic {
    static func importTooLarge(bytes: Int, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9001), .error,
            "the file has \(bytes) bytes; at most \(Limits.importBytesMax) are imported", at: span,
            help: "split it into several files")
    }

    /// - Parameter what: `elements` or `values`.
    public static func importTooMany(_ what: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9002), .error, "the file has more than \(Limits.importElementsMax) \(what)",
            at: span,
            help: "split it into several files")
    }

    /// - Parameter what: `elements` or `values`.
    public static func importTooDeep(_ what: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9003), .error,
            "\(what) stand in each other more than \(Limits.importDepthMax) deep", at: span,
            help: "give inner parts a place of their own")
    }

    static func xmlTagTooLong(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9004), .error, "a start tag has more than \(Limits.importTagBytesMax) bytes",
            at: span,
            help: "move what stands in its attributes into elements")
    }

    static func importTooSlow(at span: Span) -> Diagnostic {
        Diagnostic(
            .importTooSlow, .error, "the import took longer than \(Limits.importTimeMsMax) ms", at: span,
            help: "split the file into several")
    }

    static func importEmpty(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9006), .error, "the file is empty", at: span,
            help: "give a file with a workflow in it")
    }

    static func importCompressed(_ kind: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9007), .error, "the file is packed with \(kind)", at: span, help: "unpack it first"
        )
    }

    static func importUnknownFormat(at span: Span) -> Diagnostic {
        Diagnostic(
            .unknownFormat, .error, "the file is of no form that is imported", at: span,
            help: "see `docs/import.md` for what is")
    }

    static func xmlUnknownDialect(_ root: String, namespace: String, at span: Span) -> Diagnostic {
        Diagnostic(
            .unknownDialect, .error,
            "the root element `\(root)` "
                + (namespace.isEmpty ? "without a namespace" : "of the namespace `\(namespace)`")
                + " begins no workflow that is known", at: span, help: "see `docs/import.md` for the dialects"
        )
    }

    static func importWouldLose(_ what: String, at span: Span) -> Diagnostic {
        Diagnostic(
            .importWouldLose, .error, "\(what) would be lost", at: span,
            help: "this is a mistake of the importer: please report it with the file")
    }

    static func importSkipped(_ name: String, count: Int, at span: Span) -> Diagnostic {
        Diagnostic(
            .skippedForeign, .note, "\(count) \(count == 1 ? "element" : "elements") of `\(name)` left out",
            at: span)
    }
}
