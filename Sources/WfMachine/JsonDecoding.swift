// JSON text straight into memory, by type: nothing between the text and the objects. What it accepts is what
// WfValue's JsonToBinary accepts; when it refuses, that one is asked for the words.
import WfValue

/// The value that a String's JSON text holds.
func decodeText(_ context: Context, _ type: UInt32, _ text: Int) throws(Trap) -> Int {
    let bytes = context.pointee.base.textBytes(text)
    if let value = readJsonText(context, type, bytes) { return value }
    if context.pointee.isMemoryExhausted { throw raiseMemory(context) }
    throw describeText(context, type, bytes)
}

/// The value that the bytes hold, or nil.
func readJsonText(_ context: Context, _ type: UInt32, _ bytes: UnsafeRawBufferPointer) -> Int? {
    context.pointee.isMemoryExhausted = false
    context.pointee.stackCount = 0
    var decoder = JsonDecoder(context: context, reader: JsonReader(bytes))
    do throws(JsonFault) {
        let value = try decoder.value(type)
        try decoder.reader.expectEnd()
        return value
    } catch {
        return nil
    }
}

/// The fault of a text that does not fit, in the words of the one who knows them.
private func describeText(_ context: Context, _ type: UInt32, _ bytes: UnsafeRawBufferPointer) -> Trap {
    let message = context.pointee.machine._withUnsafeGuaranteedRef { machine -> String in
        var ignored = ByteWriter()
        do throws(JsonError) {
            try machine.plan.types.readJson(bytes, as: TypeId(raw: type), into: &ignored)
            return "the text is JSON of another form"
        } catch {
            return error.description
        }
    }
    return raise(context, .decode, message)
}

/// The fault of a Json that is not a value of the type.
func describeMismatch(_ context: Context, _ type: UInt32, _ json: Int) -> Trap {
    context.pointee.scratch.truncate(to: 0)
    do throws(Trap) {
        try writeJson(context, TypeId.json.raw, json, 0)
    } catch {
        return raise(context, .decode, "the Json holds a number that JSON cannot write")
    }
    return describeText(context, type, context.pointee.scratch.written)
}

extension MachineContext {
    /// Puts a word on the work stack.
    @inline(__always)
    mutating func push(_ word: Int) {
        if _slowPath(stackCount == stackRoom) { growStack() }
        stack[stackCount] = word
        stackCount += 1
    }

    @inline(never)
    private mutating func growStack() {
        let room = max(stackRoom * 2, 1024)
        let larger = UnsafeMutablePointer<Int>.allocate(capacity: room)
        larger.update(from: stack, count: stackCount)
        stack.deallocate()
        stack = larger
        stackRoom = room
    }
}

private struct JsonDecoder {
    let context: Context
    var reader: JsonReader

    private func refused() -> JsonFault { JsonFault(.mismatch, at: 0) }

    @inline(__always)
    private func checked(_ object: Int) throws(JsonFault) -> Int {
        if _slowPath(object == 0) { throw refused() }
        return object
    }

    /// The value of a claim; a refusal for memory is noted in the context.
    @inline(__always)
    private func claimed(_ work: () throws(Trap) -> Int) throws(JsonFault) -> Int {
        do throws(Trap) { return try work() } catch {
            context.pointee.isMemoryExhausted = true
            throw refused()
        }
    }

