// What each built-in is: its signature in wf notation, its first sentence of documentation, and whether the
// machine carries it out or the lowering expands it. The one place to declare a built-in.
//
// `Receiver.name: Type` is a property, `Receiver.name(…) -> Type` a method, `name(…) -> Type` a function.
// Single capital letters are type variables; `<T: Ordered>` behind the name constrains one.

/// The row of one built-in.
public struct BuiltinDeclaration: Sendable {
    /// The signature in wf notation.
    public let signature: StaticString
    /// What it yields, and when it fails.
    public let documentation: StaticString
    /// Expanded by the lowering; the machine has no implementation.
    public let isInline: Bool
    /// Not reachable by name; the lowering uses it.
    public let isHidden: Bool
}

extension Builtin {
    /// The row of this built-in.
    public var declaration: BuiltinDeclaration {
        if rawValue >= Builtin.decimalAdd.rawValue { return hiddenDeclaration }
        if rawValue >= Builtin.listMap.rawValue { return inlineDeclaration }
        if rawValue >= Builtin.bytesCount.rawValue { return collectionDeclaration }
        return scalarDeclaration
    }

    private func row(_ signature: StaticString, _ documentation: StaticString) -> BuiltinDeclaration {
        BuiltinDeclaration(
            signature: signature, documentation: documentation, isInline: false, isHidden: false)
    }

    private func inline(_ signature: StaticString, _ documentation: StaticString) -> BuiltinDeclaration {
        BuiltinDeclaration(
            signature: signature, documentation: documentation, isInline: true, isHidden: false)
    }

    private func hidden(_ signature: StaticString, _ documentation: StaticString) -> BuiltinDeclaration {
        BuiltinDeclaration(
            signature: signature, documentation: documentation, isInline: false, isHidden: true)
    }

