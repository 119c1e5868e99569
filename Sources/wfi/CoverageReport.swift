// Coverage as a table for a terminal and as one page of HTML. Knows what was counted; runs nothing.
import WfTesting

struct CoverageReport {
    private let coverage: Coverage
    /// In order of file and place.
    private let places: [CoveragePlace]

    init(_ coverage: Coverage) {
        self.coverage = coverage
        places = coverage.counts.keys.sorted()
    }

    private var files: [String] {
        var seen: [String] = []
        for place in places where seen.last != place.file { seen.append(place.file) }
        return seen
    }

    private func isReached(_ place: CoveragePlace) -> Bool { coverage.counts[place] ?? 0 > 0 }

    // MARK: text

    /// A row for each file and one for all, then what was never reached.
    func text() -> String {
        if files.isEmpty { return "" }
        var rows = [["", "functions", "steps", "branches"]]
        for file in files { rows.append(row(file, places.filter { $0.file == file })) }
        if files.count > 1 { rows.append(row("all", places)) }
        let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
        var text = "\ncoverage\n"
        for row in rows {
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell + String(repeating: " ", count: widths[column] - cell.count + 3)
            }
            while line.last == " " { line.removeLast() }
            text += "  \(line)\n"
        }
        let missed = places.filter { !isReached($0) }
        if missed.isEmpty { return text }
        text += "never reached\n"
        for place in missed { text += "  \(place.file):\(line(of: place)): \(name(place))\n" }
        return text
    }

    private func row(_ title: String, _ places: [CoveragePlace]) -> [String] {
        [
            title, share(places.filter { $0.part == .function }), share(places.filter { $0.part == .step }),
            share(places.filter { $0.part != .step && $0.part != .function }),
        ]
    }

    private func share(_ places: [CoveragePlace]) -> String {
        if places.isEmpty { return "none" }
        let reached = places.count { isReached($0) }
        return "\(reached) of \(places.count), \(reached * 100 / places.count) %"
    }

    private func line(of place: CoveragePlace) -> Int {
        let source = coverage.sources[place.file] ?? []
        return source.prefix(Int(place.start)).count { $0 == 0x0A } + 1
    }

    private func name(_ place: CoveragePlace) -> String {
        let step = "`\(place.name)`"
        switch place.part {
        case .function: return "func \(step)"
        case .step: return "step \(step)"
        case .branch(let index): return "\(ordinal(index, place)) of \(step)"
        case .whenTrue: return "\(step) when its condition holds"
        case .whenFalse: return "\(step) when its condition does not hold"
        case .otherwise: return "the `else` of step \(step)"
        case .caught(let index): return "catch \(index + 1) of \(step)"
        }
    }

    /// An `if` counts its `else` as branch 0; in a `match` the arms count from 1.
    private func ordinal(_ index: Int, _ place: CoveragePlace) -> String {
        let source = coverage.sources[place.file] ?? []
        let line = source.dropFirst(Int(place.start)).prefix { $0 != 0x0A }
        let isMatch = place.name == "match" || String(decoding: line, as: UTF8.self).contains("= match ")
        if isMatch { return "arm \(index + 1)" }
        return index == 0 ? "the `else`" : "branch \(index)"
    }

    // MARK: HTML

    /// One page without anything from elsewhere: each file with its lines coloured.
    func html() -> String {
        var page = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Coverage</title><style>
            body { font: 15px system-ui, sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em; color: #222 }
            table { border-collapse: collapse } td, th { padding: .2em 1.2em .2em 0; text-align: left }
            pre { border: 1px solid #ddd; overflow-x: auto; line-height: 1.45 }
            .n { display: inline-block; width: 4em; padding-right: 1em; text-align: right; color: #888 }
            .y { background: #e2f6e4 } .x { background: #fde3e1 } .p { background: #fff3cf }
            .why { color: #a33; font-style: italic }
            </style></head><body><h1>Coverage</h1>
            <p>Functions, steps and branches that the tests have reached. Green: all of a line, yellow: some of it,
            red: none.</p>
            <table><tr><th>file</th><th>functions</th><th>steps</th><th>branches</th></tr>

            """
        for (number, file) in files.enumerated() {
            let cells = row(file, places.filter { $0.file == file }).map { escaped($0) }
            page +=
                "<tr><td><a href=\"#f\(number)\">\(cells[0])</a></td><td>\(cells[1])</td><td>\(cells[2])</td><td>\(cells[3])</td></tr>\n"
        }
        page += "</table>\n"
        for (number, file) in files.enumerated() {
            page += "<h2 id=\"f\(number)\">\(escaped(file))</h2>\n<pre>\(source(file))</pre>\n"
        }
        return page + "</body></html>\n"
    }

    private func source(_ file: String) -> String {
        var byLine: [Int: [CoveragePlace]] = [:]
        for place in places where place.file == file { byLine[line(of: place), default: []].append(place) }
        var text = ""
        let source = String(decoding: coverage.sources[file] ?? [], as: UTF8.self)
        for (index, line) in source.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let here = byLine[index + 1] ?? []
            let missed = here.filter { !isReached($0) }
            let style = here.isEmpty ? "" : missed.isEmpty ? "y" : missed.count == here.count ? "x" : "p"
            let why =
                missed.isEmpty
                ? ""
                : "  <span class=\"why\">never: "
                    + escaped(missed.map { name($0) }.joined(separator: ", ")) + "</span>"
            text +=
                "<span class=\"\(style)\"><span class=\"n\">\(index + 1)</span>\(escaped(String(line)))</span>\(why)\n"
        }
        return text
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
