// The way in: a file of another tool to wf source text, with an origin for every line of it. Knows the order of the
// parts; the checker is asked by the compiler, which maps what it says back through the origins.
public import WfDiagnostics
public import WfSource

/// What came of importing one file.
public struct Imported: Sendable {
    /// The file as UTF-8: what the diagnostics' places mean.
    public let source: SourceFile
    /// The dialect's name; nil when none was recognised.
    public let dialect: String?
    /// The wf source text, not formatted; empty when refused.
    public let text: [UInt8]
    /// From places in the text to places in the file.
    public let origins: Origins
    /// Joins that may be relaxed, by the place of their element: those of models that are not meant to be executed.
    public let joins: Set<ByteOffset>
    /// What is to be said about the file, not sorted.
    public let diagnostics: [Diagnostic]

    public var isRefused: Bool { diagnostics.contains { $0.severity == .error } }
    /// Whether something is named that cannot run as written. What was skipped as foreign, and anchors that nothing refers
    /// to, do not count.
    public var hasNotes: Bool {
        diagnostics.contains {
            $0.severity != .error && $0.code != .skippedForeign && $0.code != .unusedAnchor
        }
    }
}

/// What the checker has found out about imported text, by the places of the elements: what to do otherwise.
public struct ImportAdvice: Sendable, Equatable {
    /// Joins that could wait for ever, in drawings that are not meant to be executed: they wait for what can still come.
    public var relaxed: Set<ByteOffset> = []
    /// Nodes where tokens can meet: what follows is written once for each way into them.
    public var unfolded: Set<ByteOffset> = []

    public init() {}
}

/// Import of one file.
public enum Import {
    /// The endings of names that are taken for files to import.
    public static let suffixes = [
        ".bpmn", ".bpmn2", ".xml", ".scxml", ".jpdl", ".dax", ".json", ".json5", ".jsonc", ".yaml", ".yml",
        ".md",
    ]

    /// Whether a path is taken for a file to import.
    public static func takes(_ path: String) -> Bool { suffixes.contains { path.hasSuffix($0) } }

    /// Whether standard input is something to import: its first bytes belong to no wf file.
    public static func takes(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var start = bytes.prefix(64).drop { $0 == 0xEF || $0 == 0xBB || $0 == 0xBF }
        start = start.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        return start.first == UInt8(ascii: "<") || start.first == UInt8(ascii: "{")
            || start.starts(with: Array("---".utf8))
    }

    /// Imports a file.
    ///
    /// - Parameters:
    ///   - file: the number that the file has in diagnostics.
    ///   - advice: what the checker has found out about the text of an import before this one.
    ///   - timeMsMax: processor time after which the file is refused.
    public static func run(
        _ source: SourceFile, file: FileId, advice: ImportAdvice = ImportAdvice(),
        timeMsMax: Int = Limits.importTimeMsMax
    ) -> Imported {
        var job = ImportJob(source: source, file: file, advice: advice, timeMsMax: timeMsMax)
        guard let document = read(&job) else { return job.finish(dialect: nil) }
        guard let importer = Importers.all.first(where: { $0.recognises(document) }) else {
            job.refuseUnknown(document)
            return job.finish(dialect: nil)
        }
        job.unread.prose = importer.prose
        importer.write(document, to: &job)
        job.noteUnread(document)
        return job.finish(dialect: importer.name)
    }

    private static func read(_ job: inout ImportJob) -> ImportDocument? {
        let bytes = job.source.bytes
        if bytes.count > Limits.importBytesMax {
            job.add(.importTooLarge(bytes: bytes.count, at: job.start))
            return nil
        }
        if let kind = Compression.kind(bytes) {
            job.add(.importCompressed(kind, at: job.start))
            return nil
        }
        if ImportFormat.isBlank(bytes) {
            job.add(.importEmpty(at: job.start))
            return nil
        }
        switch ImportFormat.of(job.source.path, bytes) {
        case .xml: return XmlDocument.read(&job).map { .xml($0) }
        case .json:
            let isRelaxed = job.source.path.hasSuffix(".json5") || job.source.path.hasSuffix(".jsonc")
            return job.data(JSONReader.read(job.source, file: job.file, isRelaxed: isRelaxed), .json)
        case .yaml: return job.data(YAMLReader.read(job.source, file: job.file), .yaml)
        case .markdown:
            let (document, diagnostics) = MarkdownReader.read(job.source, file: job.file)
            for diagnostic in diagnostics { job.add(diagnostic) }
            return document.map { .markdown($0) }
        }
    }
}
