// The parameters of generic declarations: types of their own while a body is checked once for all its arguments.
// They never reach a running plan; what they can do is what their declaration says.

/// What values of a type parameter can be asked to do.
package struct TypeAbilities: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Compared with `==`, stored, sent as JSON.
    package static var equatable: TypeAbilities { TypeAbilities(rawValue: 1) }
    package static var ordered: TypeAbilities { TypeAbilities(rawValue: 2) }
    package static var key: TypeAbilities { TypeAbilities(rawValue: 4) }
    package static var number: TypeAbilities { TypeAbilities(rawValue: 8) }
    package static var text: TypeAbilities { TypeAbilities(rawValue: 16) }
}

/// A parameter's name and what it can do.
struct ParameterEntry: Sendable {
    var name: String
    var abilities: TypeAbilities
}

extension TypeEntry {
    /// What a type has because a part of it has it.
    static var inheritedFlags: UInt8 { hasVariable | hasPoison | hasParameter }
}

extension TypeTable {
    /// Variables with this number and above are parameters of generic declarations.
    static var firstParameter: UInt32 { 1 << 18 }

    /// A new parameter; two of one name are two types.
    package mutating func declareParameter(_ name: String, _ abilities: TypeAbilities) -> TypeId {
        parameters.append(ParameterEntry(name: name, abilities: abilities))
        return variable(Int(TypeTable.firstParameter) + parameters.count - 1)
    }

    /// Whether the type is a parameter of a generic declaration.
    @inline(__always) package func isParameter(_ type: TypeId) -> Bool {
        let entry = entries[type.index]
        return entry.kind == .variable && entry.first >= TypeTable.firstParameter
    }

    /// Whether such a parameter occurs in it, named types' arguments included.
    @inline(__always) package func containsParameter(_ type: TypeId) -> Bool {
        entries[type.index].flags & TypeEntry.hasParameter != 0
    }

    /// What a parameter can do; nothing for any other type.
    package func abilities(of parameter: TypeId) -> TypeAbilities {
        guard isParameter(parameter) else { return [] }
        let number = Int(entries[parameter.index].first - TypeTable.firstParameter)
        return number < parameters.count ? parameters[number].abilities : []
    }

    /// A parameter's name; nil for any other type, and in a table that was read from a plan.
    func parameterName(of type: TypeId) -> String? {
        guard isParameter(type) else { return nil }
        let number = Int(entries[type.index].first - TypeTable.firstParameter)
        return number < parameters.count ? parameters[number].name : nil
    }

    /// Whether `wrapped?` has ever been made.
    package func hasOptional(of wrapped: TypeId) -> Bool {
        var copy = self
        return copy.optional(of: wrapped).index < count
    }
}
