// Named types: declared first, defined later, so that they can be recursive.
// It does not know about modules or scopes: two declarations of one name are two types.

extension TypeTable {
    // MARK: declaring

    /// A record without its fields yet. `arguments` are those of an instance of a generic record; `.poison` when
    /// they nest deeper than `ValueLimits.typeDepthMax`, as those of a record that contains ever larger instances.
    public mutating func declareRecord(_ name: String, arguments: [TypeId] = []) -> TypeId {
        declare(.record, name, arguments)
    }

    /// An enum without its cases yet. `arguments` are those of an instance of a generic enum.
    public mutating func declareEnum(_ name: String, arguments: [TypeId] = []) -> TypeId {
        declare(.enumeration, name, arguments)
    }

    /// Gives a declared record its fields, once. At most `ValueLimits.membersMax`.
    public mutating func defineRecord(_ record: TypeId, fields: [FieldInfo], open: Bool) {
        precondition(entries[record.index].kind == .record, "a declared record")
        precondition(!isDefined(record), "a record is defined once")
        precondition(fields.count <= ValueLimits.membersMax, "the caller has checked the number of fields")
        let start = UInt32(extras.count)
        for field in fields {
            let (offset, length) = store(Array(field.name.utf8))
            var (defaultOffset, defaultLength) = (ExtraLayout.none, UInt32(0))
            if let value = field.defaultValue { (defaultOffset, defaultLength) = store(value) }
            extras.append(contentsOf: [field.type.raw, offset, length, defaultOffset, defaultLength])
        }
        entries[record.index].first = start
        entries[record.index].second = UInt32(fields.count)
        entries[record.index].flags |= TypeEntry.isDefined | (open ? TypeEntry.isOpen : 0)
    }

    /// Gives a declared enum its cases, once. At most `ValueLimits.membersMax`, payloads of a case too.
    public mutating func defineEnum(_ type: TypeId, cases: [CaseInfo]) {
        precondition(entries[type.index].kind == .enumeration, "a declared enum")
        precondition(!isDefined(type), "an enum is defined once")
        precondition(cases.count <= ValueLimits.membersMax, "the caller has checked the number of cases")
        var rows: [UInt32] = []
        var isWord = true
        for item in cases {
            let payloadStart = UInt32(extras.count)
            var allLabelled = !item.payload.isEmpty
            for payload in item.payload {
                isWord = false
                if let label = payload.label {
                    let (offset, length) = store(Array(label.utf8))
                    extras.append(contentsOf: [payload.type.raw, offset, length])
                } else {
                    allLabelled = false
                    extras.append(contentsOf: [payload.type.raw, ExtraLayout.none, 0])
                }
            }
            let (offset, length) = store(Array(item.name.utf8))
            rows.append(contentsOf: [
                offset, length, payloadStart, UInt32(item.payload.count), allLabelled ? 1 : 0,
            ])
        }
        entries[type.index].first = UInt32(extras.count)
        entries[type.index].second = UInt32(cases.count)
        entries[type.index].flags |= TypeEntry.isDefined | (isWord ? TypeEntry.isWord : 0)
        extras.append(contentsOf: rows)
    }

    private mutating func declare(_ kind: TypeKind, _ name: String, _ arguments: [TypeId]) -> TypeId {
        var flags: UInt8 = 0
        var depth: UInt16 = 1
        var parts = 1
        for argument in arguments {
            flags |= entries[argument.index].flags & TypeEntry.inheritedFlags
            depth = max(depth, entries[argument.index].depth + 1)
            parts += Int(entries[argument.index].parts)
        }
        if isRefused(depth: Int(depth), parts: parts) { return .poison }
        let (offset, length) = store(Array(name.utf8))
        nominals.append(
            NominalEntry(
                nameOffset: offset, nameLength: length, argumentStart: UInt32(extras.count),
                argumentCount: UInt32(arguments.count)))
        extras.append(contentsOf: arguments.map(\.raw))
        let id = TypeId(raw: UInt32(entries.count))
        entries.append(
            TypeEntry(
                kind: kind, flags: flags, depth: depth, first: 0, second: 0,
                third: UInt32(nominals.count - 1),
                parts: UInt32(parts)))
        return id
    }

    private mutating func store(_ content: [UInt8]) -> (offset: UInt32, length: UInt32) {
        let offset = UInt32(bytes.count)
        bytes.append(contentsOf: content)
        return (offset, UInt32(content.count))
    }

    // MARK: asking

    /// Whether a record or enum has been defined; true for every other type.
    public func isDefined(_ type: TypeId) -> Bool {
        let entry = entries[type.index]
        guard entry.kind == .record || entry.kind == .enumeration else { return true }
        return entry.flags & TypeEntry.isDefined != 0
    }

