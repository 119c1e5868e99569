// The manual page, from the table: roff with the man macros, ASCII only.

extension CommandSet {
    /// The source of `wfc(1)`.
    public func manualPage() -> String {
        var page = RoffText()
        page.macro("TH", [name.uppercased(), "1", "", "\(name) \(version)", "User Commands"])
        page.macro("SH", ["NAME"])
        page.name(name, summary)
        page.macro("SH", ["SYNOPSIS"])
        page.macro("B", [name])
        page.line("COMMAND [OPTIONS] …")
        page.macro("SH", ["DESCRIPTION"])
        for (index, paragraph) in description.enumerated() {
            if index > 0 { page.macro("PP") }
            page.line(paragraph)
        }
        page.macro("SH", ["COMMANDS"])
        for command in commands {
            page.macro("SS", [usage(of: command)])
            page.line(sentence(command.summary))
            for line in command.details {
                page.macro("br")
                page.line(line)
            }
            for option in options(of: command) {
                page.macro("TP")
                page.macro("B", [option.title])
                page.line(sentence(option.help))
            }
        }
        page.list("EXIT STATUS", statuses.map { ("\($0.status)", sentence($0.meaning)) })
        page.list("ENVIRONMENT", environment.map { ($0.name, sentence($0.meaning)) })
        page.list("EXAMPLES", examples.map { ($0.line, sentence($0.meaning)) })
        page.macro("SH", ["SEE ALSO"])
        page.line(seeAlso)
        return page.text
    }

    private func sentence(_ text: String) -> String {
        let end = text.last.map { ".:!?".contains($0) } == true ? "" : "."
        return text.prefix(1).uppercased() + text.dropFirst() + end
    }
}

/// Lines of roff under way.
private struct RoffText {
    private(set) var text = ""

    /// A request with arguments that roff reads as text.
    mutating func macro(_ name: String, _ arguments: [String] = []) {
        let quoted = arguments.map { " \"\(escaped($0, inArgument: true))\"" }
        text += ".\(name)\(quoted.joined())\n"
    }

    /// The line that apropos(1) reads.
    mutating func name(_ name: String, _ summary: String) { text += "\(name) \\- \(escaped(summary))\n" }

    /// A line of text; what stands in backquotes is bold.
    mutating func line(_ content: String) {
        var line = ""
        for (index, part) in content.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
            line += index % 2 == 1 ? "\\fB\(escaped(part))\\fR" : escaped(part)
        }
        // A line that begins with one of these would be a request.
        if line.hasPrefix(".") || line.hasPrefix("'") { line = "\\&" + line }
        text += line + "\n"
    }

    /// A section of terms and what they mean.
    mutating func list(_ title: String, _ items: [(term: String, text: String)]) {
        if items.isEmpty { return }
        macro("SH", [title])
        for item in items {
            macro("TP")
            macro("B", [item.term])
            line(item.text)
        }
    }

    private func escaped(_ content: some StringProtocol, inArgument: Bool = false) -> String {
        var result = ""
        for scalar in content.unicodeScalars {
            switch scalar {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "~": result += "\\(ti"
            case "^": result += "\\(ha"
            case "\"" where inArgument: result += "\\(dq"
            case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "\\[u\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)]"
            }
        }
        return result
    }
}
