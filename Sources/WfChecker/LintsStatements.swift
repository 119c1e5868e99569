// Lints about calls of `sql`: a statement that takes another number of values than it is given, and a list where one value
// belongs. Knows of SQL only what a parameter is, and what is no part of a statement.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    /// - Parameter arguments: one typed value per parameter of the effect.
    func lintStatement(_ view: CallExprView, _ found: Int, _ arguments: ArraySlice<UInt32>) {
        guard arguments.count > 1, text(symbols[found].name) == "sql",
            moduleName(Int(symbols[found].module)) == "core",
            let node = view.arguments.first(where: \.label.isNone)?.value,
            let statement = CommandLine.literal(written(node), tree),
            // a const may put another one in, with signs of its own
            StringExprView(tree, written(node)).interpolations.isEmpty
        else { return }
        let rest = typed[TypedId(arguments[arguments.startIndex + 1])]
        guard rest.kind == .list else { return }
        let values = rest.list == 0 ? [] : Array(typed.list(rest.list))
        let parameters = StatementParameters(statement)
        if parameters.count != values.count {
            return lint(
                .parameterCount(parameters.count, given: values.count, at: tree.span(node)))
        }
        let isQuestion = statement.split(whereSeparator: \.isWhitespace).first.map {
            ["select", "delete", "with"].contains($0.lowercased())
        }
        for (number, id) in values.enumerated() where number < parameters.isInList.count {
            var value = typed[TypedId(id)]
            while value.kind == .toJson { value = typed[TypedId(value.a)] }
            guard kind(value.type) == .list || kind(value.type) == .tuple else { continue }
            let isWhole = values.count == 1 && value.kind == .list && isQuestion == true
            if parameters.isInList[number] || isWhole && !parameters.readsJson {
                let place = Span(file: tree.file, start: value.start, end: value.end)
                lint(.listAsOneValue(isInList: parameters.isInList[number], at: place))
            }
        }
    }
}

/// The parameters of a statement, as SQLite counts them.
struct StatementParameters {
    private(set) var count = 0
    /// Of each `?`: whether it is all that stands in `IN (…)`.
    private(set) var isInList: [Bool] = []
    /// A function of JSON is called.
    let readsJson: Bool

    init(_ statement: String) {
        let bytes = Array(statement.utf8)
        readsJson = statement.lowercased().contains("json")
        var names: [ArraySlice<UInt8>: Int] = [:]
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            let start = index
            index += 1
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "["):
                let close = byte == UInt8(ascii: "[") ? UInt8(ascii: "]") : byte
                while index < bytes.count, bytes[index] != close { index += 1 }
                index += 1
            case UInt8(ascii: "-") where index < bytes.count && bytes[index] == byte:
                while index < bytes.count, bytes[index] != 0x0A { index += 1 }
            case UInt8(ascii: "/") where index < bytes.count && bytes[index] == UInt8(ascii: "*"):
                index += 1
                while index + 1 < bytes.count,
                    bytes[index] != UInt8(ascii: "*") || bytes[index + 1] != UInt8(ascii: "/")
                {
                    index += 1
                }
                index += 2
            case UInt8(ascii: "?"):
                while index < bytes.count, (0x30...0x39).contains(bytes[index]) { index += 1 }
                let digits = String(decoding: bytes[(start + 1)..<index], as: UTF8.self)
                let number = digits.isEmpty ? count + 1 : Int(digits) ?? 0
                count = max(count, min(number, 100_000))
                if digits.isEmpty {
                    isInList.append(StatementParameters.isAlone(bytes, start, index))
                }
            case UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "$"):
                while index < bytes.count, StatementParameters.isWord(bytes[index]) { index += 1 }
                if index == start + 1 { continue }
                if names[bytes[start..<index]] == nil {
                    count += 1
                    names[bytes[start..<index]] = count
                }
            default:
                while index < bytes.count, StatementParameters.isWord(byte),
                    StatementParameters.isWord(bytes[index])
                {
                    index += 1
                }
            }
        }
        if names.count > 0 || isInList.count != count { isInList = [] }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte >= 0x30 && byte <= 0x39 || byte >= 0x41 && byte <= 0x5A || byte >= 0x61 && byte <= 0x7A
            || byte == UInt8(ascii: "_")
    }

    /// `in (?)`
    private static func isAlone(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Bool {
        var index = start - 1
        while index >= 0, bytes[index] <= 0x20 { index -= 1 }
        guard index > 0, bytes[index] == UInt8(ascii: "(") else { return false }
        index -= 1
        while index >= 0, bytes[index] <= 0x20 { index -= 1 }
        guard index >= 1, bytes[index] | 0x20 == UInt8(ascii: "n"),
            bytes[index - 1] | 0x20 == UInt8(ascii: "i"),
            index < 2 || !isWord(bytes[index - 2])
        else { return false }
        var next = end
        while next < bytes.count, bytes[next] <= 0x20 { next += 1 }
        return next < bytes.count && bytes[next] == UInt8(ascii: ")")
    }
}

extension Diagnostic {
    static func parameterCount(_ wanted: Int, given: Int, at span: Span) -> Diagnostic {
        warning(
            5097,
            "this statement takes \(wanted) value\(wanted == 1 ? "" : "s"), and \(given) \(given == 1 ? "is" : "are") given",
            span, notes: ["it fails every time"],
            help:
                "write a `?` for each value, and each value behind the text: `sql(\"… a = ? AND b = ?\", a, b)`"
        )
    }

    static func listAsOneValue(isInList: Bool, at span: Span) -> Diagnostic {
        warning(
            5098, "a list is bound to one `?`: it is compared as text, such as `[1,2]`", span,
            help: isInList
                ? "write `IN (SELECT value FROM json_each(?))`"
                : "bind its values one by one: `sql(\"…\", a, b)`")
    }
}
