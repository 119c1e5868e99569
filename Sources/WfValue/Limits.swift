// The limits of values and types, by name. Nothing else.

package enum ValueLimits {
    /// How deeply a value (or a JSON text) may nest.
    package static var depthMax: Int { 512 }
    /// How deeply a type may nest without passing a named type: `[[[Int]]]` has 4.
    package static var typeDepthMax: Int { 128 }
    /// Parts of a type that is written out: `([Int], Int)` has 4. Types share their parts, so a short program could
    /// make one whose text never ends.
    package static var typePartsMax: Int { 65_536 }
    /// Bytes of a type's text, about.
    package static var typeTextMax: Int { 4096 }
    /// Types in one table.
    package static var typesMax: Int { 1 << 20 }
    /// Fields of a record, cases of an enum, elements of a tuple, parameters of a function.
    package static var membersMax: Int { 4096 }
    /// Elements of a list whose elements take no bytes, such as `[Unit]`.
    package static var emptyElementsMax: Int { 1 << 24 }
    /// Parts of a value beyond 16 per byte of its encoding; only types made to explode come near it.
    package static var workBase: Int { 1 << 16 }
    /// Bytes of one name.
    package static var nameBytesMax: Int { 4096 }
    /// Digits after the point of a Decimal.
    package static var decimalScaleMax: Int { 38 }
    /// Significant digits of a Decimal that can always be kept.
    package static var decimalDigitsMax: Int { 38 }
    /// Significant digits of a Decimal quotient that does not end.
    package static var quotientDigits: Int { 28 }
}
