// `wf.json` or `wf.toml`, a project's settings: how much each lint matters, and what else looks at its scripts. Found by walking up from a
// file; the nearest one counts, alone. Asks a `SourceProvider`, never the disk.
public import WfChecker
import WfDiagnostics
import WfImport
import WfSource

/// What a project has set.
public struct ProjectSettings: Hashable, Sendable {
    /// The level of each lint.
    public var lints = LintLevels.standard
    /// Whether ShellCheck reads the scripts in strings.
    public var checksShell = false
    /// The list of findings that are not shown again, by the path that its provider knows it by.
    public var baseline: String?

    public init() {}
}

/// A level that the command line sets: it counts more than every file.
public struct LintOverride: Hashable, Sendable {
    public let key: String
    public let level: LintLevel

    /// - Parameter key: a code, a group or `all`; nil when there is no such thing.
    public init?(_ key: String, _ level: LintLevel) {
        var levels = LintLevels.standard
        guard levels.set(key, to: level) else { return nil }
        self.key = key
        self.level = level
    }
}

/// The settings of every folder that was asked about.
public struct SettingsFinder {
    /// The file's names; the first one that is there counts.
    public static let names = ["wf.json", "wf.toml"]

    private let provider: any SourceProvider
    private let overrides: [LintOverride]
    private var found: [String: ProjectSettings] = [:]
    /// Settings files in which something is wrong.
    private(set) var faulty: [(source: SourceFile, diagnostics: [Diagnostic])] = []

    init(_ provider: any SourceProvider, overrides: [LintOverride] = []) {
        self.provider = provider
        self.overrides = overrides
    }

    /// The settings for a file.
    ///
    /// - Parameter file: the number that the next settings file gets in diagnostics.
    mutating func settings(for path: String, next file: FileId) -> ProjectSettings {
        settings(ofFolder: SettingsFinder.folder(of: path), file)
    }

    private mutating func settings(ofFolder folder: String, _ file: FileId) -> ProjectSettings {
        if let known = found[folder] { return known }
        let files = SettingsFinder.files(in: folder, provider)
        var result: ProjectSettings
        if let source = files.first {
            result = read(source, FileId(file.index + UInt32(faulty.count)))
            if files.count > 1 {
                let second = files[1]
                let place = Span(file: FileId(file.index + UInt32(faulty.count)), start: 0, end: 0)
                faulty.append((second, [.secondSettings(besides: source.path, at: place)]))
            }
        } else if let above = SettingsFinder.above(folder, provider.foldersAbove) {
            result = settings(ofFolder: above, file)
        } else {
            result = ProjectSettings()
            apply(overrides, to: &result)
        }
        found[folder] = result
        return result
    }

    private mutating func read(_ source: SourceFile, _ file: FileId) -> ProjectSettings {
        var reader = SettingsReader(source, file)
        if !reader.diagnostics.isEmpty { faulty.append((source, reader.diagnostics)) }
        apply(overrides, to: &reader.settings)
        return reader.settings
    }

    private func apply(_ overrides: [LintOverride], to settings: inout ProjectSettings) {
        for override in overrides { _ = settings.lints.set(override.key, to: override.level) }
    }

    /// `a/b` of `a/b/c.wf`, `` of `c.wf`.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The nearest folder above a file that has settings, if there is one.
    static func projectFolder(of path: String, _ provider: any SourceProvider) -> String? {
        let count = provider.foldersAbove
        var folder: String? = folder(of: path)
        while let place = folder {
            if !files(in: place, provider).isEmpty { return place }
            folder = above(place, count)
        }
        return nil
    }

    /// The settings files of a folder.
    private static func files(in folder: String, _ provider: any SourceProvider) -> [SourceFile] {
        names.compactMap { name in
            let path = folder.isEmpty ? name : folder == "/" ? "/" + name : "\(folder)/\(name)"
            if case .success(let source) = provider.source(at: path) { return source }
            return nil
        }
    }