    /// Numbers and text.
    private var scalarDeclaration: BuiltinDeclaration {
        switch self {
        case .intAbs: return row("Int.abs() -> Int", "The distance from 0.")
        case .intMin: return row("Int.min(other: Int) -> Int", "The smaller of the two.")
        case .intMax: return row("Int.max(other: Int) -> Int", "The larger of the two.")
        case .intClamp:
            return row("Int.clamp(low: Int, high: Int) -> Int", "The nearest number that is in low...high.")
        case .intPow:
            return row("Int.pow(exponent: Int) -> Int", "The power; the exponent must not be negative.")
        case .intSign: return row("Int.sign() -> Int", "-1, 0 or 1.")
        case .intToFloat: return row("Int.toFloat() -> Float", "The nearest Float.")
        case .intToDecimal: return row("Int.toDecimal() -> Decimal", "The same number, exactly.")
        case .intText:
            return row("Int.text(radix: Int = 10) -> String", "The digits, in a radix from 2 to 36.")
        case .intHex:
            return row("Int.hex() -> String", "The hexadecimal digits of the 64 bits, without zeros before.")

        case .floatAbs: return row("Float.abs() -> Float", "The distance from 0.")
        case .floatMin: return row("Float.min(other: Float) -> Float", "The smaller of the two.")
        case .floatMax: return row("Float.max(other: Float) -> Float", "The larger of the two.")
        case .floatFloor: return row("Float.floor() -> Float", "The next whole number at or below.")
        case .floatCeil: return row("Float.ceil() -> Float", "The next whole number at or above.")
        case .floatRound:
            return row("Float.round(places: Int = 0) -> Float", "Rounded to places, halves away from 0.")
        case .floatSqrt: return row("Float.sqrt() -> Float", "The square root; not a number below 0.")
        case .floatPow: return row("Float.pow(exponent: Float) -> Float", "The power.")
        case .floatExp: return row("Float.exp() -> Float", "e to this power.")
        case .floatLog: return row("Float.log() -> Float", "The natural logarithm.")
        case .floatLog10: return row("Float.log10() -> Float", "The decimal logarithm.")
        case .floatIsNaN: return row("Float.isNaN: Bool", "Whether it is not a number.")
        case .floatIsFinite:
            return row("Float.isFinite: Bool", "Whether it is neither infinite nor not a number.")
        case .floatToInt: return row("Float.toInt() -> Int", "The whole part; fails when no Int holds it.")
        case .floatToDecimal:
            return row(
                "Float.toDecimal() -> Decimal",
                "The Decimal with the same shortest digits; fails if not finite.")
        case .floatFixed:
            return row(
                "Float.fixed(places: Int) -> String", "The text with exactly so many digits after the point.")

        case .decimalAbs: return row("Decimal.abs() -> Decimal", "The distance from 0.")
        case .decimalMin: return row("Decimal.min(other: Decimal) -> Decimal", "The smaller of the two.")
        case .decimalMax: return row("Decimal.max(other: Decimal) -> Decimal", "The larger of the two.")
        case .decimalRound:
            return row(
                "Decimal.round(places: Int = 0) -> Decimal",
                "Rounded to places, halves to the even digit; -2 is hundreds.")
        case .decimalFloor: return row("Decimal.floor() -> Decimal", "The next whole number at or below.")
        case .decimalCeil: return row("Decimal.ceil() -> Decimal", "The next whole number at or above.")
        case .decimalToFloat: return row("Decimal.toFloat() -> Float", "The nearest Float.")
        case .decimalToInt:
            return row("Decimal.toInt() -> Int", "The whole part; fails when no Int holds it.")
        case .decimalFixed:
            return row(
                "Decimal.fixed(places: Int) -> String",
                "The text with exactly so many digits after the point.")

        case .stringCount: return row("String.count: Int", "How many Unicode scalars it has.")
        case .stringByteCount: return row("String.byteCount: Int", "How many bytes its UTF-8 has.")
        case .stringIsEmpty: return row("String.isEmpty: Bool", "Whether it has no characters.")
        case .stringContains:
            return row("String.contains(text: String) -> Bool", "Whether the text occurs in it.")
        case .stringStartsWith:
            return row("String.startsWith(prefix: String) -> Bool", "Whether it begins so.")
        case .stringEndsWith: return row("String.endsWith(suffix: String) -> Bool", "Whether it ends so.")
        case .stringIndexOf:
            return row(
                "String.indexOf(text: String, from: Int = 0) -> Int?",
                "Where the text first occurs, in scalars.")
        case .stringLastIndexOf:
            return row("String.lastIndexOf(text: String) -> Int?", "Where the text last occurs, in scalars.")
        case .stringSplit:
            return row(
                "String.split(separator: String) -> [String]",
                "The parts between separators; the characters when the separator is empty.")
        case .stringSplitOnce:
            return row(
                "String.splitOnce(separator: String) -> (String, String)?",
                "What stands before and behind the first separator; null when there is none.")
        case .stringLines:
            return row(
                "String.lines() -> [String]", "The lines without their ends; a last empty one is left out.")
        case .stringWords: return row("String.words() -> [String]", "The parts between runs of white space.")
        case .stringTrim: return row("String.trim() -> String", "Without white space at both ends.")
        case .stringTrimStart: return row("String.trimStart() -> String", "Without white space at the start.")
        case .stringTrimEnd: return row("String.trimEnd() -> String", "Without white space at the end.")
        case .stringUpper: return row("String.upper() -> String", "In upper case.")
        case .stringLower: return row("String.lower() -> String", "In lower case.")
        case .stringCapitalized:
            return row("String.capitalized() -> String", "With its first letter in upper case.")
        case .stringReplace:
            return row(
                "String.replace(text: String, with: String) -> String", "With each occurrence replaced.")
        case .stringSlice:
            return row(
                "String.slice(from: Int, to: Int? = null) -> String",
                "The scalars from..<to, cut to what there is; negative positions count from the end.")
        case .stringTake: return row("String.take(count: Int) -> String", "The first characters.")
        case .stringDrop: return row("String.drop(count: Int) -> String", "Without the first characters.")
        case .stringRemovePrefix:
            return row("String.removePrefix(prefix: String) -> String", "Without the prefix, if it has it.")
        case .stringRemoveSuffix:
            return row("String.removeSuffix(suffix: String) -> String", "Without the suffix, if it has it.")
        case .stringRepeat: return row("String.repeat(count: Int) -> String", "So many copies, joined.")
        case .stringPadStart:
            return row(
                "String.padStart(width: Int, with: String = \" \") -> String",
                "Filled at the start up to the width.")
        case .stringPadEnd:
            return row(
                "String.padEnd(width: Int, with: String = \" \") -> String",
                "Filled at the end up to the width.")
        case .stringReversed: return row("String.reversed() -> String", "The scalars in reverse.")
        case .stringOccurrences:
            return row(
                "String.occurrences(text: String) -> Int", "How often the text occurs, without overlaps.")
        case .stringMatches:
            return row(
                "String.matches(pattern: String) -> Bool",
                "Whether all of it fits the pattern of `*` and `?`.")
        case .stringToInt: return row("String.toInt() -> Int?", "The whole number it writes, or null.")
        case .stringToFloat: return row("String.toFloat() -> Float?", "The number it writes, or null.")
        case .stringToDecimal: return row("String.toDecimal() -> Decimal?", "The number it writes, or null.")
        case .stringToBool: return row("String.toBool() -> Bool?", "`true` or `false`, or null.")
        case .stringToTime:
            return row("String.toTime() -> Time?", "The RFC 3339 time or date it writes, or null.")
        case .stringToDuration:
            return row("String.toDuration() -> Duration?", "The duration it writes, or null.")
        case .stringToPath: return row("String.toPath() -> Path", "The path with this text.")
        case .stringBytes: return row("String.bytes: Bytes", "Its UTF-8.")
        case .stringCharacters:
            return row("String.characters() -> [String]", "One String per Unicode scalar.")
        case .stringCodes: return row("String.codes() -> [Int]", "The numbers of its Unicode scalars.")
        case .stringParseCsv:
            return row(
                "String.parseCsv(separator: String = \",\") -> [[String]]",
                "The rows of a CSV text (RFC 4180); fails when a quote is not closed.")
        case .stringParseJson: return row("String.parseJson() -> Json?", "The JSON it writes, or null.")
        case .stringFromBase64: return row("String.fromBase64() -> Bytes?", "The bytes it writes, or null.")
        case .stringFromHex: return row("String.fromHex() -> Bytes?", "The bytes it writes, or null.")
        case .stringUrlEncode:
            return row("String.urlEncode() -> String", "Percent-encoded but for letters, digits and `-._~`.")
        default: preconditionFailure("every built-in has a row")
        }
    }

