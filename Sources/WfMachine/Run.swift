// The loop. Its state (pc, r, frame, fuel, base) is in locals and nowhere else; anything that allocates or
// walks is in functions that are not inlined. It trusts the code, which the verifier has passed.
// `scripts/check-dispatch` holds it to one indirect jump per opcode and no reference counting.
import WfPlan

// Operand fields of an instruction word.
@inline(__always) private func fieldA(_ at: UnsafeRawPointer) -> Int {
    Int(at.load(fromByteOffset: 2, as: UInt16.self))
}
@inline(__always) private func fieldB(_ at: UnsafeRawPointer) -> Int {
    Int(at.load(fromByteOffset: 4, as: UInt16.self))
}
@inline(__always) private func fieldC(_ at: UnsafeRawPointer) -> Int {
    Int(at.load(fromByteOffset: 6, as: UInt16.self))
}
@inline(__always) private func fieldD(_ at: UnsafeRawPointer) -> Int {
    Int(at.load(fromByteOffset: 1, as: UInt8.self))
}
@inline(__always) private func signedB(_ at: UnsafeRawPointer) -> Int {
    Int(at.load(fromByteOffset: 4, as: Int16.self))
}
@inline(__always) private func signedC(_ at: UnsafeRawPointer) -> Int {
    Int(at.load(fromByteOffset: 6, as: Int16.self))
}
@inline(__always) private func signedBX(_ at: UnsafeRawPointer) -> Int {
    Int(at.load(fromByteOffset: 4, as: Int32.self))
}
@inline(__always) private func unsignedBX(_ at: UnsafeRawPointer) -> Int {
    Int(at.load(fromByteOffset: 4, as: UInt32.self))
}
/// The whole instruction, for slow functions.
@inline(__always) private func whole(_ at: UnsafeRawPointer) -> UInt64 { at.load(as: UInt64.self) }
@inline(__always) private func float(_ word: Int) -> Double {
    Double(bitPattern: UInt64(UInt(bitPattern: word)))
}
@inline(__always) private func bits(_ float: Double) -> Int { Int(bitPattern: UInt(float.bitPattern)) }

/// `value % divisor`: two multiplications where the value has at most 32 bits.
@inline(__always) private func remainder(_ value: Int, _ known: Reciprocal) -> Int {
    if _slowPath(value >> 32 != 0) { return value % known.divisor }
    let fraction = known.multiplier &* UInt64(truncatingIfNeeded: value)
    return Int(
        truncatingIfNeeded: fraction.multipliedFullWidth(by: UInt64(truncatingIfNeeded: known.divisor)).high)
}

/// Notes where the run stopped. Always answers false.
@inline(never)
private func stop(_ context: Context, _ pc: UnsafePointer<UInt64>, _ fuel: Int, _ kind: FaultKind) -> Bool {
    context.pointee.trapPc = pc
    context.pointee.fuelLeft = fuel
    context.pointee.trap = kind
    return false
}

/// The same for a slow function that has noted kind and words.
@inline(never)
private func stop(_ context: Context, _ pc: UnsafePointer<UInt64>, _ fuel: Int) -> Bool {
    context.pointee.trapPc = pc
    context.pointee.fuelLeft = fuel
    return false
}

