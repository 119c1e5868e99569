// Expressions and times of other tools: what is translated, and what is left alone.
import Testing
import WfImport

@Suite struct ExpressionTests {
    private func text(_ foreign: String, _ type: ValueType = .bool) -> String? {
        guard let expression = ForeignExpression.parse(foreign) else { return nil }
        return ExpressionWriter { "v" + WfText.member($0) }.text(expression, type)
    }

    @Test func conditions() {
        let cases = [
            ("${approved}", "(v.approved as? Bool) == true"),
            ("${!approved}", "(v.approved as? Bool) != true"),
            ("= not(approved)", "(v.approved as? Bool) != true"),
            ("not(bpmn:getDataObject('approved'))", "(v.approved as? Bool) != true"),
            ("${clarified == 'yes'}", "v.clarified == \"yes\""),
            ("Vacation Approval = \"Approved\"", "v[\"Vacation Approval\"] == \"Approved\""),
            ("test.contains(\"a\")", "((v.test as? String) ?? \"\").contains(\"a\")"),
            ("integerVariable<3", "((v.integerVariable as? Float) ?? 0.0) < 3.0"),
            ("${var:lowerThan(x, 10)}", "((v.x as? Float) ?? 0.0) < 10.0"),
            ("x > 1 and y <= 2.5", "((v.x as? Float) ?? 0.0) > 1.0 && ((v.y as? Float) ?? 0.0) <= 2.5"),
            ("a == 1 || b == 2 && c != 3", "v.a == 1 || v.b == 2 && v.c != 3"),
            ("(a == 1 || b == 2) && true", "(v.a == 1 || v.b == 2) && true"),
            ("skip == False", "(v.skip as? Bool) == false"),
            ("order.total gt 10", "((v.order.total as? Float) ?? 0.0) > 10.0"),
            ("x is not None", "v.x != null"), ("${empty x}", "v.x == null"), ("a == b", "v.a == v.b"),
            ("-x + 1 < 2 * y", nil),
        ]
        for (foreign, expected) in cases where expected != nil {
            #expect(text(foreign) == expected, "\(foreign)")
        }
    }

    @Test func values() {
        #expect(text("x + 1", .json) == "((v.x as? Int) ?? 0) + 1")
        #expect(text("'a' + x", .json) == "\"a\" + ((v.x as? String) ?? \"\")")
        #expect(text("[1, 'b', x]", .list) == "[1, \"b\", v.x]")
        #expect(text("items", .list) == "((v.items as? [Json]) ?? [])")
        #expect(text("name.toUpperCase()", .string) == "((v.name as? String) ?? \"\").upper()")
        #expect(text("x ? 1 : 2", .int) == "(if (v.x as? Bool) == true { 1 } else { 2 })")
    }

    /// A variable that is called as a member of `Json` is a variable.
    @Test func names() {
        #expect(text("kind == 'b'") == "v[\"kind\"] == \"b\"")
        #expect(text("order.count > 1") == "((v.order[\"count\"] as? Float) ?? 0.0) > 1.0")
    }

    @Test func calculations() {
        func text(_ foreign: String) -> String? {
            guard let expression = ForeignExpression.parse(foreign) else { return nil }
            return ExpressionWriter(calculation: "f") { "v" + WfText.member($0) }.text(expression, .json)
        }
        #expect(text("price * 2") == "f(v.price, \"*\", 2)")
        #expect(text("(a + b) / 2") == "f(f(v.a, \"+\", v.b), \"/\", 2)")
        #expect(text("-a") == "f(0, \"-\", v.a)")
        #expect(text("1 + 2") == "1 + 2" && text("count(xs) - 1") == "((v.xs as? [Json]) ?? []).count - 1")
        #expect(text("'a' + b") == "\"a\" + ((v.b as? String) ?? \"\")")
    }

    @Test func whatIsNotTranslated() {
        for foreign in [
            "${bean.check(x)}", "some risk in riskLevels satisfies risk = \"red\"", "x = ", "${a}-${b}",
            "f(x)",
            "x in [1, 2]", "a ==", "lambda x: x", "'should' in vars()", "§", "\"open",
            String(repeating: "(", count: 5000),
        ] {
            #expect(text(foreign) == nil, "\(foreign.prefix(40))")
        }
    }

    @Test func times() {
        let cases: [(String, IsoTime?)] = [
            ("PT2H", .duration("2h")), ("P7DT0H", .duration("7d")), ("P1DT1H30M", .duration("1d1h30m")),
            ("\"PT0.25S\"", .duration("250ms")), ("P1M", .duration("30d")),
            ("R3/PT10M", .cycle(times: 3, duration: "10m")),
            ("R/PT15M", .cycle(times: nil, duration: "15m")),
            ("1970-01-01T00:00:00", .date("1970-01-01T00:00:00Z")),
            ("2026-02-03", .date("2026-02-03T00:00:00Z")),
            ("2026-02-03T10:20+01:00", .date("2026-02-03T10:20:00+01:00")),
            ("0 0/5 * * * ?", nil), ("${time}", nil), ("P", nil), ("PT", .duration("0s")),
            ("P99999999999999999999D", nil),
            ("1w", nil), ("", nil),
        ]
        for (text, expected) in cases { #expect(IsoTime.parse(text) == expected, "\(text)") }
    }
}
