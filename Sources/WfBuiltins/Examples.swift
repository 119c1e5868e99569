// An example of each built-in: an expression and, behind `// = `, what it yields as JSON. `wfc doc` shows them, and
// each is run by a test.

extension Builtin {
    /// `expression // = json`; nil where the built-in cannot be reached by name.
    public var example: StaticString? {
        if rawValue >= Builtin.decimalAdd.rawValue { return nil }
        if rawValue >= Builtin.listMap.rawValue { return inlineExample }
        if rawValue >= Builtin.bytesCount.rawValue { return collectionExample }
        return scalarExample
    }

    /// Numbers and text.
    private var scalarExample: StaticString? {
        switch self {
        case .intAbs: return "(-5).abs() // = 5"
        case .intMin: return "3.min(2) // = 2"
        case .intMax: return "3.max(2) // = 3"
        case .intClamp: return "9.clamp(1, 5) // = 5"
        case .intPow: return "2.pow(10) // = 1024"
        case .intSign: return "(-7).sign() // = -1"
        case .intToFloat: return "3.toFloat() / 2.0 // = 1.5"
        case .intToDecimal: return "3.toDecimal() / 8 // = 0.375"
        case .intText: return #"255.text(radix: 16) // = "ff""#
        case .intHex: return #"255.hex() // = "ff""#
        case .floatAbs: return "(-1.5).abs() // = 1.5"
        case .floatMin: return "1.5.min(0.5) // = 0.5"
        case .floatMax: return "1.5.max(0.5) // = 1.5"
        case .floatFloor: return "(-1.5).floor() // = -2.0"
        case .floatCeil: return "1.2.ceil() // = 2.0"
        case .floatRound: return "1.2345.round(places: 2) // = 1.23"
        case .floatSqrt: return "9.0.sqrt() // = 3.0"
        case .floatPow: return "2.0.pow(0.5) // = 1.4142135623730951"
        case .floatExp: return "0.0.exp() // = 1.0"
        case .floatLog: return "1.0.log() // = 0.0"
        case .floatLog10: return "1000.0.log10() // = 3.0"
        case .floatIsNaN: return "1.5.isNaN // = false"
        case .floatIsFinite: return "1.5.isFinite // = true"
        case .floatToInt: return "(-2.9).toInt() // = -2"
        case .floatToDecimal: return "0.1.toDecimal() // = 0.1"
        case .floatFixed: return #"1.5.fixed(2) // = "1.50""#
        case .decimalAbs: return "(-1.50 as Decimal).abs() // = 1.50"
        case .decimalMin: return "(1.5 as Decimal).min(1.25) // = 1.25"
        case .decimalMax: return "(1.5 as Decimal).max(1.25) // = 1.5"
        case .decimalRound: return "(2.345 as Decimal).round(places: 2) // = 2.34"
        case .decimalFloor: return "(-1.5 as Decimal).floor() // = -2"
        case .decimalCeil: return "(1.01 as Decimal).ceil() // = 2"
        case .decimalToFloat: return "(1.25 as Decimal).toFloat() // = 1.25"
        case .decimalToInt: return "(-1.9 as Decimal).toInt() // = -1"
        case .decimalFixed: return #"(3 as Decimal).fixed(2) // = "3.00""#
        case .stringCount: return #""héllo".count // = 5"#
        case .stringByteCount: return #""héllo".byteCount // = 6"#
        case .stringIsEmpty: return #""".isEmpty // = true"#
        case .stringContains: return #""workflow".contains("flow") // = true"#
        case .stringStartsWith: return #""workflow".startsWith("work") // = true"#
        case .stringEndsWith: return #""workflow".endsWith("flow") // = true"#
        case .stringIndexOf: return #""a,b,c".indexOf(",", from: 2) // = 3"#
        case .stringLastIndexOf: return #""a,b,c".lastIndexOf(",") // = 3"#
        case .stringSplit: return #""a,b,,c".split(",") // = ["a","b","","c"]"#
        case .stringSplitOnce: return #""key=a=b".splitOnce("=") // = ["key","a=b"]"#
        case .stringLines: return #""one\ntwo\n".lines() // = ["one","two"]"#
        case .stringWords: return #"" one  two ".words() // = ["one","two"]"#
        case .stringTrim: return #""  a b ".trim() // = "a b""#
        case .stringTrimStart: return #""  a b ".trimStart() // = "a b ""#
        case .stringTrimEnd: return #""  a b ".trimEnd() // = "  a b""#
        case .stringUpper: return #""straße".upper() // = "STRASSE""#
        case .stringLower: return #""ÄB".lower() // = "äb""#
        case .stringCapitalized: return #""hello world".capitalized() // = "Hello world""#
        case .stringReplace: return #""a-b-c".replace("-", with: "+") // = "a+b+c""#
        case .stringSlice: return #""workflow".slice(from: -4) // = "flow""#
        case .stringTake: return #""workflow".take(4) // = "work""#
        case .stringDrop: return #""workflow".drop(4) // = "flow""#
        case .stringRemovePrefix: return #""v1.2".removePrefix("v") // = "1.2""#
        case .stringRemoveSuffix: return #""a.txt".removeSuffix(".txt") // = "a""#
        case .stringRepeat: return #""ab".repeat(3) // = "ababab""#
        case .stringPadStart: return #""7".padStart(3, with: "0") // = "007""#
        case .stringPadEnd: return #""7".padEnd(3) + "|" // = "7  |""#
        case .stringReversed: return #""abc".reversed() // = "cba""#
        case .stringOccurrences: return #""banana".occurrences("an") // = 2"#
        case .stringMatches: return #""report-2026.csv".matches("report-*.csv") // = true"#
        case .stringToInt: return #"["42".toInt(), "4x".toInt()] // = [42,null]"#
        case .stringToFloat: return #""1.5".toFloat() // = 1.5"#
        case .stringToDecimal: return #""1.50".toDecimal() // = 1.50"#
        case .stringToBool: return #""true".toBool() // = true"#
        case .stringToTime: return #""2026-01-31".toTime() // = "2026-01-31T00:00:00Z""#
        case .stringToDuration: return #""1h30m".toDuration() // = "1h30m""#
        case .stringToPath: return #""out/a.txt".toPath().name // = "a.txt""#
        case .stringBytes: return #""hé".bytes // = "aMOp""#
        case .stringCharacters: return #""añ".characters() // = ["a","ñ"]"#
        case .stringCodes: return #""añ".codes() // = [97,241]"#
        case .stringParseCsv: return #""name,n\n\"a, b\",1\n".parseCsv() // = [["name","n"],["a, b","1"]]"#
        case .stringParseJson: return #""\{\"n\": 1}".parseJson() // = {"n":1}"#
        case .stringFromBase64: return #""aMOp".fromBase64()?.text() // = "hé""#
        case .stringFromHex: return #""68c3a9".fromHex()?.text() // = "hé""#
        case .stringUrlEncode: return #""a b&c".urlEncode() // = "a%20b%26c""#
        default: return nil
        }
    }

