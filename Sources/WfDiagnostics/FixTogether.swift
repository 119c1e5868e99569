// Several fixes of a program as one change.
package import WfSource

extension Fix {
    /// The edits of those fixes that do not touch what an earlier one changes, in order of file and place.
    package static func together(_ fixes: [Fix]) -> [TextEdit] {
        var taken: [TextEdit] = []
        for fix in fixes {
            let isFree = fix.edits.allSatisfy { edit in !taken.contains { touches($0.span, edit.span) } }
            if isFree { taken += fix.edits }
        }
        return taken.sorted { ($0.span.file, $0.span.start) < ($1.span.file, $1.span.start) }
    }

    private static func touches(_ left: Span, _ right: Span) -> Bool {
        left.file == right.file && left.start <= right.end && right.start <= left.end
    }

    /// The bytes of a file after edits of it, which do not overlap.
    package static func apply(_ edits: [TextEdit], of file: FileId, to bytes: [UInt8]) -> [UInt8] {
        var result = bytes
        for edit in edits.filter({ $0.span.file == file }).sorted(by: { $0.span.start > $1.span.start }) {
            result.replaceSubrange(
                Int(edit.span.start)..<Int(edit.span.end), with: Array(edit.replacement.utf8))
        }
        return result
    }
}
