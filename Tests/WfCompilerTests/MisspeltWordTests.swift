// Every word of the grammar in every place it has, misspelt by one letter: dropped, doubled, or swapped with the next.
// One message, at the word, that asks for the right one.
import Testing
import WfCompiler
import WfDiagnostics
import WfSource
import WfTestSupport

private let common = """
    record R { a: Int }
    enum E { one, two(n: Int) }
    pool gpu limit 2
    rate api 10 per 1s
    breaker pay after 5 failures within 1m recover 30s
    secret KEY
    action act(n: Int) -> Int
        via exec("true")
        returns n
        timeout 3s
    workflow other(n: Int) -> Int {
        step q = act(n)
        q
    }

    """

/// What stands around a line of the table: before it, behind it, and how deep it is.
private let contexts: [String: (String, String, String)] = [
    "file": ("", "", ""),
    "func": ("func f(xs: [Int], n: Int, e: E, o: Int?) -> Int {\n", "\n}\n", "    "),
    "workflow": (
        "workflow main(xs: [Int], n: Int, e: E) -> Int {\n    step first = act(1)\n    step last = act(2)\n",
        "\n    first + last\n}\n", "    "
    ),
    "flow": ("flow f(n: Int) -> Int {\n", "\n}\n", "    "), "test": ("test \"t\" {\n", "\n}\n", "    "),
]

/// One place of one word.
private struct Place {
    let word: String
    let before: String
    let after: String

    init?(_ line: Substring) {
        guard let colon = line.firstIndex(of: ":"), let around = contexts[String(line[..<colon])] else {
            return nil
        }
        let text = line[colon...].dropFirst(2).replacing("\\n", with: "\n" + around.2)
        let parts = (around.0 + around.2 + text + around.1).split(
            separator: "§", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        before = common + String(parts[0])
        word = String(parts[1])
        after = String(parts[2])
    }

    func text(_ word: String) -> String { before + word + after + "\n" }
}

private func table() throws -> [Place] {
    let lines = String(decoding: try readFile("Tests/MisspeltWords.txt"), as: UTF8.self).split(
        separator: "\n")
    return try lines.filter { !$0.hasPrefix("#") }.map { try #require(Place($0), "\($0)") }
}

/// The spellings with one letter dropped, doubled, or swapped with the next.
private func misspellings(_ word: String) -> [String] {
    let letters = Array(word)
    var result: [String] = []
    for place in letters.indices {
        var dropped = letters
        dropped.remove(at: place)
        var doubled = letters
        doubled.insert(letters[place], at: place)
        var swapped = letters
        if place + 1 < letters.count { swapped.swapAt(place, place + 1) }
        for spelling in [dropped, doubled, swapped].map({ String($0) })
        where spelling != word && !spelling.isEmpty && !result.contains(spelling) {
            result.append(spelling)
        }
    }
    return result
}

/// Errors but for what says that triggers and externs are not built, or not for everybody.
private func mistakes(_ text: String) -> [Diagnostic] {
    let source = SourceFile(path: "case.wf", text: text)
    let result = Compiler.check(["case.wf"], provider: OverlaySourceProvider([source], over: NoSources()))
    return result.diagnostics.filter {
        $0.severity == .error && ![101, 103, 4034].contains($0.code.number)
    }
}

struct MisspeltWordTests {
    @Test func placesAreRight() throws {
        for place in try table() {
            let found = mistakes(place.text(place.word))
            #expect(
                found.isEmpty, "\(place.text(place.word).dropFirst(common.count)): \(found.map(\.message))")
        }
    }

    /// Every word in quotes in the grammar has a place in the table.
    @Test func allWordsOfTheGrammarAreThere() throws {
        let grammar = String(decoding: try readFile("grammar/wf.ebnf"), as: UTF8.self)
        let rules = grammar.split(separator: "\n").drop { !$0.hasPrefix("file =") }.joined(separator: "\n")
        let quoted = rules.matches(of: #/"([a-z]{2,})"/#).map { String($0.output.1) }
        let words = Set(try table().map(\.word))
        #expect(Set(quoted).subtracting(words) == [])
    }

    @Test func theRightWordIsSuggested() throws {
        let places = try table()
        let words = Set(places.map(\.word))
        var total = 0
        var single = 0
        var right = 0
        var missed: [String: Int] = [:]
        for place in places {
            let start = place.before.utf8.count
            for spelling in misspellings(place.word) where !words.contains(spelling) {
                total += 1
                let found = mistakes(place.text(spelling))
                if found.count == 1 { single += 1 }
                let isRight =
                    found.count == 1 && Int(found[0].span.start) == start
                    && found[0].help?.contains("`\(place.word)`") == true
                if isRight { right += 1 } else { missed[place.word, default: 0] += 1 }
            }
        }
        print("misspelt words: \(total); one message: \(single); with the right word: \(right)")
        #expect(total > 2500)
        #expect(single * 100 >= total * 98)
        #expect(right * 100 >= total * 97, "\(missed.sorted { $0.value > $1.value })")
    }
}
