// The examples of `BuiltinTests`.
import WfBuiltins

typealias C = BuiltinCase

let numberCases: [BuiltinCase] = [
    C(.intAbs, "Int", "Int", [(["-5"], "5"), (["-9223372036854775808"], "!overflow")]),
    C(.intMin, "Int;Int", "Int", [(["3", "2"], "2")]), C(.intMax, "Int;Int", "Int", [(["3", "2"], "3")]),
    C(
        .intClamp, "Int;Int;Int", "Int",
        [(["9", "1", "5"], "5"), (["-9", "1", "5"], "1"), (["3", "5", "1"], "!index")]),
    C(
        .intPow, "Int;Int", "Int",
        [
            (["2", "10"], "1024"), (["0", "0"], "1"), (["2", "63"], "!overflow"), (["2", "-1"], "!index"),
            (["-2", "63"], "-9223372036854775808"),
            (["1", "9223372036854775807"], "1"),
        ]),
    C(.intSign, "Int", "Int", [(["-7"], "-1"), (["0"], "0"), (["7"], "1")]),
    C(.intToFloat, "Int", "Float", [(["3"], "3.0")]), C(.intToDecimal, "Int", "Decimal", [(["-3"], "-3")]),
    C(
        .intText, "Int;Int", "String",
        [
            (["255", "16"], "\"ff\""), (["-5", "10"], "\"-5\""), (["1", "1"], "!index"),
            (["1", "37"], "!index"),
        ]),
    C(.intHex, "Int", "String", [(["255"], "\"ff\""), (["-1"], "\"ffffffffffffffff\"")]),
    C(.floatAbs, "Float", "Float", [(["-1.5"], "1.5")]),
    C(.floatMin, "Float;Float", "Float", [(["2.0", "1.0"], "1.0")]),
    C(.floatMax, "Float;Float", "Float", [(["2.0", "1.0"], "2.0")]),
    C(.floatFloor, "Float", "Float", [(["-1.5"], "-2.0")]),
    C(.floatCeil, "Float", "Float", [(["1.2"], "2.0")]),
    C(
        .floatRound, "Float;Int", "Float",
        [
            (["2.5", "0"], "3.0"), (["1.2345", "2"], "1.23"), (["1250.0", "-2"], "1300.0"),
            (["1e300", "400"], "1e+300"), (["1.0", "-400"], "0.0"),
            (["-2.5", "0"], "-3.0"),
        ]),
    C(.floatSqrt, "Float", "Float", [(["9.0"], "3.0")]),
    C(.floatPow, "Float;Float", "Float", [(["2.0", "0.5"], "1.4142135623730951")]),
    C(.floatExp, "Float", "Float", [(["0.0"], "1.0")]), C(.floatLog, "Float", "Float", [(["1.0"], "0.0")]),
    C(.floatLog10, "Float", "Float", [(["1000.0"], "3.0")]),
    C(.floatIsNaN, "Float", "Bool", [(["1.0"], "false")]),
    C(.floatIsFinite, "Float", "Bool", [(["1.0"], "true")]),
    C(
        .floatToInt, "Float", "Int",
        [(["-2.9"], "-2"), (["1e19"], "!overflow"), (["9.2e18"], "9200000000000000000")]),
    C(.floatToDecimal, "Float", "Decimal", [(["0.1"], "0.1"), (["1e300"], "!overflow")]),
    C(
        .floatFixed, "Float;Int", "String",
        [
            (["1.5", "2"], "\"1.50\""), (["1234.567", "0"], "\"1235\""), (["-0.001", "1"], "\"0.0\""),
            (["1.0", "-1"], "!index"), (["1.0", "39"], "!index"),
        ]),
    C(.decimalAbs, "Decimal", "Decimal", [(["-1.50"], "1.50")]),
    C(.decimalMin, "Decimal;Decimal", "Decimal", [(["1.5", "1.25"], "1.25")]),
    C(.decimalMax, "Decimal;Decimal", "Decimal", [(["1.5", "1.25"], "1.5")]),
    C(
        .decimalRound, "Decimal;Int", "Decimal",
        [
            (["1.125", "2"], "1.12"), (["2.5", "0"], "2"), (["1", "39"], "!index"), (["1250", "-2"], "1200"),
            (["-1350.7", "-2"], "-1400"), (["49", "-99"], "0"),
        ]),
    C(.decimalFloor, "Decimal", "Decimal", [(["-1.5"], "-2"), (["1.5"], "1"), (["2"], "2")]),
    C(.decimalCeil, "Decimal", "Decimal", [(["1.01"], "2"), (["-1.5"], "-1")]),
    C(.decimalToFloat, "Decimal", "Float", [(["1.25"], "1.25")]),
    C(.decimalToInt, "Decimal", "Int", [(["-1.9"], "-1"), (["99999999999999999999"], "!overflow")]),
    C(.decimalFixed, "Decimal;Int", "String", [(["3", "2"], "\"3.00\""), (["2.345", "2"], "\"2.34\"")]),
    C(
        .decimalAdd, "Decimal;Decimal", "Decimal",
        [
            (["0.1", "0.2"], "0.3"), (["99999999999999999999999999999999999999", "1"], "!overflow"),
        ]),
    C(.decimalSubtract, "Decimal;Decimal", "Decimal", [(["1", "0.01"], "0.99")]),
    C(.decimalMultiply, "Decimal;Decimal", "Decimal", [(["1.5", "1.5"], "2.25")]),
    C(.decimalDivide, "Decimal;Decimal", "Decimal", [(["1", "8"], "0.125"), (["1", "0.00"], "!division")]),
    C(
        .decimalRemainder, "Decimal;Decimal", "Decimal",
        [(["5.5", "2"], "1.5"), (["-5.5", "2"], "-1.5"), (["1", "0"], "!division")]),
    C(.decimalNegate, "Decimal", "Decimal", [(["1.5"], "-1.5")]),
    C(.floatRemainder, "Float;Float", "Float", [(["5.5", "2.0"], "1.5")]),
    C(.minOf, "String;String", "String", [(["\"b\"", "\"a\""], "\"a\"")]),
    C(.minOf, "Int;Int", "Int", [(["1", "-1"], "-1")]),
    C(.maxOf, "Decimal;Decimal", "Decimal", [(["1.0", "1"], "1.0"), (["1.0", "1.1"], "1.1")]),
]

