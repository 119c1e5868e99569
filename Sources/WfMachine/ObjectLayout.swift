// How objects lie in the machine's memory. It knows nothing of the collector, of types or of instructions.
//
// A reference is a byte offset from the start of the machine's region. Every object starts with a header
// word:
//
//     63                  32 31             8 7   5  4   3    0
//    +----------------------+----------------+-----+---+------+
//    |         size         |     layout     |  0  | s | kind |      s: shared, a write copies first
//    +----------------------+----------------+-----+---+------+
//
//    kind      size               layout                       words behind the header
//    fields    words              row of `layouts`             the fields; of an enum: case number, payload
//    text      bytes there is room for   0                     length u32 | hash u32 (0: not known), bytes
//    list      elements there is room for  bit 0: references   length, elements
//    map       entries there is room for  bit 0: keys, bit 1: values are references
//                                                              count, entries (key, value), index
//    jsonNull  0   jsonBool, jsonInt, jsonFloat  1             the word
//    decimal   3                                               mantissa (2 words), scale
//    closure   words              0                            function number, bound arguments
//    moved     (only while collecting)                         header >> 4 is the new reference
//
// String, Path and Bytes are `text`. A Json is one of jsonNull … jsonFloat, decimal, text, a list of
// references or a map from references to references, so that [Json], [String] and [String: Json] are Json as
// they are. Optionals of words are `fields` with one word; other optionals are what they wrap, or 0.
//
// The index of a map has 2 x room slots of (hash u32 << 32 | entry number + 1); maps with room for 8 have
// none.
//
// Reference 0 is a run of zeros that is never written: an object of every kind, of length 0.

/// A register or field: untagged.
typealias Word = Int
/// The registers of the running function.
typealias Registers = UnsafeMutablePointer<Int>

enum ObjectKind {
    static var fields: UInt64 { 1 }
    static var text: UInt64 { 2 }
    static var list: UInt64 { 3 }
    static var map: UInt64 { 4 }
    static var jsonNull: UInt64 { 5 }
    static var jsonBool: UInt64 { 6 }
    static var jsonInt: UInt64 { 7 }
    static var jsonFloat: UInt64 { 8 }
    static var decimal: UInt64 { 9 }
    static var closure: UInt64 { 10 }
    static var moved: UInt64 { 15 }
}

enum Header {
    static var shared: UInt64 { 16 }

    @inline(__always)
    static func make(_ kind: UInt64, layout: Int = 0, size: Int) -> UInt64 {
        kind | UInt64(truncatingIfNeeded: layout) << 8 | UInt64(truncatingIfNeeded: size) << 32
    }
    @inline(__always) static func kind(_ header: UInt64) -> UInt64 { header & 15 }
    @inline(__always) static func layout(_ header: UInt64) -> Int { Int(header >> 8 & 0xFF_FFFF) }
    @inline(__always) static func size(_ header: UInt64) -> Int { Int(header >> 32) }
}

/// Room above which a map has an index.
let mapRoomWithoutIndex = 8

/// Bytes of an object, header included.
@inline(__always)
func objectBytes(_ header: UInt64) -> Int {
    let size = Header.size(header)
    switch Header.kind(header) {
    case ObjectKind.text: return 16 &+ (size &+ 7) & ~7
    case ObjectKind.list: return 16 &+ size &* 8
    case ObjectKind.map: return mapBytes(size)
    default: return 8 &+ size &* 8
    }
}

@inline(__always)
func mapBytes(_ room: Int) -> Int { room <= mapRoomWithoutIndex ? 16 &+ room &* 16 : 16 &+ room &* 32 }

extension UnsafeMutableRawPointer {
    // `self` is the start of the region, `object` a reference.
    @inline(__always) func header(_ object: Int) -> UInt64 { load(fromByteOffset: object, as: UInt64.self) }
    @inline(__always) func setHeader(_ object: Int, _ header: UInt64) {
        storeBytes(of: header, toByteOffset: object, as: UInt64.self)
    }
    @inline(__always) func kind(_ object: Int) -> UInt64 { header(object) & 15 }
    @inline(__always) func isShared(_ object: Int) -> Bool { header(object) & Header.shared != 0 }
    @inline(__always) func word(_ offset: Int) -> Int { load(fromByteOffset: offset, as: Int.self) }
    @inline(__always) func setWord(_ offset: Int, _ value: Int) {
        storeBytes(of: value, toByteOffset: offset, as: Int.self)
    }

    // fields
    @inline(__always) func field(_ object: Int, _ index: Int) -> Int { word(object &+ 8 &+ index &* 8) }
    @inline(__always) func setField(_ object: Int, _ index: Int, _ value: Int) {
        setWord(object &+ 8 &+ index &* 8, value)
    }

    // text
    @inline(__always) func textCount(_ text: Int) -> Int {
        Int(load(fromByteOffset: text &+ 8, as: UInt32.self))
    }
    /// Sets the length and forgets the hash.
    @inline(__always) func setTextCount(_ text: Int, _ count: Int) { setWord(text &+ 8, count) }
    @inline(__always) func textStart(_ text: Int) -> UnsafeMutablePointer<UInt8> {
        (self + (text &+ 16)).assumingMemoryBound(to: UInt8.self)
    }
    @inline(__always) func textBytes(_ text: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: self + (text &+ 16), count: textCount(text))
    }

    // list
    @inline(__always) func listCount(_ list: Int) -> Int { word(list &+ 8) }
    @inline(__always) func element(_ list: Int, _ index: Int) -> Int { word(list &+ 16 &+ index &* 8) }
    @inline(__always) func setElement(_ list: Int, _ index: Int, _ value: Int) {
        setWord(list &+ 16 &+ index &* 8, value)
    }

    // map
    @inline(__always) func mapCount(_ map: Int) -> Int { word(map &+ 8) }
    @inline(__always) func mapKey(_ map: Int, _ index: Int) -> Int { word(map &+ 16 &+ index &* 16) }
    @inline(__always) func mapValue(_ map: Int, _ index: Int) -> Int { word(map &+ 24 &+ index &* 16) }
}
