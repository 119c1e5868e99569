// Diagnostics: those of `wfc check`, pushed and pulled, of open and closed files, and what an edit costs.
import Glibc
import Testing
import WfCompiler
import WfLanguageServer
import WfSource
import WfTestSupport

@Suite struct DiagnosticsTests {
    private let lib = "func double(n: Int) -> Int {\n    n * 2\n}\n"
    private let main = "use \"lib.wf\" as lib\n\nworkflow main(n: Int) -> Int {\n    lib.double(n)\n}\n"

    @Test func pushed() throws {
        let client = try LspClient(["lib.wf": lib, "main.wf": main])
        try client.open("main.wf")
        #expect(try client.diagnostics("main.wf").isEmpty)
        client.replace("main.wf", main.replacing("lib.double(n)", with: "lib.dubble(n)"))
        let found = try client.diagnostics("main.wf")
        #expect(found.count == 1)
        #expect(try client.covered("main.wf", found[0]["range"]) == "dubble")
        #expect(found[0]["code"].string?.hasPrefix("WF") ?? false)
        #expect(found[0]["severity"] == 1 && found[0]["source"] == "wf")
        #expect(found[0]["message"].string?.contains("did you mean `double`") ?? false)
        client.replace("main.wf", main)
        #expect(try client.diagnostics("main.wf").isEmpty)
    }

    @Test func unsavedTextIsSeenByImportingFiles() throws {
        let client = try LspClient(["lib.wf": lib, "main.wf": main])
        try client.open("lib.wf")
        _ = try client.diagnostics("lib.wf")
        client.replace("lib.wf", lib.replacing("double", with: "twice"))
        let found = try client.wait("textDocument/publishDiagnostics") {
            $0["uri"] == .string(client.uri("main.wf")) && !($0["diagnostics"].array ?? []).isEmpty
        }
        #expect(try client.covered("main.wf", found["diagnostics"][0]["range"]) == "double")
        // closed without saving: the disk counts again
        client.notify("textDocument/didClose", ["textDocument": client.identifier("lib.wf")])
        _ = try client.wait("textDocument/publishDiagnostics") {
            $0["uri"] == .string(client.uri("main.wf")) && ($0["diagnostics"].array ?? []).isEmpty
        }
    }

    @Test func filesOnTheDisk() throws {
        let client = try LspClient(["main.wf": main])
        _ = try client.wait("textDocument/publishDiagnostics") {
            $0["uri"] == .string(client.uri("main.wf")) && !($0["diagnostics"].array ?? []).isEmpty
        }
        try writeFile(client.folder.path + "/lib.wf", Array(lib.utf8))
        func changed(_ kind: Int) {
            client.notify(
                "workspace/didChangeWatchedFiles",
                ["changes": [["uri": .string(client.uri("lib.wf")), "type": .int(kind)]]])
        }
        changed(1)
        _ = try client.wait("textDocument/publishDiagnostics") {
            $0["uri"] == .string(client.uri("main.wf")) && ($0["diagnostics"].array ?? []).isEmpty
        }
        unlink(client.folder.path + "/lib.wf")
        changed(3)
        _ = try client.wait("textDocument/publishDiagnostics") {
            $0["uri"] == .string(client.uri("main.wf")) && !($0["diagnostics"].array ?? []).isEmpty
        }
        #expect(try client.stop() == 0)
    }

    /// `wf.json` counts as on the command line, and from the moment it changes.
    @Test func settings() throws {
        let program = "func f(a: Float, b: Float) -> Bool {\n    a == b\n}\n"
        let client = try LspClient(["main.wf": program, "wf.json": "{\"lints\": {\"WF5012\": \"error\"}}"])
        try client.open("main.wf")
        let found = try client.diagnostics("main.wf")
        #expect(found.map { $0["code"] } == ["WF5012"] && found[0]["severity"] == 1)
        func set(_ text: String) throws {
            try writeFile(client.folder.path + "/wf.json", Array(text.utf8))
            client.notify(
                "workspace/didChangeWatchedFiles",
                ["changes": [["uri": .string(client.uri("wf.json")), "type": 2]]])
        }
        try set("{\"lints\": {\"logic\": \"off\", \"stile\": \"off\"}}")
        #expect(try client.diagnostics("main.wf").isEmpty)
        let wrong = try client.diagnostics("wf.json")
        #expect(wrong.map { $0["code"] } == ["WF8152"])
        #expect(wrong[0]["range"]["start"] == ["line": 0, "character": 27])
        try set("{}")
        let again = try client.diagnostics("main.wf")
        #expect(again.map { $0["severity"] } == [2])
        #expect(try client.diagnostics("wf.json").isEmpty)
        #expect(try client.stop() == 0)
    }