    mutating func value(_ type: UInt32) throws(JsonFault) -> Int {
        let row = context.pointee.types[Int(type)]
        let kind = try reader.peekValue()
        switch row.kind {
        case .string, .path:
            guard kind == .string else { break }
            return try text(try reader.readString())
        case .int:
            guard kind == .number, let number = try reader.readNumber().asWholeInt else { break }
            return number
        case .float:
            guard kind == .number, let number = try reader.readNumber().asDouble else { break }
            return wordOf(number)
        case .bool:
            guard kind == .true || kind == .false else { break }
            try reader.readLiteral(kind)
            return kind == .true ? 1 : 0
        case .record:
            guard kind == .object else { break }
            let object = try checked(allocate(context, 8 + Int(row.second) * 8))
            context.pointee.base.setHeader(object, row.header)
            try members(row.first, row.second, object + 8, isOpen: row.isOpen)
            return object
        case .list:
            guard kind == .array else { break }
            return try list(row.first)
        case .optional:
            if kind == .null {
                try reader.readLiteral(.null)
                return 0
            }
            let value = try value(row.first)
            if !context.pointee.types[Int(row.first)].isWord { return value }
            return try claimed { () throws(Trap) in try makeBox(context, value) }
        case .decimal:
            let found: DecimalValue?
            if kind == .number {
                found = try reader.readNumber().asScaledDecimal
            } else if kind == .string {
                let place = context.pointee.top
                let text = try text(try reader.readString())
                found = DecimalValue(context.pointee.base.textBytes(text))
                context.pointee.top = place
            } else {
                found = nil
            }
            guard let found else { break }
            return try claimed { () throws(Trap) in try makeDecimal(context, found) }
        case .json: return try json(kind)
        case .map:
            guard kind == .object else { break }
            return try map(row)
        case .enumeration:
            guard kind == .string || kind == .object else { break }
            return try enumeration(row, kind)
        case .tuple:
            guard kind == .array else { break }
            let object = try checked(allocate(context, 8 + Int(row.second) * 8))
            context.pointee.base.setHeader(object, row.header)
            try positional(row.first, row.second, object + 8)
            return object
        case .unit:
            guard kind == .null else { break }
            try reader.readLiteral(.null)
            return 0
        case .bytes, .duration, .time:
            guard kind == .string else { break }
            let place = context.pointee.top
            let text = try text(try reader.readString())
            let bytes = context.pointee.base.textBytes(text)
            if row.kind == .bytes {
                context.pointee.scratch.truncate(to: 0)
                guard context.pointee.scratch.appendDecodedBase64(bytes) else { break }
                context.pointee.top = place
                return try claimed { () throws(Trap) in try makeText(context, context.pointee.scratch.written)
                }
            }
            guard let number = row.kind == .time ? TimeText.parse(bytes) : DurationText.parse(bytes) else {
                break
            }
            context.pointee.top = place
            return number
        case .range:
            guard kind == .array, try reader.beginArray() else { break }
            let object = try checked(allocate(context, 24))
            context.pointee.base.setHeader(object, row.header)
            for index in 0..<2 {
                context.pointee.base.setField(object, index, try value(TypeId.int.raw))
                if try reader.nextElement() != (index == 0) { throw refused() }
            }
            return object
        case .poison, .never, .secret, .function, .variable: break
        }
        throw refused()
    }

    @inline(__always)
    private mutating func text(_ string: JsonString) throws(JsonFault) -> Int {
        let room = (string.rawLength &+ 7) & ~7
        let text = try checked(allocate(context, 16 &+ room))
        let base = context.pointee.base
        base.setHeader(text, Header.make(ObjectKind.text, size: room))
        if _fastPath(!string.hasEscapes) {
            base.textStart(text).update(from: string.start, count: string.rawLength)
            base.setTextCount(text, string.rawLength)
        } else {
            base.setTextCount(text, JsonReader.decode(string, into: base.textStart(text)))
        }
        return text
    }

    private mutating func list(_ element: UInt32) throws(JsonFault) -> Int {
        let start = context.pointee.stackCount
        var more = try reader.beginArray()
        while more {
            context.pointee.push(try value(element))
            more = try reader.nextElement()
        }
        return try popList(start, references: !context.pointee.types[Int(element)].isWord)
    }

    private func popList(_ start: Int, references: Bool) throws(JsonFault) -> Int {
        let count = context.pointee.stackCount - start
        let list = try claimed { () throws(Trap) in
            try claimList(context, count: count, references: references)
        }
        let target = (context.pointee.base + (list + 16)).assumingMemoryBound(to: Int.self)
        target.update(from: context.pointee.stack + start, count: count)
        context.pointee.stackCount = start
        return list
    }

    private mutating func positional(_ start: UInt32, _ count: UInt32, _ place: Int) throws(JsonFault) {
        var (index, more) = (0, try reader.beginArray())
        while more {
            if index == Int(count) { throw refused() }
            let member = context.pointee.members[Int(start) + index]
            context.pointee.base.setWord(place + index * 8, try value(member.type))
            index += 1
            more = try reader.nextElement()
        }
        if index != Int(count) { throw refused() }
    }

    /// The fields of a record or the labelled payloads of a case, into the words from `place` on.
    private mutating func members(
        _ start: UInt32, _ count: UInt32, _ place: Int, isOpen: Bool
    ) throws(JsonFault) {
        let rows = context.pointee.members + Int(start)
        let count = Int(count)
        let base = context.pointee.base
        // which are there: bits, or words of the stack where there are more than 64
        var seen: UInt64 = 0
        let flags = context.pointee.stackCount
        if count > 64 { for _ in 0..<count { context.pointee.push(0) } }
        var (next, found) = (0, 0)
        var more = try reader.beginObject()
        while more {
            let key = try reader.readKey()
            var index = next
            if _slowPath(next >= count || key.hasEscapes || !isNamed(rows + next, key.start, key.rawLength)) {
                index = try find(rows, count, next, key)
                if index < 0 {
                    if !isOpen { throw refused() }
                    try reader.skipValue()
                    more = try reader.nextMember()
                    continue
                }
            }
            if count <= 64 {
                if _slowPath(seen >> UInt64(index) & 1 != 0) { throw refused() }
                seen |= 1 << UInt64(index)
            } else {
                if context.pointee.stack[flags + index] != 0 { throw refused() }
                context.pointee.stack[flags + index] = 1
            }
            base.setWord(place &+ index &* 8, try value(rows[index].type))
            found += 1
            next = index + 1
            more = try reader.nextMember()
        }
        if _slowPath(found != count) {
            for index in 0..<count {
                let isSeen =
                    count <= 64 ? seen >> UInt64(index) & 1 != 0 : context.pointee.stack[flags + index] != 0
                if !isSeen { base.setWord(place &+ index &* 8, try absent(rows[index])) }
            }
        }
        context.pointee.stackCount = flags
    }

