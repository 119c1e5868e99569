// The models of the interchange working group: what a tool exports means what the reference means. Imported, both give
// flows of the same shape (PlanShape.swift) once ids, positions and what tools add are gone.
import Testing
import WfImport
import WfSource
import WfTestSupport

@Suite struct MiwgTests {
    /// Each pair that is the same model gives the same flows.
    @Test func pairs() throws {
        guard let folder = corpus("bpmn/miwg") else { return }
        var shapes: [String: PlanShape] = [:]
        func shape(_ file: String) throws -> PlanShape {
            if let known = shapes[file] { return known }
            let made = PlanShape(compiled(try readFile(folder + "/" + file), as: file))
            shapes[file] = made
            return made
        }
        var score = Scoreboard("miwg, pairs")
        for row in try oracle(folder + "/expected.json") where row["same"]?.text == "equal" {
            guard let file = row["file"]?.text, let reference = row["reference"]?.text else { continue }
            let (one, other) = (try shape(file), try shape(reference))
            let added = one.texts.filter { !other.texts.contains($0) }.prefix(4)
            let lost = other.texts.filter { !one.texts.contains($0) }.prefix(4)
            score.add(
                file, isRight: one.labels == other.labels && !one.labels.isEmpty,
                "added \(added), lost \(lost)")
        }
        score.finish(atLeast: 225)
    }

    /// What the comparison does not see is no node, no arrow and no name: a model with another one has another shape.
    @Test(arguments: [
        ("id=\"b\" name=\"B\"", "id=\"b\" name=\"C\""), ("targetRef=\"c\"", "targetRef=\"b\""),
        ("bpmn:exclusiveGateway", "bpmn:inclusiveGateway"), ("bpmn:task id=\"b\"", "bpmn:sendTask id=\"b\""),
        ("<bpmn:boundaryEvent ", "<bpmn:boundaryEvent cancelActivity=\"false\" "),
    ])
    func differences(from: String, to: String) {
        let model = """
            <bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x">
            <bpmn:process id="p"><bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="g" name="G"/>
            <bpmn:task id="b" name="B"/><bpmn:task id="c" name="C"/><bpmn:endEvent id="e"/>
            <bpmn:boundaryEvent id="t" attachedToRef="c"><bpmn:timerEventDefinition/></bpmn:boundaryEvent>
            <bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="g"/>
            <bpmn:sequenceFlow id="f2" sourceRef="g" targetRef="b"/>
            <bpmn:sequenceFlow id="f3" sourceRef="g" targetRef="c"/>
            <bpmn:sequenceFlow id="f4" sourceRef="b" targetRef="e"/>
            <bpmn:sequenceFlow id="f5" sourceRef="c" targetRef="e"/>
            <bpmn:sequenceFlow id="f6" sourceRef="t" targetRef="b"/>
            </bpmn:process></bpmn:definitions>
            """
        let other = model.split(separator: from, maxSplits: from.hasPrefix("<bpmn:boundary") ? 1 : 9)
            .joined(separator: to)
        #expect(other != model)
        let (one, two) = (compiled(model, as: "x.bpmn"), compiled(other, as: "x.bpmn"))
        #expect(!one.isRefused && !two.isRefused)
        #expect(PlanShape(one).labels != PlanShape(two).labels)
        #expect(PlanShape(one).labels == PlanShape(compiled(model, as: "y.bpmn")).labels)
    }
}