    /// Bytes, lists, maps, ranges, paths, times, Json, functions.
    private var collectionExample: StaticString? {
        switch self {
        case .bytesCount: return #""hé".bytes.count // = 3"#
        case .bytesIsEmpty: return #""".bytes.isEmpty // = true"#
        case .bytesText: return #""hé".bytes.text() // = "hé""#
        case .bytesUtf8: return #""hé".bytes.slice(from: 0, to: 2).utf8() // = null"#
        case .bytesHex: return #""hé".bytes.hex() // = "68c3a9""#
        case .bytesBase64: return #""hé".bytes.base64() // = "aMOp""#
        case .bytesSlice: return #""abcdef".bytes.slice(from: 1, to: 3).text() // = "bc""#
        case .bytesToList: return #""hé".bytes.toList() // = [104,195,169]"#
        case .outputErrorBytes:
            return #"Output { status: 0, stdout: "", stderr: "hé" }.errorBytes.count // = 3"#
        case .outputBytes: return #"Output { status: 0, stdout: "hé", stderr: "" }.bytes.count // = 3"#
        case .listCount: return "[3, 1, 2].count // = 3"
        case .listIsEmpty: return "[3, 1, 2].isEmpty // = false"
        case .listFirst: return "[3, 1, 2].first // = 3"
        case .listLast: return "[3, 1, 2].last // = 2"
        case .listGet: return "[[3, 1, 2].get(1), [3, 1, 2].get(9)] // = [1,null]"
        case .listContains: return "[3, 1, 2].contains(1) // = true"
        case .listIndexOf: return #"["a", "b"].indexOf("b") // = 1"#
        case .listSlice: return "[1, 2, 3, 4].slice(from: 1, to: -1) // = [2,3]"
        case .listTake: return "[1, 2, 3].take(2) // = [1,2]"
        case .listDrop: return "[1, 2, 3].drop(2) // = [3]"
        case .listDropLast: return "[1, 2, 3].dropLast() // = [1,2]"
        case .listReversed: return "[1, 2, 3].reversed() // = [3,2,1]"
        case .listSorted: return "[3, 1, 2].sorted(descending: true) // = [3,2,1]"
        case .listSum: return "[3, 1, 2].sum() // = 6"
        case .listMin: return "[3, 1, 2].min() // = 1"
        case .listMax: return "[3, 1, 2].max() // = 3"
        case .listZip: return #"[1, 2, 3].zip(["a", "b"]) // = [[1,"a"],[2,"b"]]"#
        case .listEnumerated: return #"["a", "b"].enumerated() // = [[0,"a"],[1,"b"]]"#
        case .listUnique: return "[1, 2, 1].unique() // = [1,2]"
        case .listFlatten: return "[[1], [2, 3]].flatten() // = [1,2,3]"
        case .listChunks: return "[1, 2, 3, 4, 5].chunks(2) // = [[1,2],[3,4],[5]]"
        case .listAppend: return "[1, 2].append(3) // = [1,2,3]"
        case .listInsert: return "[1, 3].insert(1, 2) // = [1,2,3]"
        case .listRemoveAt: return "[1, 2, 3].removeAt(1) // = [1,3]"
        case .listRepeat: return "[1, 2].repeat(2) // = [1,2,1,2]"
        case .listCompact: return "[1, null, 2].compact() // = [1,2]"
        case .listCounts: return #"["a", "b", "a"].counts() // = {"a":2,"b":1}"#
        case .listToMap: return #"[("a", 1), ("b", 2)].toMap() // = {"a":1,"b":2}"#
        case .listJoin: return #"["a", "b"].join(separator: ", ") // = "a, b""#
        case .listFromCodes: return #"[97, 241].fromCodes() // = "añ""#
        case .mapCount: return #"["a": 1, "b": 2].count // = 2"#
        case .mapIsEmpty: return #"["a": 1].isEmpty // = false"#
        case .mapKeys: return #"["b": 1, "a": 2].keys // = ["b","a"]"#
        case .mapValues: return #"["b": 1, "a": 2].values // = [1,2]"#
        case .mapEntries: return #"["b": 1, "a": 2].entries // = [["b",1],["a",2]]"#
        case .mapHas: return #"["a": 1].has("b") // = false"#
        case .mapGet: return #"["a": 1].get("b", default: 0) // = 0"#
        case .mapWith: return #"["a": 1].with("b", 2) // = {"a":1,"b":2}"#
        case .mapRemove: return #"["a": 1, "b": 2].remove("a") // = {"b":2}"#
        case .mapMerged: return #"["a": 1, "b": 2].merged(["b": 3]) // = {"a":1,"b":3}"#
        case .mapSorted: return #"["b": 1, "a": 2].sorted() // = {"a":2,"b":1}"#
        case .rangeCount: return "(2..<5).count // = 3"
        case .rangeIsEmpty: return "(2..<2).isEmpty // = true"
        case .rangeStart: return "(2...5).start // = 2"
        case .rangeEnd: return "(2...5).end // = 6"
        case .rangeContains: return "(2..<5).contains(5) // = false"
        case .rangeToList: return "(2...5).toList() // = [2,3,4,5]"
        case .pathName: return #"Path("out/a.tar.gz").name // = "a.tar.gz""#
        case .pathStem: return #"Path("out/a.tar.gz").stem // = "a.tar""#
        case .pathExtension: return #"Path("out/a.tar.gz").extension // = "gz""#
        case .pathParent: return #"Path("out/a.txt").parent // = "out""#
        case .pathText: return #"Path("out/a.txt").text // = "out/a.txt""#
        case .pathIsAbsolute: return #"Path("out/a.txt").isAbsolute // = false"#
        case .pathParts: return #"Path("out/b/a.txt").parts // = ["out","b","a.txt"]"#
        case .pathJoin: return #"Path("out").join("a.txt") // = "out/a.txt""#
        case .pathWithExtension: return #"Path("out/a.txt").withExtension("md") // = "out/a.md""#
        case .pathWithName: return #"Path("out/a.txt").withName("b.txt") // = "out/b.txt""#
        case .pathNormalized: return #"Path("out/./b//../a.txt").normalized() // = "out/a.txt""#
        case .timeYear: return "time(year: 2026, month: 1, day: 31).year // = 2026"
        case .timeMonth: return "time(year: 2026, month: 1, day: 31).month // = 1"
        case .timeDay: return "time(year: 2026, month: 1, day: 31).day // = 31"
        case .timeHour: return "time(year: 2026, month: 1, day: 31, hour: 9).hour // = 9"
        case .timeMinute: return "time(year: 2026, month: 1, day: 31, minute: 30).minute // = 30"
        case .timeSecond: return "time(year: 2026, month: 1, day: 31, second: 59).second // = 59"
        case .timeWeekday: return "time(year: 2026, month: 1, day: 31).weekday // = 6"
        case .timeDayOfYear: return "time(year: 2026, month: 2, day: 1).dayOfYear // = 32"
        case .timeDate: return #"time(year: 2026, month: 1, day: 31).date // = "2026-01-31""#
        case .timeSeconds: return "time(year: 1970, month: 1, day: 2).seconds // = 86400.0"
        case .timeMilliseconds: return "time(year: 1970, month: 1, day: 2).milliseconds // = 86400000"
        case .timeStartOfDay:
            return #"time(year: 2026, month: 1, day: 31, hour: 9).startOfDay() // = "2026-01-31T00:00:00Z""#
        case .timeAddMonths:
            return #"time(year: 2026, month: 1, day: 31).addMonths(1) // = "2026-02-28T00:00:00Z""#
        case .timeFormat: return #"time(year: 2026, month: 1, day: 31).format("%d.%m.%Y") // = "31.01.2026""#
        case .durationDays: return "36h.days // = 1.5"
        case .durationHours: return "90m.hours // = 1.5"
        case .durationMinutes: return "90s.minutes // = 1.5"
        case .durationSeconds: return "1500ms.seconds // = 1.5"
        case .durationMilliseconds: return "1500ms.milliseconds // = 1500"
        case .durationMicroseconds: return "2ms.microseconds // = 2000"
        case .durationAbs: return #"(5s - 8s).abs() // = "3s""#
        case .jsonIsNull: return #"parseJson("null").isNull // = true"#
        case .jsonKind: return #"parseJson("[1]").kind // = "array""#
        case .jsonKeys: return #"parseJson("\{\"a\": 1, \"b\": 2}").keys // = ["a","b"]"#
        case .jsonCount: return #"parseJson("[1, 2]").count // = 2"#
        case .jsonElements: return #"parseJson("[1, 2]").elements // = [1,2]"#
        case .jsonFields: return #"parseJson("\{\"a\": 1}").fields // = {"a":1}"#
        case .jsonField: return #"parseJson("\{\"a\": 1}").field("a") // = 1"#
        case .jsonAt: return #"parseJson("[1, 2]").at(9) // = null"#
        case .jsonHas: return #"parseJson("\{\"a\": null}").has("a") // = true"#
        case .jsonText: return #"parseJson("\{ \"a\" : 1 }").text() // = "{\"a\":1}""#
        case .jsonWith: return #"parseJson("\{\"a\": 1}").with("b", toJson(2)) // = {"a":1,"b":2}"#
        case .jsonMerged:
            return #"parseJson("\{\"a\": 1, \"b\": 2}").merged(parseJson("\{\"b\": 3}")) // = {"a":1,"b":3}"#
        case .minOf: return #"min("b", "a") // = "a""#
        case .maxOf: return "max(1, 2) // = 2"
        case .pathOf: return #"Path("out/a.txt") // = "out/a.txt""#
        case .csvLine: return #"csvLine(["a, b", "c"]) // = "\"a, b\",c""#
        case .timeOf: return #"time(year: 2026, month: 1, day: 31, hour: 9) // = "2026-01-31T09:00:00Z""#
        case .daysOf: return #"days(2) // = "2d""#
        case .hoursOf: return #"hours(36) // = "1d12h""#
        case .minutesOf: return #"minutes(90) // = "1h30m""#
        case .secondsOf: return #"seconds(90) // = "1m30s""#
        case .millisecondsOf: return #"milliseconds(1500) // = "1s500ms""#
        case .timeFromMilliseconds: return #"timeFromMilliseconds(86400000) // = "1970-01-02T00:00:00Z""#
        default: return nil
        }
    }

