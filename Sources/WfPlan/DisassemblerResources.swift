// How resources and settings read.
import WfValue

extension Disassembler {
    mutating func writeResources() {
        if !plan.configs.isEmpty { line(0, "\nconfig") }
        for row in plan.configs {
            line(
                1,
                "\(plan.string(row.name)): \(name(of: plan.type(of: row)))  cell \(row.cell)"
                    + (row.hasDefault ? "" : ", no default"))
        }
        if !plan.resources.isEmpty { line(0, "\nresources") }
        for row in plan.resources {
            let kind = ResourceKind(rawValue: row.kind).map { "\($0)" } ?? ""
            let numbers = row.functions.filter { $0 != .none }.map { functionName($0) }
            line(1, "\(kind) \(plan.string(row.name)): \(numbers.joined(separator: ", "))")
        }
    }
}
