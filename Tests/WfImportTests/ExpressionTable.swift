// Expressions of other languages with what they mean there: what an imported process computes is compared with it. The values are those
// of Jakarta Expression Language 3.0 (1.18 to 1.24) and Java's methods, DMN 1.3's FEEL (10.3) as Zeebe runs it, XPath 1.0, ECMAScript,
// Groovy, MVEL and Python.

/// A row: an expression, the variables, and what it yields: JSON, `fails`, or `note` where it is not translated.
struct ExpressionRow {
    let language: String
    let expression: String
    let data: String
    let expected: String

    /// `# language` above rows of `expression ;; variables ;; value`, the variables those of the row above where none are given.
    static let all: [ExpressionRow] = {
        var language = ""
        var data = "{}"
        return table.split(separator: "\n").compactMap { line in
            if line.hasPrefix("# ") {
                language = String(line.dropFirst(2))
                return nil
            }
            let parts = line.split(separator: ";;", omittingEmptySubsequences: false).map { part in
                String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
            guard parts.count == 3 else { return nil }
            if !parts[1].isEmpty { data = parts[1] }
            return ExpressionRow(language: language, expression: parts[0], data: data, expected: parts[2])
        }
    }()

    private static let table = #"""
        # juel
        ${a + b} ;; {"a": 1, "b": 2, "s": "5", "f": 2.5, "z": null, "t": "x", "yes": true, "l": ["a", "b"], "m": {"k": 1}} ;; 3
        ${a + s} ;; ;; 6
        ${a + f} ;; ;; 3.5
        ${a + z} ;; ;; 1
        ${z + z} ;; ;; 0
        ${"T" + a} ;; ;; fails
        ${t + a} ;; ;; fails
        ${s + "2.5"} ;; ;; 7.5
        ${b - a} ;; ;; 1
        ${a - s} ;; ;; -4
        ${b * s} ;; ;; 10
        ${7 / 2} ;; ;; 3.5
        ${6 / 2} ;; ;; 3.0
        ${7 div b} ;; ;; 3.5
        ${7 % 2} ;; ;; 1
        ${7 mod b} ;; ;; 1
        ${7.5 % 2} ;; ;; 1.5
        ${-a} ;; ;; -1
        ${-s} ;; ;; -5
        ${-z} ;; ;; 0
        ${a + b * 2} ;; ;; 5
        ${(a + b) * 2} ;; ;; 6
        ${s == 5} ;; ;; true
        ${5 == s} ;; ;; true
        ${s eq 5} ;; ;; true
        ${t == 5} ;; ;; fails
        ${z == 0} ;; ;; false
        ${z == null} ;; ;; true
        ${t == null} ;; ;; false
        ${z == z} ;; ;; true
        ${t == "x"} ;; ;; true
        ${t != "x"} ;; ;; false
        ${t ne 'y'} ;; ;; true
        ${yes == "true"} ;; ;; true
        ${yes == true} ;; ;; true
        ${"" == 0} ;; ;; true
        ${s == "5"} ;; ;; true
        ${a == "1"} ;; ;; true
        ${a == 1.0} ;; ;; true
        ${l == l} ;; ;; true
        ${b > a} ;; ;; true
        ${b gt a} ;; ;; true
        ${a < b} ;; ;; true
        ${a lt b} ;; ;; true
        ${a <= 1} ;; ;; true
        ${a le 0} ;; ;; false
        ${b >= 2} ;; ;; true
        ${b ge 3} ;; ;; false
        ${z > 3} ;; ;; false
        ${z < 3} ;; ;; false
        ${z <= z} ;; ;; true
        ${s > 10} ;; ;; false
        ${s > "10"} ;; ;; true
        ${"b" > "a"} ;; ;; true
        ${t > s} ;; ;; true
        ${t > 3} ;; ;; fails
        ${f > 2} ;; ;; true
        ${l > 3} ;; ;; fails
        ${yes and a == 1} ;; ;; true
        ${yes && z} ;; ;; false
        ${z or yes} ;; ;; true
        ${z || false} ;; ;; false
        ${not yes} ;; ;; false
        ${!z} ;; ;; true
        ${!"true"} ;; ;; false
        ${not empty t} ;; ;; true
        ${empty t} ;; ;; false
        ${empty z} ;; ;; true
        ${empty ""} ;; ;; true
        ${empty l} ;; ;; false
        ${empty e} ;; {"e": [], "o": {}, "n": 0, "a": 1, "b": 2, "t": "x", "yes": true, "l": ["a", "b"], "m": {"k": 1}, "z": null} ;; true
        ${empty o} ;; ;; true
        ${empty n} ;; ;; false
        ${not empty e} ;; ;; false
        ${empty gone} ;; ;; true
        ${yes ? "a" : "b"} ;; ;; "a"
        ${a > b ? a : b} ;; ;; 2
        ${empty z ? 'none' : z} ;; ;; "none"
        ${l.contains("a")} ;; ;; true
        ${l.contains('c')} ;; ;; false
        ${l.size()} ;; ;; 2
        ${l.size() > 1} ;; ;; true
        ${l.get(1)} ;; ;; "b"
        ${l.get(5)} ;; ;; fails
        ${l[0]} ;; ;; "a"
        ${l[9]} ;; ;; null
        ${l[n]} ;; ;; "a"
        ${l.isEmpty()} ;; ;; false
        ${e.isEmpty()} ;; ;; true
        ${l.indexOf("b")} ;; ;; 1
        ${m.get("k")} ;; ;; 1
        ${m.get("k") == 1} ;; ;; true
        ${m.k} ;; ;; 1
        ${m["k"]} ;; ;; 1
        ${m.gone} ;; ;; null
        ${m.containsKey("k")} ;; ;; true
        ${m.containsKey("q")} ;; ;; false
        ${m.size()} ;; ;; 1
        ${m.getOrDefault("q", 7)} ;; ;; 7
        ${z.size()} ;; ;; fails
        ${z.k} ;; ;; null
        ${t.length()} ;; {"t": "Hello", "u": " x ", "z": null, "a": 5} ;; 5
        ${t.length() > 3} ;; ;; true
        ${t.startsWith("He")} ;; ;; true
        ${t.endsWith('lo')} ;; ;; true
        ${t.contains("ell")} ;; ;; true
        ${t.toLowerCase()} ;; ;; "hello"
        ${t.toUpperCase()} ;; ;; "HELLO"
        ${t.toLowerCase() == "hello"} ;; ;; true
        ${u.trim()} ;; ;; "x"
        ${t.substring(1)} ;; ;; "ello"
        ${t.substring(1, 3)} ;; ;; "el"
        ${t.substring(9)} ;; ;; fails
        ${t.concat("!")} ;; ;; "Hello!"
        ${t.replace("l", "L")} ;; ;; "HeLLo"
        ${t.equals("Hello")} ;; ;; true
        ${"Hello".equals(t)} ;; ;; true
        ${t.equals(5)} ;; ;; false
        ${t.equalsIgnoreCase("HELLO")} ;; ;; true
        ${t.isEmpty()} ;; ;; false
        ${t.indexOf("l")} ;; ;; 2
        ${z.length()} ;; ;; fails
        ${a.toString()} ;; ;; "5"
        ${t.matches("H.*")} ;; ;; note
        ${t.frobnicate()} ;; ;; note
        ${bean.check(a)} ;; ;; note
        ${f(a)} ;; ;; note
        ${execution.getVariable("t")} ;; ;; "Hello"
        ${execution.businessKeyOf(a)} ;; ;; note
        ${execution.processInstanceId} ;; ;; note
        ${task.assignee} ;; ;; note
        ${authenticatedUserId} ;; ;; note
        ${variables:isEmpty(z)} ;; ;; true
        ${variables:equals(a, 5)} ;; ;; true
        ${vars:lowerThan(a, 5)} ;; ;; false
        ${var:contains(t, "ell")} ;; ;; true
        T-${a} ;; ;; "T-5"
        ${t}-${a}! ;; ;; "Hello-5!"
        [${z}] ;; ;; "[]"
        ${t}${t.length() > 3 ? "+" : "-"} ;; ;; "Hello+"
        #{a} x ;; ;; "5 x"
        ${t}-${bean.check(a)} ;; ;; note
        ${"}"}${a} ;; ;; "}5"
        # feel
        a + b ;; {"a": 1, "b": 2, "s": "x", "n": null, "t": true, "l": [1, 2, 3], "p": [{"q": 1, "r": "u"}, {"q": 5, "r": "v"}], "c": {"d": {"e": 7}}} ;; 3
        a + n ;; ;; null
        a + s ;; ;; null
        s + s ;; ;; "xx"
        s + string(a) ;; ;; "x1"
        0.1 + 0.2 ;; ;; 0.3
        7 / 2 ;; ;; 3.5
        6 / 2 ;; ;; 3
        1 / 0 ;; ;; null
        2 ** 3 ;; ;; 8
        -a ;; ;; -1
        b - a * 2 ;; ;; 0
        n > 3 ;; ;; null
        a < 3 ;; ;; true
        a >= 1 ;; ;; true
        s < "y" ;; ;; true
        s < 3 ;; ;; null
        n = null ;; ;; true
        a = null ;; ;; false
        null = null ;; ;; true
        a = "1" ;; ;; null
        a = 1.0 ;; ;; true
        a != b ;; ;; true
        n != null ;; ;; false
        s = "x" ;; ;; true
        l = [1, 2, 3] ;; ;; true
        t and n ;; ;; null
        false and n ;; ;; false
        t or n ;; ;; true
        n or false ;; ;; null
        not(t) ;; ;; false
        not(n) ;; ;; null
        not(s) ;; ;; null
        a = 1 and b = 2 ;; ;; true
        if n then 1 else 2 ;; ;; 2
        if a > 0 then "pos" else "neg" ;; ;; "pos"
        if n > 3 then 1 else 2 ;; ;; 2
        a in [1..5] ;; ;; true
        a in (1..5] ;; ;; false
        a in ]0..1[ ;; ;; false
        b in (1, 2) ;; ;; true
        a in l ;; ;; true
        9 in l ;; ;; false
        a in (> 5, < 2) ;; ;; true
        a in >= 1 ;; ;; true
        s in ("x", "y") ;; ;; true
        a between 1 and 5 ;; ;; true
        b between 3 and 5 ;; ;; false
        n between 1 and 5 ;; ;; null
        some x in l satisfies x > 2 ;; ;; true
        every x in l satisfies x > 2 ;; ;; false
        every x in l satisfies x > 0 ;; ;; true
        some x in l, y in l satisfies x + y = 6 ;; ;; true
        for x in l return x * 2 ;; ;; [2,4,6]
        for x in 1..3 return x + a ;; ;; [2,3,4]
        for x in 3..1 return x ;; ;; [3,2,1]
        for x in [1, 2], y in [10, 20] return x + y ;; ;; [11,21,12,22]
        l[1] ;; ;; 1
        l[-1] ;; ;; 3
        l[9] ;; ;; null
        l[a + 1] ;; ;; 2
        l[item > 1] ;; ;; [2,3]
        p[q > 2] ;; ;; [{"q":5,"r":"v"}]
        p[q = a].r ;; ;; ["u"]
        p[q > 2][1].r ;; ;; "v"
        p.q ;; ;; [1,5]
        p[1].q ;; ;; 1
        sum(p.q) ;; ;; 6
        c.d.e ;; ;; 7
        c.gone.e ;; ;; null
        n.x ;; ;; null
        {a: 5, "b c": a + 1} ;; ;; {"a":5,"b c":6}
        {x: s}.x ;; ;; "x"
        [a, b, 3] ;; ;; [1,2,3]
        count(l) ;; ;; 3
        sum(l) ;; ;; 6
        sum(1, 2, 3) ;; ;; 6
        min(l) ;; ;; 1
        max(3, 9, 4) ;; ;; 9
        mean(l) ;; ;; 2
        sum([]) ;; ;; null
        list contains(l, 2) ;; ;; true
        list contains(l, 9) ;; ;; false
        append(l, 4) ;; ;; [1,2,3,4]
        concatenate(l, [4]) ;; ;; [1,2,3,4]
        reverse(l) ;; ;; [3,2,1]
        index of(l, 2) ;; ;; [2]
        distinct values([1, 1, 2]) ;; ;; [1,2]
        flatten([1, [2, [3]]]) ;; ;; [1,2,3]
        sublist(l, 2) ;; ;; [2,3]
        sublist(l, 1, 2) ;; ;; [1,2]
        insert before(l, 1, 9) ;; ;; [9,1,2,3]
        remove(l, 1) ;; ;; [2,3]
        all([true, true]) ;; ;; true
        any([false, true]) ;; ;; true
        is empty([]) ;; ;; true
        string join(["a", "b"], "-") ;; ;; "a-b"
        string length(s) ;; ;; 1
        string length(a) ;; ;; null
        upper case(s) ;; ;; "X"
        lower case("AB") ;; ;; "ab"
        contains("foobar", "ob") ;; ;; true
        starts with("foobar", "foo") ;; ;; true
        ends with("foobar", "bar") ;; ;; true
        substring("foobar", 3) ;; ;; "obar"
        substring("foobar", 3, 3) ;; ;; "oba"
        substring("foobar", -2, 1) ;; ;; "a"
        substring before("foobar", "bar") ;; ;; "foo"
        substring after("foobar", "o") ;; ;; "obar"
        substring after("foobar", "q") ;; ;; ""
        split("a,b", ",") ;; ;; ["a","b"]
        split("a,b", "[,]") ;; ;; note
        replace("abc", "b", "x") ;; ;; "axc"
        matches("abc", "a.*") ;; ;; note
        trim(" x ") ;; ;; "x"
        is defined(n) ;; ;; false
        is defined(a) ;; ;; true
        get or else(n, 5) ;; ;; 5
        number("5") ;; ;; 5
        number("x") ;; ;; null
        string(1.5) ;; ;; "1.5"
        floor(1.7) ;; ;; 1
        ceiling(1.2) ;; ;; 2
        floor(-1.5) ;; ;; -2
        abs(-3) ;; ;; 3
        modulo(12, 5) ;; ;; 2
        modulo(-12, 5) ;; ;; 3
        decimal(1.115, 2) ;; ;; 1.12
        round half up(5.5, 0) ;; ;; 6
        round half down(5.5, 0) ;; ;; 5
        round up(1.121, 2) ;; ;; 1.13
        odd(3) ;; ;; true
        even(3) ;; ;; false
        sqrt(9) ;; ;; 3
        get value(c, "d") ;; ;; {"e":7}
        context put(c, "x", 1) ;; ;; {"d":{"e":7},"x":1}
        context merge({a: 1}, {b: 2}) ;; ;; {"a":1,"b":2}
        get entries({a: 1}) ;; ;; [{"key":"a","value":1}]
        a instance of number ;; ;; true
        s instance of number ;; ;; false
        now() ;; ;; note
        today() > date("2020-01-01") ;; ;; note
        duration("PT1H") ;; ;; note
        date("2020-01-01") ;; ;; note
        frobnicate(a) ;; ;; note
        # python
        a + b ;; {"a": 1, "b": 2, "s": "x", "n": null, "t": true, "l": [1, 2], "d": {"k": 5}} ;; 3
        7 / 2 ;; ;; 3.5
        6 / 2 ;; ;; 3.0
        7 // 2 ;; ;; 3
        -7 // 2 ;; ;; -4
        -7 % 3 ;; ;; 2
        2 ** 3 ;; ;; 8
        s + "y" ;; ;; "xy"
        s + 1 ;; ;; fails
        s * 3 ;; ;; "xxx"
        a == "1" ;; ;; false
        a == 1.0 ;; ;; true
        t == 1 ;; ;; true
        n is None ;; ;; true
        s is not None ;; ;; true
        n > 3 ;; ;; fails
        a < b ;; ;; true
        not t ;; ;; false
        not l ;; ;; false
        s and t ;; ;; true
        n or "dflt" ;; ;; "dflt"
        "yes" if a > 0 else "no" ;; ;; "yes"
        a in l ;; ;; true
        3 not in l ;; ;; true
        "k" in d ;; ;; true
        d["k"] ;; ;; 5
        d["q"] ;; ;; fails
        d.get("q", 1) ;; ;; 1
        d.get("k") ;; ;; 5
        l[-1] ;; ;; 2
        l[5] ;; ;; fails
        len(l) ;; ;; 2
        len(s) ;; ;; 1
        str(a) + "!" ;; ;; "1!"
        int("5") + 1 ;; ;; 6
        s.upper() ;; ;; "X"
        s.startswith("x") ;; ;; true
        l + [3] ;; ;; [1,2,3]
        sum(l) ;; ;; 3
        {"a": a} ;; ;; {"a":1}
        sorted(l) ;; ;; note
        # groovy
        a + b ;; {"a": 1, "b": 2, "s": "x", "n": null} ;; 3
        s + a ;; ;; "x1"
        7 / 2 ;; ;; 3.5
        6 / 2 ;; ;; 3
        a < b ;; ;; true
        s == "x" ;; ;; true
        s.toUpperCase() ;; ;; "X"
        s.reverse() ;; ;; note
        # javascript
        a + b ;; {"a": 1, "b": 2, "s": "x", "n": null, "five": "5"} ;; 3
        "T" + a ;; ;; "T1"
        s + n ;; ;; "xnull"
        five * 2 ;; ;; 10
        7 / 2 ;; ;; 3.5
        6 / 2 ;; ;; 3
        five == 5 ;; ;; true
        n == 0 ;; ;; false
        n || "dflt" ;; ;; "dflt"
        a && s ;; ;; "x"
        a ? "y" : "n" ;; ;; "y"
        !s ;; ;; false
        s < "y" ;; ;; true
        five > 10 ;; ;; false
        s.toUpperCase() ;; ;; "X"
        s.charCodeAt(0) ;; ;; note
        # java
        a + b ;; {"a": 1, "b": 2, "s": "x"} ;; 3
        "T" + a ;; ;; "T1"
        a > b ;; ;; false
        s.equals("x") ;; ;; true
        a / b ;; ;; note
        s.length() ;; ;; 1
        kcontext.getVariable("a") ;; ;; 1
        # xpath
        a + b ;; {"a": 1, "b": 2, "s": "x", "five": "5"} ;; 3
        five + 1 ;; ;; 6
        s + 1 ;; ;; null
        7 div 2 ;; ;; 3.5
        7 mod 2 ;; ;; 1
        five = 5 ;; ;; true
        s = "x" ;; ;; true
        gone = "" ;; ;; false
        a < b ;; ;; true
        s < 3 ;; ;; false
        getDataObject("a") = 1 ;; ;; true
        not(gone) ;; ;; true
        concat(s, a) ;; ;; "x1"
        contains(s, "x") ;; ;; true
        string-length(s) ;; ;; 1
        """#
}
