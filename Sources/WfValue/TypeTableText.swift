// Questions over a whole type: its text as source writes it, whether it can be stored, substitution.
// It does not know about type inference; binding variables is the checker's business.

extension TypeTable {
    /// The type as source writes it: `[String: Int]?`, `(Int) -> Bool`, `Pair<Int, String>`.
    package func text(of type: TypeId) -> String {
        switch kind(of: type) {
        case .poison: return "unknown"
        case .never: return "Never"
        case .unit: return "Unit"
        case .bool: return "Bool"
        case .int: return "Int"
        case .float: return "Float"
        case .decimal: return "Decimal"
        case .string: return "String"
        case .bytes: return "Bytes"
        case .duration: return "Duration"
        case .time: return "Time"
        case .json: return "Json"
        case .path: return "Path"
        case .range: return "Range"
        case .secret: return "Secret"
        case .list: return "[\(text(of: element(of: type)))]"
        case .map: return "[\(text(of: key(of: type))): \(text(of: value(of: type)))]"
        case .optional:
            let wrapped = element(of: type)
            if wrapped == .never { return "null" }
            return kind(of: wrapped) == .function ? "(\(text(of: wrapped)))?" : "\(text(of: wrapped))?"
        case .tuple: return "(\(joined(tupleElements(of: type))))"
        case .function:
            return "(\(joined(functionParameters(of: type)))) -> \(text(of: functionResult(of: type)))"
        case .record, .enumeration:
            let arguments = arguments(of: type)
            return arguments.isEmpty ? name(of: type) : "\(name(of: type))<\(joined(arguments))>"
        case .variable:
            if let name = parameterName(of: type) { return name }
            let letters = ["T", "U", "V", "W", "X", "Y", "Z"]
            let number = variableNumber(of: type)
            return number < letters.count ? letters[number] : "T\(number)"
        }
    }

    private func joined(_ types: [TypeId]) -> String {
        var result = ""
        for (index, type) in types.enumerated() {
            if index > 0 { result += ", " }
            result += text(of: type)
        }
        return result
    }

    /// Whether every value of the type can be stored and sent: no function, secret, variable or poison inside. A
    /// parameter of a generic declaration counts by what its declaration says of it.
    package func isEncodable(_ type: TypeId) -> Bool {
        firstUnencodable(in: type) == nil
    }

    /// The first part of the type that cannot be stored, in the order of the declaration.
    /// - Parameter takesSecrets: whether a Secret is let pass.
    package func firstUnencodable(in type: TypeId, takesSecrets: Bool = false) -> TypeId? {
        var seen: Set<UInt32> = []
        var stack = [type]
        while let next = stack.popLast() {
            switch kind(of: next) {
            case .secret where takesSecrets: continue
            case .function, .secret, .poison: return next
            case .variable:
                if !isParameter(next) || !abilities(of: next).contains(.equatable) { return next }
            case .never, .unit, .bool, .int, .float, .decimal, .string, .bytes, .duration, .time, .json,
                .path,
                .range:
                continue
            case .list, .optional: stack.append(element(of: next))
            case .map: stack.append(contentsOf: [value(of: next), key(of: next)])
            case .tuple: stack.append(contentsOf: tupleElements(of: next).reversed())
            case .record:
                if !seen.insert(next.raw).inserted { continue }
                for index in (0..<fieldCount(of: next)).reversed() {
                    stack.append(fieldType(of: next, at: index))
                }
            case .enumeration:
                if !isReference(next) || !seen.insert(next.raw).inserted { continue }
                for index in (0..<caseCount(of: next)).reversed() {
                    for position in (0..<payloadCount(of: next, case: index)).reversed() {
                        stack.append(payloadType(of: next, case: index, at: position))
                    }
                }
            }
        }
        return nil
    }

    /// The type with each variable replaced by `bindings[number]`; variables beyond the list stay. Named types
    /// are returned as they are: an instance of a generic record is made by who declared it.
    package mutating func substituting(_ bindings: [TypeId], in type: TypeId) -> TypeId {
        guard containsVariable(type) else { return type }
        switch kind(of: type) {
        case .variable:
            let number = variableNumber(of: type)
            return number < bindings.count ? bindings[number] : type
        case .list: return list(of: substituting(bindings, in: element(of: type)))
        case .optional: return optional(of: substituting(bindings, in: element(of: type)))
        case .map:
            let key = substituting(bindings, in: key(of: type))
            return map(key: key, value: substituting(bindings, in: value(of: type)))
        case .tuple:
            var elements: [TypeId] = []
            for element in tupleElements(of: type) { elements.append(substituting(bindings, in: element)) }
            return tuple(of: elements)
        case .function:
            var parameters: [TypeId] = []
            for parameter in functionParameters(of: type) {
                parameters.append(substituting(bindings, in: parameter))
            }
            return function(
                parameters: parameters, result: substituting(bindings, in: functionResult(of: type)))
        default: return type
        }
    }
}