    /// The folder above, or nil at the root.
    ///
    /// - Parameter count: how many folders there are above the one that relative paths start from.
    private static func above(_ folder: String, _ count: Int) -> String? {
        if folder == "/" { return nil }
        if folder.isEmpty { return count > 0 ? ".." : nil }
        if folder == ".." || folder.hasSuffix("/..") {
            let depth = folder.split(separator: "/").count
            return depth < count ? folder + "/.." : nil
        }
        return self.folder(of: folder)
    }
}

/// Reads one settings file.
private struct SettingsReader {
    var settings = ProjectSettings()
    var diagnostics: [Diagnostic] = []
    private let isTOML: Bool

    init(_ source: SourceFile, _ file: FileId) {
        isTOML = source.path.hasSuffix(".toml")
        if source.isBlank {
            let start = Span(file: file, start: 0, end: 0)
            if !isTOML {
                diagnostics = [
                    .settingKind("wf.json", "an object", found: "an empty file", isTOML: false, at: start)
                ]
            }
            return
        }
        let document = isTOML ? TOMLReader.read(source, file: file) : JSONReader.read(source, file: file)
        diagnostics = document.diagnostics
        guard let root = document.root else { return }
        guard let map = root.map else {
            diagnostics.append(
                .settingKind("wf.json", "an object", found: root.kindName, isTOML: isTOML, at: root.span))
            return
        }
        for entry in map.entries {
            switch entry.key {
            case "lints": readLints(entry.value)
            case "shellcheck":
                if let value = entry.value.bool {
                    settings.checksShell = value
                } else {
                    diagnostics.append(
                        .settingKind(
                            "shellcheck", "`true` or `false`", found: entry.value.kindName, isTOML: isTOML,
                            at: entry.value.span))
                }
            case "baseline":
                if let value = entry.value.text {
                    settings.baseline = ModulePath.resolve(value, from: source.path)
                } else {
                    diagnostics.append(
                        .settingKind(
                            "baseline", "a path", found: entry.value.kindName, isTOML: isTOML,
                            at: entry.value.span))
                }
            default:
                diagnostics.append(
                    .unknownSetting(
                        entry.key, among: ["baseline", "lints", "shellcheck"], at: entry.keySpan))
            }
        }
    }

    /// A code counts more than its group, a group more than `all`, wherever they stand.
    private mutating func readLints(_ node: DataNode) {
        guard let map = node.map else {
            return diagnostics.append(
                .settingKind("lints", "an object", found: node.kindName, isTOML: isTOML, at: node.span))
        }
        var rows: [(rank: Int, key: String, level: LintLevel)] = []
        for entry in map.entries {
            if entry.key == "shellcheck" || entry.key == "baseline" {
                diagnostics.append(.settingAmongLints(entry.key, isTOML: isTOML, at: entry.keySpan))
                continue
            }
            guard LintLevels.keys.contains(entry.key) else {
                diagnostics.append(.unknownLint(entry.key, among: LintLevels.keys, at: entry.keySpan))
                continue
            }
            guard let level = entry.value.text.flatMap({ LintLevel(text: $0) }) else {
                let found = entry.value.text.map { "`\($0)`" } ?? entry.value.kindName
                diagnostics.append(.unknownLevel(found, near: entry.value.text, at: entry.value.span))
                continue
            }
            rows.append((entry.key == "all" ? 0 : entry.key.hasPrefix("WF") ? 2 : 1, entry.key, level))
        }
        for rank in 0...2 {
            for row in rows where row.rank == rank { _ = settings.lints.set(row.key, to: row.level) }
        }
    }
}

extension SourceFile {
    /// Whether nothing but white space stands in it.
    var isBlank: Bool {
        UnsafeBufferPointer(start: start, count: count).allSatisfy {
            $0 == 0x20 || (0x09...0x0D).contains($0)
        }
    }
}