let textCases: [BuiltinCase] = [
    C(
        .stringCount, "String", "Int",
        [(["\"\""], "0"), (["\"héllo wörld, ünïcode\""], "20"), (["\"😀a\""], "2")]),
    C(.stringByteCount, "String", "Int", [(["\"é\""], "2")]),
    C(.stringIsEmpty, "String", "Bool", [(["\"\""], "true"), (["\"a\""], "false")]),
    C(
        .stringContains, "String;String", "Bool",
        [
            (["\"abc\"", "\"bc\""], "true"), (["\"abc\"", "\"\""], "true"), (["\"abc\"", "\"d\""], "false"),
            (["\"\"", "\"d\""], "false"),
        ]),
    C(
        .stringStartsWith, "String;String", "Bool",
        [(["\"abc\"", "\"ab\""], "true"), (["\"a\"", "\"ab\""], "false"), (["\"\"", "\"\""], "true")]),
    C(
        .stringEndsWith, "String;String", "Bool",
        [(["\"abc\"", "\"bc\""], "true"), (["\"a\"", "\"ab\""], "false")]),
    C(
        .stringIndexOf, "String;String;Int", "Int?",
        [
            (["\"éabcab\"", "\"ab\"", "0"], "1"), (["\"éabcab\"", "\"ab\"", "2"], "4"),
            (["\"abc\"", "\"x\"", "0"], "null"), (["\"abc\"", "\"\"", "9"], "3"),
            (["\"abc\"", "\"a\"", "-5"], "0"), (["\"aaab\"", "\"aab\"", "0"], "1"),
        ]),
    C(
        .stringLastIndexOf, "String;String", "Int?",
        [(["\"éabab\"", "\"ab\""], "3"), (["\"a\"", "\"b\""], "null"), (["\"\"", "\"b\""], "null")]),
    C(
        .stringSplit, "String;String", "[String]",
        [
            (["\"a,b,,c\"", "\",\""], "[\"a\",\"b\",\"\",\"c\"]"), (["\"\"", "\",\""], "[\"\"]"),
            (["\"a--b\"", "\"--\""], "[\"a\",\"b\"]"), (["\"añ\"", "\"\""], "[\"a\",\"ñ\"]"),
            (["\"abc\"", "\"x\""], "[\"abc\"]"), (["\"a,\"", "\",\""], "[\"a\",\"\"]"),
        ]),
    C(
        .stringSplitOnce, "String;String", "(String, String)?",
        [(["\"k=v=w\"", "\"=\""], "[\"k\",\"v=w\"]"), (["\"k\"", "\"=\""], "null")]),
    C(
        .stringLines, "String", "[String]",
        [(["\"a\\nb\\r\\n\\nc\""], "[\"a\",\"b\",\"\",\"c\"]"), (["\"a\\n\""], "[\"a\"]"), (["\"\""], "[]")]),
    C(
        .stringWords, "String", "[String]",
        [(["\"  a  bc\\td \""], "[\"a\",\"bc\",\"d\"]"), (["\" \""], "[]")]),
    C(
        .stringTrim, "String", "String",
        [(["\" \\u00a0a b\\n\""], "\"a b\""), (["\"  \""], "\"\""), (["\"a\""], "\"a\"")]),
    C(.stringTrimStart, "String", "String", [(["\" a \""], "\"a \"")]),
    C(.stringTrimEnd, "String", "String", [(["\" a \""], "\" a\""), (["\"  \""], "\"\"")]),
    C(.stringUpper, "String", "String", [(["\"abcXYZ{\""], "\"ABCXYZ{\""), (["\"äßжω\""], "\"ÄSSЖΩ\"")]),
    C(.stringLower, "String", "String", [(["\"ABC@[\""], "\"abc@[\""), (["\"ÄЖΩ\""], "\"äжω\"")]),
    C(.stringCapitalized, "String", "String", [(["\"émile zola\""], "\"Émile zola\""), (["\"\""], "\"\"")]),
    C(
        .stringReplace, "String;String;String", "String",
        [
            (["\"aXbX\"", "\"X\"", "\"--\""], "\"a--b--\""), (["\"abc\"", "\"\"", "\"x\""], "\"abc\""),
            (["\"abc\"", "\"b\"", "\"\""], "\"ac\""), (["\"abc\"", "\"z\"", "\"\""], "\"abc\""),
        ]),
    C(
        .stringSlice, "String;Int;Int?", "String",
        [
            (["\"añbc\"", "1", "3"], "\"ñb\""), (["\"añbc\"", "1", "null"], "\"ñbc\""),
            (["\"añbc\"", "-2", "null"], "\"bc\""), (["\"añbc\"", "0", "-1"], "\"añb\""),
            (["\"abc\"", "5", "9"], "\"\""), (["\"abc\"", "2", "1"], "\"\""),
            (["\"abc\"", "-9223372036854775808", "9223372036854775807"], "\"abc\""),
        ]),
    C(
        .stringTake, "String;Int", "String",
        [
            (["\"ñbc\"", "2"], "\"ñb\""), (["\"a\"", "9"], "\"a\""), (["\"a\"", "-1"], "!index"),
            (["\"abc\"", "0"], "\"\""),
        ]),
    C(
        .stringDrop, "String;Int", "String",
        [(["\"ñbc\"", "1"], "\"bc\""), (["\"a\"", "9"], "\"\""), (["\"a\"", "-1"], "!index")]),
    C(
        .stringRemovePrefix, "String;String", "String",
        [(["\"v1.2\"", "\"v\""], "\"1.2\""), (["\"1.2\"", "\"v\""], "\"1.2\"")]),
    C(
        .stringRemoveSuffix, "String;String", "String",
        [(["\"a.txt\"", "\".txt\""], "\"a\""), (["\"a\"", "\".txt\""], "\"a\"")]),
    C(
        .stringRepeat, "String;Int", "String",
        [
            (["\"ab\"", "3"], "\"ababab\""), (["\"ab\"", "0"], "\"\""), (["\"ab\"", "-1"], "!index"),
            (["\"ab\"", "9223372036854775807"], "!memory"), (["\"ab\"", "1073741824"], "!memory"),
        ]),
    C(
        .stringPadStart, "String;Int;String", "String",
        [
            (["\"7\"", "3", "\"0\""], "\"007\""), (["\"7\"", "4", "\"ab\""], "\"aba7\""),
            (["\"1234\"", "3", "\"0\""], "\"1234\""), (["\"7\"", "3", "\"\""], "\"7\""),
            (["\"7\"", "9223372036854775807", "\"ab\""], "!memory"),
            (["\"7\"", "-9223372036854775808", "\"a\""], "\"7\""),
        ]),
    C(.stringPadEnd, "String;Int;String", "String", [(["\"é\"", "3", "\".\""], "\"é..\"")]),
    C(.stringReversed, "String", "String", [(["\"abñ😀\""], "\"😀ñba\"")]),
    C(
        .stringOccurrences, "String;String", "Int",
        [(["\"aaaa\"", "\"aa\""], "2"), (["\"a\"", "\"\""], "0")]),
    C(
        .stringMatches, "String;String", "Bool",
        [
            (["\"report-1.csv\"", "\"report-*.csv\""], "true"), (["\"a\"", "\"?\""], "true"),
            (["\"ñ\"", "\"?\""], "true"), (["\"ab\"", "\"a\""], "false"), (["\"\"", "\"*\""], "true"),
            (["\"abcbd\"", "\"*b?\""], "true"), (["\"x\"", "\"\""], "false"),
        ]),
    C(
        .stringToInt, "String", "Int?",
        [
            (["\"42\""], "42"), (["\"-7\""], "-7"), (["\"4.2\""], "null"), (["\"\""], "null"),
            (["\"9223372036854775808\""], "null"), (["\"-9223372036854775808\""], "-9223372036854775808"),
            (["\"-\""], "null"),
        ]),
    C(
        .stringToFloat, "String", "Float?",
        [
            (["\"1.5e3\""], "1500.0"), (["\"nan\""], "null"), (["\"0x10\""], "null"), (["\"1e999\""], "null"),
            (["\"\""], "null"), (["\"7\""], "7.0"),
        ]),
    C(.stringToDecimal, "String", "Decimal?", [(["\"1.50\""], "1.50"), (["\"x\""], "null")]),
    C(
        .stringToBool, "String", "Bool?",
        [(["\"true\""], "true"), (["\"false\""], "false"), (["\"yes\""], "null")]),
    C(
        .stringToTime, "String", "Time?",
        [
            (["\"2026-01-02T03:04:05+01:00\""], "\"2026-01-02T02:04:05Z\""), (["\"2026-02-30\""], "null"),
            (["\"2026-02-28\""], "\"2026-02-28T00:00:00Z\""),
        ]),
    C(.stringToDuration, "String", "Duration?", [(["\"90m\""], "\"1h30m\""), (["\"x\""], "null")]),
    C(.stringToPath, "String", "Path", [(["\"a/b\""], "\"a/b\"")]),
    C(.pathOf, "String", "Path", [(["\"a/b\""], "\"a/b\"")]),
    C(.stringBytes, "String", "Bytes", [(["\"hé\""], "\"aMOp\"")]),
    C(.stringCharacters, "String", "[String]", [(["\"añ\""], "[\"a\",\"ñ\"]"), (["\"\""], "[]")]),
    C(.stringCodes, "String", "[Int]", [(["\"añ😀\""], "[97,241,128512]")]),
    C(
        .stringParseCsv, "String;String", "[[String]]",
        [
            (["\"a,b\\n1,2\\n\"", "\",\""], "[[\"a\",\"b\"],[\"1\",\"2\"]]"),
            (
                ["\"a;\\\"x;\\\"\\\"y\\\"\\\"\\n\\\";c\\r\\n\"", "\";\""],
                "[[\"a\",\"x;\\\"y\\\"\\n\",\"c\"]]"
            ),
            (["\"\"", "\",\""], "[]"), (["\"a,\"", "\",\""], "[[\"a\",\"\"]]"),
            (["\"a,\\\"b\"", "\",\""], "!decode"), (["\"\\\"a\\\"b\"", "\",\""], "!decode"),
            (["\"a\"", "\",,\""], "!index"),
            (["\"a\\r\\nb\\r\\n\"", "\",\""], "[[\"a\"],[\"b\"]]"), (["\"\\ufeffa\"", "\",\""], "[[\"a\"]]"),
            (["\"\\\"\\\",\\\"\\\"\"", "\",\""], "[[\"\",\"\"]]"),
            (["\"a\\n\\nb\"", "\",\""], "[[\"a\"],[\"\"],[\"b\"]]"),
        ]),
    C(.stringParseJson, "String", "Json?", [(["\"[1,{}]\""], "[1,{}]"), (["\"[1\""], "null")]),
    C(.stringFromBase64, "String", "Bytes?", [(["\"aGk=\""], "\"aGk=\""), (["\"a\""], "null")]),
    C(
        .stringFromHex, "String", "Bytes?",
        [(["\"6869\""], "\"aGk=\""), (["\"6\""], "null"), (["\"zz\""], "null")]),
    C(.stringUrlEncode, "String", "String", [(["\"a b/ñ~\""], "\"a%20b%2F%C3%B1~\"")]),
    C(.bytesCount, "Bytes", "Int", [(["\"aGk=\""], "2")]),
    C(.bytesIsEmpty, "Bytes", "Bool", [(["\"\""], "true")]),
    C(.bytesText, "Bytes", "String", [(["\"aGk=\""], "\"hi\""), (["\"/2E=\""], "\"\u{FFFD}a\"")]),
    C(
        .bytesUtf8, "Bytes", "String?",
        [(["\"aGk=\""], "\"hi\""), (["\"/2E=\""], "null"), (["\"\""], "\"\"")]),
    C(.bytesHex, "Bytes", "String", [(["\"aP8=\""], "\"68ff\"")]),
    C(.bytesBase64, "Bytes", "String", [(["\"aGk=\""], "\"aGk=\"")]),
    C(.bytesSlice, "Bytes;Int;Int?", "Bytes", [(["\"aGlqaw==\"", "1", "-1"], "\"aWo=\"")]),
    C(.bytesToList, "Bytes", "[Int]", [(["\"aP8=\""], "[104,255]")]),
    C(
        .outputBytes, "Output", "Bytes",
        [
            ([#"{"status":0,"stdout":"hi","stderr":""}"#], #""aGk=""#),
            ([#"{"status":0,"stdout":"","stderr":""}"#], #""""#),
            ([#"{"status":0,"stdout":"h?","stderr":"","raw":"aP8="}"#], #""aP8=""#),
        ]),
    C(
        .outputErrorBytes, "Output", "Bytes",
        [
            ([#"{"status":0,"stdout":"","stderr":"hi"}"#], #""aGk=""#),
            ([#"{"status":0,"stdout":"?","stderr":"h?","raw":"/w==","rawError":"aP8="}"#], #""aP8=""#),
        ]),
    C(.bytesConcat, "Bytes;Bytes", "Bytes", [(["\"aA==\"", "\"aQ==\""], "\"aGk=\"")]),
    C(
        .csvLine, "[String];String", "String",
        [
            (
                ["[\"a\",\"b,c\",\"d\\\"e\",\"f\\n\"]", "\",\""],
                "\"a,\\\"b,c\\\",\\\"d\\\"\\\"e\\\",\\\"f\\n\\\"\""
            ), (["[]", "\",\""], "\"\""), (["[]", "\"\""], "!index"),
        ]),
]

let listCases: [BuiltinCase] = [
    C(.listCount, "[Int]", "Int", [(["[1,2]"], "2")]), C(.listIsEmpty, "[Int]", "Bool", [(["[]"], "true")]),
    C(.listFirst, "[Int]", "Int?", [(["[1,2]"], "1"), (["[]"], "null")]),
    C(.listFirst, "[Int?]", "Int?", [(["[null,2]"], "null")]),
    C(.listLast, "[String]", "String?", [(["[\"a\",\"b\"]"], "\"b\""), (["[]"], "null")]),
    C(
        .listGet, "[Int];Int", "Int?",
        [(["[1,2]", "1"], "2"), (["[1,2]", "2"], "null"), (["[1]", "-1"], "null")]),
    C(
        .listContains, "[String];String", "Bool",
        [(["[\"a\"]", "\"a\""], "true"), (["[]", "\"a\""], "false")]),
    C(
        .listContains, "[Point];Point", "Bool",
        [(["[{\"x\":1,\"label\":\"a\"}]", "{\"x\":1,\"label\":\"a\",\"level\":7}"], "true")]),
    C(.listIndexOf, "[Float];Float", "Int?", [(["[1.0,-0.0]", "0.0"], "1"), (["[1.0]", "2.0"], "null")]),
    C(.listIndexOf, "[Int];Int", "Int?", [(["[5,6,6]", "6"], "1")]),
    C(
        .listSlice, "[Int];Int;Int?", "[Int]",
        [
            (["[1,2,3]", "1", "null"], "[2,3]"), (["[1,2,3]", "-1", "null"], "[3]"),
            (["[1,2,3]", "5", "9"], "[]"), (["[1,2,3]", "0", "-1"], "[1,2]"),
        ]),
    C(
        .listTake, "[Int];Int", "[Int]",
        [(["[1,2,3]", "2"], "[1,2]"), (["[1]", "9223372036854775807"], "[1]"), (["[1]", "-1"], "!index")]),
    C(.listDrop, "[Int];Int", "[Int]", [(["[1,2,3]", "2"], "[3]"), (["[1]", "5"], "[]")]),
    C(.listDropLast, "[Int];Int", "[Int]", [(["[1,2,3]", "1"], "[1,2]"), (["[1]", "5"], "[]")]),
    C(
        .listReversed, "[String]", "[String]",
        [(["[\"a\",\"b\",\"c\"]"], "[\"c\",\"b\",\"a\"]"), (["[]"], "[]")]),
    C(
        .listSorted, "[Int];Bool", "[Int]",
        [
            (["[3,-1,2]", "false"], "[-1,2,3]"), (["[3,-1,2]", "true"], "[3,2,-1]"), (["[]", "false"], "[]"),
            (
                ["[9223372036854775807,-9223372036854775808,0]", "false"],
                "[-9223372036854775808,0,9223372036854775807]"
            ),
        ]),
    C(
        .listSorted, "[String];Bool", "[String]",
        [(["[\"b\",\"ab\",\"a\"]", "false"], "[\"a\",\"ab\",\"b\"]")]),
    C(.listSorted, "[Float];Bool", "[Float]", [(["[2.5,-1.0,0.0]", "false"], "[-1.0,0.0,2.5]")]),
    C(
        .listSorted, "[(Int, String)];Bool", "[(Int, String)]",
        [(["[[2,\"a\"],[1,\"b\"],[1,\"a\"]]", "false"], "[[1,\"a\"],[1,\"b\"],[2,\"a\"]]")]),
    C(.listSorted, "[Decimal];Bool", "[Decimal]", [(["[1.5,1.25,-3]", "true"], "[1.5,1.25,-3]")]),
    C(
        .listSorted, "[Color?];Bool", "[Color?]",
        [(["[\"blue\",null,\"red\"]", "false"], "[null,\"red\",\"blue\"]")]),
    C(
        .listSum, "[Int]", "Int",
        [(["[1,2,3]"], "6"), (["[]"], "0"), (["[9223372036854775807,1]"], "!overflow")]),
    C(.listSum, "[Float]", "Float", [(["[0.5,0.25]"], "0.75")]),
    C(.listSum, "[Decimal]", "Decimal", [(["[0.1,0.2]"], "0.3"), (["[]"], "0")]),
    C(.listSum, "[Duration]", "Duration", [(["[\"1m\",\"30s\"]"], "\"1m30s\"")]),
    C(.listMin, "[Int]", "Int?", [(["[3,1,2]"], "1"), (["[]"], "null")]),
    C(.listMax, "[String]", "String?", [(["[\"a\",\"c\",\"b\"]"], "\"c\"")]),
    C(
        .listZip, "[Int];[String]", "[(Int, String)]",
        [(["[1,2,3]", "[\"a\",\"b\"]"], "[[1,\"a\"],[2,\"b\"]]")]),
    C(.listEnumerated, "[String]", "[(Int, String)]", [(["[\"a\",\"b\"]"], "[[0,\"a\"],[1,\"b\"]]")]),
    C(.listUnique, "[Int]", "[Int]", [(["[1,2,1,3,2]"], "[1,2,3]")]),
    C(.listUnique, "[String]", "[String]", [(["[\"a\",\"b\",\"a\"]"], "[\"a\",\"b\"]")]),
    C(.listUnique, "[Decimal]", "[Decimal]", [(["[1.0,1,2]"], "[1.0,2]")]),
    C(
        .listUnique, "[(Int, String)]", "[(Int, String)]",
        [(["[[1,\"a\"],[1,\"b\"],[1,\"a\"]]"], "[[1,\"a\"],[1,\"b\"]]")]),
    C(.listUnique, "[Float]", "[Float]", [(["[0.0,-0.0,1.0]"], "[0.0,1.0]")]),
    C(.listUnique, "[Bool]", "[Bool]", [(["[true,false,true]"], "[true,false]")]),
    C(.listFlatten, "[[Int]]", "[Int]", [(["[[1],[],[2,3]]"], "[1,2,3]")]),
    C(
        .listChunks, "[Int];Int", "[[Int]]",
        [
            (["[1,2,3]", "2"], "[[1,2],[3]]"), (["[]", "2"], "[]"), (["[1]", "0"], "!index"),
            (["[1]", "9223372036854775807"], "[[1]]"),
        ]),
    C(.listAppend, "[String];String", "[String]", [(["[\"a\"]", "\"b\""], "[\"a\",\"b\"]")]),
    C(
        .listInsert, "[Int];Int;Int", "[Int]",
        [
            (["[1,2]", "1", "9"], "[1,9,2]"), (["[1,2]", "2", "9"], "[1,2,9]"),
            (["[1,2]", "3", "9"], "!index"), (["[]", "-1", "9"], "!index"),
        ]),
    C(.listRemoveAt, "[Int];Int", "[Int]", [(["[1,2,3]", "1"], "[1,3]"), (["[1]", "1"], "!index")]),
    C(
        .listRepeat, "[Int];Int", "[Int]",
        [
            (["[1,2]", "2"], "[1,2,1,2]"), (["[]", "9223372036854775807"], "[]"), (["[1]", "3"], "[1,1,1]"),
            (["[1]", "9223372036854775807"], "!memory"), (["[1]", "-1"], "!index"),
        ]),
    C(.listCompact, "[Int?]", "[Int]", [(["[1,null,2]"], "[1,2]")]),
    C(.listCompact, "[String?]", "[String]", [(["[null,\"a\"]"], "[\"a\"]")]),
    C(.listCounts, "[String]", "[String: Int]", [(["[\"a\",\"b\",\"a\"]"], "{\"a\":2,\"b\":1}")]),
    C(.listCounts, "[Color]", "[Color: Int]", [(["[\"red\",\"red\"]"], "{\"red\":2}")]),
    C(
        .listToMap, "[(String, Int)]", "[String: Int]",
        [(["[[\"a\",1],[\"b\",2],[\"a\",3]]"], "{\"a\":3,\"b\":2}")]),
    C(
        .listJoin, "[String];String", "String",
        [(["[\"a\",\"b\"]", "\", \""], "\"a, b\""), (["[]", "\",\""], "\"\"")]),
    C(
        .listFromCodes, "[Int]", "String",
        [(["[97,241,128512]"], "\"añ😀\""), (["[55296]"], "!index"), (["[-1]"], "!index")]),
    C(.listConcat, "[Int];[Int]", "[Int]", [(["[1]", "[2,3]"], "[1,2,3]")]),
    C(
        .listSortedByKeys, "[String];[Int];Bool", "[String]",
        [
            (["[\"a\",\"b\",\"c\"]", "[2,1,2]", "false"], "[\"b\",\"a\",\"c\"]"),
            (["[\"a\",\"b\",\"c\"]", "[2,1,2]", "true"], "[\"a\",\"c\",\"b\"]"),
            (["[\"a\"]", "[]", "true"], "!index"),
        ]),
    C(.listSortedByKeys, "[Int];[Decimal];Bool", "[Int]", [(["[1,2]", "[2.5,2.4]", "false"], "[2,1]")]),
    C(
        .listGroupedByKeys, "[Int];[String]", "[String: [Int]]",
        [
            (
                ["[1,2,3,4,5,6,7]", "[\"a\",\"b\",\"a\",\"a\",\"a\",\"a\",\"b\"]"],
                "{\"a\":[1,3,4,5,6],\"b\":[2,7]}"
            )
        ]),
]

let mapCases: [BuiltinCase] = [
    C(.mapCount, "[String: Int]", "Int", [(["{\"a\":1}"], "1")]),
    C(.mapIsEmpty, "[String: Int]", "Bool", [(["{}"], "true")]),
    C(.mapKeys, "[Int: String]", "[Int]", [(["{\"2\":\"b\",\"1\":\"a\"}"], "[2,1]")]),
    C(.mapValues, "[Int: String]", "[String]", [(["{\"2\":\"b\",\"1\":\"a\"}"], "[\"b\",\"a\"]")]),
    C(.mapEntries, "[String: Int]", "[(String, Int)]", [(["{\"a\":1,\"b\":2}"], "[[\"a\",1],[\"b\",2]]")]),
    C(
        .mapHas, "[String: Int];String", "Bool",
        [(["{\"a\":1}", "\"a\""], "true"), (["{\"a\":1}", "\"b\""], "false")]),
    C(
        .mapGet, "[String: Int];String;Int", "Int",
        [(["{\"a\":1}", "\"a\"", "9"], "1"), (["{\"a\":1}", "\"b\"", "9"], "9")]),
    C(.mapGet, "[String: [Int]];String;[Int]", "[Int]", [(["{\"a\":[1]}", "\"a\"", "[]"], "[1]")]),
    C(
        .mapWith, "[String: Int];String;Int", "[String: Int]",
        [(["{\"a\":1}", "\"b\"", "2"], "{\"a\":1,\"b\":2}"), (["{\"a\":1}", "\"a\"", "2"], "{\"a\":2}")]),
    C(
        .mapRemove, "[String: Int];String", "[String: Int]",
        [
            (["{\"a\":1,\"b\":2}", "\"a\""], "{\"b\":2}"), (["{\"a\":1}", "\"z\""], "{\"a\":1}"),
            (["{}", "\"z\""], "{}"),
        ]),
    C(
        .mapMerged, "[String: Int];[String: Int]", "[String: Int]",
        [(["{\"a\":1,\"b\":2}", "{\"b\":3,\"c\":4}"], "{\"a\":1,\"b\":3,\"c\":4}")]),
    C(.mapSorted, "[String: Int]", "[String: Int]", [(["{\"b\":1,\"a\":2}"], "{\"a\":2,\"b\":1}")]),
    C(.mapSorted, "[Int: Int]", "[Int: Int]", [(["{\"3\":1,\"-1\":2}"], "{\"-1\":2,\"3\":1}")]),
    C(
        .rangeCount, "Range", "Int",
        [(["[1,5]"], "4"), (["[5,1]"], "0"), (["[-9223372036854775808,1]"], "!overflow")]),
    C(.rangeIsEmpty, "Range", "Bool", [(["[1,1]"], "true")]),
    C(.rangeStart, "Range", "Int", [(["[1,5]"], "1")]), C(.rangeEnd, "Range", "Int", [(["[1,5]"], "5")]),
    C(.rangeContains, "Range;Int", "Bool", [(["[1,5]", "5"], "false"), (["[1,5]", "1"], "true")]),
    C(
        .rangeToList, "Range", "[Int]",
        [
            (["[1,4]"], "[1,2,3]"), (["[4,1]"], "[]"), (["[0,9223372036854775807]"], "!memory"),
            (["[-9223372036854775808,9223372036854775807]"], "!memory"),
        ]),
]

let timeCases: [BuiltinCase] = [
    C(
        .pathName, "Path", "String",
        [(["\"a/b.txt\""], "\"b.txt\""), (["\"/\""], "\"\""), (["\"a/b/\""], "\"b\"")]),
    C(
        .pathStem, "Path", "String",
        [(["\"a/b.tar.gz\""], "\"b.tar\""), (["\".bashrc\""], "\".bashrc\""), (["\"a.b/c\""], "\"c\"")]),
    C(
        .pathExtension, "Path", "String",
        [
            (["\"a/b.tar.gz\""], "\"gz\""), (["\".bashrc\""], "\"\""), (["\"c\""], "\"\""),
            (["\"..\""], "\"\""),
        ]),
    C(
        .pathParent, "Path", "Path",
        [
            (["\"a/b\""], "\"a\""), (["\"a\""], "\".\""), (["\"/a\""], "\"/\""), (["\"/\""], "\"/\""),
            (["\"a//b\""], "\"a\""), (["\"\""], "\".\""),
        ]),
    C(.pathText, "Path", "String", [(["\"a\""], "\"a\"")]),
    C(.pathIsAbsolute, "Path", "Bool", [(["\"/a\""], "true"), (["\"\""], "false")]),
    C(.pathParts, "Path", "[String]", [(["\"/a//b\""], "[\"a\",\"b\"]"), (["\"\""], "[]")]),
    C(
        .pathJoin, "Path;String", "Path",
        [
            (["\"a\"", "\"b\""], "\"a/b\""), (["\"a/\"", "\"b\""], "\"a/b\""),
            (["\"a\"", "\"/b\""], "\"/b\""), (["\"\"", "\"b\""], "\"b\""), (["\"a\"", "\"\""], "\"a\""),
        ]),
    C(
        .pathWithExtension, "Path;String", "Path",
        [
            (["\"a/b.txt\"", "\"md\""], "\"a/b.md\""), (["\"b\"", "\".md\""], "\"b.md\""),
            (["\"b.txt\"", "\"\""], "\"b\""),
        ]),
    C(.pathWithName, "Path;String", "Path", [(["\"a/b.txt\"", "\"c\""], "\"a/c\"")]),
    C(
        .pathNormalized, "Path", "Path",
        [
            (["\"a/./b/../c//d\""], "\"a/c/d\""), (["\"../a\""], "\"../a\""), (["\"/../a\""], "\"/a\""),
            (["\"a/..\""], "\".\""),
        ]),
    C(
        .timeYear, "Time", "Int",
        [(["\"2026-03-04T05:06:07Z\""], "2026"), (["\"1969-12-31T23:59:59Z\""], "1969")]),
    C(.timeMonth, "Time", "Int", [(["\"2026-03-04T05:06:07Z\""], "3")]),
    C(.timeDay, "Time", "Int", [(["\"2026-03-04T05:06:07Z\""], "4")]),
    C(.timeHour, "Time", "Int", [(["\"1969-12-31T23:59:58Z\""], "23")]),
    C(.timeMinute, "Time", "Int", [(["\"1969-12-31T23:59:58Z\""], "59")]),
    C(.timeSecond, "Time", "Int", [(["\"1969-12-31T23:59:58Z\""], "58")]),
    C(.timeWeekday, "Time", "Int", [(["\"2026-03-04T05:06:07Z\""], "3")]),
    C(.timeDayOfYear, "Time", "Int", [(["\"2024-12-31T00:00:00Z\""], "366")]),
    C(.timeDate, "Time", "String", [(["\"2026-03-04T05:06:07Z\""], "\"2026-03-04\"")]),
    C(.timeSeconds, "Time", "Float", [(["\"1970-01-01T00:00:01.5Z\""], "1.5")]),
    C(.timeMilliseconds, "Time", "Int", [(["\"1969-12-31T23:59:59.9995Z\""], "-1")]),
    C(.timeStartOfDay, "Time", "Time", [(["\"1969-12-31T05:06:07Z\""], "\"1969-12-31T00:00:00Z\"")]),
    C(
        .timeAddMonths, "Time;Int", "Time",
        [
            (["\"2024-01-31T05:06:07Z\"", "1"], "\"2024-02-29T05:06:07Z\""),
            (["\"2024-01-31T00:00:00Z\"", "-2"], "\"2023-11-30T00:00:00Z\""),
            (["\"2024-01-31T00:00:00Z\"", "9223372036854775807"], "!overflow"),
            (["\"2024-01-31T00:00:00Z\"", "-9223372036854775808"], "!overflow"),
            (["\"2024-01-31T00:00:00Z\"", "9000000"], "!overflow"),
        ]),
    C(
        .timeFormat, "Time;String", "String",
        [
            (
                ["\"2026-03-04T05:06:07.008Z\"", "\"%Y/%m/%d %H:%M:%S.%L %j %a %A %b %B %F %T 100%%\""],
                "\"2026/03/04 05:06:07.008 063 Wed Wednesday Mar March 2026-03-04 05:06:07 100%\""
            ), (["\"2026-03-04T05:06:07Z\"", "\"%q\""], "!index"),
            (["\"2026-03-04T05:06:07Z\"", "\"%\""], "!index"),
        ]),
    C(
        .timeOf, "Int;Int;Int;Int;Int;Int", "Time",
        [
            (["2024", "2", "29", "1", "2", "3"], "\"2024-02-29T01:02:03Z\""),
            (["2023", "2", "29", "0", "0", "0"], "!index"), (["2023", "13", "1", "0", "0", "0"], "!index"),
            (["9223372036854775807", "1", "1", "0", "0", "0"], "!index"),
            (["2023", "1", "1", "24", "0", "0"], "!index"),
        ]),
    C(.durationDays, "Duration", "Float", [(["\"36h\""], "1.5")]),
    C(.durationHours, "Duration", "Float", [(["\"90m\""], "1.5")]),
    C(.durationMinutes, "Duration", "Float", [(["\"90s\""], "1.5")]),
    C(.durationSeconds, "Duration", "Float", [(["\"1500ms\""], "1.5")]),
    C(.durationMilliseconds, "Duration", "Int", [(["\"1500ms\""], "1500")]),
    C(.durationMicroseconds, "Duration", "Int", [(["\"2ms\""], "2000")]),
    C(.durationAbs, "Duration", "Duration", [(["\"-2h\""], "\"2h\"")]),
    C(.daysOf, "Int", "Duration", [(["2"], "\"2d\""), (["9223372036854775807"], "!overflow")]),
    C(.hoursOf, "Int", "Duration", [(["2"], "\"2h\"")]),
    C(.minutesOf, "Int", "Duration", [(["2"], "\"2m\"")]),
    C(.secondsOf, "Int", "Duration", [(["2"], "\"2s\"")]),
    C(.millisecondsOf, "Int", "Duration", [(["2"], "\"2ms\"")]),
    C(.timeFromMilliseconds, "Int", "Time", [(["-1"], "\"1969-12-31T23:59:59.999Z\"")]),
]

let jsonCases: [BuiltinCase] = [
    C(.jsonIsNull, "Json", "Bool", [(["null"], "true"), (["0"], "false")]),
    C(
        .jsonKind, "Json", "String",
        [
            (["null"], "\"null\""), (["true"], "\"bool\""), (["false"], "\"bool\""), (["1"], "\"number\""),
            (["1.5"], "\"number\""), (["\"a\""], "\"string\""), (["[]"], "\"array\""), (["{}"], "\"object\""),
        ]),
    C(.jsonKeys, "Json", "[String]", [(["{\"b\":1,\"a\":2}"], "[\"b\",\"a\"]"), (["[1]"], "[]")]),
    C(.jsonCount, "Json", "Int", [(["{\"b\":1}"], "1"), (["[1,2]"], "2"), (["7"], "0")]),
    C(.jsonElements, "Json", "[Json]", [(["[1,\"a\"]"], "[1,\"a\"]"), (["{}"], "[]")]),
    C(.jsonFields, "Json", "[String: Json]", [(["{\"a\":1}"], "{\"a\":1}"), (["1"], "{}")]),
    C(
        .jsonField, "Json;String", "Json",
        [(["{\"a\":[1]}", "\"a\""], "[1]"), (["{\"a\":1}", "\"b\""], "null"), (["1", "\"b\""], "null")]),
    C(
        .jsonAt, "Json;Int", "Json",
        [(["[1,2]", "1"], "2"), (["[1]", "5"], "null"), (["[1]", "-1"], "null"), (["{}", "0"], "null")]),
    C(.jsonHas, "Json;String", "Bool", [(["{\"a\":null}", "\"a\""], "true"), (["{}", "\"a\""], "false")]),
    C(.jsonText, "Json", "String", [(["{\"a\":[1,1.50,\"x\"]}"], "\"{\\\"a\\\":[1,1.50,\\\"x\\\"]}\"")]),
    C(
        .jsonWith, "Json;String;Json", "Json",
        [
            (["{\"a\":1}", "\"b\"", "[2]"], "{\"a\":1,\"b\":[2]}"), (["null", "\"b\"", "2"], "{\"b\":2}"),
            (["[]", "\"b\"", "2"], "!decode"),
        ]),
    C(
        .jsonMerged, "Json;Json", "Json",
        [
            (["{\"a\":1}", "{\"a\":2,\"b\":3}"], "{\"a\":2,\"b\":3}"), (["1", "2"], "2"),
            (["{}", "null"], "null"),
        ]),
]