    /// What is expanded where it is called.
    private var inlineExample: StaticString? {
        switch self {
        case .listMap: return "[1, 2].map(n => n * 10) // = [10,20]"
        case .listFilter: return "[1, 2, 3].filter(n => n % 2 == 1) // = [1,3]"
        case .listFilterMap: return #"["1", "x"].filterMap(s => s.toInt()) // = [1]"#
        case .listFlatMap: return #"["a b", "c"].flatMap(s => s.words()) // = ["a","b","c"]"#
        case .listFold: return "[1, 2, 3].fold(10, (sum, n) => sum + n) // = 16"
        case .listAny: return "[1, 2].any(n => n > 1) // = true"
        case .listAll: return "[1, 2].all(n => n > 1) // = false"
        case .listFind: return "[1, 2, 3].find(n => n > 1) // = 2"
        case .listFindIndex: return "[1, 2, 3].findIndex(n => n > 1) // = 1"
        case .listCountWhere: return "[1, 2, 3].count(n => n > 1) // = 2"
        case .listTakeWhile: return "[1, 2, 3, 1].takeWhile(n => n < 3) // = [1,2]"
        case .listDropWhile: return "[1, 2, 3, 1].dropWhile(n => n < 3) // = [3,1]"
        case .listSortedBy: return #"["ccc", "a", "bb"].sorted(by: s => s.count) // = ["a","bb","ccc"]"#
        case .listGroupedBy:
            return #"["a", "bb", "c"].grouped(by: s => s.count) // = {"1":["a","c"],"2":["bb"]}"#
        case .listKeyedBy: return #"["a", "bb"].keyed(by: s => s.count) // = {"1":"a","2":"bb"}"#
        case .listUniqueBy: return #"["a", "bb", "c"].unique(by: s => s.count) // = ["a","bb"]"#
        case .listMinBy: return #"["bb", "a"].minBy(s => s.count) // = "a""#
        case .listMaxBy: return #"["bb", "a"].maxBy(s => s.count) // = "bb""#
        case .listSumBy: return #"["bb", "a"].sumBy(s => s.count) // = 3"#
        case .listPartition: return "[1, 2, 3].partition(n => n > 1) // = [[2,3],[1]]"
        case .mapMap: return #"["a": 1, "b": 2].map((k, v) => "{k}{v}") // = ["a1","b2"]"#
        case .mapMapValues: return #"["a": 1, "b": 2].mapValues(v => v * 10) // = {"a":10,"b":20}"#
        case .mapFilter: return #"["a": 1, "b": 2].filter((_, v) => v > 1) // = {"b":2}"#
        case .mapAny: return #"["a": 1, "b": 2].any((_, v) => v > 1) // = true"#
        case .mapAll: return #"["a": 1, "b": 2].all((_, v) => v > 1) // = false"#
        case .optionalMap: return #""4".toInt().map(n => n * 10) // = 40"#
        case .optionalFlatMap: return #"["4"].first.flatMap(s => s.toInt()) // = 4"#
        case .optionalIsNull: return #""4x".toInt().isNull // = true"#
        case .rangeMap: return "(1...3).map(n => n * n) // = [1,4,9]"
        case .toJson: return #"toJson((1, "a")) // = [1,"a"]"#
        case .jsonTextOf: return #"jsonText(["a": 1]) // = "{\"a\":1}""#
        case .parseJson: return #"parseJson("[1, true]") // = [1,true]"#
        default: return nil
        }
    }
}
