// The pure built-ins, by name: one case each. What a case means stands in its row (`Declarations.swift`); how
// it is carried out is the machine's business.

/// A pure built-in. The raw value is the plan format: append only, never renumber.
public enum Builtin: UInt16, CaseIterable, Sendable {
    // Int
    case intAbs, intMin, intMax, intClamp, intPow, intSign, intToFloat, intToDecimal, intText, intHex
    // Float
    case floatAbs, floatMin, floatMax, floatFloor, floatCeil, floatRound, floatSqrt, floatPow, floatExp,
        floatLog
    case floatLog10, floatIsNaN, floatIsFinite, floatToInt, floatToDecimal, floatFixed
    // Decimal
    case decimalAbs, decimalMin, decimalMax, decimalRound, decimalFloor, decimalCeil, decimalToFloat
    case decimalToInt, decimalFixed
    // String
    case stringCount, stringByteCount, stringIsEmpty, stringContains, stringStartsWith, stringEndsWith
    case stringIndexOf, stringLastIndexOf, stringSplit, stringSplitOnce, stringLines, stringWords
    case stringTrim, stringTrimStart, stringTrimEnd, stringUpper, stringLower, stringCapitalized
    case stringReplace, stringSlice, stringTake, stringDrop, stringRemovePrefix, stringRemoveSuffix
    case stringRepeat, stringPadStart, stringPadEnd, stringReversed, stringOccurrences, stringMatches
    case stringToInt, stringToFloat, stringToDecimal, stringToBool, stringToTime, stringToDuration,
        stringToPath
    case stringBytes, stringCharacters, stringCodes, stringParseCsv, stringParseJson, stringFromBase64
    case stringFromHex, stringUrlEncode
    // Bytes
    case bytesCount, bytesIsEmpty, bytesText, bytesUtf8, bytesHex, bytesBase64, bytesSlice, bytesToList
    // Output
    case outputBytes, outputErrorBytes
    // List
    case listCount, listIsEmpty, listFirst, listLast, listGet, listContains, listIndexOf, listSlice, listTake
    case listDrop, listDropLast, listReversed, listSorted, listSum, listMin, listMax, listZip, listEnumerated
    case listUnique, listFlatten, listChunks, listAppend, listInsert, listRemoveAt, listRepeat, listCompact
    case listCounts, listToMap, listJoin, listFromCodes
    // Map
    case mapCount, mapIsEmpty, mapKeys, mapValues, mapEntries, mapHas, mapGet, mapWith, mapRemove, mapMerged
    case mapSorted
    // Range
    case rangeCount, rangeIsEmpty, rangeStart, rangeEnd, rangeContains, rangeToList
    // Path
    case pathName, pathStem, pathExtension, pathParent, pathText, pathIsAbsolute, pathParts, pathJoin
    case pathWithExtension, pathWithName, pathNormalized
    // Time
    case timeYear, timeMonth, timeDay, timeHour, timeMinute, timeSecond, timeWeekday, timeDayOfYear, timeDate
    case timeSeconds, timeMilliseconds, timeStartOfDay, timeAddMonths, timeFormat
    // Duration
    case durationDays, durationHours, durationMinutes, durationSeconds, durationMilliseconds
    case durationMicroseconds, durationAbs
    // Json
    case jsonIsNull, jsonKind, jsonKeys, jsonCount, jsonElements, jsonFields, jsonField, jsonAt, jsonHas,
        jsonText
    case jsonWith, jsonMerged
    // functions
    case minOf, maxOf, pathOf, csvLine, timeOf, daysOf, hoursOf, minutesOf, secondsOf, millisecondsOf
    case timeFromMilliseconds
    // higher order and typed conversions: expanded by the lowering
    case listMap, listFilter, listFilterMap, listFlatMap, listFold, listAny, listAll, listFind, listFindIndex
    case listCountWhere, listTakeWhile, listDropWhile, listSortedBy, listGroupedBy, listKeyedBy, listUniqueBy
    case listMinBy, listMaxBy, listSumBy, listPartition
    case mapMap, mapMapValues, mapFilter, mapAny, mapAll
    case optionalMap, optionalFlatMap, optionalIsNull
    case rangeMap
    case toJson, jsonTextOf, parseJson
    // hidden: what operators and the expanded higher-order ones are lowered to
    case decimalAdd, decimalSubtract, decimalMultiply, decimalDivide, decimalRemainder, decimalNegate
    case floatRemainder, listConcat, bytesConcat, listSortedByKeys, listGroupedByKeys
}
