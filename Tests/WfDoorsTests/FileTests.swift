// File effects: what they yield, what they refuse, and that a file is written whole or not at all.
import Glibc
import Testing
import WfDoors
import WfEngine
import WfTestSupport
import WfValue

/// An argument of a file effect.
private enum Argument {
    case text(String)
    case number(Int)
    case flag(Bool)
}

@Suite struct FileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("files") }

    private func run(_ effect: FileEffect, _ arguments: Argument..., yieldsText: Bool = true) -> EffectOutcome
    {
        var writer = ByteWriter()
        for argument in arguments {
            switch argument {
            case .text(let text): writer.appendString(text)
            case .number(let number): writer.appendInt(number)
            case .flag(let flag): writer.appendBool(flag)
            }
        }
        return FileJob(
            attempt: AttemptId(raw: 1), effect: effect, arguments: writer.toArray(), baseFolder: folder.path,
            yieldsText: yieldsText
        ).run()
    }

    private func text(_ outcome: EffectOutcome) throws -> String {
        guard case .success(let bytes) = outcome else {
            Issue.record("expected a success, found \(outcome)")
            return ""
        }
        return try withByteReader(bytes) { (reader) throws(DecodeError) in try reader.readString() }
    }

    private func names(_ outcome: EffectOutcome) throws -> [String] {
        guard case .success(let bytes) = outcome else {
            Issue.record("expected a success, found \(outcome)")
            return []
        }
        return try withByteReader(bytes) { (reader) throws(DecodeError) in
            var names: [String] = []
            for _ in 0..<(try reader.readCount()) { names.append(try reader.readString()) }
            return names
        }
    }

    private func put(_ name: String, _ content: String) throws {
        try writeFile(folder.path + "/" + name, Array(content.utf8))
    }

    private func content(_ name: String) throws -> String {
        String(decoding: try readFile(folder.path + "/" + name), as: UTF8.self)
    }

    @Test func writesAndReads() throws {
        #expect(run(.write, .text("a/b/c.txt"), .text("hello\n")) == .success([]))
        #expect(try text(run(.read, .text("a/b/c.txt"))) == "hello\n")
        #expect(run(.append, .text("a/b/c.txt"), .text("more")) == .success([]))
        #expect(try text(run(.read, .text("a/b/c.txt"))) == "hello\nmore")
        #expect(run(.append, .text("new.txt"), .text("x")) == .success([]))
        #expect(try content("new.txt") == "x")
        #expect(folderEntries(folder.path + "/a/b") == ["c.txt"])
    }

    @Test func writingKeepsPermissionsAndLinks() throws {
        try put("real.txt", "old")
        chmod(folder.path + "/real.txt", 0o640)
        symlink("real.txt", folder.path + "/link.txt")
        #expect(run(.write, .text("link.txt"), .text("new")) == .success([]))
        #expect(try content("real.txt") == "new")
        var status = stat()
        lstat(folder.path + "/link.txt", &status)
        #expect(status.st_mode & S_IFMT == S_IFLNK)
        stat(folder.path + "/real.txt", &status)
        #expect(status.st_mode & 0o777 == 0o640)
    }

    /// Whoever reads while it is written sees the old or the new content, never a part.
    @Test func writingIsAtomic() throws {
        let (old, new) = (String(repeating: "o", count: 300_000), String(repeating: "n", count: 300_000))
        try put("f", old)
        let reader = try RunningProcess(
            "sh", ["-c", "for i in $(seq 150); do md5sum < f; done | sort -u | wc -l"],
            workingFolder: folder.path)
        for round in 0..<40 { _ = run(.write, .text("f"), .text(round % 2 == 0 ? new : old)) }
        let contents = try reader.wait(seconds: 60).outputText
        #expect(contents == "1\n" || contents == "2\n")
    }

    @Test func troubleNamesThePathAndTheKind() throws {
        func kind(_ outcome: EffectOutcome, _ word: String) -> String {
            let found = failure(outcome)
            #expect(found.message.contains(word), "\(found.message)")
            return found.kind
        }
        mkdir(folder.path + "/d", 0o755)
        try put("d/x", "1")
        try put("plain", "1")
        #expect(kind(run(.read, .text("no/such")), "`no/such`") == "notFound")
        #expect(kind(run(.read, .text("d")), "directory") == "io")
        #expect(kind(run(.write, .text("plain/x"), .text("")), "`plain/x`") == "notFound")
        #expect(kind(run(.write, .text("d"), .text("")), "`d`") == "io")
        #expect(kind(run(.append, .text("no/x"), .text("")), "`no/x`") == "notFound")
        #expect(kind(run(.copy, .text("none"), .text("t")), "`t`") == "notFound")
        #expect(kind(run(.move, .text("none"), .text("t")), "`none`") == "notFound")
        #expect(kind(run(.remove, .text("d"), .flag(false)), "`d`") == "io")
        #expect(kind(run(.size, .text("d")), "directory") == "io")
        #expect(kind(run(.makeFolder, .text("plain")), "`plain`") == "exists")
        #expect(kind(run(.list, .text("nothing")), "`nothing`") == "notFound")
        #expect(kind(run(.read, .text("")), "empty") == "argument")
        #expect(kind(run(.read, .text("a\u{0}b")), "NUL") == "argument")
        #expect(kind(run(.write, .text("/dev/full"), .text("x")), "space") == "diskFull")
        #expect(kind(run(.read), "`file.read`") == "decode")
    }

    @Test func listsByPattern() throws {
        for name in ["a.csv", "b.csv", "c.txt", ".hidden.csv"] { try put(name, "") }
        mkdir(folder.path + "/x", 0o755)
        mkdir(folder.path + "/x/y", 0o755)
        try put("x/d.csv", "")
        try put("x/y/e.csv", "")
        #expect(try names(run(.list, .text("*.csv"))) == ["a.csv", "b.csv"])
        #expect(try names(run(.list, .text("**/*.csv"))) == ["a.csv", "b.csv", "x/d.csv", "x/y/e.csv"])
        #expect(try names(run(.list, .text("*/*.csv"))) == ["x/d.csv"])
        #expect(try names(run(.list, .text("[ab].c?v"))) == ["a.csv", "b.csv"])
        #expect(try names(run(.list, .text("x"))) == ["x/d.csv", "x/y"])
        #expect(try names(run(.list, .text("c.txt"))) == ["c.txt"])
        #expect(try names(run(.list, .text("*.none"))) == [])
        #expect(try names(run(.list, .text("no/*/such"))) == [])
        #expect(try names(run(.list, .text(folder.path + "/x/*.csv"))) == [folder.path + "/x/d.csv"])
    }

    @Test func copiesMovesAndRemoves() throws {
        try put("one", "1")
        chmod(folder.path + "/one", 0o755)
        mkdir(folder.path + "/d", 0o755)
        #expect(run(.copy, .text("one"), .text("two")) == .success([]))
        #expect(run(.copy, .text("one"), .text("d")) == .success([]))
        #expect(try content("d/one") == "1")
        var status = stat()
        stat(folder.path + "/two", &status)
        #expect(status.st_mode & 0o777 == 0o755)
        #expect(run(.move, .text("two"), .text("three")) == .success([]))
        #expect(folderEntries(folder.path) == ["d", "one", "three"])
        #expect(run(.remove, .text("three"), .flag(false)) == .success([]))
        #expect(run(.remove, .text("three"), .flag(false)) == .success([]))
        symlink("/etc", folder.path + "/d/link")
        #expect(run(.remove, .text("d"), .flag(true)) == .success([]))
        #expect(folderEntries(folder.path) == ["one"])
        #expect(access("/etc/passwd", F_OK) == 0)
        #expect(run(.makeFolder, .text("p/q/r")) == .success([]))
        #expect(run(.makeFolder, .text("p/q/r/")) == .success([]))
        #expect(run(.exists, .text("p/q")) == .success([1]))
        #expect(run(.exists, .text("one/x")) == .success([0]))
    }

    /// All parts together are the file, each begins at a line, whatever the count.
    @Test(arguments: [1, 2, 3, 7, 50])
    func partsAreCutAtLineEnds(count: Int) throws {
        var whole = ""
        for line in 0..<23 { whole += "line \(line) " + String(repeating: "ü", count: line * 3) + "\n" }
        whole += "no end"
        try put("parts", whole)
        var joined = ""
        for part in 0..<count {
            let piece = try text(run(.readPart, .text("parts"), .number(part), .number(count)))
            #expect(piece.isEmpty || piece.hasPrefix("line") || piece.hasPrefix("no end"))
            joined += piece
        }
        #expect(joined == whole)
        #expect(failure(run(.readPart, .text("parts"), .number(count), .number(count))).kind == "argument")
        #expect(failure(run(.readPart, .text("parts"), .number(0), .number(0))).kind == "argument")
    }

    @Test func bytesThatAreNotTextAreReplacedOnlyInText() throws {
        try writeFile(folder.path + "/raw", [0x61, 0xFF, 0x62])
        #expect(try text(run(.read, .text("raw"))) == "a\u{FFFD}b")
        #expect(run(.readBytes, .text("raw"), yieldsText: false) == .success([3, 0x61, 0xFF, 0x62]))
        #expect(try text(run(.read, .text("/proc/self/comm"))).hasSuffix("\n"))
    }
}
