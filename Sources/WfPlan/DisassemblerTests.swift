// How the tests of a plan read: title, workflow, and what the marked nodes mean.
import WfValue

extension Disassembler {
    mutating func writeTests() {
        for test in plan.tests {
            let workflow = plan.string(plan.workflows[Int(test.workflow)].name)
            line(0, "\ntest \"\(plan.string(test.title))\" runs \(workflow)")
            let start = Int(test.markStart)
            for mark in plan.marks[start..<start + Int(test.markCount)] { line(1, text(of: mark)) }
        }
    }

    private mutating func text(of mark: MarkRow) -> String {
        var text = MarkKind(rawValue: mark.kind).map { "\($0)" } ?? "?"
        if mark.target != .none {
            let isEffect = mark.targetIsEffect == 1
            let name =
                isEffect ? plan.effects[Int(mark.target)].name : plan.actions[Int(mark.target)].name
            text += " \(isEffect ? "effect" : "action") \(plan.string(name))"
        }
        if mark.node != .none { text += " n\(mark.node)" }
        if mark.function != .none { text += " \(functionName(mark.function))" }
        if mark.failureKind != .none {
            text += " \(plan.string(mark.failureKind))"
            if mark.codeLow != .none { text += "(\(mark.codeLow)...\(mark.codeHigh))" }
        }
        if let operation = MarkOperation(rawValue: mark.operation), operation != .none {
            text += " \(operation)"
        }
        if let number = lines.line(mark.span) { text += "  ; line \(number)" }
        return text
    }
}
