// The loop. Its state (pc, r, frame, fuel, base) is in locals and nowhere else; anything that allocates or walks
// is in functions that are not inlined. It trusts the code, which the verifier has passed. `scripts/check-dispatch`
// holds it to one indirect jump per opcode and no reference counting.
import WfPlan

// Operand fields of an instruction word.
@inline(__always) private func fieldA(_ word: UInt64) -> Int { Int(UInt16(truncatingIfNeeded: word >> 16)) }
@inline(__always) private func fieldB(_ word: UInt64) -> Int { Int(UInt16(truncatingIfNeeded: word >> 32)) }
@inline(__always) private func fieldC(_ word: UInt64) -> Int { Int(word >> 48) }
@inline(__always) private func fieldD(_ word: UInt64) -> Int { Int(UInt8(truncatingIfNeeded: word >> 8)) }
@inline(__always) private func signedB(_ word: UInt64) -> Int { Int(Int16(truncatingIfNeeded: word >> 32)) }
@inline(__always) private func signedC(_ word: UInt64) -> Int { Int(Int64(bitPattern: word) >> 48) }
@inline(__always) private func signedBX(_ word: UInt64) -> Int { Int(Int64(bitPattern: word) >> 32) }
@inline(__always) private func float(_ word: Int) -> Double { Double(bitPattern: UInt64(UInt(bitPattern: word))) }
@inline(__always) private func bits(_ float: Double) -> Int { Int(bitPattern: UInt(float.bitPattern)) }

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

