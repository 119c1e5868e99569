// The XML form of wf: a module's declarations, statements and clauses as elements, expressions as text. What both ways
// share; grammar/wf.rng says the same to other tools.

/// Names of the XML form.
public enum WfXml {
    public static let namespace = "urn:wf:module:1"

    /// Elements of declarations that have a name: the words that begin them in text.
    static let declarations: [String: String] = [
        "const": "const", "config": "config", "secret": "secret", "pool": "pool", "rate": "rate",
        "breaker": "breaker",
        "record": "record", "openRecord": "open record", "enum": "enum", "func": "func",
        "workflow": "workflow",
        "flow": "flow", "action": "action", "externAction": "extern action", "externFunc": "extern func",
    ]

    /// Elements of clauses: the words that begin them in text.
    static let clauses: [String: String] = {
        var table = ["noDeadline": "no deadline"]
        for word in [
            "after", "when", "timeout", "deadline", "retry", "undo", "pool", "rate", "breaker", "priority",
            "cache", "once",
            "else", "via", "returns",
        ] {
            table[word] = word
        }
        return table
    }()
}
