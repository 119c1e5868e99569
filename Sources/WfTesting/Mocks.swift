// What a test says about the world: which calls it answers, with what. Knows plans and machines; knows nothing of
// turns or time.
import WfEngine
import WfMachine
import WfPlan
import WfValue

/// An action or effect of the plan.
enum MockTarget: Hashable {
    case action(UInt32)
    case effect(Int)
}

/// A mock whose node has ended.
struct Mock {
    var row: MarkRow
    /// The node's value.
    var value: [UInt8]
}

/// The mocks of one test.
final class Mocks {
    let plan: Plan
    private let machine: Machine
    private let text: ValueText
    private var mocks: [MockTarget: Mock] = [:]
    private var delays: [MockTarget: Int64] = [:]
    /// Actions that are mocked anywhere in the test.
    let actions: Set<UInt32>
    let real: Set<Int>
    private var output = ByteWriter()

    init(_ plan: Plan, _ marks: [MarkRow], machine: Machine) {
        self.plan = plan
        self.machine = machine
        text = ValueText(types: plan.types)
        var actions: Set<UInt32> = []
        var real: Set<Int> = []
        for mark in marks {
            switch MarkKind(rawValue: mark.kind) {
            case .mockValue, .mockFunction, .mockFails:
                if mark.targetIsEffect == 0 { actions.insert(mark.target) }
            case .real: real.insert(Int(mark.target))
            case .mockDelay, .expect, .expectFails, nil: break
            }
        }
        self.actions = actions
        self.real = real
    }

    func set(_ row: MarkRow, value: [UInt8]) { mocks[target(row)] = Mock(row: row, value: value) }

    /// Every answer of the mock takes so long.
    func delay(_ row: MarkRow, value: [UInt8]) { delays[target(row)] = integer(value) }

    /// Microseconds that the answer to a call takes.
    func delay(of request: EffectRequest) -> Int64 { max(0, delays[target(request)] ?? 0) }

    private func target(_ row: MarkRow) -> MockTarget {
        row.targetIsEffect == 1 ? .effect(Int(row.target)) : .action(row.target)
    }

    private func integer(_ value: [UInt8]) -> Int64 {
        Int64((try? withByteReader(value) { (reader) throws(DecodeError) in try reader.readInt() }) ?? 0)
    }

    private func target(_ request: EffectRequest) -> MockTarget {
        request.effectNumber.map { .effect($0) } ?? .action(request.action ?? .none)
    }

    func isMocked(_ request: EffectRequest) -> Bool { mocks[target(request)] != nil }

    /// The answer to a call; nil: nothing mocks it.
    func answer(_ request: EffectRequest) -> EffectOutcome? {
        guard let mock = mocks[target(request)] else { return nil }
        switch MarkKind(rawValue: mock.row.kind) {
        case .mockFails:
            let message =
                (try? withByteReader(mock.value) { (reader) throws(DecodeError) in try reader.readString() })
                ?? ""
            let code = mock.row.codeLow == .none ? nil : Int(mock.row.codeLow)
            return .failure(
                EffectFailure(kind: plan.string(mock.row.failureKind), message: message, code: code))
        case .mockFunction: return call(mock, request)
        default: return .success(mock.value)
        }
    }

    /// The arguments with `‹NAME›` where the content of a secret would be.
    private func named(_ request: EffectRequest) -> [UInt8] {
        let named = try? SecretExpansion.expanded(request.arguments, request.argumentTypes, in: plan.types) {
            Array("‹".utf8) + $0 + Array("›".utf8)
        }
        return named ?? request.arguments
    }

    private func call(_ mock: Mock, _ request: EffectRequest) -> EffectOutcome {
        let function = plan.functions[Int(mock.row.function)]
        let types = plan.list(function.registerTypes).prefix(Int(function.parameterCount)).map {
            TypeId(raw: $0)
        }
        let capturedCount = types.count - request.argumentTypes.count
        let values =
            text.split(mock.value, Array(types.prefix(max(0, capturedCount))))
            + text.split(named(request), request.argumentTypes)
        precondition(values.count == types.count, "the verifier has compared the mock with its target")
        var all: [UInt8] = []
        var ends: [Int] = []
        for value in values {
            all += value
            ends.append(all.count)
        }
        output.truncate(to: 0)
        let fault = all.withUnsafeBytes { bytes -> Fault? in
            var start = 0
            var inputs: [UnsafeRawBufferPointer] = []
            for end in ends {
                inputs.append(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                start = end
            }
            return inputs.withUnsafeBufferPointer {
                machine.run(
                    function: Int(mock.row.function), inputs: $0, fuel: TestLimits.fuelMax, output: &output)
            }
        }
        if let fault { return .failure(EffectFailure(kind: fault.kind, message: fault.message)) }
        return .success(output.toArray())
    }
}
