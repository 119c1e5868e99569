// A file of another tool that a `use` names: it is what `wfc check` takes it to be, with places in the file itself.
import Glibc
import Testing
import WfLanguageServer
import WfTestSupport

@Suite struct ImportedFilesTests {
    private static let model = """
        <?xml version="1.0" encoding="UTF-8"?>
        <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x" id="d">
          <process id="ship" name="Ship ordér 💶" isExecutable="true">
            <startEvent id="s"/>
            <sequenceFlow id="f1" sourceRef="s" targetRef="t"/>
            <userTask id="t" name="Pack it"/>
            <sequenceFlow id="f2" sourceRef="t" targetRef="e"/>
            <endEvent id="e"/>
          </process>
        </definitions>

        """
    private static let user = """
        use "./ship.bpmn" as model

        workflow main() -> Int {
            step done = model.shipOrder()
            1
        }

        """

    private func messages(_ found: [Json]) -> [String] { found.compactMap { $0["message"].string } }

    @Test func theFileIsKnown() throws {
        let client = try LspClient(["ship.bpmn": Self.model, "main.wf": Self.user])
        try client.open("main.wf")
        #expect(messages(try client.diagnostics("main.wf")) == [])
        let hover = try client.at("hover", "main.wf", "shipOrder", 1)["contents"]["value"].string ?? ""
        #expect(hover.contains("flow shipOrder(data: Json = null)"), "\(hover)")
        let place = try client.at("definition", "main.wf", "shipOrder", 1)[0]
        #expect(place["uri"] == .string(client.uri("ship.bpmn")))
        #expect(place["range"]["start"]["line"] == 2, "\(place)")
        let all = try client.at(
            "references", "main.wf", "shipOrder", 1, ["context": ["includeDeclaration": true]])
        #expect(all.array?.count == 2)
        #expect(throws: LspError.self) { try client.at("prepareRename", "main.wf", "shipOrder", 1) }
        client.replace("main.wf", Self.user.replacing("shipOrder()", with: ""))
        let list = try client.at("completion", "main.wf", "= model.", 8)
        let items = list.array ?? list["items"].array ?? []
        #expect(items.compactMap { $0["label"].string } == ["shipOrder"])
    }

    /// The editor has it open, without a step of ours: what it says counts, and nothing in it is taken for wf.
    @Test func theFileIsOpen() throws {
        let client = try LspClient(["ship.bpmn": Self.model, "main.wf": Self.user])
        try client.open("ship.bpmn")
        #expect(messages(try client.diagnostics("ship.bpmn")) == [])
        #expect(try client.of("documentSymbol", "ship.bpmn").array ?? [] == [])
        #expect(try client.of("codeLens", "ship.bpmn").array ?? [] == [])
        #expect(try client.of("semanticTokens/full", "ship.bpmn")["data"].array ?? [] == [])
        client.replace("ship.bpmn", Self.model.replacing("targetRef=\"e\"", with: "targetRef=\"é\""))
        let found = try client.diagnostics("ship.bpmn")
        let line = found.first?["range"]["start"]["line"].int
        #expect(line == 6, "\(found)")
    }

    /// Another program writes it anew, or takes it away.
    @Test func theFileChanges() throws {
        let other = Self.model.replacing("Ship ordér 💶", with: "Send")
        let client = try LspClient(["ship.bpmn": other, "main.wf": Self.user])
        try client.open("main.wf")
        let first = messages(try client.diagnostics("main.wf"))
        #expect(first.first?.hasPrefix("the module `ship.bpmn` has no `shipOrder`") ?? false, "\(first)")
        func told(_ type: Int) throws -> [String] {
            client.notify(
                "workspace/didChangeWatchedFiles",
                ["changes": [["uri": .string(client.uri("ship.bpmn")), "type": .int(type)]]])
            return messages(try client.diagnostics("main.wf"))
        }
        try writeFile(client.folder.path + "/ship.bpmn", Array(Self.model.utf8))
        #expect(try told(2) == [])
        unlink(client.folder.path + "/ship.bpmn")
        #expect(try told(3).first?.hasPrefix("there is no file `./ship.bpmn`") ?? false)
        try writeFile(client.folder.path + "/ship.bpmn", Array(Self.model.utf8))
        #expect(try told(1) == [])
    }
}
