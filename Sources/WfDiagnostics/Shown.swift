// How much of very many messages is printed. Knows no renderer.

/// Limits of what is told, by name.
public enum DiagnosticLimits {
    /// Messages about one file that are printed.
    public static var shownPerFileMax: Int { 250 }
}

extension Diagnostic {
    /// The first messages of each file, and where there are more, a note that counts the others.
    ///
    /// - Parameter diagnostics: in their one order, so that those of a file stand together.
    public static func shown(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        let most = DiagnosticLimits.shownPerFileMax
        if diagnostics.count <= most { return diagnostics }
        var shown: [Diagnostic] = []
        var start = 0
        while start < diagnostics.count {
            let file = diagnostics[start].span.file
            let end = diagnostics[start...].firstIndex { $0.span.file != file } ?? diagnostics.count
            shown += diagnostics[start..<min(end, start + most)]
            if end - start > most { shown.append(more(end - start - most, at: diagnostics[start + most])) }
            start = end
        }
        return shown
    }

    private static func more(_ count: Int, at first: Diagnostic) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(8005), .note,
            "\(count) more message\(count == 1 ? "" : "s") about this file, from here on",
            at: first.span, help: "mend the first ones, then check again")
    }
}
