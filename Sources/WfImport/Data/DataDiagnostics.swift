// WF92xx: what the readers of YAML, JSON and Markdown have to say, in their only wording.

import WfDiagnostics
import WfSource

extension Diagnostic {
    private static func data(
        _ code: DiagnosticCode, _ severity: Severity, _ message: String, _ span: Span,
        labels: [DiagnosticLabel] = [], notes: [String] = [], help: String? = nil
    ) -> Diagnostic {
        Diagnostic(
            code, severity, message, at: span, labels: labels, notes: notes, help: help)
    }

    // MARK: Bytes

    static func dataFileEmpty(_ found: String, at span: Span) -> Diagnostic {
        data(
            DiagnosticCode(9201), .error, "expected a workflow, found \(found)", span,
            help: "check that this is the right file")
    }

    static func dataEncoding(_ found: String, at span: Span, notes: [String] = []) -> Diagnostic {
        data(
            DiagnosticCode(9202), .error, "expected UTF-8, found \(found)", span, notes: notes,
            help: "convert the file to UTF-8, for example with iconv")
    }

    static func dataControlCharacter(_ shown: String, at span: Span) -> Diagnostic {
        data(
            DiagnosticCode(9203), .error, "found the control character \(shown)", span,
            help: "remove it, or write it as an escape")
    }

    // MARK: Structure

    static func dataDuplicateKey(_ key: String, at span: Span, first: Span) -> Diagnostic {
        data(
            DiagnosticCode(9207), .error, "the key `\(key)` is given twice", span,
            labels: [DiagnosticLabel(first, "first here")],
            help: "rename or remove one of them")
    }

    static func dataSyntax(_ format: String, _ message: String, at span: Span, help: String? = nil)
        -> Diagnostic
    {
        data(
            DiagnosticCode(9208), .error, "\(format): \(message)", span, help: help)
    }

    static func dataTopLevel(_ found: String, at span: Span) -> Diagnostic {
        data(
            DiagnosticCode(9209), .error, "expected a mapping at the top of the file, found \(found)", span,
            help: "check that this is a workflow file")
    }

    // MARK: JSON

    static func jsonNumberTooLarge(_ digits: String, at span: Span) -> Diagnostic {
        data(
            DiagnosticCode(9210), .error, "the number \(digits) is larger than any number wf can hold", span,
            help: "write it as text")
    }

    static func jsonNumberRounded(_ digits: String, at span: Span) -> Diagnostic {
        data(
            DiagnosticCode(9211), .warning, "the number \(digits) does not fit into 64 bits and is rounded",
            span,
            help: "write it as text if all its digits matter")
    }

    // MARK: YAML

    static func yamlAliasIntoItself(_ name: String, at span: Span) -> Diagnostic {
        data(
            DiagnosticCode(9215), .error, "the alias `*\(name)` stands inside what it names", span,
            help: "write out what is meant; a value cannot contain itself")
    }

    static func yamlAliasesTooMany(at span: Span) -> Diagnostic {
        data(
            DiagnosticCode(9214), .error,
            "with its aliases expanded, the file holds more than \(Limits.importElementsMax) values", span,
            help: "write out what is meant")
    }

    static func yamlUnknownAlias(_ name: String, at span: Span) -> Diagnostic {
        data(
            DiagnosticCode(9216), .error, "no anchor `&\(name)` stands above this alias", span,
            help: "define the anchor first, or quote text that begins with `*`")
    }

    static func yamlUnusedAnchor(_ name: String, at span: Span) -> Diagnostic {
        data(
            .unusedAnchor, .note, "no alias refers to the anchor `&\(name)`", span,
            help: "remove it, or write `*\(name)` where its value is meant")
    }

    static func markdownNoSteps(at span: Span) -> Diagnostic {
        data(
            DiagnosticCode(9224), .note, "nothing below the front matter is a step", span,
            help: "write each step as a block that begins with ```action")
    }

    static func yamlComplexKey(_ found: String, at span: Span) -> Diagnostic {
        data(
            DiagnosticCode(9217), .error, "expected a word as a key, found \(found)", span,
            help: "quote text that begins with `{` or `[`, such as \"{{ name }}\"")
    }

    static func yamlForeignTag(_ tag: String, at span: Span) -> Diagnostic {
        data(
            DiagnosticCode(9218), .error, "the tag `\(tag)` asks for a value that wf does not make", span,
            help: "write the value itself; tags are never acted on")
    }

    static func yamlIgnoredTag(_ tag: String, at span: Span) -> Diagnostic {
        data(
            DiagnosticCode(9219), .warning,
            "the tag `\(tag)` is not acted on; the value is taken as it is written", span,
            help: "remove the tag")
    }

    static func yamlMergeKey(at span: Span) -> Diagnostic {
        data(
            DiagnosticCode(9220), .note, "`<<` is not part of YAML 1.2; it is read as YAML 1.1's merge key",
            span)
    }

    static func yamlSecondDocument(at span: Span) -> Diagnostic {
        data(
            DiagnosticCode(9221), .warning, "the file's second document is not imported", span,
            help: "put each workflow into a file of its own")
    }

    static func yamlNotFinite(_ text: String, at span: Span) -> Diagnostic {
        data(
            DiagnosticCode(9222), .warning, "`\(text)` is no number that JSON knows; it is taken as text",
            span,
            help: "quote it, or write a finite number")
    }

    // MARK: Markdown

    static func markdownNoFrontMatter(_ found: String, at span: Span) -> Diagnostic {
        data(
            DiagnosticCode(9225), .error, "expected `---` on the first line, found \(found)", span,
            help: "begin the file with YAML front matter between two lines of `---`")
    }

    static func markdownUnclosed(at span: Span) -> Diagnostic {
        data(
            DiagnosticCode(9226), .error, "the front matter is never closed", span,
            help: "write `---` on a line of its own below it")
    }

    static func markdownEmptyFrontMatter(at span: Span) -> Diagnostic {
        data(
            DiagnosticCode(9227), .warning, "the front matter is empty", span,
            help: "give the workflow a `name`")
    }

    static func markdownDots(at span: Span) -> Diagnostic {
        data(
            DiagnosticCode(9228), .note, "`...` is taken as the front matter's end", span, help: "write `---`"
        )
    }
}
