import Testing
import WfValue

/// What RFC 8259 says is JSON, and what it says is not.
@Suite struct JsonConformanceTests {
    static let accepted: [String] = [
        "0", "-0", "1", "-1", "10", "1.5", "-0.0", "0.1e1", "1E5", "1e+5", "1e-5",
        "123456789012345678901234567890",
        "0e0", "1.0000000000000000000000000000000000000000001", "9223372036854775807", "-9223372036854775808",
        "true", "false", "null", "\"\"", "\"a\"", "\"\\\"\"", "\"\\\\\"", "\"\\/\"", "\"\\b\\f\\n\\r\\t\"",
        "\"\\u0041\"", "\"\\u00e9\"", "\"\\uD83D\\uDE00\"", "\"\\ud83d\\ude00\"", "\"\\u0000\"", "\"\u{7F}\"",
        "\"é✓😀\"", "\"\u{2028}\"", "\"\u{FFFF}\"", "\"\\uFFFF\"", "\"12345678\"", "\"1234567\\n\"", "[]",
        "[ ]", "[1]",
        "[1,2]", "[ 1 , 2 ]", "[[]]", "[[[[[[[[]]]]]]]]", "[null,true,false]", "{}", "{ }", "{\"a\":1}",
        "{\"a\" : 1 , \"b\" : 2}", "{\"\":0}", "{\"a\":{\"a\":{}}}", "{\"a\\u0062\":1}", " 1 ",
        "\n\t\r 1 \n\t\r ",
        "[\"a\",1.5e3,{\"b\":[]}]", "{\"a\":[{\"b\":[{}]}]}", "[-0,-1,-1.5]", "2.2250738585072014e-308",
        "1.7976931348623157e308", "5e-324", "1e-400", "[0.5,0.25]", "\"\\u20ac\"", "\"\u{E000}\"",
        "\"\u{10FFFF}\"",
        "{\"a\":\"\\\"b\\\"\"}",
    ]

    static let refused: [String] = [
        "", " ", "01", "-01", "00", "-", "+1", ".5", "-.5", "1.", "-1.", "1.e5", "1e", "1e+", "1E-", "0x10",
        "1_000",
        "1 2", "Infinity", "-Infinity", "NaN", "nan", "tru", "truee", "True", "TRUE", "nul", "nulll", "fals",
        "falsee",
        "\"", "\"a", "\"\\\"", "\"\\x41\"", "\"\\u\"", "\"\\u12\"", "\"\\u123\"", "\"\\u12G4\"",
        "\"\\U0041\"",
        "\"\\'\"", "'a'", "\"\n\"", "\"\t\"", "\"\u{0}\"", "\"\u{1F}\"", "\"\\uD800\"", "\"\\uDC00\"",
        "\"\\uD800\\uD800\"", "\"\\uD83Dx\"", "\"\\uD83D\\n\"", "\"\\uDE00\\uD83D\"", "[", "]", "[1", "[1,",
        "[,",
        "[,1]", "[1,]", "[1,,2]", "[1 2]", "[1;2]", "[1}", "{", "}", "{\"a\"", "{\"a\":", "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}", "{,}", "{\"a\" 1}", "{\"a\":}", "{a:1}", "{1:1}", "{'a':1}", "{\"a\":1 \"b\":2}",
        "{\"a\":1]",
        "{\"a\"::1}", "{null:1}", "[1]]", "{}{}", "[] []", "1,", "/* */ 1", "1 // x", "# 1", "\u{FEFF}1",
        "\u{A0}1",
        "\u{0B}1", "1\u{0}", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "--1", "1-", "1e5.5", "1.5.5",
        "1ee5", "-a",
        "\"a\"b", "truefalse", "[true false]", "\u{2028}1", "1e400", "-1e999", "\\u0031", "[\"a\":1]",
        "{\"a\",1}", "*",
        "\"\\",
    ]

    @Test(arguments: accepted) func isJson(_ json: String) throws {
        let table = TypeTable()
        let bytes = try table.binary(fromJson: json, as: .json)
        try table.validate(bytes, as: .json)
        // Its own text reads as the same value.
        let again = try table.binary(fromJson: text(try table.jsonText(of: bytes, as: .json)), as: .json)
        #expect(try table.compare(bytes, again, as: .json) == 0)
        let pretty = try table.binary(
            fromJson: try table.jsonText(of: bytes, as: .json, isPretty: true), as: .json)
        #expect(pretty == again)
    }