    /// The name a record or enum was declared with, without its arguments.
    public func name(of nominal: TypeId) -> String {
        let entry = nominals[nominalIndex(nominal)]
        return text(entry.nameOffset, entry.nameLength)
    }

    /// The arguments of an instance of a generic record or enum.
    public func arguments(of nominal: TypeId) -> [TypeId] {
        let entry = nominals[nominalIndex(nominal)]
        return (0..<Int(entry.argumentCount)).map { TypeId(raw: extras[Int(entry.argumentStart) + $0]) }
    }

    /// Whether the record ignores fields it does not know when it is read from JSON.
    public func isOpen(_ record: TypeId) -> Bool { entries[record.index].flags & TypeEntry.isOpen != 0 }

    public func fieldCount(of record: TypeId) -> Int { memberCount(of: record) }

    public func fieldType(of record: TypeId, at index: Int) -> TypeId {
        TypeId(raw: extras[fieldStart(record, index)])
    }

    public func fieldName(of record: TypeId, at index: Int) -> String {
        let start = fieldStart(record, index)
        return text(extras[start + 1], extras[start + 2])
    }

    /// The default's binary encoding, or nil when the field must be given.
    public func fieldDefault(of record: TypeId, at index: Int) -> [UInt8]? {
        let start = fieldStart(record, index)
        if extras[start + 3] == ExtraLayout.none { return nil }
        return Array(bytes[Int(extras[start + 3])..<Int(extras[start + 3] + extras[start + 4])])
    }

    public func fieldHasDefault(of record: TypeId, at index: Int) -> Bool {
        extras[fieldStart(record, index) + 3] != ExtraLayout.none
    }

    public func fieldIndex(of record: TypeId, named name: String) -> Int? {
        for index in 0..<fieldCount(of: record) where fieldName(of: record, at: index) == name {
            return index
        }
        return nil
    }

    public func fields(of record: TypeId) -> [FieldInfo] {
        (0..<fieldCount(of: record)).map { index in
            FieldInfo(
                name: fieldName(of: record, at: index), type: fieldType(of: record, at: index),
                defaultValue: fieldDefault(of: record, at: index))
        }
    }

    public func caseCount(of type: TypeId) -> Int { memberCount(of: type) }

    public func caseName(of type: TypeId, at index: Int) -> String {
        let start = caseStart(type, index)
        return text(extras[start], extras[start + 1])
    }

    public func caseIndex(of type: TypeId, named name: String) -> Int? {
        for index in 0..<caseCount(of: type) where caseName(of: type, at: index) == name { return index }
        return nil
    }

    public func payloadCount(of type: TypeId, case index: Int) -> Int {
        Int(extras[caseStart(type, index) + 3])
    }

    public func payloadType(of type: TypeId, case index: Int, at position: Int) -> TypeId {
        TypeId(raw: extras[payloadStart(type, index, position)])
    }

    public func payloadLabel(of type: TypeId, case index: Int, at position: Int) -> String? {
        let start = payloadStart(type, index, position)
        return extras[start + 1] == ExtraLayout.none ? nil : text(extras[start + 1], extras[start + 2])
    }

    public func cases(of type: TypeId) -> [CaseInfo] {
        (0..<caseCount(of: type)).map { index in
            CaseInfo(
                name: caseName(of: type, at: index),
                payload: (0..<payloadCount(of: type, case: index)).map { position in
                    PayloadInfo(
                        label: payloadLabel(of: type, case: index, at: position),
                        type: payloadType(of: type, case: index, at: position))
                })
        }
    }

    // MARK: places

    private func nominalIndex(_ type: TypeId) -> Int {
        let entry = entries[type.index]
        precondition(
            entry.kind == .record || entry.kind == .enumeration, "only records and enums have a name")
        return Int(entry.third)
    }

    private func fieldStart(_ record: TypeId, _ index: Int) -> Int {
        let entry = entries[record.index]
        precondition(entry.kind == .record && index < Int(entry.second), "a field of that record")
        return Int(entry.first) + index * ExtraLayout.fieldWidth
    }

    private func caseStart(_ type: TypeId, _ index: Int) -> Int {
        let entry = entries[type.index]
        precondition(entry.kind == .enumeration && index < Int(entry.second), "a case of that enum")
        return Int(entry.first) + index * ExtraLayout.caseWidth
    }

    private func payloadStart(_ type: TypeId, _ index: Int, _ position: Int) -> Int {
        let start = caseStart(type, index)
        precondition(position < Int(extras[start + 3]), "a payload of that case")
        return Int(extras[start + 2]) + position * ExtraLayout.payloadWidth
    }

    private func text(_ offset: UInt32, _ length: UInt32) -> String {
        String(decoding: bytes[Int(offset)..<Int(offset + length)], as: UTF8.self)
    }
}