    private func absent(_ row: MemberRow) throws(JsonFault) -> Int {
        if row.defaultStart != .max {
            let bytes = UnsafeRawBufferPointer(
                start: context.pointee.names + Int(row.defaultStart), count: Int(row.defaultCount))
            var reader = ByteReader(bytes)
            do throws(DecodeError) { return try readBinary(context, row.type, &reader, 0) } catch {
                throw refused()
            }
        }
        if context.pointee.types[Int(row.type)].kind == .optional { return 0 }
        throw refused()
    }

    @inline(__always)
    private func isNamed(
        _ row: UnsafePointer<MemberRow>, _ start: UnsafePointer<UInt8>, _ length: Int
    ) -> Bool {
        Int(row.pointee.nameCount) == length
            && sameBytes(context.pointee.names + Int(row.pointee.nameStart), start, length)
    }

    @inline(never)
    private mutating func find(
        _ rows: UnsafePointer<MemberRow>, _ count: Int, _ next: Int, _ key: JsonString
    ) throws(JsonFault) -> Int {
        let place = context.pointee.top
        var (start, length) = (key.start, key.rawLength)
        if key.hasEscapes {
            let decoded = try text(key)
            start = UnsafePointer(context.pointee.base.textStart(decoded))
            length = context.pointee.base.textCount(decoded)
            context.pointee.top = place
        }
        for turn in 0..<count {
            let index = next + turn < count ? next + turn : next + turn - count
            if isNamed(rows + index, start, length) { return index }
        }
        return -1
    }

    private mutating func map(_ row: TypeRow) throws(JsonFault) -> Int {
        let start = context.pointee.stackCount
        let keyRow = context.pointee.types[Int(row.first)]
        var more = try reader.beginObject()
        while more {
            let key = try reader.readKey()
            let place = context.pointee.top
            var word = try text(key)
            switch keyRow.kind {
            case .string, .path: break
            case .int:
                guard let number = canonicalInt(context.pointee.base.textBytes(word)) else { throw refused() }
                context.pointee.top = place
                word = number
            case .enumeration:
                word = findCase(keyRow, context.pointee.base.textBytes(word))
                context.pointee.top = place
                if word < 0 { throw refused() }
            default: throw refused()
            }
            context.pointee.push(word)
            context.pointee.push(try value(row.second))
            more = try reader.nextMember()
        }
        let layout =
            (keyRow.isWord ? 0 : 1) | (context.pointee.types[Int(row.second)].isWord ? 0 : 2)
        return try popMap(start, layout: layout)
    }

    /// The map of the pairs on the stack from `start` on; refused when a key stands there twice.
    private func popMap(_ start: Int, layout: Int) throws(JsonFault) -> Int {
        let count = (context.pointee.stackCount - start) / 2
        let map = try claimed { () throws(Trap) in
            let map = try claimMap(context, layout: layout, room: count)
            for entry in 0..<count {
                let key = context.pointee.stack[start + entry * 2]
                let value = context.pointee.stack[start + entry * 2 + 1]
                if try mapInsert(context, map, key, value, replaces: false) < 0 { return 0 }
            }
            return map
        }
        context.pointee.stackCount = start
        if map == 0 { throw refused() }
        return map
    }

    private func findCase(_ row: TypeRow, _ name: UnsafeRawBufferPointer) -> Int {
        caseNumber(context, row, name)
    }

