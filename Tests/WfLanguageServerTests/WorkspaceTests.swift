// A workspace that is edited says what one says that has never seen other texts; and what is tried before it is offered has
// the errors that a check of everything finds. Random changes of small files that depend on each other in all ways.
import Testing
import WfCompiler
import WfDiagnostics
import WfSource
import WfTestSupport

@Suite struct WorkspaceTests {
    private static let base = """
        use std.text

        const STEP = 5
        const LIMIT = STEP * 2

        enum Color { red, green(n: Int) }

        record Point { x: Int, y: Int = LIMIT }

        record Line<T> { from: T, to: T }

        func origin() -> Point { Point { x: 0 } }

        func scaled(self: Point, by: Int) -> Point { self with { x: self.x * by } }

        func pick<T>(items: [T], at: Int) -> T? { if at < items.count { items[at] } else { null } }

        action greet(name: String, color: Color = .red) -> String
            via exec("echo", name, "{color}")
            timeout 10s

        workflow listen(n: Int) -> Int {
            signal go: Int
            step got = await go
            got + n
        }

        """
    private static let middle = """
        use "base.wf" as base

        const WIDE = base.LIMIT + 1

        record Box { corner: base.Point, color: base.Color = .red }

        func box(n: Int) -> Box { Box { corner: base.scaled(base.origin(), n) } }

        func shade(b: Box) -> Int {
            match b.color {
                .red => WIDE
                .green(n) => n
            }
        }

        workflow boxes(n: Int) -> Int {
            step one = base.greet("box {n}")
                retry 3 backoff 1s..1m
            step other = base.listen(n)
            one.count + other
        }

        """
    private static let top = """
        use "base.wf" as base
        use "middle.wf" as middle

        const HALF = 10 / (middle.WIDE - 10)

        func area(n: Int) -> Int {
            let b = middle.box(n)
            b.corner.x * b.corner.y + middle.shade(b)
        }

        workflow main(n: Int) -> Int {
            step inner = middle.boxes(area(n))
            inner + HALF
        }

        test "main" {
            mock base.greet = "hi"
            step out = main(1)
            expect out == 1 + HALF
        }

        """
    private static let far = "workflow far() -> Int {\n    1\n}\n"

