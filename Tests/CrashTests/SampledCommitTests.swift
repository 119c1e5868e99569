// The `run` cases of the language suite over the real doors: the engine is killed at some of its commits and resumed
// over what the journal holds, with processes and files as they are left. EveryCommitTests kills at every commit, over
// recorded effects.
import Glibc
import Testing
import WfCompiler
import WfDoors
import WfEngine
import WfJournal
import WfPlan
import WfTestSupport
import WfValue

/// Effects whose results differ each time they are asked.
private let worldly: Set<String> = ["now", "random", "uuid"]
/// Effects that differ when they are done twice, which an effect may be whose end was not recorded.
private let unrepeatable: Set<String> = ["file.append", "file.move", "file.remove", "plugin.call"]

/// Cases that compute for many seconds and have no effects.
private let tiring = ["fault/endless-loop.wf"]

/// One way through a subject: from its start, or from what a journal holds.
private final class Way {
    let folder: TemporaryFolder
    let life: Life
    let journal: MemoryJournal
    let run: RunId
    let outcome: Outcome
    let seconds: Double

    /// - Parameter failAtCommit: where to die; nil: nowhere.
    init(_ subject: Subject, failAtCommit: Int?, process: Int32) throws {
        folder = try TemporaryFolder("wf-crash")
        try writeFile(folder.path + "/case.wf", subject.bytes)
        journal = MemoryJournal()
        journal.failAtCommit = failAtCommit
        life = try Life(journal: journal, process: process, secrets: subject.secrets())
        run = try life.engine.start(
            plan: subject.plan, workflow: subject.workflow, input: subject.input, baseFolder: folder.path,
            name: "", now: Driver.moment())
        life.outsider = (subject.outsider, run)
        (outcome, seconds) = try Way.finish(life, run, folder.path, isMortal: failAtCommit != nil)
    }

    /// Goes on with what another way has left.
    init(
        after way: Way, _ subject: Subject, failAtCommit: Int? = nil, process: Int32, secondsMax: Int64 = 20
    ) throws {
        folder = way.folder
        run = way.run
        journal = way.journal.copy()
        journal.failAtCommit = failAtCommit
        life = try Life(
            journal: journal, process: process, secrets: subject.secrets(), secondsMax: secondsMax)
        try life.engine.resume(run: run, now: Driver.moment())
        life.outsider = way.life.outsider
        (outcome, seconds) = try Way.finish(life, run, folder.path, isMortal: failAtCommit != nil)
    }

    private static func finish(
        _ life: Life, _ run: RunId, _ folder: String, isMortal: Bool
    ) throws -> (Outcome, Double) {
        let start = monotonicNanoseconds()
        do throws(JournalError) { try life.live() } catch {
            guard isMortal else { throw error }
        }
        life.die()
        let seconds = Double(monotonicNanoseconds() - start) / 1e9
        return (Outcome(life.ends[run]?.end, folder: folder), seconds)
    }
}

/// The first and the last ten commits, and others evenly between them.
private func kills(commits: Int, atMost count: Int) -> [Int] {
    if commits <= count { return Array(1...commits) }
    let edge = min(10, count / 3)
    let middle = max(1, count - 2 * edge)
    var chosen = Set(1...max(1, edge)).union(max(1, commits - edge + 1)...commits)
    for index in 0..<middle {
        chosen.insert(edge + 1 + index * (commits - 2 * edge - 1) / middle)
    }
    return chosen.sorted()
}

@Suite struct SampledCommitTests {
    private static let commitsPerCaseMax = 24
    /// What a case may take in all, so that a slow one is killed less often.
    private static let secondsPerCase = 1.0
    private static let shares = 4

    @Test(arguments: 0..<shares) func casesSurviveAKillOverTheRealDoors(share: Int) throws {
        let all = try ["Tests/Language", workflows].flatMap { folder in
            try LanguageSuite(bin: "", folder: folder).cases().filter { $0.kind == .run }
        }
        var killed = 0
        for (index, testCase) in all.enumerated() where index % SampledCommitTests.shares == share {
            if tiring.contains(where: { testCase.path.hasSuffix($0) }) { continue }
            guard let subject = try Subject(testCase) else { continue }
            killed += try killEverywhere(subject)
        }
        #expect(killed > 40, "the suite has cases that run")
    }