    /// Bytes, lists, maps, ranges, paths, times, Json, functions.
    private var collectionDeclaration: BuiltinDeclaration {
        switch self {
        case .bytesCount: return row("Bytes.count: Int", "How many bytes.")
        case .bytesIsEmpty: return row("Bytes.isEmpty: Bool", "Whether there are none.")
        case .bytesText: return row("Bytes.text() -> String", "Read as UTF-8; what is not is replaced.")
        case .bytesUtf8: return row("Bytes.utf8() -> String?", "Read as UTF-8, or null.")
        case .bytesHex: return row("Bytes.hex() -> String", "Two hexadecimal digits per byte.")
        case .bytesBase64: return row("Bytes.base64() -> String", "In base64, padded.")
        case .bytesSlice:
            return row(
                "Bytes.slice(from: Int, to: Int? = null) -> Bytes",
                "The bytes from..<to, cut to what there is; negative positions count from the end.")
        case .bytesToList: return row("Bytes.toList() -> [Int]", "The bytes as numbers.")
        case .outputBytes:
            return row("Output.bytes: Bytes", "The standard output as it came, also where it is not UTF-8.")
        case .outputErrorBytes:
            return row(
                "Output.errorBytes: Bytes", "The standard error as it came, where it is not UTF-8 too.")

        case .listCount: return row("[T].count: Int", "How many elements.")
        case .listIsEmpty: return row("[T].isEmpty: Bool", "Whether there are none.")
        case .listFirst: return row("[T].first: T?", "The first element.")
        case .listLast: return row("[T].last: T?", "The last element.")
        case .listGet: return row("[T].get(index: Int) -> T?", "The element there, or null beyond the ends.")
        case .listContains:
            return row("[T].contains<T: Equatable>(value: T) -> Bool", "Whether an element equals the value.")
        case .listIndexOf:
            return row("[T].indexOf<T: Equatable>(value: T) -> Int?", "Where the value first occurs.")
        case .listSlice:
            return row(
                "[T].slice(from: Int, to: Int? = null) -> [T]",
                "The elements from..<to, cut to what there is; negative positions count from the end.")
        case .listTake: return row("[T].take(count: Int) -> [T]", "The first elements.")
        case .listDrop: return row("[T].drop(count: Int) -> [T]", "Without the first elements.")
        case .listDropLast: return row("[T].dropLast(count: Int = 1) -> [T]", "Without the last elements.")
        case .listReversed: return row("[T].reversed() -> [T]", "In reverse.")
        case .listSorted:
            return row(
                "[T].sorted<T: Ordered>(descending: Bool = false) -> [T]", "In order; equal ones keep theirs."
            )
        case .listSum: return row("[T].sum<T: Number>() -> T", "The sum; 0 when empty.")
        case .listMin: return row("[T].min<T: Ordered>() -> T?", "The first of the smallest.")
        case .listMax: return row("[T].max<T: Ordered>() -> T?", "The first of the largest.")
        case .listZip:
            return row("[T].zip<U>(other: [U]) -> [(T, U)]", "Pairs, as many as the shorter one has.")
        case .listEnumerated: return row("[T].enumerated() -> [(Int, T)]", "Each element with its position.")
        case .listUnique: return row("[T].unique<T: Equatable>() -> [T]", "The first of each that are equal.")
        case .listFlatten: return row("[[T]].flatten() -> [T]", "The lists joined.")
        case .listChunks:
            return row("[T].chunks(size: Int) -> [[T]]", "Lists of that size; the last may be shorter.")
        case .listAppend: return row("[T].append(value: T) -> [T]", "With the value behind.")
        case .listInsert:
            return row(
                "[T].insert(index: Int, value: T) -> [T]", "With the value there; fails beyond the ends.")
        case .listRemoveAt:
            return row("[T].removeAt(index: Int) -> [T]", "Without the element there; fails beyond the ends.")
        case .listRepeat: return row("[T].repeat(count: Int) -> [T]", "So many copies, joined.")
        case .listCompact: return row("[T?].compact() -> [T]", "Without the nulls.")
        case .listCounts: return row("[T].counts<T: Key>() -> [T: Int]", "How often each occurs.")
        case .listToMap:
            return row("[(K, V)].toMap<K: Key, V>() -> [K: V]", "The map of these pairs; a later one wins.")
        case .listJoin:
            return row(
                "[String].join(separator: String = \"\") -> String", "Joined, with the separator between.")
        case .listFromCodes:
            return row(
                "[Int].fromCodes() -> String", "The text of these Unicode scalars; fails when one is none.")

        case .mapCount: return row("[K: V].count: Int", "How many entries.")
        case .mapIsEmpty: return row("[K: V].isEmpty: Bool", "Whether there are none.")
        case .mapKeys: return row("[K: V].keys: [K]", "The keys, in order of insertion.")
        case .mapValues: return row("[K: V].values: [V]", "The values, in order of insertion.")
        case .mapEntries: return row("[K: V].entries: [(K, V)]", "The pairs, in order of insertion.")
        case .mapHas: return row("[K: V].has(key: K) -> Bool", "Whether it has the key.")
        case .mapGet: return row("[K: V].get(key: K, default: V) -> V", "The value there, or the default.")
        case .mapWith: return row("[K: V].with(key: K, value: V) -> [K: V]", "With the value there.")
        case .mapRemove: return row("[K: V].remove(key: K) -> [K: V]", "Without the key.")
        case .mapMerged:
            return row("[K: V].merged(other: [K: V]) -> [K: V]", "With the other's entries; they win.")
        case .mapSorted: return row("[K: V].sorted() -> [K: V]", "In order of the keys.")

        case .rangeCount: return row("Range.count: Int", "How many numbers.")
        case .rangeIsEmpty: return row("Range.isEmpty: Bool", "Whether there are none.")
        case .rangeStart: return row("Range.start: Int", "The first number.")
        case .rangeEnd: return row("Range.end: Int", "The first number behind.")
        case .rangeContains: return row("Range.contains(value: Int) -> Bool", "Whether the number is inside.")
        case .rangeToList: return row("Range.toList() -> [Int]", "The numbers.")

        case .pathName: return row("Path.name: String", "The last part.")
        case .pathStem: return row("Path.stem: String", "The last part without its extension.")
        case .pathExtension:
            return row("Path.extension: String", "What stands behind the last point of the name.")
        case .pathParent: return row("Path.parent: Path", "The folder it is in.")
        case .pathText: return row("Path.text: String", "As text.")
        case .pathIsAbsolute: return row("Path.isAbsolute: Bool", "Whether it starts at the root.")
        case .pathParts: return row("Path.parts: [String]", "The names between the slashes.")
        case .pathJoin: return row("Path.join(part: String) -> Path", "The part inside this folder.")
        case .pathWithExtension:
            return row(
                "Path.withExtension(extension: String) -> Path", "With another extension; none when empty.")
        case .pathWithName: return row("Path.withName(name: String) -> Path", "With another last part.")
        case .pathNormalized:
            return row("Path.normalized() -> Path", "Without `.`, `..` and doubled slashes.")

        case .timeYear: return row("Time.year: Int", "The year, in UTC.")
        case .timeMonth: return row("Time.month: Int", "The month, 1 to 12.")
        case .timeDay: return row("Time.day: Int", "The day of the month, 1 to 31.")
        case .timeHour: return row("Time.hour: Int", "The hour, 0 to 23.")
        case .timeMinute: return row("Time.minute: Int", "The minute, 0 to 59.")
        case .timeSecond: return row("Time.second: Int", "The second, 0 to 59.")
        case .timeWeekday: return row("Time.weekday: Int", "The day of the week, Monday 1 to Sunday 7.")
        case .timeDayOfYear: return row("Time.dayOfYear: Int", "The day of the year, 1 to 366.")
        case .timeDate: return row("Time.date: String", "The date as `2026-01-31`.")
        case .timeSeconds: return row("Time.seconds: Float", "Seconds since 1970.")
        case .timeMilliseconds: return row("Time.milliseconds: Int", "Whole milliseconds since 1970.")
        case .timeStartOfDay: return row("Time.startOfDay() -> Time", "Midnight of that day, in UTC.")
        case .timeAddMonths:
            return row(
                "Time.addMonths(count: Int) -> Time",
                "So many months later; the day is cut to the month's last.")
        case .timeFormat:
            return row(
                "Time.format(pattern: String) -> String",
                "The pattern with `%Y %m %d %H %M %S %L %j %a %A %b %B %F %T %%` replaced.")

        case .durationDays: return row("Duration.days: Float", "In days.")
        case .durationHours: return row("Duration.hours: Float", "In hours.")
        case .durationMinutes: return row("Duration.minutes: Float", "In minutes.")
        case .durationSeconds: return row("Duration.seconds: Float", "In seconds.")
        case .durationMilliseconds: return row("Duration.milliseconds: Int", "In whole milliseconds.")
        case .durationMicroseconds: return row("Duration.microseconds: Int", "In microseconds.")
        case .durationAbs: return row("Duration.abs() -> Duration", "Without its sign.")

        case .jsonIsNull: return row("Json.isNull: Bool", "Whether it is null.")
        case .jsonKind:
            return row("Json.kind: String", "`null`, `bool`, `number`, `string`, `array` or `object`.")
        case .jsonKeys: return row("Json.keys: [String]", "The names of an object's fields; else none.")
        case .jsonCount: return row("Json.count: Int", "How many elements or fields; 0 for anything else.")
        case .jsonElements: return row("Json.elements: [Json]", "The elements of an array; else none.")
        case .jsonFields: return row("Json.fields: [String: Json]", "The fields of an object; else none.")
        case .jsonField: return row("Json.field(name: String) -> Json", "The field with that name, or null.")
        case .jsonAt: return row("Json.at(index: Int) -> Json", "The element there, or null.")
        case .jsonHas:
            return row("Json.has(name: String) -> Bool", "Whether it is an object with that field.")
        case .jsonText: return row("Json.text() -> String", "As compact JSON.")
        case .jsonWith:
            return row(
                "Json.with(name: String, value: Json) -> Json",
                "The object with that field; fails for anything else.")
        case .jsonMerged:
            return row(
                "Json.merged(other: Json) -> Json", "Objects joined, field by field; of others the second.")

        case .minOf: return row("min<T: Ordered>(a: T, b: T) -> T", "The smaller one, the first when equal.")
        case .maxOf: return row("max<T: Ordered>(a: T, b: T) -> T", "The larger one, the first when equal.")
        case .pathOf: return row("Path(text: String) -> Path", "The path with this text.")
        case .csvLine:
            return row(
                "csvLine(fields: [String], separator: String = \",\") -> String",
                "A line of CSV without its end; fields are quoted where needed.")
        case .timeOf:
            return row(
                """
                time(year: Int, month: Int, day: Int, \
                hour: Int = 0, minute: Int = 0, second: Int = 0) -> Time
                """,
                "The instant, in UTC; fails when there is no such date.")
        case .daysOf: return row("days(count: Int) -> Duration", "So many days of 24 hours.")
        case .hoursOf: return row("hours(count: Int) -> Duration", "So many hours.")
        case .minutesOf: return row("minutes(count: Int) -> Duration", "So many minutes.")
        case .secondsOf: return row("seconds(count: Int) -> Duration", "So many seconds.")
        case .millisecondsOf: return row("milliseconds(count: Int) -> Duration", "So many milliseconds.")
        case .timeFromMilliseconds:
            return row(
                "timeFromMilliseconds(count: Int) -> Time", "The instant so many milliseconds after 1970.")
        default: preconditionFailure("every built-in has a row")
        }
    }

