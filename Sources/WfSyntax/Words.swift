// The words that mean something somewhere. Most are names everywhere else; `isReserved` says which are not.

/// A word of the language. Its raw value is its `NameId`; the order here is of no meaning.
public enum Word: UInt8, CaseIterable, Sendable {
    // reserved: never a name that is declared
    case `true` = 1
    case `false`, null, `if`, `else`, match, `for`, `in`, `while`, `let`, `var`, `return`, `break`,
        `continue`, `as`
    case underscore
    // declarations
    case use, const, record, `enum`, `func`, workflow, flow, action, extern, config, secret, pool, rate,
        breaker, on
    case test, open
    // statements
    case step, signal, query, sequence, `try`, `catch`, race, loop, next, fail, await, spawn, attached
    case mock, fails, expect, real
    // clauses and what stands in them
    case after, when, timeout, deadline, retry, backoff, factor, jitter, undo, priority, cache, once, via,
        returns, no
    case limit, per, failures, within, recover, with
    // flows
    case start, choice, split, join, any, first, end, error, parallel, terminate
    // triggers
    case cron, every, webhook, file, zone, hmac, created, changed, removed, settle
    // names the checker asks for often
    case `self`, result, event, exec, shell, http, exit, sleep, approve, task, emit, now, random, uuid, main,
        key, until, sleepUntil
    case unit, bool, int, float, decimal, string, bytes, duration, time, json, path

    /// Words that can never be declared as a name (they may still follow a `.`, and label an argument).
    @inline(__always) public var isReserved: Bool { rawValue <= Word.underscore.rawValue }

    /// As written.
    public var text: String {
        switch self {
        case .underscore: return "_"
        case .unit: return "Unit"
        case .bool: return "Bool"
        case .int: return "Int"
        case .float: return "Float"
        case .decimal: return "Decimal"
        case .string: return "String"
        case .bytes: return "Bytes"
        case .duration: return "Duration"
        case .time: return "Time"
        case .json: return "Json"
        case .path: return "Path"
        default: return "\(self)"
        }
    }
}
