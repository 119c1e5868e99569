// ShellCheck beside the conversation, and findings that a project lives with: driven over standard streams, with a program of the
// tests' own in ShellCheck's place.
import Glibc
import Testing
import WfLanguageServer
import WfTestSupport

/// Finds something in columns 6 and 7 of each script's first line; hangs, and says who it is, as long as a file `hang` is there.
private let checker = #"""
    #!/bin/sh
    here=$(dirname "$0")
    if [ -e "$here/hang" ]; then echo $$ > "$here/pid.new"; mv "$here/pid.new" "$here/pid"; exec sleep 1000; fi
    [ -e "0.sh" ] || exit 3
    echo '{"comments":[{"file":"0.sh","line":1,"endLine":1,"column":6,"endColumn":8,"level":"warning","code":2086,"message":"Double quote it."}]}'
    exit 1
    """#

private let program = """
    workflow main() {
        shell("echo $x | cat")
        nop()
    }

    """

@Suite struct ScriptChecksTests {
    /// The published findings of ShellCheck, when there are any (or none, when that is what is waited for).
    private func findings(_ client: LspClient, some: Bool = true) throws -> [Json] {
        let told = try client.wait("textDocument/publishDiagnostics") { parameters in
            let codes = (parameters["diagnostics"].array ?? []).map { $0["code"] }
            return parameters["uri"] == .string(client.uri("main.wf")) && codes.contains("WF5089") == some
        }
        return (told["diagnostics"].array ?? []).filter { $0["code"] == "WF5089" }
    }

    @Test func shown() throws {
        let client = try LspClient([
            "main.wf": program, "wf.json": #"{"shellcheck": true}"#, "bin/shellcheck": checker,
        ])
        try client.open("main.wf")
        let found = try findings(client)
        #expect(found.map { $0["range"]["start"] } == [["line": 1, "character": 16]])
        #expect(found.map { $0["range"]["end"] } == [["line": 1, "character": 18]])
        #expect(found[0]["severity"] == 2)
        // another text: nothing is known of it until it has been left alone for a while
        client.replace("main.wf", "// one line more\n" + program)
        #expect(try findings(client, some: false).isEmpty)
        #expect(try findings(client).map { $0["range"]["start"] } == [["line": 2, "character": 16]])
        // it can be allowed there
        let actions = try client.of(
            "codeAction", "main.wf",
            ["range": found[0]["range"], "context": ["diagnostics": []]])
        #expect(actions.array != nil)
        client.notify(
            "workspace/didChangeConfiguration",
            ["settings": ["wf": ["diagnostics": ["shellcheck": false]]]])
        #expect(try findings(client, some: false).isEmpty)
        #expect(try client.stop() == 0)
    }

    /// Switched off in the project's file, what has been found goes, too; switched on again it comes back.
    @Test func switchedOffInTheProject() throws {
        for (name, on) in [("wf.json", #"{"shellcheck": true}"#), ("wf.toml", "shellcheck = true\n")] {
            let client = try LspClient(["main.wf": program, name: on, "bin/shellcheck": checker])
            func set(_ text: String) throws {
                try writeFile(client.folder.path + "/" + name, Array(text.utf8))
                client.notify(
                    "workspace/didChangeWatchedFiles",
                    ["changes": [["uri": .string(client.uri(name)), "type": 2]]])
            }
            try client.open("main.wf")
            #expect(try findings(client).count == 1)
            try set(name == "wf.json" ? "{}" : "shellcheck = false\n")
            #expect(try findings(client, some: false).isEmpty)
            #expect(try client.diagnostics("main.wf").filter { $0["code"] == "WF5089" } == [])
            try set(on)
            #expect(try findings(client).count == 1)
            #expect(try client.stop() == 0)
        }
    }

    @Test func notAskedFor() throws {
        let client = try LspClient(["main.wf": program, "bin/shellcheck": checker])
        try client.open("main.wf")
        #expect(try findings(client, some: false).isEmpty)
        client.notify(
            "workspace/didChangeConfiguration", ["settings": ["wf": ["diagnostics": ["shellcheck": true]]]])
        #expect(try findings(client).count == 1)
        #expect(try client.stop() == 0)
    }

    /// A change ends what runs for the old text; the server answers meanwhile.
    @Test func cancelled() throws {
        let client = try LspClient([
            "main.wf": program, "wf.json": #"{"shellcheck": true}"#, "bin/shellcheck": checker,
            "bin/hang": "",
        ])
        try client.open("main.wf")
        var text: [UInt8] = []
        for _ in 0..<30_000 where text.isEmpty {
            text = (try? readFile(client.folder.path + "/bin/pid")) ?? []
            usleep(2000)
        }
        let pid = try #require(Int32(String(decoding: text, as: UTF8.self).filter(\.isNumber)))
        #expect(kill(pid, 0) == 0)
        _ = try client.of("documentSymbol", "main.wf")
        unlink(client.folder.path + "/bin/hang")
        client.replace("main.wf", program + "\n")
        #expect(try findings(client).count == 1)
        // gone, or waiting for somebody to ask how it ended
        let state = (try? readFile("/proc/\(pid)/stat")).map { String(decoding: $0, as: UTF8.self) } ?? ""
        #expect(state.isEmpty || state.contains(") Z "), "\(state)")
        #expect(try client.stop() == 0)
    }

    @Test func notInstalled() throws {
        let client = try LspClient(
            ["main.wf": program, "wf.json": #"{"shellcheck": true}"#], path: "")
        try client.open("main.wf")
        let said = try client.wait("window/logMessage") { _ in true }
        #expect(said["message"].string?.hasPrefix("shellcheck is not installed") ?? false)
        #expect(try client.stop() == 0)
    }

    /// `baseline` of `wf.json` hides what the list holds, and no more.
    @Test func baseline() throws {
        let compare = "func f(a: Float, b: Float) -> Bool {\n    a == b\n}\n"
        let client = try LspClient([
            "main.wf": compare, "wf.json": #"{"baseline": "lints.json"}"#, "lints.json": "{}",
        ])
        try client.open("main.wf")
        #expect(try client.diagnostics("main.wf").count == 1)
        #expect(!(try client.diagnostics("lints.json").isEmpty))
        let written = try runProcess(
            wfc, ["check", "--write-baseline", "lints.json", "."], workingFolder: client.folder.path)
        #expect(written.status == 0, "\(written.errorText)")
        client.notify(
            "workspace/didChangeWatchedFiles",
            ["changes": [["uri": .string(client.uri("lints.json")), "type": 2]]])
        #expect(try client.diagnostics("main.wf").isEmpty)
        #expect(try client.diagnostics("lints.json").isEmpty)
        let checked = try runProcess(wfc, ["check", "--json", "."], workingFolder: client.folder.path)
        #expect(checked.outputText == "", "the command line reads `wf.json`, too")
        client.replace("main.wf", compare + "func g(a: Float, b: Float) -> Bool {\n    a == b\n}\n")
        #expect(try client.diagnostics("main.wf").map { $0["range"]["start"]["line"] } == [4])
        client.notify(
            "workspace/didChangeConfiguration", ["settings": ["wf": ["diagnostics": ["baseline": false]]]])
        #expect(try client.diagnostics("main.wf").count == 2)
        #expect(try client.stop() == 0)
    }
}