    /// Expanded by the lowering.
    private var inlineDeclaration: BuiltinDeclaration {
        switch self {
        case .listMap: return inline("[T].map<U>(transform: (T) -> U) -> [U]", "What each element becomes.")
        case .listFilter: return inline("[T].filter(where: (T) -> Bool) -> [T]", "The elements that hold.")
        case .listFilterMap:
            return inline(
                "[T].filterMap<U>(transform: (T) -> U?) -> [U]", "What each becomes, without the nulls.")
        case .listFlatMap:
            return inline(
                "[T].flatMap<U>(transform: (T) -> [U]) -> [U]", "The lists that they become, joined.")
        case .listFold:
            return inline(
                "[T].fold<U>(initial: U, combine: (U, T) -> U) -> U",
                "All elements taken in, one after another.")
        case .listAny: return inline("[T].any(where: (T) -> Bool) -> Bool", "Whether one holds.")
        case .listAll: return inline("[T].all(where: (T) -> Bool) -> Bool", "Whether all hold.")
        case .listFind: return inline("[T].find(where: (T) -> Bool) -> T?", "The first that holds.")
        case .listFindIndex:
            return inline(
                "[T].findIndex(where: (T) -> Bool) -> Int?", "The position of the first that holds.")
        case .listCountWhere: return inline("[T].count(where: (T) -> Bool) -> Int", "How many hold.")
        case .listTakeWhile:
            return inline("[T].takeWhile(where: (T) -> Bool) -> [T]", "Those before the first that fails.")
        case .listDropWhile:
            return inline("[T].dropWhile(where: (T) -> Bool) -> [T]", "From the first that fails on.")
        case .listSortedBy:
            return inline(
                "[T].sorted<K: Ordered>(by: (T) -> K, descending: Bool = false) -> [T]",
                "In order of the keys; equal ones keep theirs.")
        case .listGroupedBy:
            return inline(
                "[T].grouped<K: Key>(by: (T) -> K) -> [K: [T]]", "By key, in order of first occurrence.")
        case .listKeyedBy:
            return inline("[T].keyed<K: Key>(by: (T) -> K) -> [K: T]", "By key; a later one wins.")
        case .listUniqueBy:
            return inline("[T].unique<K: Key>(by: (T) -> K) -> [T]", "The first of each key.")
        case .listMinBy:
            return inline("[T].minBy<K: Ordered>(key: (T) -> K) -> T?", "The first with the smallest key.")
        case .listMaxBy:
            return inline("[T].maxBy<K: Ordered>(key: (T) -> K) -> T?", "The first with the largest key.")
        case .listSumBy: return inline("[T].sumBy<U: Number>(value: (T) -> U) -> U", "The sum of the values.")
        case .listPartition:
            return inline(
                "[T].partition(where: (T) -> Bool) -> ([T], [T])", "Those that hold, and the others.")
        case .mapMap:
            return inline("[K: V].map<U>(transform: (K, V) -> U) -> [U]", "What each entry becomes.")
        case .mapMapValues:
            return inline("[K: V].mapValues<U>(transform: (V) -> U) -> [K: U]", "With each value replaced.")
        case .mapFilter:
            return inline("[K: V].filter(where: (K, V) -> Bool) -> [K: V]", "The entries that hold.")
        case .mapAny: return inline("[K: V].any(where: (K, V) -> Bool) -> Bool", "Whether one holds.")
        case .mapAll: return inline("[K: V].all(where: (K, V) -> Bool) -> Bool", "Whether all hold.")
        case .optionalMap: return inline("T?.map<U>(transform: (T) -> U) -> U?", "What it becomes, or null.")
        case .optionalFlatMap:
            return inline("T?.flatMap<U>(transform: (T) -> U?) -> U?", "What it becomes, or null.")
        case .optionalIsNull: return inline("T?.isNull: Bool", "Whether it is null.")
        case .rangeMap:
            return inline("Range.map<U>(transform: (Int) -> U) -> [U]", "What each number becomes.")
        case .toJson: return inline("toJson<T: Encodable>(value: T) -> Json", "The value as Json.")
        case .jsonTextOf:
            return inline("jsonText<T: Encodable>(value: T) -> String", "The value as compact JSON text.")
        case .parseJson:
            return inline("parseJson(text: String) -> Json", "The JSON of the text; fails with the position.")
        default: preconditionFailure("every built-in has a row")
        }
    }

