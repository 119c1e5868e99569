import Testing
import WfValue

/// The public contract of JSON, and the words for what does not fit it.
@Suite struct TranscodingTests {
    var table = TypeTable()
    let order, item, shape, color, orders, tuple, byInt, byColor, opened: TypeId

    init() {
        item = table.declareRecord("Item")
        table.defineRecord(
            item,
            fields: [
                FieldInfo(name: "price", type: .decimal),
                FieldInfo(name: "note", type: table.optional(of: .string)),
                FieldInfo(name: "count", type: .int, defaultValue: [2]),
            ], open: false)
        order = table.declareRecord("Order")
        table.defineRecord(order, fields: [FieldInfo(name: "items", type: table.list(of: item))], open: false)
        orders = table.list(of: order)
        color = table.declareEnum("Color")
        table.defineEnum(color, cases: [CaseInfo(name: "red"), CaseInfo(name: "green")])
        shape = table.declareEnum("Shape")
        table.defineEnum(
            shape,
            cases: [
                CaseInfo(name: "one"), CaseInfo(name: "ok", payload: [PayloadInfo(type: .int)]),
                CaseInfo(name: "two", payload: [PayloadInfo(type: .int), PayloadInfo(type: .string)]),
                CaseInfo(name: "c", payload: [PayloadInfo(label: "a", type: .int)]),
                CaseInfo(
                    name: "d",
                    payload: [
                        PayloadInfo(label: "a", type: .int),
                        PayloadInfo(label: "b", type: table.optional(of: .int)),
                    ]),
            ])
        tuple = table.tuple(of: [.int, .string])
        byInt = table.map(key: .int, value: .bool)
        byColor = table.map(key: color, value: .int)
        opened = table.declareRecord("Opened")
        table.defineRecord(opened, fields: [FieldInfo(name: "a", type: .int)], open: true)
    }

    func through(_ json: String, _ type: TypeId) -> String { roundTrip(json, type, table) }

