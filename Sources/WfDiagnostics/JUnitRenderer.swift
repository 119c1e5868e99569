// A check as JUnit's XML, for build servers that show test results: a file is a case, its errors are failures.

public import WfSource

/// One report of one check.
public struct JUnitRenderer {
    private var sources: RenderedSources
    private let warningsFail: Bool

    /// - Parameter warningsFail: whether warnings are failures too.
    public init(_ sources: [SourceFile], warningsFail: Bool) {
        self.sources = RenderedSources(sources)
        self.warningsFail = warningsFail
    }

    /// The whole document.
    ///
    /// - Parameters:
    ///   - diagnostics: in their one order.
    ///   - paths: the files that were checked.
    public mutating func render(_ diagnostics: [Diagnostic], paths: [String]) -> String {
        var byPath: [String: [Diagnostic]] = [:]
        for diagnostic in diagnostics {
            byPath[sources.path(diagnostic.span.file), default: []].append(diagnostic)
        }
        let all = paths + byPath.keys.filter { !paths.contains($0) }.sorted()
        var cases = ""
        var failed = 0
        for path in all {
            let found = byPath[path] ?? []
            if found.contains(where: { isFailure($0) }) { failed += 1 }
            cases += testCase(path, found)
        }
        let counts = "tests=\"\(all.count)\" failures=\"\(failed)\" errors=\"0\""
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="wfc check" \(counts)>
              <testsuite name="wfc check" \(counts)>
            \(cases)  </testsuite>
            </testsuites>

            """
    }

    private func isFailure(_ diagnostic: Diagnostic) -> Bool {
        diagnostic.severity == .error || warningsFail && diagnostic.severity == .warning
    }

    private mutating func testCase(_ path: String, _ found: [Diagnostic]) -> String {
        let name = JUnitRenderer.escaped(path)
        if found.isEmpty { return "    <testcase classname=\"wfc\" name=\"\(name)\"/>\n" }
        var text = "    <testcase classname=\"wfc\" name=\"\(name)\">\n"
        var others = ""
        for diagnostic in found {
            let place = sources.position(diagnostic.span.file, diagnostic.span.start)
            let line =
                "\(path):\(place.line):\(place.column): \(diagnostic.severity.word)[\(diagnostic.code)]"
            let body = JUnitRenderer.escaped("\(line): \(diagnostic.message)")
            if isFailure(diagnostic) {
                let message = JUnitRenderer.escaped(diagnostic.message)
                text +=
                    "      <failure type=\"\(diagnostic.code)\" message=\"\(message)\">\(body)</failure>\n"
            } else {
                others += body + "\n"
            }
        }
        if !others.isEmpty { text += "      <system-out>\(others)</system-out>\n" }
        return text + "    </testcase>\n"
    }

    /// Characters that XML 1.0 has no place for become U+FFFD.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n": result += "&#10;"
            case "\t", "\r": result += "&#\(scalar.value);"
            default:
                let isText = scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
                result.unicodeScalars.append(isText ? scalar : "\u{FFFD}")
            }
        }
        return result
    }
}
