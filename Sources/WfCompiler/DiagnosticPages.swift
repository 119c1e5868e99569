// The pages that explain diagnostics, by code. Their text is generated from docs/diagnostics by `wf-dev
// generate`.

/// What `wfc explain` shows.
public enum DiagnosticPages {
    /// `WF1001`, …, in order.
    public static var codes: [String] { diagnosticPageTexts.map(\.name) }

    /// The page of a code, or nil.
    public static func page(of code: String) -> String? {
        for page in diagnosticPageTexts where page.name == code { return "\(page.text)" }
        return nil
    }
}
