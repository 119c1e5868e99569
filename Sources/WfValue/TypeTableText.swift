// Questions over a whole type: its text as source writes it, whether it can be stored, substitution.
// It does not know about type inference; binding variables is the checker's business.

extension TypeTable {
    /// The type as source writes it: `[String: Int]?`, `(Int) -> Bool`, `Pair<Int, String>`. Tuples of tuples may have a
    /// text far longer than themselves: at most `ValueLimits.typeTextMax` bytes are written, then `…`.
    public func text(of type: TypeId) -> String {
        var text = ""
        write(type, to: &text)
        return text
    }

    private func write(_ type: TypeId, to text: inout String) {
        if text.utf8.count > ValueLimits.typeTextMax {
            if !text.hasSuffix("…") { text += "…" }
            return
        }
        switch kind(of: type) {
        case .poison: text += "unknown"
        case .never: text += "Never"
        case .unit: text += "Unit"
        case .bool: text += "Bool"
        case .int: text += "Int"
        case .float: text += "Float"
        case .decimal: text += "Decimal"
        case .string: text += "String"
        case .bytes: text += "Bytes"
        case .duration: text += "Duration"
        case .time: text += "Time"
        case .json: text += "Json"
        case .path: text += "Path"
        case .range: text += "Range"
        case .secret: text += "Secret"
        case .list: write("[", [element(of: type)], "]", to: &text)
        case .map:
            write("[", [key(of: type)], ": ", to: &text)
            write("", [value(of: type)], "]", to: &text)
        case .optional:
            let wrapped = element(of: type)
            if wrapped == .never {
                text += "null"
            } else if kind(of: wrapped) == .function {
                write("(", [wrapped], ")?", to: &text)
            } else {
                write("", [wrapped], "?", to: &text)
            }
        case .tuple: write("(", tupleElements(of: type), ")", to: &text)
        case .function:
            write("(", functionParameters(of: type), ") -> ", to: &text)
            write(functionResult(of: type), to: &text)
        case .record, .enumeration:
            let arguments = arguments(of: type)
            text += name(of: type)
            if !arguments.isEmpty { write("<", arguments, ">", to: &text) }
        case .variable:
            let letters = ["T", "U", "V", "W", "X", "Y", "Z"]
            let number = variableNumber(of: type)
            text += parameterName(of: type) ?? (number < letters.count ? letters[number] : "T\(number)")
        }
    }

    private func write(_ before: String, _ types: [TypeId], _ behind: String, to text: inout String) {
        text += before
        for (index, type) in types.enumerated() {
            if text.hasSuffix("…") { return }
            if index > 0 { text += ", " }
            write(type, to: &text)
        }
        if !text.hasSuffix("…") { text += behind }
    }

    /// Whether every value of the type can be stored and sent: no function, secret, variable or poison inside. A
    /// parameter of a generic declaration counts by what its declaration says of it.
    public func isEncodable(_ type: TypeId) -> Bool {
        firstUnencodable(in: type) == nil
    }

    /// The first part of the type that cannot be stored, in the order of the declaration.
    /// - Parameter takesSecrets: whether a Secret is let pass.
    public func firstUnencodable(in type: TypeId, takesSecrets: Bool = false) -> TypeId? {
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
            case .tuple:
                if seen.insert(next.raw).inserted {
                    stack.append(contentsOf: tupleElements(of: next).reversed())
                }
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
    public mutating func substituting(_ bindings: [TypeId], in type: TypeId) -> TypeId {
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
