// wf-dev tidy: the rules of the house that no compiler checks. Reads the tree as text; knows nothing of the language.
import WfTestSupport

/// Gathers what is untidy and prints it.
struct Tidy {
    private var findings: [String] = []
    private let sources = filesBelow("Sources", suffix: ".swift")

    /// Runs every rule; gives the exit status.
    static func run() -> Int32 {
        var tidy = Tidy()
        tidy.checkModuleTable()
        tidy.checkSources()
        tidy.checkImports()
        tidy.checkDiagnosticPages()
        tidy.checkLinks()
        tidy.checkGrammarCases()
        for finding in tidy.findings { print(finding) }
        print(tidy.findings.isEmpty ? "tidy" : "\(tidy.findings.count) findings")
        return tidy.findings.isEmpty ? 0 : 1
    }

    private mutating func report(_ finding: String) { findings.append(finding) }

    private func text(_ path: String) -> String {
        (try? readFile(path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private func lines(_ path: String) -> [Substring] {
        text(path).split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The table in Sources/README.md names the folders of Sources, and no others.
    private mutating func checkModuleTable() {
        var listed: [String] = []
        for line in lines("Sources/README.md") where line.hasPrefix("| ") {
            let name = String(line.dropFirst(2).prefix { $0 != " " })
            if name != "module" { listed.append(name) }
        }
        let folders = folderEntries("Sources").filter { !$0.hasSuffix(".md") }
        for name in folders where !listed.contains(name) { report("Sources/README.md: \(name) is missing") }
        for name in listed where !folders.contains(name) { report("Sources/README.md: \(name) is no module") }
    }

    /// No file over 800 lines, no unfinished marks, no way to crash on purpose, nothing that is not optimised where another
    /// module uses it (docs/decisions/0015-faces-are-public.md).
    private mutating func checkSources() {
        let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X:", "HA" + "CK", "try" + "!", "fatal" + "Error("]
        for path in sources where !path.hasSuffix(".generated.swift") {
            let content = lines(path)
            if content.count > 800 { report("\(path): \(content.count) lines; at most 800") }
            if let first = content.first, !first.hasPrefix("//") {
                report("\(path): does not open with what it is")
            }
            for (index, line) in content.enumerated() {
                for mark in marks where line.contains(mark) { report("\(path):\(index + 1): \(mark)") }
                let words = line.split(separator: " ").prefix(4)
                if words.contains("package"), words.first?.hasPrefix("//") == false {
                    report("\(path):\(index + 1): `package` access; write `public`")
                }
            }
        }
    }

    /// Nothing but tests imports Foundation; the run side never imports syntax.
    private mutating func checkImports() {
        let runSide = ["WfPlan", "WfMachine", "WfJournal", "WfJournalSQLite", "WfEngine", "WfDoors"]
        let compileOnly = [
            "WfSyntax", "WfChecker", "WfLowering", "WfFormatter", "WfCompiler", "WfDiagnostics",
        ]
        for path in sources {
            let module = String(path.dropFirst("Sources/".count).prefix { $0 != "/" })
            for line in lines(path) where line.contains("import ") {
                let words = line.split(separator: " ")
                guard let at = words.firstIndex(of: "import"), at + 1 < words.count, at < 2 else { continue }
                let imported = String(words[at + 1])
                if imported.hasPrefix("Foundation"), module != "WfTestSupport" {
                    report("\(path): imports \(imported)")
                }
                if runSide.contains(module), compileOnly.contains(imported) {
                    report("\(path): the run side imports \(imported)")
                }
                if imported == "CSQLite", module != "WfJournalSQLite", module != "WfTestSupport" {
                    report("\(path): imports CSQLite")
                }
            }
        }
    }

    /// Every diagnostic code in the sources has a page, and every page a code.
    private mutating func checkDiagnosticPages() {
        var used: Set<String> = []
        for path in sources where !path.hasPrefix("Sources/wf-dev/") && !path.hasSuffix(".generated.swift") {
            let code = lines(path).filter { !$0.drop { $0 == " " }.hasPrefix("//") }
            used.formUnion(codes(in: code.joined(separator: "\n")))
        }
        used.formUnion(faultCodes())
        let pages = folderEntries("docs/diagnostics").filter { $0.hasPrefix("WF") }.map {
            String($0.dropLast(3))
        }
        for code in used.sorted() where !pages.contains(code) {
            report("docs/diagnostics/\(code).md is missing")
        }
        for page in pages where !used.contains(page) { report("docs/diagnostics/\(page).md: no such code") }
    }

    /// `DiagnosticCode(2003)`, and `syntax(1003, …)`, `warning(5001, …)` also where the number begins the next line.
    private func codes(in text: String) -> [String] {
        var found: [String] = []
        for call in ["DiagnosticCode(", " syntax(", " warning("] {
            var rest = Substring(text)
            while let at = rest.firstRange(of: call) {
                rest = rest[at.upperBound...]
                let digits = rest.drop { $0.isWhitespace }.prefix { $0.isNumber }
                if digits.count >= 3 {
                    found.append("WF" + String(repeating: "0", count: 4 - min(4, digits.count)) + digits)
                }
            }
        }
        return found
    }

    /// The codes of faults are counted from 6001 in the order of the cases of `FaultKind`.
    private mutating func faultCodes() -> [String] {
        let path = "Sources/WfMachine/Fault.swift"
        guard let line = lines(path).first(where: { $0.hasPrefix("    case overflow = 1, ") }) else {
            report("\(path): the cases of FaultKind are not found")
            return []
        }
        return line.split(separator: ",").indices.map { "WF\(6001 + $0)" }
    }

    /// Relative links in the documentation lead somewhere.
    private mutating func checkLinks() {
        for path in ["README.md", "Sources/README.md"] + filesBelow("docs", suffix: ".md") {
            let folder = path.split(separator: "/").dropLast().joined(separator: "/")
            var rest = Substring(text(path))
            while let at = rest.firstRange(of: "](") {
                rest = rest[at.upperBound...]
                let target = String(rest.prefix { $0 != ")" && $0 != "#" })
                if target.isEmpty || target.contains(":") || target.contains(" ") { continue }
                if !fileExists(folder.isEmpty ? target : folder + "/" + target) {
                    report("\(path): no \(target)")
                }
            }
        }
    }

    /// Every rule of the grammar names a case file that exists: `rule = … ; (* rule.wf *)`.
    private mutating func checkGrammarCases() {
        var rules = 0
        for line in lines("grammar/wf.ebnf") {
            guard let start = line.firstRange(of: "; (* "), line.hasSuffix(".wf *)") else { continue }
            let name = line[start.upperBound...].prefix { $0 != " " }
            rules += 1
            if !fileExists("Tests/Language/syntax/\(name)") { report("grammar/wf.ebnf: no case \(name)") }
        }
        if rules < 100 { report("grammar/wf.ebnf: only \(rules) rules name a case") }
    }
}
