// Expressions and times of other tools: what is translated, and what is left alone.
import Testing
import WfImport

@Suite struct ExpressionTests {
    private func text(_ foreign: String, _ type: ValueType = .bool) -> String? {
        guard let expression = ForeignExpression.read(foreign) else { return nil }
        return ExpressionWriter { "v" + WfText.member($0) }.text(expression, type)
    }

    @Test func conditions() {
        let cases = [
            ("${approved}", "juel.truth(v.approved)"), ("${!approved}", "!juel.truth(v.approved)"),
            ("= not(approved)", "feel.truth(feel.opposite(v.approved))"),
            ("not(bpmn:getDataObject('approved'))", "!juel.truth(v.approved)"),
            ("${clarified == 'yes'}", "v.clarified == \"yes\""),
            ("Vacation Approval = \"Approved\"", "v[\"Vacation Approval\"] == \"Approved\""),
            ("test.contains(\"a\")", "juel.contains(v.test, \"a\")"),
            ("integerVariable<3", "juel.less(v.integerVariable, 3)"),
            ("${var:lowerThan(x, 10)}", "juel.less(v.x, 10)"),
            ("x > 1 and y <= 2.5", "juel.more(v.x, 1) && juel.atMost(v.y, 2.5)"),
            ("a == 1 || b == 'x' && c != 'y'", "juel.equal(v.a, 1) || v.b == \"x\" && v.c != \"y\""),
            ("(a == 'x' || b == 'y') && true", "(v.a == \"x\" || v.b == \"y\") && true"),
            ("skip == False", "juel.equal(v.skip, toJson(false))"),
            ("order.total gt 10", "juel.more(v.order.total, 10)"),
            ("x is not None", "v.x != null"), ("${empty x}", "juel.isEmpty(v.x)"),
            ("a == b", "juel.equal(v.a, v.b)"),
            ("= s = \"x\" and n != null", "v.s == \"x\" && v.n != null"),
            ("= a in [1..5]", "feel.truth(feel.both(feel.atLeast(v.a, 1), feel.atMost(v.a, 5)))"),
        ]
        for (foreign, expected) in cases { #expect(text(foreign) == expected, "\(foreign)") }
    }

    @Test func values() {
        #expect(text("x + 1", .json) == "juel.plus(v.x, 1)")
        #expect(text("${x + 1}", .json) == "juel.add(v.x, 1)")
        #expect(text("[1, 'b', x]", .list) == "([1, \"b\", v.x] as [Json])")
        #expect(text("items", .list) == "juel.list(v.items)")
        #expect(text("name.toUpperCase()", .string) == "juel.upper(v.name)")
        #expect(text("${x ? 1 : 2}", .json) == "(if juel.truth(v.x) { 1 as Json } else { 2 as Json })")
        #expect(text("T-${x}", .json) == "toJson(\"T-{juel.text(v.x)}\")")
    }

    /// A variable that is called as a member of `Json` is a variable.
    @Test func names() {
        #expect(text("kind == 'b'") == "v[\"kind\"] == \"b\"")
        #expect(text("order.count > 1") == "juel.more(v.order[\"count\"], 1)")
    }

    @Test func whatIsNotTranslated() {
        for foreign in [
            "${bean.check(x)}", "some risk in riskLevels satisfies risk = \"red\"", "x = ", "${a}-${b",
            "f(x)", "= f(x)", "= now()", "${x.matches('a.*')}",
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
