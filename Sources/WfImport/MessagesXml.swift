// WF9030–9049: what is to be said of XML before any dialect.
import WfDiagnostics
import WfSource

extension Diagnostic {
    static func xmlDoctype(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9030), .error, "the file has a DOCTYPE, and none is read", at: span,
            help: "remove it: workflow files need none, and attacks use it")
    }

    /// - Parameter words: what is wrong, without a full stop.
    static func xmlMalformed(_ words: String, hint: String?, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9031), .error, "the file is not well-formed XML: \(words)", at: span, help: hint)
    }

    static func xmlVersion(_ version: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9032), .error, "expected XML 1.0, found version \(WfText.string(version))",
            at: span,
            help: "save the file as XML 1.0")
    }

    static func xmlEncoding(_ label: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9033), .error, "expected an encoding that fits the bytes, found `\(label)`",
            at: span,
            notes: ["UTF-8, UTF-16, US-ASCII, ISO-8859-1 and windows-1252 are read"],
            help: "save the file as UTF-8")
    }

    static func xmlNotInEncoding(_ label: String, _ byte: UInt8, at span: Span) -> Diagnostic {
        let hex = String(byte, radix: 16, uppercase: true)
        return Diagnostic(
            DiagnosticCode(9034), .error,
            byte == 0 ? "the bytes are not \(label)" : "the byte 0x\(hex) does not fit \(label)", at: span,
            help: "save the file as UTF-8, or declare what it is: `encoding=\"windows-1252\"`")
    }
}
