// How a Secret is held: as text in which names stand for contents. The content itself is put in by the doors, in the
// moment it is used, so that nothing which computes, compares, stores or prints can depend on it.
//
//     text, FF name FF, text, …        FF never occurs in UTF-8, so no text from outside can be such a name
//
// Knows nothing of where contents come from.

public enum SecretText {
    /// Stands before and behind a name.
    public static var mark: UInt8 { 0xFF }

    /// The text that stands for the secret of this name.
    public static func reference(_ name: [UInt8]) -> [UInt8] { [mark] + name + [mark] }

    /// Whether the bytes are text with well-formed names in it.
    public static func isWellFormed(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var isInName = false
        var start = 0
        for place in 0...bytes.count where place == bytes.count || bytes[place] == mark {
            let part = UnsafeRawBufferPointer(rebasing: bytes[start..<place])
            if isInName ? !isName(part) : !isUtf8(part) { return false }
            if place == bytes.count { return !isInName }
            isInName.toggle()
            start = place + 1
        }
        return true
    }

    /// Its pieces in order: plain text, and names.
    public static func pieces(_ bytes: UnsafeRawBufferPointer) -> [(isName: Bool, bytes: [UInt8])] {
        var result: [(isName: Bool, bytes: [UInt8])] = []
        var isName = false
        for part in bytes.split(separator: mark, omittingEmptySubsequences: false) {
            if isName || !part.isEmpty { result.append((isName, Array(part))) }
            isName.toggle()
        }
        return result
    }

    /// Letters, digits and `_`: what can name an environment variable.
    private static func isName(_ bytes: UnsafeRawBufferPointer) -> Bool {
        !bytes.isEmpty && bytes.count <= ValueLimits.nameBytesMax
            && bytes.allSatisfy { byte in
                byte == UInt8(ascii: "_") || (byte >= 0x30 && byte <= 0x39)
                    || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
            }
    }
}

extension TypeTable {
    /// The type with Secret for String; keys of maps, named types and funcs stay as they are.
    public mutating func secretForm(of type: TypeId) -> TypeId {
        switch kind(of: type) {
        case .string: return .secret
        case .list: return list(of: secretForm(of: element(of: type)))
        case .optional: return optional(of: secretForm(of: element(of: type)))
        case .map: return map(key: key(of: type), value: secretForm(of: value(of: type)))
        case .tuple:
            var elements: [TypeId] = []
            for part in tupleElements(of: type) { elements.append(secretForm(of: part)) }
            return tuple(of: elements)
        default: return type
        }
    }

    /// The type with String for Secret, where `secretForm` puts one.
    public mutating func plainForm(of type: TypeId) -> TypeId {
        switch kind(of: type) {
        case .secret: return .string
        case .list: return list(of: plainForm(of: element(of: type)))
        case .optional: return optional(of: plainForm(of: element(of: type)))
        case .map: return map(key: key(of: type), value: plainForm(of: value(of: type)))
        case .tuple:
            var elements: [TypeId] = []
            for part in tupleElements(of: type) { elements.append(plainForm(of: part)) }
            return tuple(of: elements)
        default: return type
        }
    }

    /// Whether a Secret can be in a value of the type: in its parts, in the fields and payloads of named types.
    /// What a closure holds cannot be seen in its type.
    public func holdsSecret(_ type: TypeId) -> Bool {
        var seen: Set<TypeId> = []
        return holdsSecret(type, &seen)
    }

    private func holdsSecret(_ type: TypeId, _ seen: inout Set<TypeId>) -> Bool {
        switch kind(of: type) {
        case .secret: return true
        case .list, .optional: return holdsSecret(element(of: type), &seen)
        case .map: return holdsSecret(value(of: type), &seen)
        case .tuple:
            if !seen.insert(type).inserted { return false }
            return tupleElements(of: type).contains { holdsSecret($0, &seen) }
        case .record:
            if !seen.insert(type).inserted { return false }
            return (0..<fieldCount(of: type)).contains { holdsSecret(fieldType(of: type, at: $0), &seen) }
        case .enumeration:
            if !seen.insert(type).inserted { return false }
            for index in 0..<caseCount(of: type) {
                for place in 0..<payloadCount(of: type, case: index)
                where holdsSecret(payloadType(of: type, case: index, at: place), &seen) { return true }
            }
            return false
        default: return false
        }
    }
}
