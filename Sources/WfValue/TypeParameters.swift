// The parameters of generic declarations: types of their own while a body is checked once for all its arguments.
// They never reach a running plan; what they can do is what their declaration says.

/// What values of a type parameter can be asked to do.
public struct TypeAbilities: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Compared with `==`, stored, sent as JSON.
    public static var equatable: TypeAbilities { TypeAbilities(rawValue: 1) }
    public static var ordered: TypeAbilities { TypeAbilities(rawValue: 2) }
    public static var key: TypeAbilities { TypeAbilities(rawValue: 4) }
    public static var number: TypeAbilities { TypeAbilities(rawValue: 8) }
    public static var text: TypeAbilities { TypeAbilities(rawValue: 16) }
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
    public mutating func declareParameter(_ name: String, _ abilities: TypeAbilities) -> TypeId {
        parameters.append(ParameterEntry(name: name, abilities: abilities))
        return variable(Int(TypeTable.firstParameter) + parameters.count - 1)
    }

    /// Whether the type is a parameter of a generic declaration.
    @inline(__always) public func isParameter(_ type: TypeId) -> Bool {
        let entry = entries[type.index]
        return entry.kind == .variable && entry.first >= TypeTable.firstParameter
    }

    /// Whether such a parameter occurs in it, named types' arguments included.
    @inline(__always) public func containsParameter(_ type: TypeId) -> Bool {
        entries[type.index].flags & TypeEntry.hasParameter != 0
    }

    /// What a parameter can do; nothing for any other type.
    public func abilities(of parameter: TypeId) -> TypeAbilities {
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
    public func hasOptional(of wrapped: TypeId) -> Bool {
        var copy = self
        return copy.optional(of: wrapped).index < count
    }
}
