// The kinds of nodes, and the small enums that stand in a node's `aux`. Layouts are in the views.

/// What a node is. Each kind has a view of the same name (`funcDecl` → `FuncDeclView`) unless it says otherwise.
public enum NodeKind: UInt8, CaseIterable, Sendable {
    /// Never in a tree; the kind of `NodeId.none`.
    case missing = 0
    case sourceFile

    // declarations
    case useDecl, constDecl, configDecl, secretDecl, poolDecl, rateDecl, breakerDecl
    case recordDecl, fieldDecl, enumDecl, enumCaseDecl, enumPayload
    case funcDecl, workflowDecl, flowDecl, actionDecl, externActionDecl, externFuncDecl
    case typeParameter, parameter
    case triggerDecl, triggerOption, testDecl
    case errorDecl

    // statements
    case block
    case letStmt, assignStmt, returnStmt, breakStmt, continueStmt, whileStmt, exprStmt
    case stepStmt, signalStmt, queryStmt, nextStmt, failStmt
    case mockStmt, expectStmt, expectFailsStmt, realStmt
    case errorStmt

    // flow statements
    case flowStep, flowEdge, flowGate, flowArm, flowEnd, flowBoundary

    // clauses
    case clause, retryClause, faultPattern

    // expressions
    case intExpr, floatExpr, durationExpr, stringExpr, trueExpr, falseExpr, nullExpr
    case nameExpr, implicitMemberExpr, memberExpr, tupleFieldExpr, indexExpr, callExpr
    case listExpr, mapExpr, tupleExpr, parenExpr, unitExpr, recordExpr, objectExpr, recordField, withExpr
    case lambdaExpr, lambdaParameter
    case unaryExpr, binaryExpr, rangeExpr, castExpr
    case ifExpr, matchExpr, matchArm, forExpr
    case loopExpr, loopVariable, raceExpr, raceBranch, tryExpr, catchClause, sequenceExpr
    case awaitExpr, spawnExpr
    case errorExpr

    // types
    case namedType, listType, mapType, optionalType, tupleType, functionType, errorType

    // patterns
    case wildcardPattern, nullPattern, literalPattern, rangePattern, bindingPattern, casePattern,
        casePatternArgument
    case tuplePattern, orPattern, elsePattern, errorPattern

    // The one that the compiler makes is a call of several calls in other modules.
    @inlinable @inline(__always) public static func == (left: NodeKind, right: NodeKind) -> Bool {
        unsafeBitCast(left, to: UInt8.self) == unsafeBitCast(right, to: UInt8.self)
    }
}

/// The operator of a `binaryExpr`.
public enum BinaryOperator: UInt8, CaseIterable, Sendable {
    case coalesce, or, and, equal, notEqual, less, lessEqual, greater, greaterEqual
    case add, subtract, multiply, divide, remainder

    /// As written.
    public var text: String {
        switch self {
        case .coalesce: return "??"
        case .or: return "||"
        case .and: return "&&"
        case .equal: return "=="
        case .notEqual: return "!="
        case .less: return "<"
        case .lessEqual: return "<="
        case .greater: return ">"
        case .greaterEqual: return ">="
        case .add: return "+"
        case .subtract: return "-"
        case .multiply: return "*"
        case .divide: return "/"
        case .remainder: return "%"
        }
    }
}

/// The operator of a `unaryExpr`.
public enum UnaryOperator: UInt8, Sendable {
    case negate, not
    public var text: String { self == .negate ? "-" : "!" }
}

/// `..<` or `...`
public enum RangeOperator: UInt8, Sendable {
    case halfOpen, closed
    public var text: String { self == .halfOpen ? "..<" : "..." }
}

/// The operator of an `assignStmt`.
public enum AssignOperator: UInt8, Sendable {
    case set, add, subtract, multiply, divide, remainder

    /// As written.
    public var text: String {
        switch self {
        case .set: return "="
        case .add: return "+="
        case .subtract: return "-="
        case .multiply: return "*="
        case .divide: return "/="
        case .remainder: return "%="
        }
    }

    /// The operator a compound assignment applies.
    public var binary: BinaryOperator? {
        switch self {
        case .set: return nil
        case .add: return .add
        case .subtract: return .subtract
        case .multiply: return .multiply
        case .divide: return .divide
        case .remainder: return .remainder
        }
    }
}

/// Which clause a `clause` node is. `retry` has a node kind of its own.
public enum ClauseKind: UInt8, CaseIterable, Sendable {
    /// `after a, b`: `operands`, each a name or member expression.
    case after
    /// One operand each: an expression.
    case when, timeout, deadline, undo, priority, cache, otherwise, via, returns
    /// One operand each: a name.
    case pool, rate, breaker
    /// No operand. `noDeadline` is `no deadline`.
    case once, noDeadline

    @inlinable @inline(__always) public static func == (left: ClauseKind, right: ClauseKind) -> Bool {
        unsafeBitCast(left, to: UInt8.self) == unsafeBitCast(right, to: UInt8.self)
    }

    /// As written.
    public var text: String {
        switch self {
        case .otherwise: return "else"
        case .noDeadline: return "no deadline"
        default: return "\(self)"
        }
    }
}

/// The kind of a gate in a flow.
public enum FlowGateKind: UInt8, Sendable {
    case choice, split, join, any, first
    public var text: String { "\(self)" }
}

/// How a token's way through a flow ends.
public enum FlowEndKind: UInt8, Sendable {
    case end, terminate, fail
}
