// Pools, rates, breakers and settings to rows.
import WfChecker
import WfPlan
import WfValue

extension Lowering {
    /// All settings of the program's own files, and all resources. Their numbers are the functions of constants.
    func lowerResources() {
        for index in program.constantDeclarations.indices {
            let constant = program.constantDeclarations[index]
            guard let config = constant.config, !isLibrary(constant.file) else { continue }
            builder.add(
                ConfigRow(
                    name: builder.string(constant.name), cell: cellNumber(index),
                    hasDefault: !constant.value.isNone, span: spanRow(config)))
        }
        for resource in program.resources {
            let cells = resource.numbers.map { Int(cellNumber($0)) }
            let numbers = cells.map { builder.cells[$0].function }
            _ = builder.add(
                ResourceRow(
                    kind: resource.kind == .pool ? .pool : resource.kind == .rate ? .rate : .breaker,
                    name: builder.string(resource.name), first: numbers[0],
                    second: numbers.count > 1 ? numbers[1] : .none,
                    third: numbers.count > 2 ? numbers[2] : .none, span: spanRow(resource.span)))
        }
    }
}
