// Maps, ranges and Json.
import WfBuiltins
import WfValue

func mapBuiltin(_ o: Operands, _ builtin: Builtin) throws(Trap) -> Int {
    let (base, context) = (o.base, o.context)
    switch builtin {
    case .mapCount: return base.mapCount(o[0])
    case .mapIsEmpty: return base.mapCount(o[0]) == 0 ? 1 : 0
    case .mapKeys, .mapValues:
        let row = o.row(o.type(0))
        let isKeys = builtin == .mapKeys
        let count = base.mapCount(o[0])
        let list = try claimList(
            context, count: count, references: !o.row(isKeys ? row.first : row.second).isWord)
        for index in 0..<count {
            base.setElement(list, index, isKeys ? base.mapKey(o[0], index) : base.mapValue(o[0], index))
        }
        return list
    case .mapEntries: return try mapEntries(o)
    case .mapHas: return mapFind(base, o[0], o[1]) >= 0 ? 1 : 0
    case .mapGet:
        let entry = mapFind(base, o[0], o[1])
        let value = entry < 0 ? o[2] : base.mapValue(o[0], entry)
        return o.row(o.resultType).isWord ? value : o.alias(value)
    case .mapWith:
        let map = try freshMap(o, room: base.mapCount(o[0]) + 1)
        if base.header(map) & 0x100 != 0 { share(base, o[1]) }
        return try mapInsert(context, map, o[1], o[2])
    case .mapRemove:
        let removed = mapFind(base, o[0], o[1])
        if removed < 0 { return o[0] == 0 ? try freshMap(o, room: 0) : o.alias(o[0]) }
        let count = base.mapCount(o[0])
        var map = try claimMap(context, layout: mapLayout(context, o.type(0)), room: count - 1)
        for index in 0..<count where index != removed {
            map = try mapInsert(context, map, base.mapKey(o[0], index), base.mapValue(o[0], index))
        }
        return map
    case .mapMerged: return try merged(o, try freshMap(o, room: base.mapCount(o[0]) + base.mapCount(o[1])))
    case .mapSorted: return try sortedMap(o)

    case .rangeCount:
        let (start, end) = (base.field(o[0], 0), base.field(o[0], 1))
        if end <= start { return 0 }
        let (count, overflow) = end.subtractingReportingOverflow(start)
        if overflow { throw o.overflow() }
        return count
    case .rangeIsEmpty: return base.field(o[0], 1) <= base.field(o[0], 0) ? 1 : 0
    case .rangeStart: return base.field(o[0], 0)
    case .rangeEnd: return base.field(o[0], 1)
    case .rangeContains: return o[1] >= base.field(o[0], 0) && o[1] < base.field(o[0], 1) ? 1 : 0
    case .rangeToList:
        let (start, end) = (base.field(o[0], 0), base.field(o[0], 1))
        let (count, overflow) = max(end, start).subtractingReportingOverflow(start)
        if overflow || count > MachineLimits.elementsMax { throw raiseMemory(context) }
        let list = try claimList(context, count: count, references: false)
        for index in 0..<count { base.setElement(list, index, start + index) }
        return list
    default: throw o.fail(.failed, "this built-in is expanded where it is called")
    }
}

private func freshMap(_ o: Operands, room: Int) throws(Trap) -> Int {
    if o[0] == 0 || o.base.kind(o[0]) != ObjectKind.map {
        return try claimMap(o.context, layout: mapLayout(o.context, o.resultType), room: room)
    }
    return try copyMap(o.context, o[0], room: room)
}

/// Adds the entries of the second operand to a fresh map.
private func merged(_ o: Operands, _ start: Int) throws(Trap) -> Int {
    var map = start
    for index in 0..<o.base.mapCount(o[1]) {
        map = try mapInsert(o.context, map, o.base.mapKey(o[1], index), o.base.mapValue(o[1], index))
    }
    return map
}

func jsonBuiltin(_ o: Operands, _ builtin: Builtin) throws(Trap) -> Int {
    let (base, context) = (o.base, o.context)
    let json = o[0]
    let kind = base.kind(json)
    switch builtin {
    case .jsonIsNull: return jsonRank(base, json) == 0 ? 1 : 0
    case .jsonKind:
        let names: [StaticString] = ["null", "bool", "bool", "number", "string", "array", "object"]
        return try makeText(context, "\(names[jsonRank(base, json)])")
    case .jsonKeys:
        let count = kind == ObjectKind.map ? base.mapCount(json) : 0
        let list = try claimList(context, count: count, references: true)
        for index in 0..<count { base.setElement(list, index, base.mapKey(json, index)) }
        return list
    case .jsonCount:
        return kind == ObjectKind.map
            ? base.mapCount(json) : (kind == ObjectKind.list ? base.listCount(json) : 0)
    case .jsonElements:
        return kind == ObjectKind.list ? o.alias(json) : try claimList(context, count: 0, references: true)
    case .jsonFields:
        return kind == ObjectKind.map ? o.alias(json) : try claimMap(context, layout: 3, room: 0)
    case .jsonField:
        let entry = kind == ObjectKind.map ? mapFind(base, json, o[1]) : -1
        return entry < 0 ? context.pointee.jsonNull : present(o, base.mapValue(json, entry))
    case .jsonAt:
        guard kind == ObjectKind.list, o[1] >= 0, o[1] < base.listCount(json) else {
            return context.pointee.jsonNull
        }
        return present(o, base.element(json, o[1]))
    case .jsonHas: return kind == ObjectKind.map && mapFind(base, json, o[1]) >= 0 ? 1 : 0
    case .jsonText:
        context.pointee.scratch.truncate(to: 0)
        try writeJson(context, TypeId.json.raw, json, 0)
        return try makeText(context, context.pointee.scratch.written)
    case .jsonWith:
        if kind != ObjectKind.map && jsonRank(base, json) != 0 {
            throw o.fail(.decode, "expected an object or null, found another kind of Json")
        }
        let map = try jsonMap(o, room: 1)
        share(base, o[1])
        return try mapInsert(context, map, o[1], o[2])
    case .jsonMerged:
        if kind != ObjectKind.map || base.kind(o[1]) != ObjectKind.map { return present(o, o[1]) }
        return try merged(o, try jsonMap(o, room: base.mapCount(o[1])))
    default: throw o.fail(.failed, "this built-in is expanded where it is called")
    }
}

private func present(_ o: Operands, _ json: Int) -> Int {
    json == 0 ? o.context.pointee.jsonNull : o.alias(json)
}

/// A copy of the first operand's fields with room for some more.
private func jsonMap(_ o: Operands, room: Int) throws(Trap) -> Int {
    guard o.base.kind(o[0]) == ObjectKind.map else { return try claimMap(o.context, layout: 3, room: room) }
    return try copyMap(o.context, o[0], room: o.base.mapCount(o[0]) + room)
}