    @Test func pulled() throws {
        let pulls: Json = [
            "textDocument": ["diagnostic": [:]], "workspace": ["diagnostics": ["refreshSupport": true]],
        ]
        let wrong = main.replacing("lib.double(n)", with: "lib.dubble(n)")
        let client = try LspClient(["lib.wf": lib, "main.wf": wrong], capabilities: pulls)
        try client.open("main.wf")
        let first = try client.of("diagnostic", "main.wf")
        #expect(first["kind"] == "full" && first["items"].array?.count == 1)
        let again = try client.of("diagnostic", "main.wf", ["previousResultId": first["resultId"]])
        #expect(again["kind"] == "unchanged")
        client.replace("main.wf", main)
        let third = try client.of("diagnostic", "main.wf", ["previousResultId": first["resultId"]])
        #expect(third["kind"] == "full" && third["items"] == [])
        let all = try client.request("workspace/diagnostic", ["previousResultIds": []])
        #expect(all["items"].array?.count == 2)
        #expect(!client.received.contains { $0["method"] == "textDocument/publishDiagnostics" })
        try client.open("lib.wf")
        client.replace("lib.wf", lib.replacing("double", with: "twice"))
        var message = try client.next()
        while message["method"] != "workspace/diagnostic/refresh" { message = try client.next() }
    }

    @Test func relatedPlacesAndTags() throws {
        let text = "workflow main() -> Int {\n    let a = 1\n    let a = 2\n    let b = 3\n    a\n}\n"
        let client = try LspClient()
        try client.open("a.wf", text)
        let found = try client.diagnostics("a.wf")
        let twice = found.first { $0["relatedInformation"].array != nil }
        #expect(twice?["relatedInformation"][0]["location"]["uri"] == .string(client.uri("a.wf")))
        try client.open("b.wf", "workflow main() -> Int {\n    let b = 3\n    1\n}\n")
        let unused = try client.diagnostics("b.wf")
        #expect(unused.first?["tags"] == [1] && unused.first?["severity"] == 2)
    }

    @Test func onlyOpenFilesWhenSet() throws {
        let client = try LspClient(["a.wf": "nonsense\n"], options: ["diagnostics": ["workspace": false]])
        try client.open("b.wf", "nonsense\n")
        #expect(try !client.diagnostics("b.wf").isEmpty)
        _ = try client.request("workspace/symbol", ["query": ""])
        #expect(!client.received.contains { $0["params"]["uri"] == .string(client.uri("a.wf")) })
        client.notify(
            "workspace/didChangeConfiguration", ["settings": ["wf": ["diagnostics": ["workspace": true]]]])
        #expect(try !client.diagnostics("a.wf").isEmpty)
    }

    @Test func progressOfTheFirstCheck() throws {
        var files: [String: String] = [:]
        for number in 0..<120 { files["f\(number).wf"] = lib }
        let client = try LspClient(files, capabilities: ["window": ["workDoneProgress": true]])
        for kind in ["begin", "report", "end"] as [Json] {
            let found = try client.wait("$/progress") { $0["value"]["kind"] == kind }
            #expect(found["token"] == "wf-check")
        }
        let answer = try client.request("workspace/symbol", ["query": "double", "workDoneToken": 7])
        #expect(answer.array?.count == 120)
        #expect(client.received.filter { $0["params"]["token"] == 7 }.count == 2)
    }

