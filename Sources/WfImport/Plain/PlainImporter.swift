// Plain step files: "steps with an id and what they depend on", as many small tools keep them, in YAML, JSON, or in
// Markdown below headings.

import WfDiagnostics
import WfSource

struct PlainImporter: Importer {
    let name = "plain steps"

    func recognises(_ document: ImportDocument) -> Bool {
        if case .markdown = document { return true }
        return document.dataMap.flatMap(PlainReader.root) != nil
    }

    func write(_ document: ImportDocument, to job: inout ImportJob) {
        var steps: [PlainStep]
        let top: DataMap
        var prose = ""
        switch document {
        case .markdown(let markdown):
            top = markdown.frontMatter
            let reader = PlainReader(top: top)
            (steps, prose) = reader.markdownSteps(markdown, &job)
            steps = reader.steps(&job) + steps
            if steps.isEmpty, let first = markdown.blocks.first, !job.hasErrors {
                job.add(.markdownNoSteps(at: first.span))
            }
        case .data(let root, _):
            top = root.map.flatMap(PlainReader.root) ?? DataMap()
            steps = PlainReader(top: top).steps(&job)
            if steps.isEmpty, !job.hasErrors { job.add(.dialectNothingToDo("the file", at: job.start)) }
        case .xml: return
        }
        PlainReader(top: top).addEdges(to: &steps, &job)
        let inputs = PlainReader(top: top).inputs(&job)
        var writer = PlainWriter(top: top, inputs: inputs, steps: steps, prose: prose)
        writer.write(&job)
    }
}

extension PlainReader {
    /// The steps of a Markdown file: each `action` block is one, named by the heading above it.
    func markdownSteps(_ markdown: MarkdownDocument, _ job: inout ImportJob) -> ([PlainStep], prose: String) {
        var steps: [PlainStep] = []
        var prose: [String] = []
        var below: [String] = []
        var heading: (text: String, span: Span)?
        var taken: Set<String> = []
        for (block, span) in markdown.blocks {
            switch block {
            case .heading(let level, let text):
                if level > 1 { heading = (text, span) }
                if level == 1 { prose.append(text) }
                below = []
            case .prose(let text):
                if heading == nil { prose.append(text) } else { below.append(text) }
            case .code(let info, let bytes):
                guard info.split(separator: " ").contains(where: { $0 == "action" || $0 == "step" }) else {
                    let language = info.split(separator: " ").first.map { " of \($0)" } ?? ""
                    job.skip("a code block\(language)", at: span)
                    continue
                }
                guard let node = actionBlock(bytes, span, &job) else { continue }
                let title = heading.map { PlainReader.title($0.text) } ?? "step \(steps.count + 1)"
                var id = title
                while !taken.insert(id).inserted { id += " again" }
                let entry =
                    node.map?.first(["id", "key"]) == nil ? DataEntry(id, heading?.span ?? span, node) : nil
                guard var step = step(node, id: entry, number: steps.count + 1, &job) else { continue }
                step.prose = ([title] + below).joined(separator: "\n\n")
                below = []
                steps.append(step)
            }
        }
        return (steps, prose.joined(separator: "\n\n"))
    }

    private func actionBlock(_ bytes: Range<Int>, _ span: Span, _ job: inout ImportJob) -> DataNode? {
        let result = YAMLReader.read(job.source, file: job.file, bytes: bytes)
        for diagnostic in result.diagnostics { job.add(diagnostic) }
        guard let root = result.root else { return nil }
        guard root.map != nil else {
            job.add(.dialectExpected("a mapping", root.kindName, for: "the action block", at: root.span))
            return nil
        }
        return root
    }

    /// `1. Fetch mail` without its number.
    private static func title(_ heading: String) -> String {
        let digits = heading.prefix { $0.isNumber || $0 == "." || $0 == ")" }
        let rest = digits.contains(where: \.isNumber) ? heading.dropFirst(digits.count) : heading[...]
        let words = SourceWriter.trimmed(rest)
        return words.isEmpty ? heading : words
    }
}
