// Checks resources, settings, and the clauses that name them.
import WfValue

extension Verifier {
    mutating func verifyResources() throws(PlanError) {
        for index in plan.resources.indices {
            let row = plan.resources[index]
            try check(row.name, below: plan.strings.count, .resources, index, "name")
            try checkSpan(row.span, .resources, index)
            guard let kind = ResourceKind(rawValue: row.kind) else {
                throw refused(.resources, index, "there is no kind \(row.kind) of resource")
            }
            let expected = kind.isDuration
            for (place, function) in row.functions.enumerated() {
                guard place < expected.count else {
                    guard function == .none else {
                        throw refused(.resources, index, "expected \(expected.count) functions for a \(kind)")
                    }
                    continue
                }
                try check(function, below: plan.functions.count, .resources, index, "function")
                let called = plan.functions[Int(function)]
                let type = expected[place] ? TypeId.duration.raw : TypeId.int.raw
                guard called.parameterCount == 0 else {
                    throw refused(.resources, index, "expected a function without parameters")
                }
                guard called.resultType == type || called.resultType == TypeId.never.raw else {
                    throw mismatch(
                        .resources, index, "number \(place)", found: called.resultType, expected: text(type))
                }
            }
        }
    }

    mutating func verifyConfigs() throws(PlanError) {
        for index in plan.configs.indices {
            let row = plan.configs[index]
            try check(row.name, below: plan.strings.count, .configs, index, "name")
            try check(row.cell, below: plan.cells.count, .configs, index, "cell")
            try checkSpan(row.span, .configs, index)
            try checkStorable(plan.cells[Int(row.cell)].type, .configs, index, "type")
            guard row.flags & ~ConfigRow.defaultFlag == 0 else {
                throw refused(
                    .configs, index, "expected flags up to \(ConfigRow.defaultFlag), found \(row.flags)")
            }
        }
    }

    /// The resources that clauses name, each of its kind.
    func verifyResourceClauses(_ row: ClausesRow, _ index: Int) throws(PlanError) {
        for (resource, kind) in [
            (row.pool, ResourceKind.pool), (row.rate, .rate), (row.breaker, .breaker),
        ] where resource != .none {
            try check(resource, below: plan.resources.count, .clauses, index, "resource")
            guard plan.resources[Int(resource)].kind == kind.rawValue else {
                throw refused(.clauses, index, "expected a \(kind), found resource \(resource)")
            }
        }
    }
}
