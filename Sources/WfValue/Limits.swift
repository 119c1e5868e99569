// The limits of values and types, by name. Nothing else.

public enum ValueLimits {
    /// How deeply a value (or a JSON text) may nest.
    public static var depthMax: Int { 512 }
    /// How deeply a type may nest without passing a named type: `[[[Int]]]` has 4.
    public static var typeDepthMax: Int { 128 }
    /// Parts of a type that is written out: `([Int], Int)` has 4. Types share their parts, so a short program could
    /// make one whose text never ends.
    public static var typePartsMax: Int { 65_536 }
    /// Bytes of a type's text, about.
    public static var typeTextMax: Int { 4096 }
    /// Types in one table.
    public static var typesMax: Int { 1 << 20 }
    /// Fields of a record, cases of an enum, elements of a tuple, parameters of a function.
    public static var membersMax: Int { 4096 }
    /// Elements of a list whose elements take no bytes, such as `[Unit]`.
    public static var emptyElementsMax: Int { 1 << 24 }
    /// Parts of a value beyond 16 per byte of its encoding; only types made to explode come near it.
    public static var workBase: Int { 1 << 16 }
    /// Bytes of one name.
    public static var nameBytesMax: Int { 4096 }
    /// Digits after the point of a Decimal.
    public static var decimalScaleMax: Int { 38 }
    /// Significant digits of a Decimal that can always be kept.
    public static var decimalDigitsMax: Int { 38 }
    /// Significant digits of a Decimal quotient that does not end.
    public static var quotientDigits: Int { 28 }
}
