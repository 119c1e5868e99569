// grammar/wf.ebnf is normative: what it generates parses, and what is near it never breaks the parser or the formatter.

import Testing
import WfFormatter
import WfSyntax

private func grammar() throws -> Grammar {
    let bytes = try #require(repositoryFile("grammar/wf.ebnf"))
    return Grammar(String(decoding: bytes, as: UTF8.self))
}

@Test func everyRuleIsReachedAndNamesACase() throws {
    let grammar = try grammar()
    #expect(grammar.order.count > 120)
    for rule in grammar.order {
        #expect(grammar.cases[rule] == "\(rule).wf", "rule \(rule) names its case")
        #expect((grammar.depths[rule] ?? 1000) < 1000, "rule \(rule) ends")
        #expect(repositoryFile("Tests/Language/syntax/\(rule).wf") != nil, "rule \(rule) has its case")
    }
}

@Test func sentencesOfTheGrammarParse() throws {
    let grammar = try grammar()
    var failures = 0
    for seed in 1...3000 {
        var writer = SentenceWriter(grammar, seed: UInt64(seed), tokenMax: 10 + seed % 90)
        let text = writer.sentence(seed % 3 == 0 ? "file" : "declaration") + "\n"
        let parsed = Parsed(text)
        if !parsed.diagnostics.isEmpty {
            failures += 1
            if failures < 6 { Issue.record("seed \(seed): \(parsed.shown)\n\(text)") }
            continue
        }
        #expect(parsed.isLossless)
        if let broken = brokenPromise(parsed) {
            failures += 1
            if failures < 6 { Issue.record("seed \(seed): \(broken)\n--- from\n\(text)") }
        }
    }
    #expect(failures == 0)
}

@Test func mutatedSentencesGiveDiagnosticsOrTheSameTree() throws {
    let grammar = try grammar()
    var random = Seeded(77)
    var failures = 0
    var refused = 0
    let strays = [
        "}", "{", ")", "(", "]", ",", ";", "\n", "\"", "step", "else", "=>", ".", "-", "func", "\u{0}", "1.",
        "when", "=", "?",
    ]
    for seed in 1...2500 {
        var writer = SentenceWriter(grammar, seed: UInt64(seed), tokenMax: 60)
        _ = writer.sentence("declaration")
        var tokens = writer.tokens + [(text: "\n", glued: false)]
        for _ in 0...Int.random(in: 0...2, using: &random) where !tokens.isEmpty {
            let at = Int.random(in: 0..<tokens.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: tokens.remove(at: at)
            case 1: tokens.insert(tokens[at], at: at)
            case 2: tokens.swapAt(at, Int.random(in: 0..<tokens.count, using: &random))
            default:
                let stray = strays[Int.random(in: 0..<strays.count, using: &random)]
                tokens.insert((stray, Bool.random(using: &random)), at: at)
            }
        }
        var bytes = Array(SentenceWriter.text(tokens).utf8)
        if seed % 5 == 0, !bytes.isEmpty {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        let began = seconds()
        let parsed = Parsed(bytes)
        #expect(seconds() - began < 20)
        #expect(parsed.isLossless)
        if !parsed.diagnostics.isEmpty {
            refused += 1
            continue
        }
        if let broken = brokenPromise(parsed) {
            failures += 1
            if failures < 6 {
                Issue.record("seed \(seed): \(broken)\n--- from\n\(String(decoding: bytes, as: UTF8.self))")
            }
        }
    }
    #expect(failures == 0)
    #expect(refused > 1000)
}
