// What a test's own nodes mean, once they have ended: mocks that are set, expectations that hold or do not. Knows what a
// pass has seen; answers nothing.

import WfEngine
import WfJournal
import WfPlan
import WfValue

extension TestPass {
    func observe(_ turn: Turn) {
        coverage?.take(turn.events, plan)
        for event in turn.events {
            if faults != nil, bug != .hidesSuccess || event.kind != .nodeEnded {
                watch.observe(event, shown(event), plan)
            }
            switch event.kind {
            case .nodeEnded, .nodeRetrying, .nodeFailed, .nodeElse, .nodeCancelled:
                forget("\(event.run.text)/\(event.path)")
            case .nodeUnresolved: resolve(event)
            default: break
            }
        }
        var caught: [Int: Failure] = [:]
        for entry in turn.caught { caught[entry.scope] = entry.failure }
        for event in turn.events where event.kind == .nodeFailed && event.run == run && event.scope == 1 {
            // What the test has done is not undone: nobody looks at it any more.
            if let failure = event.failure, !isOver {
                report(.failure, headline(failure), failure.span)
                isOver = true
            }
        }
        for event in turn.events where event.kind == .nodeEnded && event.run == run {
            guard let node = event.node, let mark = marks[node], let value = event.value else { continue }
            switch MarkKind(rawValue: mark.kind) {
            case .mockValue, .mockFunction, .mockFails: mocks.set(mark, value: value)
            case .mockDelay: mocks.delay(mark, value: value)
            case .expect: expectation(mark, value, TypeId(raw: plan.nodes[node].type))
            case .expectFails: expectedFailure(mark, value, caught[event.scope])
            case .real, nil: break
            }
        }
    }

    /// What came of an attempt is stored: no later one has to do with it.
    private func forget(_ key: String) {
        promises[key] = nil
        statements[key] = nil
        engine.itemTimeouts[key] = nil
    }

    /// A step that is done once died with the engine: a person looks, and lets it be asked for again. What is real and
    /// has happened is not done twice; it answers as it did.
    private func resolve(_ event: RunEvent) {
        do throws(JournalError) {
            guard let record = try journal.run(id: event.run.text) else { return }
            _ = try journal.post(
                RequestRecord(
                    run: record.number, kind: .resolve, name: event.path, time: now,
                    bytes: Resolution.retry.encoded))
            engine.notice()
        } catch {
            report(.stuck, "the journal fails: \(error)", test.span)
        }
    }

    /// The source text of a place, on one line.
    func source(_ span: SpanRow) -> String {
        guard span.file != .none else { return "" }
        let bytes = plan.sourceBytes(span.file)
        guard Int(span.end) <= bytes.count else { return "" }
        let text = String(decoding: bytes[Int(span.start)..<Int(span.end)], as: UTF8.self)
        return text.split(whereSeparator: { $0 == "\n" || $0 == " " }).joined(separator: " ")
    }

    private func expectation(_ mark: MarkRow, _ value: [UInt8], _ type: TypeId) {
        outcome.expectationCount += 1
        outcome.expectations.append(value)
        if value.first == 1 { return }
        let text = source(mark.span)
        guard mark.operation != MarkOperation.none.rawValue else {
            return report(.expectation, "expected `\(text)`", mark.span)
        }
        let side = plan.types.tupleElement(of: type, at: 1)
        let parts = values.split(value, plan.types.tupleElements(of: type))
        guard parts.count == 3 else { return report(.expectation, "expected `\(text)`", mark.span) }
        var details = ["left:  \(values.text(parts[1], side))", "right: \(values.text(parts[2], side))"]
        if mark.operation == MarkOperation.equal.rawValue {
            details += values.differences(parts[1], parts[2], side)
        }
        report(.expectation, "expected `\(text)`", mark.span, details)
    }

    private func expectedFailure(_ mark: MarkRow, _ value: [UInt8], _ failure: Failure?) {
        outcome.expectationCount += 1
        // The number of attempts may differ after a crash; what came of them may not.
        outcome.expectations.append(Array((failure.map { "\($0.kind): \($0.message)" } ?? "").utf8))
        let text = source(mark.span)
        guard let failure else {
            return report(.expectation, "expected `\(text)`, but it did not fail", mark.span)
        }
        let found = ["found: \(failure.kind)\(failure.code.map { "(\($0))" } ?? ""): \(failure.message)"]
        if mark.failureKind != .none {
            let isInRange =
                mark.codeLow == .none
                || failure.code.map { $0 >= Int(mark.codeLow) && $0 <= Int(mark.codeHigh) } ?? false
            if plan.string(mark.failureKind) != failure.kind || !isInRange {
                return report(.expectation, "expected `\(text)`, but it failed otherwise", mark.span, found)
            }
        }
        guard let wanted = expectedMessage(value) else { return }
        if wanted != failure.message {
            report(.expectation, "expected `\(text)`, but its message is another", mark.span, found)
        }
    }

    /// The message behind an `Error?`, if there is one.
    private func expectedMessage(_ value: [UInt8]) -> String? {
        var types = plan.types
        let parts = values.split(value, [types.optional(of: .error), .string])
        guard parts.count == 2 else { return nil }
        return try? withByteReader(parts[1]) { (reader) throws(DecodeError) in try reader.readString() }
    }
}
