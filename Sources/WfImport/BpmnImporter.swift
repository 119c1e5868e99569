// BPMN 2.0 to flows: the way through the parts. What each part does stands in its own file.

/// The dialect BPMN 2.0, with the attributes of Camunda, Flowable, Zeebe and jBPM.
struct BpmnImporter: Importer {
    static let namespace = "http://www.omg.org/spec/BPMN/20100524/MODEL"

    let name = "BPMN 2.0"

    func recognises(_ document: ImportDocument) -> Bool {
        guard case .xml(let xml) = document else { return false }
        return xml.root.name == "definitions" && xml.namespace(xml.root) == BpmnImporter.namespace
    }

    func write(_ document: ImportDocument, to job: inout ImportJob) {
    }
}
