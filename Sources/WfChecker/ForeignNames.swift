// Names that people bring along from other languages, and what is written here. Knows spellings only.
import WfDiagnostics

enum ForeignNames {
    /// Members by the name they have elsewhere; the first that the value has is meant.
    private static let members: [String: [String]] = [
        "length": ["count"], "len": ["count"], "size": ["count"], "Length": ["count"],
        "empty": ["isEmpty"], "is_empty": ["isEmpty"], "is_null": ["isNull"], "isNone": ["isNull"],
        "toUpperCase": ["upper"], "uppercased": ["upper"], "to_uppercase": ["upper"], "toUpper": ["upper"],
        "toLowerCase": ["lower"], "lowercased": ["lower"], "to_lowercase": ["lower"], "toLower": ["lower"],
        "strip": ["trim"], "trimmed": ["trim"], "trimming": ["trim"], "lstrip": ["trimStart"],
        "rstrip": ["trimEnd"], "trimLeft": ["trimStart"], "trimRight": ["trimEnd"],
        "includes": ["contains", "has"], "containsKey": ["has"], "has_key": ["has"], "contains": ["has"],
        "hasOwnProperty": ["has"], "hasPrefix": ["startsWith"], "starts_with": ["startsWith"],
        "startswith": ["startsWith"], "hasSuffix": ["endsWith"], "ends_with": ["endsWith"],
        "endswith": ["endsWith"], "substring": ["slice"], "substr": ["slice"], "subList": ["slice"],
        "prefix": ["take"], "suffix": ["drop"], "limit": ["take"], "skip": ["drop"], "charAt": ["slice"],
        "replaceAll": ["replace"], "replacingOccurrences": ["replace"], "replacing": ["replace"],
        "find_all": ["occurrences"], "concat": ["append", "merged"], "push": ["append"], "add": ["append"],
        "push_back": ["append"], "extend": ["append"], "pop": ["dropLast"], "removeLast": ["dropLast"],
        "removeFirst": ["drop"], "shift": ["drop"], "reduce": ["fold"], "inject": ["fold"],
        "foldl": ["fold"], "forEach": ["map"], "each": ["map"], "collect": ["map"], "select": ["filter"],
        "where": ["filter"], "compactMap": ["filterMap"], "filter_map": ["filterMap"],
        "flat_map": ["flatMap"],
        "some": ["any"], "exists": ["any"], "every": ["all"], "allSatisfy": ["all"], "detect": ["find"],
        "findFirst": ["find"], "sort": ["sorted"], "sortBy": ["sorted"], "sort_by": ["sorted"],
        "orderBy": ["sorted"], "groupBy": ["grouped"], "group_by": ["grouped"], "keyBy": ["keyed"],
        "distinct": ["unique"], "uniq": ["unique"], "reverse": ["reversed"], "head": ["first"],
        "tail": ["drop"], "flat": ["flatten"], "flattened": ["flatten"], "joined": ["join"],
        "chunk": ["chunks"], "items": ["entries"], "put": ["with"], "set": ["with"], "updated": ["with"],
        "delete": ["remove", "removeAt"], "removeValue": ["remove"], "merge": ["merged"],
        "update": ["merged"],
        "ceiling": ["ceil"], "rounded": ["round"], "squareRoot": ["sqrt"], "absolute": ["abs"],
        "power": ["pow"], "toFixed": ["fixed"], "toDouble": ["toFloat"], "toInteger": ["toInt"],
        "asInt": ["toInt"], "parseInt": ["toInt"], "basename": ["name"], "dirname": ["parent"],
        "ext": ["extension"], "fileName": ["name"], "appending": ["join"], "decode": ["utf8"],
    ]