    @Test func recordsInAnyOrder() {
        #expect(
            through(#"{"price":1.10,"note":"x","count":3}"#, item) == #"{"price":1.10,"note":"x","count":3}"#)
        #expect(
            through(#"{"count":3,"note":"x","price":"1.10"}"#, item)
                == #"{"price":1.10,"note":"x","count":3}"#)
        #expect(through(#"{"price":2}"#, item) == #"{"price":2,"note":null,"count":1}"#)
        #expect(through(#"{"count":5,"price":2}"#, item) == #"{"price":2,"note":null,"count":5}"#)
        #expect(through(#"{"\u0070rice":2,"note":null}"#, item) == #"{"price":2,"note":null,"count":1}"#)
        #expect(through(#"{"x":[{"y":1}],"a":1,"z":0}"#, opened) == #"{"a":1}"#)
    }

    @Test func enumsTuplesMaps() {
        #expect(through(#""one""#, shape) == #""one""#)
        #expect(through(#"{"ok":1}"#, shape) == #"{"ok":1}"#)
        #expect(through(#"{"two":[1,"a"]}"#, shape) == #"{"two":[1,"a"]}"#)
        #expect(through(#"{"c":{"a":1}}"#, shape) == #"{"c":{"a":1}}"#)
        #expect(through(#"{"d":{"b":2,"a":1}}"#, shape) == #"{"d":{"a":1,"b":2}}"#)
        #expect(through(#"{"d":{"a":1}}"#, shape) == #"{"d":{"a":1,"b":null}}"#)
        #expect(through(#"[1,"a"]"#, tuple) == #"[1,"a"]"#)
        #expect(through(#"{"-5":true,"12":false}"#, byInt) == #"{"-5":true,"12":false}"#)
        #expect(through(#"{"green":1,"red":2}"#, byColor) == #"{"green":1,"red":2}"#)
    }

    @Test func leaves() {
        #expect(through("null", .unit) == "null")
        #expect(through(#""AAEC/w==""#, .bytes) == #""AAEC/w==""#)
        #expect(through(#""""#, .bytes) == #""""#)
        #expect(through(#""2026-01-02T03:04:05+02:00""#, .time) == #""2026-01-02T01:04:05Z""#)
        #expect(through(#""90m""#, .duration) == #""1h30m""#)
        #expect(through(#""out/a.png""#, .path) == #""out/a.png""#)
        #expect(through("[0,10]", .range) == "[0,10]")
        #expect(through("1.50", .decimal) == "1.50")
        #expect(through("1e2", .decimal) == "100")
        #expect(through("1.5e-3", .decimal) == "0.0015")
        #expect(through(#""-0.000""#, .decimal) == "0.000")
        #expect(through("-9223372036854775808", .int) == "-9223372036854775808")
    }

    @Test(arguments: [
        (
            #"[{"items":[{"price":1},{"price":"n/a"}]}]"#,
            #"$[0].items[1].price: expected Decimal, found "n/a""#
        ),
        (#"[{"items":[{"price":1},{"note":"x"}]}]"#, "$[0].items[1].price: expected Decimal, found nothing"),
        (
            #"[{"items":[{"price":1,"prize":2}]}]"#,
            #"$[0].items[0].prize: expected one of the fields price, note, count, found "prize""#
        ),
        (
            #"[{"items":[{"price":1,"price":2}]}]"#,
            #"$[0].items[0].price: expected each key once, found "price" again"#
        ),
        (#"[{"items":{}}]"#, "$[0].items: expected [Item], found an object"),
        ("[{}]", "$[0].items: expected [Item], found nothing"),
        ("3", "$: expected [Order], found 3"),
        (#"[{"items":[{"price":null}]}]"#, "$[0].items[0].price: expected Decimal, found null"),
        (#"[{"items":[{"price":1,"note":5}]}]"#, "$[0].items[0].note: expected String, found 5"),
        (#"[{"items":[{"price":1,"count":1.5}]}]"#, "$[0].items[0].count: expected Int, found 1.5"),
        (
            #"[{"items":[{"price":1,"count":9223372036854775808}]}]"#,
            "$[0].items[0].count: expected Int, found 9223372036854775808"
        ),
        (
            #"[{"items":[]},{"odd key":1}]"#,
            #"$[1]["odd key"]: expected one of the fields items, found "odd key""#
        ),
        (#"[{"items":[]}, true]"#, "$[1]: expected Order, found true"),
    ])
    func mismatchesNameThePlace(_ json: String, _ expected: String) {
        #expect(through(json, orders) == expected)
    }

    @Test func otherMismatches() {
        #expect(through(#""blue""#, color) == #"$: expected one of Color's cases red, green, found "blue""#)
        #expect(
            through(#""ok""#, shape) == #"$: expected the case with its payload, as {"ok": …}, found "ok""#)
        #expect(through(#"{"ok":"x"}"#, shape) == #"$.ok: expected Int, found "x""#)
        #expect(through(#"{"ok":1,"one":2}"#, shape).hasPrefix("$: expected one case of Shape"))
        #expect(through("{}", shape).hasPrefix("$: expected one case of Shape"))
        #expect(through(#"{"c":1}"#, shape) == #"$.c: expected {"a": …}, found 1"#)
        #expect(through(#"{"c":{"b":1}}"#, shape) == #"$.c.b: expected one of the fields a, found "b""#)
        #expect(through("[1]", tuple) == "$: expected 2 elements for (Int, String), found another count")
        #expect(
            through(#"[1,"a",2]"#, tuple) == "$: expected 2 elements for (Int, String), found another count")
        #expect(through(#"[1,2]"#, tuple) == "$[1]: expected String, found 2")
        #expect(through(#"{"012":true}"#, byInt) == #"$["012"]: expected a key that is Int, found "012""#)
        #expect(
            through(#"{"1":true,"1":false}"#, byInt) == #"$["1"]: expected each key once, found "1" again"#)
        #expect(through(#""AAE""#, .bytes) == #"$: expected Bytes (base64), found "AAE""#)
        #expect(through(#""AB==""#, .bytes).contains("expected Bytes"))
        #expect(through(#""2026-02-29T00:00:00Z""#, .time).contains("expected Time"))
        #expect(through(#""1x""#, .duration).contains("expected Duration"))
        #expect(through("[1,2,3]", .range).contains("2 elements for Range"))
        #expect(through("1", .secret) == "$: expected Secret, found 1")
        #expect(through("1", .never) == "$: expected Never, found 1")
    }

    @Test func whatJsonCannotWrite() throws {
        let list = table.element(of: orders)
        _ = list
        var floats = table
        let record = floats.declareRecord("Measure")
        let type = floats.list(of: .float)
        floats.defineRecord(record, fields: [FieldInfo(name: "values", type: type)], open: false)
        for value in [Double.nan, .infinity, -.infinity] {
            var out = ByteWriter()
            out.appendCount(2)
            out.appendFloat(1)
            out.appendFloat(value)
            let bytes = out.toArray()
            try floats.validate(bytes, as: record)
            let error = #expect(throws: JsonError.self) { try floats.jsonText(of: bytes, as: record) }
            #expect(error?.path == "$.values[1]" && error?.kind == .mismatch)
        }
    }

    @Test func prettyText() throws {
        let bytes = try table.binary(fromJson: #"[{"items":[{"price":1}]},{"items":[]}]"#, as: orders)
        let pretty = text(try table.jsonText(of: bytes, as: orders, isPretty: true))
        #expect(
            pretty == """
                [
                  {
                    "items": [
                      {
                        "price": 1,
                        "note": null,
                        "count": 1
                      }
                    ]
                  },
                  {
                    "items": []
                  }
                ]
                """)
    }

    @Test func recursiveTypes() {
        var table = table
        let tree = table.declareRecord("Tree")
        let fields = [
            FieldInfo(name: "name", type: .string), FieldInfo(name: "children", type: table.list(of: tree)),
            FieldInfo(name: "parent", type: table.optional(of: tree)),
        ]
        table.defineRecord(tree, fields: fields, open: false)
        let json = #"{"name":"a","children":[{"name":"b","children":[],"parent":null}],"parent":null}"#
        #expect(roundTrip(json, tree, table) == json)
    }
}
