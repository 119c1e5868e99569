// Plain step files: "steps with an id and what they depend on", as many small tools keep them, in YAML, JSON, or in
// Markdown below headings.

import WfDiagnostics
import WfSource

struct PlainImporter: Importer {
    let name = "plain steps"

    var prose: Set<String> { PlainKeys.prose }

    func recognises(_ document: ImportDocument) -> Bool {
        if case .markdown = document { return true }
        return document.dataMap.flatMap(PlainReader.root) != nil
    }

    func write(_ document: ImportDocument, to job: inout ImportJob) {
        var outline = PlainOutline()
        let top: DataMap
        var prose = ""
        switch document {
        case .markdown(let markdown):
            top = markdown.frontMatter
            let reader = PlainReader(top: top)
            reader.steps(into: &outline, &job)
            prose = reader.markdownSteps(markdown, into: &outline, &job)
            if outline.steps.isEmpty, let first = markdown.blocks.first, !job.hasErrors {
                job.add(.markdownNoSteps(at: first.span))
            }
        case .data(let root, _):
            top = root.map.flatMap(PlainReader.root) ?? DataMap()
            PlainReader(top: top).steps(into: &outline, &job)
            if outline.steps.isEmpty, !job.hasErrors {
                job.add(.dialectNothingToDo("the file", at: job.start))
            }
        case .xml: return
        }
        PlainReader(top: top).addEdges(to: &outline, &job)
        PlainReader(top: top).addDecisions(to: &outline, &job)
        let inputs = PlainReader(top: top).inputs(&job)
        var writer = PlainWriter(top: top, inputs: inputs, outline: outline, prose: prose)
        writer.write(&job)
    }
}

extension PlainReader {
    /// The steps of a Markdown file: each `action` block is one, named by the heading above it.
    ///
    /// - Returns: the prose above the first step.
    func markdownSteps(
        _ markdown: MarkdownDocument, into outline: inout PlainOutline, _ job: inout ImportJob
    ) -> String {
        var prose: [String] = []
        var below: [String] = []
        var heading: (text: String, span: Span)?
        var taken = Set(outline.steps.map(\.id))
        // Where nothing else is a step, scripts are.
        let runsScripts =
            outline.steps.isEmpty
            && !markdown.blocks.contains { block, _ in
                switch block {
                case .code(let info, _), .quotedCode(let info): return PlainReader.isAction(info)
                case .heading, .prose: return false
                }
            }
        for (block, span) in markdown.blocks {
            switch block {
            case .heading(let level, let text):
                if level > 1 { heading = (text, span) }
                if level == 1 { prose.append(text) }
                below = []
            case .prose(let text):
                if heading == nil { prose.append(text) } else { below.append(text) }
            case .quotedCode(let info):
                if PlainReader.isAction(info) {
                    job.add(
                        .dialectNotActedOn(
                            "the action block", in: "the file",
                            so: "its lines have something else before them",
                            at: span))
                } else {
                    job.skip("a code block of \(info.split(separator: " ").first ?? "text")", at: span)
                }
            case .code(let info, let bytes):
                let script = runsScripts ? PlainReader.script(info, bytes, span, job) : nil
                guard script != nil || PlainReader.isAction(info) else {
                    let language = info.split(separator: " ").first.map { " of \($0)" } ?? ""
                    job.skip("a code block\(language)", at: span)
                    continue
                }
                guard let node = script ?? actionBlock(bytes, span, &job) else { continue }
                let title = heading.map { PlainReader.title($0.text) } ?? "step \(outline.steps.count + 1)"
                var id = title
                while !taken.insert(id).inserted { id += " again" }
                add(block: node, id, title, heading?.span ?? span, below, into: &outline, &job)
                below = []
            }
        }
        return prose.joined(separator: "\n\n")
    }

    private static func isAction(_ info: String) -> Bool {
        info.split(separator: " ").contains { $0 == "action" || $0 == "step" }
    }

    /// A block of a language that can be run, as a step; nil for any other.
    private static func script(_ info: String, _ bytes: Range<Int>, _ span: Span, _ job: ImportJob)
        -> DataNode?
    {
        let programs = [
            "bash": ["bash", "-e", "-c"], "sh": ["sh", "-e", "-c"], "shell": ["sh", "-e", "-c"],
            "zsh": ["zsh", "-e", "-c"], "python": ["python3", "-c"], "python3": ["python3", "-c"],
        ]
        guard let language = info.split(separator: " ").first, let program = programs[language.lowercased()]
        else {
            return nil
        }
        let lines = job.source.text(from: UInt32(bytes.lowerBound), to: UInt32(bytes.upperBound)).split(
            separator: "\n", omittingEmptySubsequences: false)
        // Inside a list, all of it stands further to the right.
        let margin =
            lines.filter { !$0.allSatisfy(\.isWhitespace) }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        let code = SourceWriter.trimmed(lines.map { $0.dropFirst(margin) }.joined(separator: "\n")[...])
        if code.isEmpty { return nil }
        let words = (program + [code]).map { DataNode(.text($0), span) }
        var map = DataMap()
        map.add(DataEntry("run", span, DataNode(.list(words), span)))
        return DataNode(.map(map), span)
    }

    private func add(
        block node: DataNode, _ id: String, _ title: String, _ span: Span, _ below: [String],
        into outline: inout PlainOutline, _ job: inout ImportJob
    ) {
        if let map = node.map { job.unread.roots.append((map, "the step `\(id)`")) }
        let hasId = node.map?.has(["id", "key"]) == true
        let start = outline.steps.count
        let unit = unit(
            node, id: hasId ? nil : DataEntry(id, span, node), PlainAround(), into: &outline, &job)
        outline.units.append(unit)
        guard outline.steps.indices.contains(start) else { return }
        outline.steps[start].prose = ([title] + below).joined(separator: "\n\n")
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
    static func title(_ heading: String) -> String {
        let digits = heading.prefix { $0.isNumber || $0 == "." || $0 == ")" }
        let rest = digits.contains(where: \.isNumber) ? heading.dropFirst(digits.count) : heading[...]
        let words = SourceWriter.trimmed(rest)
        return words.isEmpty ? heading : words
    }
}
