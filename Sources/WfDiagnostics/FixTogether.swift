// Several fixes of a program as one change.
public import WfSource

extension Fix {
    /// The edits of those fixes that do not touch what an earlier one changes, in order of file and place.
    public static func together(_ fixes: [Fix]) -> [TextEdit] {
        let taken = compatible(fixes).flatMap(\.edits)
        return taken.sorted { ($0.span.file, $0.span.start) < ($1.span.file, $1.span.start) }
    }

    /// Those fixes that do not touch what an earlier one changes.
    public static func compatible(_ fixes: [Fix]) -> [Fix] {
        var spans: [FileId: [Span]] = [:]
        return fixes.filter { fix in
            let isFree = fix.edits.allSatisfy { edit in
                !(spans[edit.span.file] ?? []).contains { touches($0, edit.span) }
            }
            if isFree { for edit in fix.edits { spans[edit.span.file, default: []].append(edit.span) } }
            return isFree
        }
    }

    private static func touches(_ left: Span, _ right: Span) -> Bool {
        left.file == right.file && left.start <= right.end && right.start <= left.end
    }

    /// The bytes of a file after edits of it, which do not overlap.
    public static func apply(_ edits: [TextEdit], of file: FileId, to bytes: [UInt8]) -> [UInt8] {
        var result = bytes
        for edit in edits.filter({ $0.span.file == file }).sorted(by: { $0.span.start > $1.span.start }) {
            result.replaceSubrange(
                Int(edit.span.start)..<Int(edit.span.end), with: Array(edit.replacement.utf8))
        }
        return result
    }
}