    /// Functions that do not exist here, and what does.
    private static let functions: [String: String] = [
        "len": "write `x.count`", "length": "write `x.count`", "str": "interpolate it: `\"{x}\"`",
        "String": "interpolate it: `\"{x}\"`", "int": "write `x.toInt()`", "float": "write `x.toFloat()`",
        "range": "write `0..<n`", "sum": "write `xs.sum()`", "map": "write `xs.map(x => …)`",
        "filter": "write `xs.filter(x => …)`", "reduce": "write `xs.fold(start, (sum, x) => …)`",
        "sorted": "write `xs.sorted()`", "abs": "write `x.abs()`", "round": "write `x.round()`",
        "zip": "write `xs.zip(ys)`", "enumerate": "write `xs.enumerated()`", "nil": "write `null`",
        "NULL": "write `null`", "Null": "write `null`",
        "fmt": "interpolate it: `\"{x}\"`", "format": "interpolate it: `\"{x}\"`",
        "None": "write `null`", "none": "write `null`", "undefined": "write `null`", "True": "write `true`",
        "False": "write `false`", "this": "a method's first parameter is called `self`",
        "print": Words.print, "println": Words.print, "console": Words.print,
        "log": Words.print, "puts": Words.print, "echo": Words.print,
        "raise": "write `fail \"why\"`", "throw": "write `fail \"why\"`", "panic": "write `fail \"why\"`",
        "assert": "write `if !condition { fail \"why\" }`; in a test, `expect condition`",
        "fetch": "write `http.get(url)`, with `use std.http`",
        "approval": "write `approve(\"Title?\", role: \"manager\")`",
        "env": Words.environment, "environ": Words.environment, "process": Words.environment,
        "os": Words.environment, "getenv": Words.environment,
        "pass": "leave the block empty, with a comment that says why",
        "parseInt": "write `s.toInt()`", "parseFloat": "write `s.toFloat()`",
        "Number": "write `s.toInt()` or `s.toFloat()`",
        "Boolean": "a condition is a `Bool`: compare the value with something",
        "JSON": "write `jsonText(x)`, or `text.parseJson()`",
        "Math": "numbers have methods: `x.abs()`, `x.round()`",
        "math": "numbers have methods: `x.abs()`, `x.sqrt()`",
        "Promise": "steps run side by side by themselves: `for x in xs { … }` for each of a list",
        "asyncio": "steps run side by side by themselves: `for x in xs { … }` for each of a list",
        "subprocess": "write `exec(\"ls\", \"-l\")`", "child_process": "write `exec(\"ls\", \"-l\")`",
        "axios": "write `http.get(url)`, with `use std.http`",
        "requests": "write `http.get(url)`, with `use std.http`",
        "time": "write `sleep(5s)`, or `step t = now()`", "append": "write `xs.append(x)`",
        "min": "write `xs.min()`", "max": "write `xs.max()`",
        "any": "write `xs.any(x => …)`", "all": "write `xs.all(x => …)`", "isinstance": Words.types,
        "typeof": Words.types, "type": Words.types, "logging": Words.print, "logger": Words.print,
        "expectEqual": Words.expect, "assertEqual": Words.expect, "assertEquals": Words.expect,
        "assert_eq": Words.expect,
        "setTimeout": "write `sleep(10s)`", "Date": "write `step t = now()`",
        "Some": "write the value itself",
        "wait": "write `sleep(10s)`, or `await name` for a signal", "delay": "write `sleep(10s)`",
    ]

    /// Names among them that an author may well give to something of their own.
    static let mayBeOwn: Set<String> = [
        "fetch", "wait", "delay", "log", "approval", "time", "append", "min", "max", "any", "all", "type",
        "logger", "requests",
    ]

    private enum Words {
        static let environment =
            "declare what is read from outside: `config name: String = \"…\"`, or `secret NAME`"
        static let types = "a value's type is known: ask an `enum` with `match`"
        static let expect = "write `expect a == b`"
        static let print = "a run has no console: yield the value, or record it with `emit(\"name\", { … })`"
    }

    /// The member that is meant by a name, among those that the value has.
    static func member(_ name: String, among known: [String]) -> String? {
        members[name]?.first { known.contains($0) }
    }

    /// The same for a name that is nearly one of these.
    static func misspeltMember(_ name: String, among known: [String]) -> String? {
        if name.utf8.count < 4 { return nil }
        return Suggestion.best(for: name, among: Array(members.keys)).flatMap { member($0, among: known) }
    }

    /// What stands here for a function or a word of other languages.
    static func instead(of name: String) -> String? { functions[name] }

    /// Whether a method of that name makes text of a value elsewhere.
    static func isText(_ name: String) -> Bool {
        ["toString", "to_string", "to_s", "str", "description", "string", "asString", "String"].contains(name)
    }
}
