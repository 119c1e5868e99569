// Tokens: kinds, and eight bytes for each. Knows no grammar.

/// What a token is. Words are `identifier`; which word it is, its `NameId` says.
public enum TokenKind: UInt8, Sendable {
    case endOfFile = 0
    case identifier
    case integer, float, duration
    /// `5xx`
    case statusClass
    /// A number glued to letters that mean nothing; reported by the lexer.
    case malformedNumber
    /// `"…"` or `"""…"""` without an interpolation.
    case string
    /// From the opening quote to the `{` of the first interpolation; from a `}` to the next `{`; from the last `}` to the quote.
    case stringHead, stringMiddle, stringTail
    /// `r"…"`, `r#"…"#`
    case rawString
    /// Bytes that are no token; reported by the lexer.
    case unknown
    case leftParen, rightParen, leftBracket, rightBracket, leftBrace, rightBrace
    case comma, semicolon, colon, dot, question, questionQuestion, bang, arrow, fatArrow, pipe
    case equal, plusEqual, minusEqual, starEqual, slashEqual, percentEqual
    case plus, minus, star, slash, percent
    case equalEqual, bangEqual, less, lessEqual, greater, greaterEqual, ampersandAmpersand, pipePipe
    /// `..`, `..<`, `...`
    case dotDot, dotDotLess, ellipsis

    @inlinable @inline(__always) public static func == (left: TokenKind, right: TokenKind) -> Bool {
        unsafeBitCast(left, to: UInt8.self) == unsafeBitCast(right, to: UInt8.self)
    }
}

/// An index into a tree's tokens.
public struct TokenId: Hashable, Comparable, Sendable {
    public let index: UInt32
    @inlinable @inline(__always) public init(_ index: UInt32) { self.index = index }
    @inlinable @inline(__always) public static func == (left: TokenId, right: TokenId) -> Bool {
        left.index == right.index
    }
    @inlinable public static func < (left: TokenId, right: TokenId) -> Bool { left.index < right.index }
}

/// Kind, place and length in eight bytes: 8 bits of kind, 1 of "a line ends before it", 23 of length.
public struct Token: Sendable {
    public let start: UInt32
    public let packed: UInt32

    @inlinable @inline(__always) public init(
        _ kind: TokenKind, start: UInt32, length: UInt32, newlineBefore: Bool
    ) {
        self.start = start
        packed = UInt32(kind.rawValue) | (newlineBefore ? 0x100 : 0) | length << 9
    }

    @inlinable @inline(__always) public var kind: TokenKind {
        unsafeBitCast(UInt8(truncatingIfNeeded: packed), to: TokenKind.self)
    }
    @inlinable @inline(__always) public var length: UInt32 { packed >> 9 }
    @inlinable @inline(__always) public var end: UInt32 { start + length }
    /// Whether a line ends between the token before and this one.
    @inlinable @inline(__always) public var newlineBefore: Bool { packed & 0x100 != 0 }
}