/// Runs from `start` in the frame that the context holds until the outermost frame returns (true) or it faults (false).
/// Where the fuel has run out, the instruction before `trapPc` has not begun: a refill may go on there.
@inline(never)
func execute(_ context: Context, _ start: UnsafePointer<UInt64>, _ fuelGiven: Int) -> Bool {
    var pc = start
    var frame = context.pointee.frame
    var r = frame.pointee.registers
    var fuel = fuelGiven
    let base = context.pointee.base
    // 0, but not to the compiler, which would call `memset` for a word or two
    let nothing = base.word(0)
    while true {
        let w = UnsafeRawPointer(pc)
        pc += 1
        switch w.load(as: Opcode.self) {
        // moves
        case .mov: r[fieldA(w)] = r[fieldB(w)]
        case .ldi: r[fieldA(w)] = signedBX(w)
        case .ldk: r[fieldA(w)] = context.pointee.constants[unsignedBX(w)]
        case .ldnull: r[fieldA(w)] = 0
        case .some:
            // D = 1 (set when the plan was opened): a reference is its own optional
            if fieldD(w) == 1 {
                r[fieldA(w)] = r[fieldB(w)]
            } else if !slowSome(context, r, whole(w)) {
                return stop(context, pc, fuel)
            }
        case .unwrap:
            let optional = r[fieldB(w)]
            if _slowPath(optional == 0) { return stop(context, pc, fuel, .null) }
            r[fieldA(w)] = fieldD(w) == 1 ? optional : base.word(optional &+ 8)
        case .share:
            let object = r[fieldA(w)]
            let header = base.header(object)
            if header & (Header.shared | 15) != 0 && header & Header.shared == 0 {
                base.setHeader(object, header | Header.shared)
            }
        case .cellget:
            if context.pointee.cellStates[fieldB(w)] != 0 {
                r[fieldA(w)] = context.pointee.cells[fieldB(w)]
                pc += signedC(w)
            }
        case .cellset: slowCellSet(context, r, whole(w))

        // whole numbers
        case .add:
            let (value, overflow) = r[fieldB(w)].addingReportingOverflow(r[fieldC(w)])
            if _slowPath(overflow) { return stop(context, pc, fuel, .overflow) }
            r[fieldA(w)] = value
            if fieldD(w) == 1 {
                // D = 1 (set when the plan was opened): what follows is the remainder of this by a reciprocal
                let next = UnsafeRawPointer(pc)
                pc += 1
                r[fieldA(next)] = remainder(value, context.pointee.reciprocals[fieldC(next)])
            }
        case .sub:
            let (value, overflow) = r[fieldB(w)].subtractingReportingOverflow(r[fieldC(w)])
            if _slowPath(overflow) { return stop(context, pc, fuel, .overflow) }
            r[fieldA(w)] = value
        case .mul:
            let (value, overflow) = r[fieldB(w)].multipliedReportingOverflow(by: r[fieldC(w)])
            if _slowPath(overflow) { return stop(context, pc, fuel, .overflow) }
            r[fieldA(w)] = value
            if fieldD(w) == 1 {
                // D = 1 (set when the plan was opened): what follows is the remainder of this by a reciprocal
                let next = UnsafeRawPointer(pc)
                pc += 1
                r[fieldA(next)] = remainder(value, context.pointee.reciprocals[fieldC(next)])
            }
        case .div:
            let left = r[fieldB(w)]
            if fieldD(w) == 1 {
                // D = 1 (set when the plan was opened): C is a reciprocal
                let known = context.pointee.reciprocals[fieldC(w)]
                let wide = known.multiplier.multipliedFullWidth(by: UInt64(truncatingIfNeeded: left))
                if _fastPath(left >> 32 == 0) {
                    r[fieldA(w)] = Int(truncatingIfNeeded: wide.high)
                } else {
                    r[fieldA(w)] = left / known.divisor
                }
            } else {
                let right = r[fieldC(w)]
                if _slowPath(right == 0) { return stop(context, pc, fuel, .division) }
                let (value, overflow) = left.dividedReportingOverflow(by: right)
                if _slowPath(overflow) { return stop(context, pc, fuel, .overflow) }
                r[fieldA(w)] = value
            }
        case .rem:
            let left = r[fieldB(w)]
            if fieldD(w) == 1 {
                r[fieldA(w)] = remainder(left, context.pointee.reciprocals[fieldC(w)])
            } else {
                let right = r[fieldC(w)]
                if _slowPath(right == 0) { return stop(context, pc, fuel, .division) }
                r[fieldA(w)] = right == -1 ? 0 : left % right
            }
        case .neg:
            let (value, overflow) = (0).subtractingReportingOverflow(r[fieldB(w)])
            if _slowPath(overflow) { return stop(context, pc, fuel, .overflow) }
            r[fieldA(w)] = value
        case .addi:
            let (value, overflow) = r[fieldB(w)].addingReportingOverflow(signedC(w))
            if _slowPath(overflow) { return stop(context, pc, fuel, .overflow) }
            r[fieldA(w)] = value
            if fieldD(w) == 1 {
                let next = UnsafeRawPointer(pc)
                pc += 1
                r[fieldA(next)] = remainder(value, context.pointee.reciprocals[fieldC(next)])
            }

        // floating point
        case .fadd: r[fieldA(w)] = bits(float(r[fieldB(w)]) + float(r[fieldC(w)]))
        case .fsub: r[fieldA(w)] = bits(float(r[fieldB(w)]) - float(r[fieldC(w)]))
        case .fmul: r[fieldA(w)] = bits(float(r[fieldB(w)]) * float(r[fieldC(w)]))
        case .fdiv: r[fieldA(w)] = bits(float(r[fieldB(w)]) / float(r[fieldC(w)]))
        case .fneg: r[fieldA(w)] = bits(-float(r[fieldB(w)]))
        case .itof: r[fieldA(w)] = bits(Double(r[fieldB(w)]))

        // comparisons
        case .eq: r[fieldA(w)] = r[fieldB(w)] == r[fieldC(w)] ? 1 : 0
        case .lt: r[fieldA(w)] = r[fieldB(w)] < r[fieldC(w)] ? 1 : 0
        case .le: r[fieldA(w)] = r[fieldB(w)] <= r[fieldC(w)] ? 1 : 0
        case .feq: r[fieldA(w)] = float(r[fieldB(w)]) == float(r[fieldC(w)]) ? 1 : 0
        case .flt: r[fieldA(w)] = float(r[fieldB(w)]) < float(r[fieldC(w)]) ? 1 : 0
        case .fle: r[fieldA(w)] = float(r[fieldB(w)]) <= float(r[fieldC(w)]) ? 1 : 0
        case .not: r[fieldA(w)] = r[fieldB(w)] == 0 ? 1 : 0
        case .veq: if _slowPath(!slowEqual(context, r, whole(w))) { return stop(context, pc, fuel) }
        case .vcmp: if _slowPath(!slowCompare(context, r, whole(w))) { return stop(context, pc, fuel) }

        // jumps: each one taken costs one unit of fuel
        case .jmp:
            fuel &-= 1
            if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            pc += signedBX(w)
        case .jt:
            if _fastPath(r[fieldA(w)] != 0) {
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
                pc += signedBX(w)
            }
        case .jf:
            if _fastPath(r[fieldA(w)] == 0) {
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
                pc += signedBX(w)
            }
        case .jeq:
            if _fastPath(r[fieldA(w)] == r[fieldB(w)]) {
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
                pc += signedC(w)
            }
        case .jne:
            if _fastPath(r[fieldA(w)] != r[fieldB(w)]) {
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
                pc += signedC(w)
            }
        case .jlt:
            if _fastPath(r[fieldA(w)] < r[fieldB(w)]) {
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
                pc += signedC(w)
            }
        case .jle:
            if _fastPath(r[fieldA(w)] <= r[fieldB(w)]) {
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
                pc += signedC(w)
            }
        case .jeqi:
            if _fastPath(r[fieldA(w)] == signedB(w)) {
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
                pc += signedC(w)
            }
        case .jnei:
            if _fastPath(r[fieldA(w)] != signedB(w)) {
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
                pc += signedC(w)
            }
        case .jlti:
            if _fastPath(r[fieldA(w)] < signedB(w)) {
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
                pc += signedC(w)
            }
        case .jlei:
            if _fastPath(r[fieldA(w)] <= signedB(w)) {
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
                pc += signedC(w)
            }
        case .jgti:
            if _fastPath(r[fieldA(w)] > signedB(w)) {
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
                pc += signedC(w)
            }
        case .jgei:
            if _fastPath(r[fieldA(w)] >= signedB(w)) {
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
                pc += signedC(w)
            }
        case .jflt:
            if _fastPath(float(r[fieldA(w)]) < float(r[fieldB(w)])) {
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
                pc += signedC(w)
            }
        case .jfle:
            if _fastPath(float(r[fieldA(w)]) <= float(r[fieldB(w)])) {
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
                pc += signedC(w)
            }
        case .jfnlt:
            if _fastPath(!(float(r[fieldA(w)]) < float(r[fieldB(w)]))) {
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
                pc += signedC(w)
            }
        case .jfnle:
            if _fastPath(!(float(r[fieldA(w)]) <= float(r[fieldB(w)]))) {
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
                pc += signedC(w)
            }
        case .jnull:
            if _fastPath(r[fieldA(w)] == 0) {
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
                pc += signedBX(w)
            }
        case .jsome:
            if _fastPath(r[fieldA(w)] != 0) {
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
                pc += signedBX(w)
            }
        case .forlt:
            let next = r[fieldA(w)] &+ 1
            r[fieldA(w)] = next
            if _fastPath(next < r[fieldB(w)]) {
                fuel &-= 1
                if _slowPath(fuel < 0) {
                    // A refill goes on with this instruction, from where it began.
                    r[fieldA(w)] = next &- 1
                    return stop(context, pc, fuel, .fuel)
                }
                pc += signedC(w)
            }
        case .switch:
            let count = signedBX(w)
            let chosen = r[fieldA(w)]
            let table = UnsafeRawPointer(pc)
            if UInt(bitPattern: chosen) < UInt(bitPattern: count) {
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            }
            pc += (count &+ 1) >> 1
            if UInt(bitPattern: chosen) < UInt(bitPattern: count) {
                pc += Int(table.load(fromByteOffset: chosen &* 4, as: Int32.self))
            }

        // calls
        case .call:
            let function = context.pointee.functions + unsignedBX(w)
            let callee = frame.pointee.registersEnd
            let end = callee + Int(function.pointee.registerCount)
            let next = frame + 1
            fuel &-= 1
            if _slowPath(end > context.pointee.registersEnd || next == context.pointee.framesEnd) {
                return stop(context, pc, fuel, .depth)
            }
            if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            let count = fieldD(w)
            let arguments = UnsafeRawPointer(pc)
            var index = 0
            while index < count {
                callee[index] = r[Int(arguments.load(fromByteOffset: index &* 2, as: UInt16.self))]
                index &+= 1
            }
            pc += (count &+ 3) >> 2
            var zero = callee + Int(function.pointee.zeroStart)
            let zeroEnd = zero + Int(function.pointee.zeroCount)
            while zero < zeroEnd {
                zero.pointee = nothing
                zero += 1
            }
            next.pointee.pc = pc
            next.pointee.registers = callee
            next.pointee.registersEnd = end
            next.pointee.destination = r + fieldA(w)
            next.pointee.function = function
            frame = next
            context.pointee.frame = next
            r = callee
            pc = function.pointee.code
        case .call1:
            let function = context.pointee.functions + fieldB(w)
            let callee = frame.pointee.registersEnd
            let end = callee + Int(function.pointee.registerCount)
            let next = frame + 1
            fuel &-= 1
            if _slowPath(end > context.pointee.registersEnd || next == context.pointee.framesEnd) {
                return stop(context, pc, fuel, .depth)
            }
            if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            callee[0] = r[fieldC(w)]
            var zero = callee + Int(function.pointee.zeroStart)
            let zeroEnd = zero + Int(function.pointee.zeroCount)
            while zero < zeroEnd {
                zero.pointee = nothing
                zero += 1
            }
            next.pointee.pc = pc
            next.pointee.registers = callee
            next.pointee.registersEnd = end
            next.pointee.destination = r + fieldA(w)
            next.pointee.function = function
            frame = next
            context.pointee.frame = next
            r = callee
            pc = function.pointee.code
        case .ret:
            let value = r[fieldA(w)]
            frame.pointee.destination.pointee = value
            pc = frame.pointee.pc
            frame -= 1
            context.pointee.frame = frame
            r = frame.pointee.registers
        case .closure:
            if _slowPath(!slowClosure(context, r, whole(w), pc)) { return stop(context, pc, fuel) }
            pc += (fieldD(w) &+ 3) >> 2
        case .callv:
            let closure = r[fieldB(w)]
            if _slowPath(closure == 0) { return stop(context, pc, fuel, .null) }
            let bound = Header.size(base.header(closure)) &- 1
            let function = context.pointee.functions + base.field(closure, 0)
            let callee = frame.pointee.registersEnd
            let end = callee + Int(function.pointee.registerCount)
            let next = frame + 1
            fuel &-= 1
            if _slowPath(end > context.pointee.registersEnd || next == context.pointee.framesEnd) {
                return stop(context, pc, fuel, .depth)
            }
            if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            var index = 0
            while index < bound {
                callee[index] = base.field(closure, index &+ 1)
                index &+= 1
            }
            let count = fieldD(w)
            let arguments = UnsafeRawPointer(pc)
            index = 0
            while index < count {
                callee[bound &+ index] = r[Int(arguments.load(fromByteOffset: index &* 2, as: UInt16.self))]
                index &+= 1
            }
            pc += (count &+ 3) >> 2
            var zero = callee + Int(function.pointee.zeroStart)
            let zeroEnd = zero + Int(function.pointee.zeroCount)
            while zero < zeroEnd {
                zero.pointee = nothing
                zero += 1
            }
            next.pointee.pc = pc
            next.pointee.registers = callee
            next.pointee.registersEnd = end
            next.pointee.destination = r + fieldA(w)
            next.pointee.function = function
            frame = next
            context.pointee.frame = next
            r = callee
            pc = function.pointee.code
        case .bcall:
            if _slowPath(!slowBuiltin(context, r, whole(w), pc)) { return stop(context, pc, fuel) }
            pc += (fieldD(w) &+ 3) >> 2

        // objects
        case .new:
            let count = fieldD(w)
            let bytes = 8 &+ count &* 8
            var object = context.pointee.top
            if _slowPath(object &+ bytes > context.pointee.softEnd) {
                if _slowPath(!slowReserve(context, bytes)) { return stop(context, pc, fuel) }
                object = context.pointee.top
            }
            context.pointee.top = object &+ bytes
            base.setHeader(object, context.pointee.types[fieldB(w)].header)
            let arguments = UnsafeRawPointer(pc)
            var index = 0
            while index < count {
                base.setField(
                    object, index, r[Int(arguments.load(fromByteOffset: index &* 2, as: UInt16.self))])
                index &+= 1
            }
            pc += (count &+ 3) >> 2
            r[fieldA(w)] = object
        case .get: r[fieldA(w)] = base.field(r[fieldB(w)], fieldC(w))
        case .enew:
            if _slowPath(!slowCase(context, r, whole(w), pc)) { return stop(context, pc, fuel) }
            pc += (fieldD(w) &+ 3) >> 2
        case .tag: r[fieldA(w)] = base.field(r[fieldB(w)], 0)
        case .payload:
            let object = r[fieldB(w)]
            if _slowPath(base.field(object, 0) != fieldD(w)) { return stop(context, pc, fuel, .null) }
            r[fieldA(w)] = base.field(object, fieldC(w) &+ 1)
        case .concat:
            if _slowPath(!slowConcat(context, r, whole(w), pc)) { return stop(context, pc, fuel) }
            pc += (fieldD(w) &+ 3) >> 2
        case .text: if _slowPath(!slowText(context, r, whole(w))) { return stop(context, pc, fuel) }
        case .lnew:
            if _slowPath(!slowList(context, r, whole(w), pc)) { return stop(context, pc, fuel) }
            pc += (fieldD(w) &+ 3) >> 2
        case .llen: r[fieldA(w)] = base.listCount(r[fieldB(w)])
        case .lget:
            let list = r[fieldB(w)]
            let index = r[fieldC(w)]
            let count = base.listCount(list)
            if _slowPath(UInt(bitPattern: index) >= UInt(bitPattern: count)) {
                noteIndex(context, index, count)
                return stop(context, pc, fuel)
            }
            r[fieldA(w)] = base.element(list, index)
        case .lset:
            let list = r[fieldA(w)]
            let index = r[fieldB(w)]
            let count = base.listCount(list)
            if _slowPath(UInt(bitPattern: index) >= UInt(bitPattern: count)) {
                noteIndex(context, index, count)
                return stop(context, pc, fuel)
            }
            if _fastPath(!base.isShared(list)) {
                base.setElement(list, index, r[fieldC(w)])
            } else if !slowListSet(context, r, whole(w)) {
                return stop(context, pc, fuel)
            }
        case .lpush:
            let list = r[fieldA(w)]
            let header = base.header(list)
            let count = base.listCount(list)
            if _fastPath(header & Header.shared == 0 && count < Header.size(header)) {
                base.setElement(list, count, r[fieldB(w)])
                base.setWord(list &+ 8, count &+ 1)
            } else if !slowPush(context, r, whole(w)) {
                return stop(context, pc, fuel)
            }
        case .mnew: if _slowPath(!slowMap(context, r, whole(w))) { return stop(context, pc, fuel) }
        case .mlen: r[fieldA(w)] = base.mapCount(r[fieldB(w)])
        case .mget: if _slowPath(!slowMapGet(context, r, whole(w))) { return stop(context, pc, fuel) }
        case .mset: if _slowPath(!slowMapSet(context, r, whole(w))) { return stop(context, pc, fuel) }
        case .mkey:
            let map = r[fieldB(w)]
            let index = r[fieldC(w)]
            if _slowPath(UInt(bitPattern: index) >= UInt(bitPattern: base.mapCount(map))) {
                noteIndex(context, index, base.mapCount(map))
                return stop(context, pc, fuel)
            }
            r[fieldA(w)] = base.mapKey(map, index)
        case .mval:
            let map = r[fieldB(w)]
            let index = r[fieldC(w)]
            if _slowPath(UInt(bitPattern: index) >= UInt(bitPattern: base.mapCount(map))) {
                noteIndex(context, index, base.mapCount(map))
                return stop(context, pc, fuel)
            }
            r[fieldA(w)] = base.mapValue(map, index)

        // Json
        case .tojson: if _slowPath(!slowToJson(context, r, whole(w))) { return stop(context, pc, fuel) }
        case .fromjson: if _slowPath(!slowFromJson(context, r, whole(w))) { return stop(context, pc, fuel) }
        case .tryjson: if _slowPath(!slowTryJson(context, r, whole(w))) { return stop(context, pc, fuel) }
        case .decode: if _slowPath(!slowDecode(context, r, whole(w))) { return stop(context, pc, fuel) }
        case .jsontext: if _slowPath(!slowJsonText(context, r, whole(w))) { return stop(context, pc, fuel) }

        // faults
        case .fail:
            noteFailure(context, r, whole(w))
            return stop(context, pc, fuel)
        case .cover:
            if let covered = context.pointee.covered { covered[unsignedBX(w)] = 1 }
        case .unreachable:
            // D = 1 is behind the outermost call, and never in a plan
            if fieldD(w) == 1 {
                context.pointee.fuelLeft = fuel
                return true
            }
            return stop(context, pc, fuel, .failed)
        }
    }
}