/// Runs from `start` in the frame that the context holds until that frame returns (true) or faults (false).
@inline(never)
func execute(_ context: Context, _ start: UnsafePointer<UInt64>, _ fuelGiven: Int) -> Bool {
    var pc = start
    var frame = context.pointee.frame
    var r = frame.pointee.registers
    var fuel = fuelGiven
    let base = context.pointee.base
    while true {
        let w = pc.pointee
        pc += 1
        switch unsafeBitCast(UInt8(truncatingIfNeeded: w), to: Opcode.self) {
        // moves
        case .mov: r[fieldA(w)] = r[fieldB(w)]
        case .ldi: r[fieldA(w)] = signedBX(w)
        case .ldk: r[fieldA(w)] = context.pointee.constants[Int(w >> 32)]
        case .ldnull: r[fieldA(w)] = 0
        case .some:
            // D = 1 (set when the plan was opened): a reference is its own optional
            if fieldD(w) == 1 {
                r[fieldA(w)] = r[fieldB(w)]
            } else if !slowSome(context, r, w) {
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
        case .cellset: slowCellSet(context, r, w)

        // whole numbers
        case .add:
            let (value, overflow) = r[fieldB(w)].addingReportingOverflow(r[fieldC(w)])
            if _slowPath(overflow) { return stop(context, pc, fuel, .overflow) }
            r[fieldA(w)] = value
        case .sub:
            let (value, overflow) = r[fieldB(w)].subtractingReportingOverflow(r[fieldC(w)])
            if _slowPath(overflow) { return stop(context, pc, fuel, .overflow) }
            r[fieldA(w)] = value
        case .mul:
            let (value, overflow) = r[fieldB(w)].multipliedReportingOverflow(by: r[fieldC(w)])
            if _slowPath(overflow) { return stop(context, pc, fuel, .overflow) }
            r[fieldA(w)] = value
        case .div:
            let (left, right) = (r[fieldB(w)], r[fieldC(w)])
            if _slowPath(right == 0) { return stop(context, pc, fuel, .division) }
            if _fastPath((left | right) >> 32 == 0) {
                r[fieldA(w)] = Int(
                    UInt32(truncatingIfNeeded: left) / UInt32(truncatingIfNeeded: right))
            } else {
                let (value, overflow) = left.dividedReportingOverflow(by: right)
                if _slowPath(overflow) { return stop(context, pc, fuel, .overflow) }
                r[fieldA(w)] = value
            }
        case .rem:
            let (left, right) = (r[fieldB(w)], r[fieldC(w)])
            if _slowPath(right == 0) { return stop(context, pc, fuel, .division) }
            if _fastPath((left | right) >> 32 == 0) {
                r[fieldA(w)] = Int(
                    UInt32(truncatingIfNeeded: left) % UInt32(truncatingIfNeeded: right))
            } else {
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
        case .veq: if _slowPath(!slowEqual(context, r, w)) { return stop(context, pc, fuel) }
        case .vcmp: if _slowPath(!slowCompare(context, r, w)) { return stop(context, pc, fuel) }

        // jumps: each one taken costs one unit of fuel
        case .jmp:
            pc += signedBX(w)
            fuel &-= 1
            if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
        case .jt:
            if _fastPath(r[fieldA(w)] != 0) {
                pc += signedBX(w)
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            }
        case .jf:
            if _fastPath(r[fieldA(w)] == 0) {
                pc += signedBX(w)
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            }
        case .jeq:
            if _fastPath(r[fieldA(w)] == r[fieldB(w)]) {
                pc += signedC(w)
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            }
        case .jne:
            if _fastPath(r[fieldA(w)] != r[fieldB(w)]) {
                pc += signedC(w)
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            }
        case .jlt:
            if _fastPath(r[fieldA(w)] < r[fieldB(w)]) {
                pc += signedC(w)
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            }
        case .jle:
            if _fastPath(r[fieldA(w)] <= r[fieldB(w)]) {
                pc += signedC(w)
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            }
        case .jeqi:
            if _fastPath(r[fieldA(w)] == signedB(w)) {
                pc += signedC(w)
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            }
        case .jnei:
            if _fastPath(r[fieldA(w)] != signedB(w)) {
                pc += signedC(w)
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            }
        case .jlti:
            if _fastPath(r[fieldA(w)] < signedB(w)) {
                pc += signedC(w)
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            }
        case .jlei:
            if _fastPath(r[fieldA(w)] <= signedB(w)) {
                pc += signedC(w)
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            }
        case .jgti:
            if _fastPath(r[fieldA(w)] > signedB(w)) {
                pc += signedC(w)
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            }
        case .jgei:
            if _fastPath(r[fieldA(w)] >= signedB(w)) {
                pc += signedC(w)
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            }
        case .jflt:
            if _fastPath(float(r[fieldA(w)]) < float(r[fieldB(w)])) {
                pc += signedC(w)
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            }
        case .jfle:
            if _fastPath(float(r[fieldA(w)]) <= float(r[fieldB(w)])) {
                pc += signedC(w)
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            }
        case .jfnlt:
            if _fastPath(!(float(r[fieldA(w)]) < float(r[fieldB(w)]))) {
                pc += signedC(w)
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            }
        case .jfnle:
            if _fastPath(!(float(r[fieldA(w)]) <= float(r[fieldB(w)]))) {
                pc += signedC(w)
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            }
        case .jnull:
            if _fastPath(r[fieldA(w)] == 0) {
                pc += signedBX(w)
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            }
        case .jsome:
            if _fastPath(r[fieldA(w)] != 0) {
                pc += signedBX(w)
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            }
        case .forlt:
            let next = r[fieldA(w)] &+ 1
            r[fieldA(w)] = next
            if _fastPath(next < r[fieldB(w)]) {
                pc += signedC(w)
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            }
        case .switch:
            let count = signedBX(w)
            let chosen = r[fieldA(w)]
            let table = UnsafeRawPointer(pc)
            pc += (count &+ 1) >> 1
            if UInt(bitPattern: chosen) < UInt(bitPattern: count) {
                pc += Int(table.load(fromByteOffset: chosen &* 4, as: Int32.self))
                fuel &-= 1
                if _slowPath(fuel < 0) { return stop(context, pc, fuel, .fuel) }
            }

        // calls
        case .call:
            let function = context.pointee.functions + Int(w >> 32)
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
                zero.pointee = 0
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
                zero.pointee = 0
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
            if _slowPath(!slowClosure(context, r, w, pc)) { return stop(context, pc, fuel) }
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
                zero.pointee = 0
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
            if _slowPath(!slowBuiltin(context, r, w, pc)) { return stop(context, pc, fuel) }
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
            if _slowPath(!slowCase(context, r, w, pc)) { return stop(context, pc, fuel) }
            pc += (fieldD(w) &+ 3) >> 2
        case .tag: r[fieldA(w)] = base.field(r[fieldB(w)], 0)
        case .payload:
            let object = r[fieldB(w)]
            if _slowPath(base.field(object, 0) != fieldD(w)) { return stop(context, pc, fuel, .null) }
            r[fieldA(w)] = base.field(object, fieldC(w) &+ 1)
        case .concat:
            if _slowPath(!slowConcat(context, r, w, pc)) { return stop(context, pc, fuel) }
            pc += (fieldD(w) &+ 3) >> 2
        case .text: if _slowPath(!slowText(context, r, w)) { return stop(context, pc, fuel) }
        case .lnew:
            if _slowPath(!slowList(context, r, w, pc)) { return stop(context, pc, fuel) }
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
            } else if !slowListSet(context, r, w) {
                return stop(context, pc, fuel)
            }
        case .lpush:
            let list = r[fieldA(w)]
            let header = base.header(list)
            let count = base.listCount(list)
            if _fastPath(header & Header.shared == 0 && count < Header.size(header)) {
                base.setElement(list, count, r[fieldB(w)])
                base.setWord(list &+ 8, count &+ 1)
            } else if !slowPush(context, r, w) {
                return stop(context, pc, fuel)
            }
        case .mnew: if _slowPath(!slowMap(context, r, w)) { return stop(context, pc, fuel) }
        case .mlen: r[fieldA(w)] = base.mapCount(r[fieldB(w)])
        case .mget: if _slowPath(!slowMapGet(context, r, w)) { return stop(context, pc, fuel) }
        case .mset: if _slowPath(!slowMapSet(context, r, w)) { return stop(context, pc, fuel) }
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
        case .tojson: if _slowPath(!slowToJson(context, r, w)) { return stop(context, pc, fuel) }
        case .fromjson: if _slowPath(!slowFromJson(context, r, w)) { return stop(context, pc, fuel) }
        case .tryjson: if _slowPath(!slowTryJson(context, r, w)) { return stop(context, pc, fuel) }
        case .decode: if _slowPath(!slowDecode(context, r, w)) { return stop(context, pc, fuel) }
        case .jsontext: if _slowPath(!slowJsonText(context, r, w)) { return stop(context, pc, fuel) }

        // faults
        case .fail:
            noteFailure(context, r, w)
            return stop(context, pc, fuel)
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