    /// For the lowering's use.
    private var hiddenDeclaration: BuiltinDeclaration {
        switch self {
        case .decimalAdd: return hidden("decimalAdd(a: Decimal, b: Decimal) -> Decimal", "a + b.")
        case .decimalSubtract: return hidden("decimalSubtract(a: Decimal, b: Decimal) -> Decimal", "a - b.")
        case .decimalMultiply: return hidden("decimalMultiply(a: Decimal, b: Decimal) -> Decimal", "a * b.")
        case .decimalDivide: return hidden("decimalDivide(a: Decimal, b: Decimal) -> Decimal", "a / b.")
        case .decimalRemainder: return hidden("decimalRemainder(a: Decimal, b: Decimal) -> Decimal", "a % b.")
        case .decimalNegate: return hidden("decimalNegate(a: Decimal) -> Decimal", "-a.")
        case .floatRemainder: return hidden("floatRemainder(a: Float, b: Float) -> Float", "a % b.")
        case .listConcat: return hidden("listConcat(a: [T], b: [T]) -> [T]", "a + b; in place when it may.")
        case .bytesConcat: return hidden("bytesConcat(a: Bytes, b: Bytes) -> Bytes", "a + b.")
        case .listSortedByKeys:
            return hidden(
                "sortedByKeys<K: Ordered>(list: [T], keys: [K], descending: Bool) -> [T]",
                "The list in the order of its keys, stable.")
        case .listGroupedByKeys:
            return hidden(
                "groupedByKeys<K: Key>(list: [T], keys: [K]) -> [K: [T]]", "The list grouped by its keys.")
        default: preconditionFailure("every built-in has a row")
        }
    }
}
