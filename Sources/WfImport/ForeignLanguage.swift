// The languages that expressions of processes are written in, and by which names a model declares them.

/// What an expression means depends on it: what `==` compares, what `+` adds, what null does.
public enum ForeignLanguage: String, Sendable {
    /// The Unified Expression Language of Camunda 7, Flowable and Activiti.
    case juel
    /// Of Zeebe, which is Camunda 8.
    case feel
    case xpath
    case python
    case groovy
    case javascript
    /// Java and MVEL, of jBPM.
    case java
    /// None that is known.
    case plain

    /// The language that a name or an address stands for; nil for none of these.
    static func named(_ name: String) -> ForeignLanguage? {
        let plain = name.lowercased()
        let known: [(String, ForeignLanguage)] = [
            ("javascript", .javascript), ("ecmascript", .javascript), ("feel", .feel), ("xpath", .xpath),
            ("python", .python), ("groovy", .groovy), ("mvel", .java), ("juel", .juel), ("java", .java),
        ]
        return known.first { plain.contains($0.0) }?.1
    }

    /// Whether `${…}` in a text stands for a value.
    var hasHoles: Bool { self != .feel && self != .python && self != .javascript && self != .groovy }

    /// The module of the standard library that knows what its operators do.
    var module: String {
        switch self {
        case .feel: return "feel"
        case .python: return "python"
        case .xpath: return "xpath"
        case .javascript: return "ecmascript"
        case .juel, .groovy, .java, .plain: return "juel"
        }
    }
}
