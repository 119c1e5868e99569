// Functions and methods of other languages, and what they are called in the standard library.

/// Calls that are another spelling of something plain.
enum Lookup {
    /// Calls that only look up a variable.
    static func variable(_ name: String, _ items: [ForeignExpression]) -> ForeignExpression? {
        let known = [
            "getDataObject", "getVariable", "getProcessVariable", "getDataInput", "getDataOutput", "get",
        ]
        guard known.contains(plain(name)), items.count == 1, case .string(let text) = items[0] else {
            return nil
        }
        return .name(text)
    }

    /// The same of what stands for the run: `execution.getVariable("x")`.
    static func variable(
        of base: ForeignExpression, _ name: String, _ items: [ForeignExpression]
    ) -> ForeignExpression? {
        guard case .name(let holder) = base, holders.contains(holder) else { return nil }
        return variable(name, items)
    }

    private static let holders: Set = [
        "execution", "task", "delegateTask", "delegateExecution", "caseExecution", "kcontext", "context",
        "processInstance", "variables", "vars", "processVariables",
    ]

    /// `bpmn:getDataObject` is `getDataObject`: which language a function is of makes no difference.
    static func plain(_ name: String) -> String {
        name.firstIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
    }

    /// Functions that are operators in disguise.
    static func comparison(_ name: String, _ items: [ForeignExpression]) -> ForeignExpression? {
        let names: [String: ForeignOperator] = [
            "equals": .equal, "eq": .equal, "notEquals": .unequal, "ne": .unequal, "lowerThan": .less,
            "lessThan": .less, "lt": .less, "lowerThanOrEquals": .atMost, "lessThanOrEquals": .atMost,
            "lte": .atMost,
            "greaterThan": .greater, "gt": .greater, "greaterThanOrEquals": .atLeast, "gte": .atLeast,
        ]
        guard items.count == 2, let operation = names[plain(name)] else { return nil }
        var left = items[0]
        if case .string(let text) = left { left = .name(text) }
        return .binary(operation, left, items[1])
    }
}