    private struct Random {
        var state: UInt64
        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: (state >> 33) % UInt64(max(1, bound)))
        }
    }

    private static let words = [
        "Int", "String", "Point", "base", "middle", "x", "y", "n", "LIMIT", "red", "green", "box", "scaled",
        "0",
        "1", "timeout", "go", "Color", "fresh",
    ]

    /// Takes away, doubles, replaces or moves a word, a line or a declaration.
    private static func changed(_ text: String, _ random: inout Random) -> String {
        func isWord(_ byte: UInt8) -> Bool {
            byte == 0x5F || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
        }
        if random.below(4) == 0 {
            var parts = text.split(separator: "\n\n").map(String.init)
            let at = random.below(parts.count)
            switch random.below(4) {
            case 0: parts.remove(at: at)
            case 1: parts.append(parts[at])
            case 2: parts.append("func fresh\(random.below(3))(n: Int) -> Int { n }\n")
            default: parts.swapAt(at, random.below(parts.count))
            }
            return parts.joined(separator: "\n\n")
        }
        if random.below(5) == 0 {
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            lines.remove(at: random.below(lines.count))
            return lines.joined(separator: "\n")
        }
        let bytes = Array(text.utf8)
        let starts = bytes.indices.filter { isWord(bytes[$0]) && ($0 == 0 || !isWord(bytes[$0 - 1])) }
        if starts.isEmpty { return text }
        let start = starts[random.below(starts.count)]
        var end = start
        while end < bytes.count, isWord(bytes[end]) { end += 1 }
        let word = random.below(6) == 0 ? "" : words[random.below(words.count)]
        return String(decoding: bytes[..<start] + Array(word.utf8) + bytes[end...], as: UTF8.self)
    }

    private static func said(_ workspace: Workspace, _ path: String) -> [String] {
        func place(_ span: Span) -> String { "\(workspace.path(span.file) ?? "?"):\(span.start)-\(span.end)" }
        return workspace.diagnostics(path).map { found in
            let labels = found.labels.map { "\(place($0.span)) \($0.text)" }.joined(separator: "; ")
            return "\(place(found.span)) \(found.severity) \(found.code) \(found.message) [\(labels)]"
        }
    }

    private static func workspace(_ texts: [String: String]) -> Workspace {
        let workspace = Workspace(NoSources())
        for path in texts.keys.sorted() { workspace.open(path, Array(texts[path, default: ""].utf8)) }
        return workspace
    }

    private static func errors(_ workspace: Workspace) -> [String: Int] {
        var counts: [String: Int] = [:]
        for path in workspace.paths {
            for found in workspace.diagnostics(path) where found.severity == .error {
                counts["\(path) \(found.code)", default: 0] += 1
            }
        }
        return counts
    }

    @Test(arguments: 0..<8) func editsAndTrialsAgreeWithAFreshStart(_ seed: Int) {
        var random = Random(state: UInt64(seed) &* 7919 &+ 3)
        let start = [
            "base.wf": Self.base, "middle.wf": Self.middle, "top.wf": Self.top, "far.wf": Self.far,
        ]
        var texts = start
        let edited = Self.workspace(texts)
        for round in 0..<60 {
            let path = ["base.wf", "base.wf", "base.wf", "middle.wf", "top.wf"][random.below(5)]
            let old = texts
            let new = Self.changed(texts[path, default: ""], &random)
            texts[path] = random.below(4) == 0 ? start[path] : new
            let fresh = Self.workspace(texts)
            let before = Self.errors(Self.workspace(old))
            let hasNew = Self.errors(fresh).contains { $0.value > before[$0.key] ?? 0 }
            let tried = edited.hasNewErrors(with: [(path, Array(texts[path, default: ""].utf8))])
            #expect(tried == hasNew, "seed \(seed), round \(round): \(path)\n\(texts[path] ?? "")")
            edited.open(path, Array(texts[path, default: ""].utf8))
            for path in texts.keys.sorted() {
                let (kept, wanted) = (Self.said(edited, path), Self.said(fresh, path))
                #expect(kept == wanted, "seed \(seed), round \(round): \(path)")
                if kept != wanted { return }
            }
        }
    }

    // MARK: what an edit costs

    private let lib = """
        /// Used by all.
        record Order { id: Int, name: String = "" }

        record Rare { id: Int }

        func double(n: Int) -> Int {
            n * 2
        }

        """

    /// 200 files that use one; a tenth of them mention `Rare`.
    private func large() -> (workspace: Workspace, check: () -> Int) {
        let workspace = Workspace(NoSources())
        workspace.open("lib.wf", Array(lib.utf8))
        for number in 0..<200 {
            let type = number % 10 == 0 ? "Rare" : "Order"
            let text =
                "use \"lib.wf\" as lib\n\nworkflow main(o: lib.\(type)) -> Int {\n    lib.double(o.id)\n}\n"
            workspace.open("f\(number).wf", Array(text.utf8))
        }
        func check() -> Int {
            let before = workspace.checkCount
            for path in workspace.paths { _ = workspace.diagnostics(path) }
            return workspace.checkCount - before
        }
        return (workspace, check)
    }

    private func edits(_ workspace: Workspace, _ old: String, _ new: String) {
        #expect(lib.contains(old))
        workspace.open("lib.wf", Array(lib.replacing(old, with: new, maxReplacements: 1).utf8))
    }

    @Test func anEditOfWhatAllUseChecksWhoMentionsIt() {
        let (workspace, check) = large()
        #expect(check() == 201)
        edits(workspace, "n * 2", "n + n")
        #expect(check() == 1, "a body")
        edits(workspace, "Used by all", "Used by everyone")
        #expect(check() == 1, "a comment and a body back")
        edits(workspace, "record Rare { id: Int }", "record Rare { id: Int? }")
        #expect(check() == 21, "a record that twenty mention")
        edits(workspace, "name: String = \"\"", "name: String = \"none\"")
        #expect(check() == 201, "a record that the others mention, and the one before back")
        edits(workspace, "n: Int) -> Int", "n: Int) -> Float")
        #expect(check() == 201, "a func that all call")
        workspace.open("lib.wf", Array((lib + "\nconst MORE = 1\n").utf8))
        #expect(check() == 201, "the func back")
        workspace.open("lib.wf", Array((lib + "\nconst MORE = 2\n\nfunc more() -> Int { MORE }\n").utf8))
        #expect(check() == 1, "what nobody mentions")
        workspace.remove("f7.wf")
        #expect(check() <= 1, "a file that nobody uses")
        workspace.remove("lib.wf")
        #expect(check() == 199, "the file that all use")
        workspace.open("lib.wf", Array(lib.utf8))
        #expect(check() == 200)
        // the same text under another name: two messages on disk
        workspace.remove("lib.wf")
        workspace.open("core.wf", Array(lib.utf8))
        workspace.open("f0.wf", Array("use \"core.wf\" as lib\n".utf8))
        #expect(check() == 200)
    }
}