    /// Returns how often the case was killed.
    private func killEverywhere(_ subject: Subject) throws -> Int {
        let whole = try Way(subject, failAtCommit: nil, process: 1)
        #expect(whole.outcome != .none, "\(subject.name) ends")
        if whole.seconds > 2.5 { return 0 }
        let commits = whole.life.journal.commitCount
        let effects = Set(whole.life.started.map(\.effect))
        let appends = String(decoding: subject.bytes, as: UTF8.self).contains(">>")
        let comparesEnd =
            effects.isDisjoint(with: worldly) && effects.isDisjoint(with: unrepeatable) && !appends
        let affordable = Int(SampledCommitTests.secondsPerCase / max(0.0005, whole.seconds))
        let chosen = kills(
            commits: commits, atMost: min(SampledCommitTests.commitsPerCaseMax, max(4, affordable)))
        for kill in chosen {
            let first = try Way(subject, failAtCommit: kill, process: 2)
            if first.outcome != .none { continue }
            let place = "\(subject.name), killed at commit \(kill) of \(commits)"
            if try first.life.journal.run(id: first.run.text) == nil {
                #expect(
                    kill == 1 && first.life.started.isEmpty,
                    "\(place): something began before the run was stored")
                continue
            }
            if !subject.onceSteps.isEmpty {
                try expectNotRepeated(subject, first, place)
                continue
            }
            let before = try Record(run: first.run.text, journal: first.life.journal)
            let second = try Way(after: first, subject, process: 3)
            if comparesEnd {
                #expect(
                    second.outcome == whole.outcome,
                    "\(place): \(shown(second, subject)), not \(shown(whole, subject))")
            } else {
                #expect(second.outcome != .none, "\(place)")
            }
            for effect in second.life.started {
                let found = before.contradiction(effect.path, attempt: effect.attempt)
                #expect(found == nil, "\(place): \(found ?? "")")
            }
            let after = try Record(run: first.run.text, journal: second.life.journal)
            #expect(after.endedTwice.isEmpty, "\(place): \(after.endedTwice) have ended twice")
            expectSameUndos(whole, [first, second], after, place)
            let record = try #require(try second.life.journal.run(id: first.run.text))
            // What has failed without undoing anything can be tried again.
            if record.status != .failed {
                let state = try second.life.journal.state(run: record.number)
                #expect(state.isEmpty, "\(place): live state is left")
            }
            let total = first.life.journal.commitCount + second.life.journal.commitCount
            #expect(total <= 2 * commits + 10, "\(place): \(total) commits")
        }
        expectKeysOnce(whole, subject.name)
        if comparesEnd && subject.onceSteps.isEmpty { try killAgainAndAgain(subject, whole) }
        return chosen.count
    }

    /// A step that is done at most once waits for a person after a kill, and is never started again.
    private func expectNotRepeated(_ subject: Subject, _ first: Way, _ place: String) throws {
        let second = try Way(after: first, subject, process: 3, secondsMax: 1)
        let begun = Set(first.life.started.map(\.path))
        for effect in second.life.started where begun.contains(effect.path) {
            let name = String(effect.path.split(separator: "/").last ?? "")
            #expect(!subject.onceSteps.contains(name), "\(place): \(effect.path) was repeated")
        }
    }

    /// Compensation does the same under the same keys, and in reverse order, however often it is interrupted.
    private func expectSameUndos(_ whole: Way, _ lives: [Way], _ record: Record, _ place: String) {
        let undone = record.undoneOutOfOrder
        #expect(undone.isEmpty, "\(place): \(undone) were undone out of order")
        func keys(_ ways: [Way]) -> Set<String> {
            let all = ways.flatMap { way in
                way.life.started.filter { $0.path.contains("!undo") }.map {
                    String($0.key.dropFirst(way.run.text.count))
                }
            }
            return Set(all)
        }
        #expect(keys(lives) == keys([whole]), "\(place): other steps were undone")
    }

    /// Every life makes two commits and dies at the third, until the run has ended all the same.
    private func killAgainAndAgain(_ subject: Subject, _ whole: Way) throws {
        let lives = min(2 * whole.life.journal.commitCount + 10, Int(10 / max(0.01, whole.seconds)))
        var way = try Way(subject, failAtCommit: 3, process: 2)
        var before = try Record(run: way.run.text, journal: way.life.journal)
        for life in 0..<lives where way.outcome == .none {
            way = try Way(
                after: way, subject, failAtCommit: life == lives - 1 ? nil : 3, process: Int32(3 + life))
            for effect in way.life.started {
                let found = before.contradiction(effect.path, attempt: effect.attempt)
                #expect(found == nil, "\(subject.name), life \(life): \(found ?? "")")
            }
            before = try Record(run: way.run.text, journal: way.life.journal)
            #expect(before.endedTwice.isEmpty, "\(subject.name): \(before.endedTwice) have ended twice")
        }
        #expect(way.outcome == whole.outcome, "\(subject.name): \(shown(way, subject)) after many lives")
    }

    /// No attempt begins twice within a life, and no two steps share a key.
    private func expectKeysOnce(_ way: Way, _ name: String) {
        #expect(
            Set(way.life.started).count == way.life.started.count, "\(name): an attempt was started twice")
        var paths: [String: String] = [:]
        for effect in way.life.started {
            let known = paths.updateValue(effect.path, forKey: effect.key)
            #expect(known == nil || known == effect.path, "\(name): one key for two steps")
        }
    }

    private func shown(_ way: Way, _ subject: Subject) -> String {
        guard case .value(let value) = way.outcome else { return "\(way.outcome)" }
        let type = TypeId(raw: subject.plan.workflows[subject.workflow].resultType)
        guard let json = try? subject.plan.types.jsonText(of: value, as: type) else { return "a value" }
        return String(decoding: json, as: UTF8.self)
    }
}
