// Work items: steps that a person or an outside worker has to do. A row stands as long as the step waits. Knows who
// holds an item and until when; knows nothing of what an answer means.

/// The raw value is the journal format: append only, never renumber.
public enum ItemKind: UInt8, Sendable {
    /// A question with yes or no (`approve`).
    case approval = 1
    /// Work that yields a value (`task`).
    case task = 2
}

/// An open work item.
public struct ItemRecord: Equatable, Sendable {
    public var number: Int64
    public var run: Int64
    /// Path of the step.
    public var step: String
    public var kind: ItemKind
    public var title: String
    /// Who may do it; empty: anybody.
    public var role: String
    /// Microseconds since 1970; `due` is 0 where there is no deadline.
    public var created: Int64
    public var due: Int64
    /// Type of the result, in the run's plan.
    public var resultType: UInt32
    /// JSON text.
    public var input: [UInt8]
    /// Who has claimed it and until when, unless a sign of life comes before; empty: nobody has.
    public var holder: String
    public var heldUntil: Int64
    /// An answer is stored and the run has not taken it yet.
    public var isAnswered: Bool

    public init(
        number: Int64, run: Int64, step: String, kind: ItemKind, title: String, role: String, created: Int64,
        due: Int64, resultType: UInt32, input: [UInt8], holder: String = "", heldUntil: Int64 = 0,
        isAnswered: Bool = false
    ) {
        self.number = number
        self.run = run
        self.step = step
        self.kind = kind
        self.title = title
        self.role = role
        self.created = created
        self.due = due
        self.resultType = resultType
        self.input = input
        self.holder = holder
        self.heldUntil = heldUntil
        self.isAnswered = isAnswered
    }

    /// Who holds it now; a claim without a sign of life has expired.
    public func holder(at now: Int64) -> String? { holder.isEmpty || heldUntil <= now ? nil : holder }
}

/// What somebody wants to do with an item.
public enum ItemChange: Equatable, Sendable {
    case claim(by: String, until: Int64)
    /// A sign of life of who holds it.
    case extend(by: String, until: Int64)
    /// Gives it back.
    case release(by: String)
    /// Stores the answer for the item's run; anybody's while nobody holds it.
    case answer(by: String, RequestRecord)
}

/// What came of it.
public enum ItemOutcome: Equatable, Sendable {
    /// The item as it is now.
    case done(ItemRecord)
    /// There is no such open item.
    case gone
    /// Somebody else holds it.
    case held(by: String, until: Int64)
    /// The claim has been lost: it expired, or was given back.
    case lost
}

extension ItemChange {
    /// What the change makes of an item; the one place of these rules.
    public func applied(to item: ItemRecord, now: Int64) -> ItemOutcome {
        if item.isAnswered { return .gone }
        var changed = item
        let holder = item.holder(at: now)
        func isOther(_ name: String) -> Bool { holder != nil && holder != name }
        func held() -> ItemOutcome { .held(by: item.holder, until: item.heldUntil) }
        switch self {
        case .claim(let name, let until):
            if isOther(name) { return held() }
            (changed.holder, changed.heldUntil) = (name, until)
        case .extend(let name, let until):
            if isOther(name) { return held() }
            if holder == nil { return .lost }
            changed.heldUntil = until
        case .release(let name):
            if isOther(name) { return held() }
            if holder == nil { return .lost }
            (changed.holder, changed.heldUntil) = ("", 0)
        case .answer(let name, _):
            if isOther(name) { return held() }
            changed.holder = name
            changed.isAnswered = true
        }
        return .done(changed)
    }
}
