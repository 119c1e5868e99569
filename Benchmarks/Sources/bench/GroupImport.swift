// Importing what modelling tools write: many models of real size, with drawings beside the processes, on all cores.
import Glibc

func benchmarkImport(_ report: inout Report) {
    let folder = Workplace.folder + "/models"
    mkdir(folder, 0o755)
    let megabytes = report.smoke ? 10 : 200
    var written = 0
    var number = 0
    while written < megabytes << 20 {
        let text = model(number, activities: 20 + number % 60)
        writeText("\(folder)/model\(number).bpmn", text)
        written += text.utf8.count
        number += 1
    }
    let sample = runAll([Workplace.wfc, "import", "--report", folder], times: report.smoke ? 2 : 1)
    report.add(
        "import of \(megabytes) MB of BPMN, \(number) files", median(sample.map(\.seconds)), "s",
        better: .lower,
        bound: report.smoke ? 5 : 30)
    report.add(
        "the same, memory", Double(sample.map(\.peakKilobytes).max() ?? 0) / 1024, "MB", better: .lower,
        bound: 600)
}

/// A process of so many activities with decisions, timers and a sub-process, and its drawing.
private func model(_ number: Int, activities: Int) -> String {
    var text = """
        <?xml version="1.0" encoding="UTF-8"?>
        <bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
        xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
        xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
          <bpmn:process id="Process_\(number)" name="Order \(number)" isExecutable="true">
            <bpmn:startEvent id="start"><bpmn:outgoing>f0</bpmn:outgoing></bpmn:startEvent>

        """
    var drawing = ""
    var last = "start"
    var flows = 0
    func draw(_ id: String, _ place: Int) {
        drawing +=
            "      <bpmndi:BPMNShape id=\"\(id)_di\" bpmnElement=\"\(id)\">\n        <dc:Bounds x=\"\(place * 150)\" "
            + "y=\"\(80 + place % 7 * 90)\" width=\"100\" height=\"80\" />\n        <bpmndi:BPMNLabel />\n"
            + "      </bpmndi:BPMNShape>\n"
    }
    func arrow(_ from: String, _ to: String, _ condition: String? = nil) {
        let id = "f\(flows)"
        flows += 1
        let inner =
            condition.map {
                "><bpmn:conditionExpression xsi:type=\"bpmn:tFormalExpression\" "
                    + "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\($0)</bpmn:conditionExpression>"
                    + "</bpmn:sequenceFlow>\n"
            } ?? " />\n"
        text += "    <bpmn:sequenceFlow id=\"\(id)\" sourceRef=\"\(from)\" targetRef=\"\(to)\"" + inner
        drawing +=
            "      <bpmndi:BPMNEdge id=\"\(id)_di\" bpmnElement=\"\(id)\">\n        <di:waypoint x=\"\(flows * 40)\" "
            + "y=\"120\" />\n        <di:waypoint x=\"\(flows * 40 + 30)\" y=\"120\" />\n      </bpmndi:BPMNEdge>\n"
    }
    for place in 0..<activities {
        let id = "Activity_\(number)_\(place)"
        text +=
            "    <bpmn:userTask id=\"\(id)\" name=\"Check part \(place) of the order\" "
            + "camunda:candidateGroups=\"clerks\">\n      <bpmn:documentation>Looks at part \(place) and says what is "
            + "missing, if anything is.</bpmn:documentation>\n    </bpmn:userTask>\n"
        draw(id, place)
        arrow(last, id)
        last = id
        guard place % 5 == 4 else { continue }
        let (split, other, merge) = ("Split_\(place)", "Other_\(place)", "Merge_\(place)")
        text +=
            "    <bpmn:exclusiveGateway id=\"\(split)\" name=\"Enough?\" default=\"f\(flows + 2)\" />\n"
            + "    <bpmn:serviceTask id=\"\(other)\" name=\"Order more\" camunda:type=\"external\" camunda:topic=\"stock\" />\n"
            + "    <bpmn:exclusiveGateway id=\"\(merge)\" />\n"
        for id in [split, other, merge] { draw(id, place) }
        arrow(last, split)
        arrow(split, other, "${amount &gt; \(place * 10)}")
        arrow(split, merge)
        arrow(other, merge)
        last = merge
    }
    text += "    <bpmn:endEvent id=\"end\" />\n"
    arrow(last, "end")
    return text
        + "  </bpmn:process>\n  <bpmndi:BPMNDiagram id=\"D\">\n    <bpmndi:BPMNPlane id=\"P\" bpmnElement=\"Process_"
        + "\(number)\">\n" + drawing
        + "    </bpmndi:BPMNPlane>\n  </bpmndi:BPMNDiagram>\n</bpmn:definitions>\n"
}