    @Test func foldersComeAndGo() throws {
        let client = try LspClient(["main.wf": main])
        let other = try TemporaryFolder("wf-other")
        try writeFile(other.path + "/x.wf", Array("nonsense\n".utf8))
        let folder: Json = ["uri": .string("file://\(other.path)"), "name": "other"]
        let uri = Json.string("file://\(other.path)/x.wf")
        client.notify("workspace/didChangeWorkspaceFolders", ["event": ["added": [folder], "removed": []]])
        let found = try client.wait("textDocument/publishDiagnostics") { $0["uri"] == uri }
        #expect(found["diagnostics"].array?.isEmpty == false)
        client.notify("workspace/didChangeWorkspaceFolders", ["event": ["added": [], "removed": [folder]]])
        let gone = try client.wait("textDocument/publishDiagnostics") { $0["uri"] == uri }
        #expect(gone["diagnostics"] == [])
    }

    // MARK: the same as the command

    /// Every program of the language suite in one workspace: the server says about each file what `wfc check .` says.
    @Test func equalToTheCommand() throws {
        var files: [String: String] = [:]
        for path in filesBelow("Tests/Language", suffix: ".wf") {
            let text = String(decoding: try readFile(path), as: UTF8.self)
            // one func that needs types for ever ends the search for all files of a command
            if text.contains("WF2044") { continue }
            files[path.replacing("/", with: "_")] = text
        }
        let client = try LspClient(files, capabilities: ["textDocument": ["diagnostic": [:]]])
        let all = try client.request("workspace/diagnostic", ["previousResultIds": []])
        var served: [String] = []
        for item in all["items"].array ?? [] {
            let name = item["uri"].string?.split(separator: "/").last.map(String.init) ?? ""
            for diagnostic in item["items"].array ?? [] {
                let start = diagnostic["range"]["start"]
                let line = (start["line"].int ?? 0) + 1
                let words = diagnostic["message"].string?.split(separator: "\n").first ?? ""
                served.append("\(name):\(line) \(diagnostic["code"].string ?? "") \(words)")
            }
        }
        let result = try runProcess(wfc, ["check", "--json", "."], workingFolder: client.folder.path)
        let said = try result.outputText.split(separator: "\n").map { line in
            let json = try Json(Array(line.utf8))
            let words = json["message"].string?.split(separator: "\n").first ?? ""
            return
                "\(json["file"].string ?? ""):\(json["line"].int ?? 0) \(json["code"].string ?? "") \(words)"
        }
        let missing = Set(said).subtracting(served).sorted()
        let extra = Set(served).subtracting(said).sorted()
        #expect(missing.isEmpty, "\(missing.prefix(10).joined(separator: "\n"))")
        #expect(extra.isEmpty, "\(extra.prefix(10).joined(separator: "\n"))")
        #expect(said.count > 1000 && served.count == said.count)
    }

    /// An edit inside a body checks that file; one of a signature checks those that use it as well.
    @Test func anEditChecksWhatItCanAffect() {
        let workspace = Workspace(NoSources())
        workspace.open("lib.wf", Array(lib.utf8))
        for number in 0..<20 { workspace.open("f\(number).wf", Array(main.utf8)) }
        workspace.open("far.wf", Array("workflow main() -> Int {\n    1\n}\n".utf8))
        func check() -> Int {
            let before = workspace.checkCount
            for path in workspace.paths { _ = workspace.diagnostics(path) }
            return workspace.checkCount - before
        }
        #expect(check() == 22)
        #expect(check() == 0)
        workspace.open("lib.wf", Array(lib.replacing("n * 2", with: "n + n").utf8))
        #expect(check() == 1)
        workspace.open("lib.wf", Array(("// words\n\n" + lib).utf8))
        #expect(check() == 1)
        workspace.open("f3.wf", Array(main.replacing("double(n)", with: "double(n + 1)").utf8))
        #expect(check() == 1)
        workspace.open("lib.wf", Array(lib.replacing("n: Int)", with: "n: Int, m: Int = 1)").utf8))
        #expect(check() == 21)
    }
}
