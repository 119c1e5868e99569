// Tests/FinePrint.md: each rule of the language and the machine where two people would decide differently, and what
// shows it. Every case and test that the table names is there.
import Testing
import WfTestSupport

@Suite struct FinePrintTests {
    @Test func everyRuleIsShown() throws {
        let page = String(decoding: try readFile("Tests/FinePrint.md"), as: UTF8.self)
        var count = 0
        for line in page.split(separator: "\n") where line.hasPrefix("| ") {
            let cells = line.dropFirst().split(separator: "|").map { $0.trimming { $0 == " " } }
            guard cells.count == 2, !cells[0].hasPrefix("---"), cells[0] != "Rule" else { continue }
            count += 1
            let proofs = cells[1].split(separator: ",").map { String($0.trimming { $0 == " " || $0 == "`" }) }
            #expect(!proofs.isEmpty, "nothing shows: \(cells[0])")
            for proof in proofs {
                let parts = proof.split(separator: ":").map(String.init)
                guard let text = try? readFile(parts[0]) else {
                    Issue.record("there is no \(parts[0]), which is to show: \(cells[0])")
                    continue
                }
                if parts.count == 2 {
                    let isThere = String(decoding: text, as: UTF8.self).contains("func \(parts[1])(")
                    #expect(isThere, "\(parts[0]) has no test \(parts[1])")
                }
            }
        }
        #expect(count >= 100)
    }
}

extension Substring {
    fileprivate func trimming(_ isBlank: (Character) -> Bool) -> Substring {
        var part = self
        while let first = part.first, isBlank(first) { part = part.dropFirst() }
        while let last = part.last, isBlank(last) { part = part.dropLast() }
        return part
    }
}
