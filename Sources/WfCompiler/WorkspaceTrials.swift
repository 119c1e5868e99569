// What would be wrong if files had other texts: a change is tried before it is offered. Only what the change can have an
// effect on is checked: the declarations that it touches, and those that mention a name whose meaning it may change.
import WfChecker
import WfDiagnostics
import WfSource
import WfSyntax

extension Workspace {
    /// Whether files would have errors that they do not have now, if some had other texts.
    ///
    /// - Parameters:
    ///   - texts: by path; a file that is not there is taken to come into being.
    ///   - usersMax: a change that more other files depend on is taken to make errors.
    public func hasNewErrors(with texts: [(path: String, bytes: [UInt8])], usersMax: Int = .max) -> Bool {
        let trials = texts.map { Trial(self, $0.path, $0.bytes) }
        defer { for trial in trials { trial.end(self) } }
        if trials.contains(where: { $0.hasSyntaxErrors }) { return true }
        guard let users = users(of: trials, max: usersMax) else { return true }
        for trial in trials { trial.begin(self) }
        for trial in trials {
            let before = Errors(trial.old, in: trial.oldSpans)
            let found = inspection(
                trial.entry, trial.entry.tree, trial.entry.syntax, inspects: false, bodies: trial.bodies)
            let own = found.diagnostics.filter { $0.span.file == trial.entry.file }
            if Errors(own, in: trial.newSpans).exceed(before) { return true }
        }
        for (user, before) in users {
            let found = inspection(
                user, user.tree, user.syntax, inspects: false,
                bodies: hasLintErrors(user) ? .allAndLints : .all)
            let own = found.diagnostics.filter { $0.span.file == user.file }
            if Errors(own, in: nil).exceed(Errors(before, in: nil)) { return true }
        }
        return false
    }

    /// Files that are not among the changed ones and may have errors when these change, with what is said about them now.
    private func users(of trials: [Trial], max: Int) -> [(entry: Entry, diagnostics: [Diagnostic])]? {
        var found: Set<FileId> = []
        for trial in trials where !trial.isNew {
            found.formUnion(users(of: trial.entry.file, affectedBy: trial.difference))
        }
        found.subtract(trials.map(\.entry.file))
        if found.count > max { return nil }
        return found.sorted().compactMap { file in entry(file).map { ($0, diagnostics($0.path)) } }
    }

    /// Whether lints are errors in a file.
    fileprivate func hasLintErrors(_ entry: Entry) -> Bool {
        let levels = levels(entry.path)
        return (5000..<5100).contains { levels[$0] == .error }
    }
}

/// One file with another text.
private final class Trial {
    let entry: Workspace.Entry
    let isNew: Bool
    /// What is said about it now.
    let old: [Diagnostic]
    /// Where the declarations stand that are checked, in the text as it is and in the new one; nil: all of both.
    let oldSpans: [Range<UInt32>]?
    let newSpans: [Range<UInt32>]?
    let bodies: CheckedBodies
    let difference: Difference
    private let tree: SyntaxTree
    private let syntax: [Diagnostic]
    private let saved:
        (tree: SyntaxTree, syntax: [Diagnostic], uses: [FileId?], wanted: [String], unreadable: [Diagnostic])

    var hasSyntaxErrors: Bool {
        syntax.contains { $0.severity == .error } && !saved.syntax.contains { $0.severity == .error }
    }

    init(_ workspace: Workspace, _ path: String, _ bytes: [UInt8]) {
        let source = SourceFile(path: path, bytes: bytes)
        let known = workspace.entry(path)
        isNew = known == nil
        let empty = SourceFile(path: path, text: "")
        entry = known ?? workspace.add(empty, path: path, key: path, isLibrary: false)
        old = known == nil ? [] : workspace.diagnostics(path)
        saved = (entry.tree, entry.syntax, entry.uses, entry.wanted, entry.unreadable)
        (tree, syntax) = workspace.parse(source, entry.file)
        difference = Difference(workspace.items(of: entry), entry.tree, ItemDigest.all(tree), tree)
        let hasLintErrors = workspace.hasLintErrors(entry)
        if isNew || difference.reachesAll || hasLintErrors || entry.tree.hasErrors {
            (oldSpans, newSpans) = (nil, nil)
            bodies = hasLintErrors ? .allAndLints : .all
        } else {
            let (before, after) = (entry.tree.reader, tree.reader)
            oldSpans = difference.old.map { before.span($0).start..<before.span($0).end }
            newSpans = difference.new.map { after.span($0).start..<after.span($0).end }
            bodies = .only(Set(difference.new))
        }
    }

    func begin(_ workspace: Workspace) {
        (entry.tree, entry.syntax) = (tree, syntax)
        workspace.resolve(entry)
    }

    func end(_ workspace: Workspace) {
        (entry.tree, entry.syntax, entry.uses, entry.wanted, entry.unreadable) = saved
        if isNew { workspace.entries[Int(entry.file.index)] = nil }
    }
}

/// How many errors of each code there are, in what is looked at and beside it.
private struct Errors {
    private struct Key: Hashable {
        var code: DiagnosticCode
        var isInside: Bool
    }
    private var counts: [Key: Int] = [:]

    /// - Parameter spans: what is looked at; nil: everything.
    init(_ diagnostics: [Diagnostic], in spans: [Range<UInt32>]?) {
        for diagnostic in diagnostics where diagnostic.severity == .error {
            let isInside = spans?.contains { $0.contains(diagnostic.span.start) } ?? true
            counts[Key(code: diagnostic.code, isInside: isInside), default: 0] += 1
        }
    }

    func exceed(_ before: Errors) -> Bool {
        counts.contains { key, count in count > before.counts[key] ?? 0 }
    }
}