    private mutating func enumeration(_ row: TypeRow, _ kind: JsonValueKind) throws(JsonFault) -> Int {
        let place = context.pointee.top
        if kind == .string {
            let name = try text(try reader.readString())
            let number = findCase(row, context.pointee.base.textBytes(name))
            context.pointee.top = place
            if number < 0 { throw refused() }
            if row.isWord { return number }
            let item = context.pointee.cases[Int(row.first) + number]
            if item.memberCount != 0 { throw refused() }
            let object = try checked(allocate(context, 16))
            context.pointee.base.setHeader(object, item.header)
            context.pointee.base.setField(object, 0, number)
            return object
        }
        guard try reader.beginObject() else { throw refused() }
        let name = try text(try reader.readKey())
        let number = findCase(row, context.pointee.base.textBytes(name))
        context.pointee.top = place
        if number < 0 { throw refused() }
        let item = context.pointee.cases[Int(row.first) + number]
        if item.memberCount == 0 { throw refused() }
        let object = try checked(allocate(context, 16 + Int(item.memberCount) * 8))
        context.pointee.base.setHeader(object, item.header)
        context.pointee.base.setField(object, 0, number)
        let valueKind = try reader.peekValue()
        if item.isLabelled {
            if valueKind != .object { throw refused() }
            try members(item.memberStart, item.memberCount, object + 16, isOpen: false)
        } else if item.memberCount == 1 {
            let type = context.pointee.members[Int(item.memberStart)].type
            context.pointee.base.setField(object, 1, try value(type))
        } else {
            if valueKind != .array { throw refused() }
            try positional(item.memberStart, item.memberCount, object + 16)
        }
        if try reader.nextMember() { throw refused() }
        return object
    }

    private mutating func json(_ kind: JsonValueKind) throws(JsonFault) -> Int {
        switch kind {
        case .null, .true, .false:
            try reader.readLiteral(kind)
            return kind == .null
                ? context.pointee.jsonNull
                : (kind == .true ? context.pointee.jsonTrue : context.pointee.jsonFalse)
        case .number:
            let number = try reader.readNumber()
            if let int = number.asInt {
                return try claimed { () throws(Trap) in try makeJsonWord(context, ObjectKind.jsonInt, int) }
            }
            if let decimal = number.asDecimal {
                return try claimed { () throws(Trap) in try makeDecimal(context, decimal) }
            }
            guard let float = number.asDouble else { throw refused() }
            return try claimed { () throws(Trap) in
                try makeJsonWord(context, ObjectKind.jsonFloat, wordOf(float))
            }
        case .string: return try text(try reader.readString())
        case .array:
            let start = context.pointee.stackCount
            var more = try reader.beginArray()
            while more {
                context.pointee.push(try json(try reader.peekValue()))
                more = try reader.nextElement()
            }
            return try popList(start, references: true)
        case .object:
            let start = context.pointee.stackCount
            var more = try reader.beginObject()
            while more {
                context.pointee.push(try text(try reader.readKey()))
                context.pointee.push(try json(try reader.peekValue()))
                more = try reader.nextMember()
            }
            return try popMap(start, layout: 3)
        }
    }
}

/// The number of the case with this name, or -1.
func caseNumber(_ context: Context, _ row: TypeRow, _ name: UnsafeRawBufferPointer) -> Int {
    guard let start = name.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return -1 }
    for index in 0..<Int(row.second) {
        let item = context.pointee.cases[Int(row.first) + index]
        if Int(item.nameCount) == name.count
            && sameBytes(context.pointee.names + Int(item.nameStart), start, name.count)
        {
            return index
        }
    }
    return -1
}

@inline(__always)
func sameBytes(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    var offset = 0
    while offset &+ 8 <= count {
        let one = UnsafeRawPointer(left + offset).loadUnaligned(as: UInt64.self)
        let two = UnsafeRawPointer(right + offset).loadUnaligned(as: UInt64.self)
        if one != two { return false }
        offset &+= 8
    }
    while offset < count {
        if left[offset] != right[offset] { return false }
        offset &+= 1
    }
    return true
}

/// `[-]digits` within Int64, without leading zeros, `+` or `-0`: the form of map keys.
func canonicalInt(_ text: UnsafeRawBufferPointer) -> Int? {
    guard let number = parseInt(text) else { return nil }
    var writer = ByteWriter()
    writer.appendIntText(number)
    return writer.written.elementsEqual(text) ? number : nil
}

/// `[+-]digits` within Int64.
func parseInt(_ text: UnsafeRawBufferPointer) -> Int? {
    var index = 0
    var isNegative = false
    if let first = text.first, first == 0x2D || first == 0x2B {
        isNegative = first == 0x2D
        index = 1
    }
    if index == text.count { return nil }
    var value = 0
    while index < text.count {
        let digit = text[index] &- 0x30
        if digit > 9 { return nil }
        let (scaled, first) = value.multipliedReportingOverflow(by: 10)
        let (next, second) = scaled.subtractingReportingOverflow(Int(digit))
        if first || second { return nil }
        value = next
        index += 1
    }
    if isNegative { return value }
    return value == Int.min ? nil : -value
}