    @Test(arguments: refused) func isNotJson(_ json: String) {
        let table = TypeTable()
        #expect(throws: JsonError.self) { try table.binary(fromJson: json, as: .json) }
    }

    @Test func otherBytesAreNotJson() {
        let table = TypeTable()
        let bodies: [[UInt8]] = [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
            [0xF0, 0x80, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xC3], [0xE2, 0x9C], [0xFF], [0xFE],
            [0xC3, 0x28],
        ]
        for body in bodies {
            for pad in 0..<10 {
                let padding = [UInt8](repeating: 0x61, count: pad)
                #expect(throws: JsonError.self) {
                    try table.binary(fromJson: [0x22] + padding + body + [0x22], as: .json)
                }
            }
            #expect(throws: JsonError.self) { try table.binary(fromJson: body, as: .json) }
        }
        #expect(throws: JsonError.self) { try table.binary(fromJson: [0xFF, 0xFE, 0x31, 0x00], as: .json) }
    }

    @Test func nestingHasALimit() throws {
        let table = TypeTable()
        func nested(_ depth: Int, _ open: String, _ close: String) -> String {
            String(repeating: open, count: depth) + String(repeating: close, count: depth)
        }
        #expect(throws: Never.self) { try table.binary(fromJson: nested(512, "[", "]"), as: .json) }
        let error = #expect(throws: JsonError.self) {
            try table.binary(fromJson: nested(513, "[", "]"), as: .json)
        }
        #expect(error?.description == "line 1, column 513: expected at most 512 levels, found more")
        #expect(throws: JsonError.self) { try table.binary(fromJson: nested(1_000_000, "[", ""), as: .json) }
        #expect(throws: JsonError.self) {
            try table.binary(fromJson: nested(1_000_000, "{\"a\":", "}"), as: .json)
        }
    }

    @Test func errorsHavePositions() {
        let table = TypeTable()
        func message(_ json: String) -> String { roundTrip(json, .json, table) }
        #expect(message("{\n  \"a\": }") == "line 2, column 8: expected a value, found \"}\"")
        #expect(message("\"é\" x") == "line 1, column 5: expected the end of the text, found \"x\"")
        #expect(message("[1, tru]") == "line 1, column 5: expected a value, found \"tru\"")
        #expect(message("") == "line 1, column 1: expected a value, found the end of the text")
        #expect(message("\u{FEFF}1") == "line 1, column 1: expected a value, found a byte order mark")
        #expect(message("{\"a\" 1}") == "line 1, column 6: expected \":\", found \"1\"")
        #expect(message("[1 2]") == "line 1, column 4: expected \",\" or \"]\", found \"2\"")
        #expect(message("{a: 1}") == "line 1, column 2: expected a key in quotes, found \"a\"")
        #expect(
            message("[\"abc")
                == "line 1, column 2: expected the closing quote of this string, found the end of the text")
        #expect(message("{\"x\":{\"a\":1,\"a\":2}}") == "$.x.a: expected each key once, found \"a\" again")
        #expect(message("[0, 1e999]") == "$[1]: expected Float, found 1e999")
    }

    @Test func numbersKeepTheirDigits() {
        let table = TypeTable()
        let same = [
            "0.10", "1.0", "-0.5", "12345678901234567890", "99999999999999999999999999999999999999",
            "0.00000000000000000000000000000000000001", "9223372036854775808", "-9223372036854775809",
            "1e+16", "5e-324",
        ]
        for json in same { #expect(roundTrip(json, .json, table) == json) }
        #expect(roundTrip("1e2", .json, table) == "100.0")
        #expect(roundTrip("-0", .json, table) == "0")
        #expect(roundTrip("-0", .float, table) == "-0.0")
        #expect(roundTrip("1", .float, table) == "1.0")
        #expect(roundTrip("0.1", .float, table) == "0.1")
        #expect(roundTrip("123456789.123456789123456789", .float, table) == "123456789.12345679")
        #expect(roundTrip("9007199254740993", .float, table) == "9007199254740992.0")
    }

    @Test func manyKeysAreDistinctInLinearTime() throws {
        let table = TypeTable()
        var json = "{"
        for index in 0..<200_000 { json += "\"key\(index)\":1," }
        #expect(throws: Never.self) { try table.binary(fromJson: json + "\"last\":0}", as: .json) }
        let error = #expect(throws: JsonError.self) {
            try table.binary(fromJson: json + "\"key77\":0}", as: .json)
        }
        #expect(error?.description == "$.key77: expected each key once, found \"key77\" again")
    }
}
