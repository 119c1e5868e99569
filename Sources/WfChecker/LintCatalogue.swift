// Every lint: its code, its group, and how much it matters when nobody says otherwise. The one list of them; what each says
// stands in the `MessagesLints` files, what it is about in docs/diagnostics/.

/// How much a lint matters in a project.
public enum LintLevel: UInt8, CaseIterable, Sendable {
    case off, note, warning, error

    /// As `wf.json` and the command line write it.
    public var text: String { "\(self)" }
    public init?(text: String) {
        guard let found = LintLevel.allCases.first(where: { $0.text == text }) else { return nil }
        self = found
    }
}

/// What a lint is about; a project may set the level of a whole group.
public enum LintGroup: String, CaseIterable, Sendable {
    case names, logic, graph, world, security, times, shell, style, comments
}

/// One row of the catalogue.
public struct LintRule: Sendable {
    public let number: UInt16
    public let group: LintGroup
    /// When neither a project nor the command line says otherwise.
    public let level: LintLevel

    private init(_ number: UInt16, _ group: LintGroup, _ level: LintLevel = .warning) {
        self.number = number
        self.group = group
        self.level = level
    }

    /// All lints, by code.
    public static let all: [LintRule] = [
        LintRule(5001, .names), LintRule(5002, .names), LintRule(5003, .names), LintRule(5004, .names),
        LintRule(5005, .names), LintRule(5006, .names), LintRule(5007, .names),
        LintRule(5010, .logic), LintRule(5011, .logic), LintRule(5012, .logic), LintRule(5013, .times),
        LintRule(5014, .graph), LintRule(5015, .graph), LintRule(5016, .times), LintRule(5017, .graph),
        LintRule(5018, .times),
        LintRule(5020, .world), LintRule(5021, .times), LintRule(5022, .world), LintRule(5023, .world),
        LintRule(5024, .world), LintRule(5025, .security),
        LintRule(5026, .graph), LintRule(5027, .names), LintRule(5028, .names), LintRule(5029, .world),
        LintRule(5030, .logic), LintRule(5031, .logic), LintRule(5032, .style, .note), LintRule(5033, .logic),
        LintRule(5034, .logic), LintRule(5035, .style, .off), LintRule(5036, .logic), LintRule(5037, .logic),
        LintRule(5038, .logic), LintRule(5039, .style),
        LintRule(5040, .security, .note), LintRule(5041, .security), LintRule(5042, .security),
        LintRule(5043, .shell), LintRule(5044, .shell), LintRule(5045, .shell, .off), LintRule(5046, .logic),
        LintRule(5047, .logic), LintRule(5048, .names), LintRule(5049, .logic),
        LintRule(5050, .security), LintRule(5051, .world), LintRule(5052, .security),
        LintRule(5053, .world, .note), LintRule(5054, .comments, .off), LintRule(5055, .style),
        LintRule(5056, .style), LintRule(5057, .style), LintRule(5058, .style),
        LintRule(5059, .comments, .off), LintRule(5060, .logic), LintRule(5061, .logic),
        LintRule(5062, .times), LintRule(5063, .style, .note), LintRule(5065, .logic), LintRule(5066, .times),
        LintRule(5067, .times, .note), LintRule(5069, .times),
        LintRule(5070, .times), LintRule(5071, .times), LintRule(5072, .world), LintRule(5074, .world),
        LintRule(5075, .times), LintRule(5076, .times), LintRule(5077, .times),
        LintRule(5078, .graph), LintRule(5079, .graph), LintRule(5080, .style, .note),
        LintRule(5081, .style, .note), LintRule(5082, .style, .off), LintRule(5083, .logic),
        LintRule(5084, .logic), LintRule(5085, .style, .off), LintRule(5086, .times),
        LintRule(5087, .times), LintRule(5088, .logic), LintRule(5089, .shell),
        LintRule(5090, .comments), LintRule(5091, .comments),
        LintRule(5092, .world, .off), LintRule(5093, .logic), LintRule(5094, .logic),
        LintRule(5095, .logic), LintRule(5096, .logic),
        LintRule(5097, .logic), LintRule(5098, .logic),
    ]
}

/// The level of each lint in a file.
public struct LintLevels: Hashable, Sendable {
    /// By code, from 5000.
    private var levels: [UInt8]

    /// What holds when nobody says otherwise.
    public static let standard: LintLevels = {
        var levels = [UInt8](repeating: LintLevel.warning.rawValue, count: 100)
        for rule in LintRule.all { levels[Int(rule.number) - 5000] = rule.level.rawValue }
        return LintLevels(levels: levels)
    }()

    private init(levels: [UInt8]) { self.levels = levels }

    /// Of the lint with this code; one that is no lint's is a warning.
    public subscript(_ number: UInt16) -> LintLevel {
        get {
            guard number >= 5000, number < 5100 else { return .warning }
            return LintLevel(rawValue: levels[Int(number) - 5000]) ?? .warning
        }
        set { if number >= 5000 && number < 5100 { levels[Int(number) - 5000] = newValue.rawValue } }
    }

    /// Sets a code (`WF5012`), a group (`style`) or `all`.
    ///
    /// - Returns: false when there is no such code or group.
    public mutating func set(_ key: String, to level: LintLevel) -> Bool {
        var isKnown = false
        for rule in LintRule.all where LintLevels.means(key, rule) {
            self[rule.number] = level
            isKnown = true
        }
        return isKnown
    }

    private static func means(_ key: String, _ rule: LintRule) -> Bool {
        key == "all" || key == rule.group.rawValue || key == "WF\(rule.number)"
    }

    /// What `set` knows.
    public static let keys: [String] =
        LintRule.all.map { "WF\($0.number)" } + LintGroup.allCases.map(\.rawValue) + ["all"]

    /// Those of text that a program has written: its style is nobody's.
    public var withoutStyle: LintLevels {
        var result = self
        for rule in LintRule.all where rule.group == .style || rule.group == .comments {
            result[rule.number] = .off
        }
        return result
    }
}
