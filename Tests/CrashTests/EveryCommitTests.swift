// Every `run` case of the language suite with the engine killed at every one of its commits and resumed: the same end,
// and nothing that was recorded is done again. What effects did is recorded once over the real doors; the runs that are
// killed are had from that on virtual time, so that the clock, chance and what appends make no difference.
// SampledCommitTests kills over the real doors, KillTests kills processes.
import Glibc
import Testing
import WfDoors
import WfEngine
import WfJournal
import WfPlan
import WfTestSupport
import WfValue

/// A case with what its effects did.
private struct Rehearsal {
    let subject: Subject
    let recording: Recording
    /// How it ended over the real doors.
    let outcome: Outcome
    let baseFolder: String
    /// Microseconds since 1970.
    let time: Int64
    private let usesStatements: Bool

    init(_ subject: Subject) throws {
        self.subject = subject
        usesStatements = subject.plan.effects.contains { subject.plan.string($0.name) == "sql" }
        let folder = try TemporaryFolder("wf-rehearsal")
        baseFolder = folder.path
        try writeFile(folder.path + "/case.wf", subject.bytes)
        let journal: any MortalJournal =
            usesStatements ? try DyingJournal(path: folder.path + "/journal.db") : MemoryJournal()
        let life = try Life(journal: journal, process: 1, secrets: subject.secrets(), secondsMax: 60)
        let start = Driver.moment()
        time = start.wall
        let run = try life.engine.start(
            plan: subject.plan, workflow: subject.workflow, input: subject.input, baseFolder: folder.path,
            name: "", now: start)
        life.outsider = (subject.outsider, run)
        try life.live()
        life.die()
        recording = life.recording
        outcome = Outcome(life.ends[run]?.end, folder: folder.path)
    }

    /// - Parameter folder: of the journal where it must be a database.
    func replay(_ folder: String, failAtCommit: Int?) throws -> Replay {
        let journal: any MortalJournal
        if usesStatements {
            let path = folder + "/journal.db"
            for end in ["", "-wal", "-shm"] { unlink(path + end) }
            journal = try DyingJournal(path: path, commitsLeft: failAtCommit.map { $0 - 1 })
        } else {
            let memory = MemoryJournal()
            memory.failAtCommit = failAtCommit
            journal = memory
        }
        return Replay(subject, recording, time: time, baseFolder: baseFolder, journal: journal)
    }
}

@Suite struct EveryCommitTests {
    private static let shares = 8

    /// WF_CASE names a part of the path of the cases that are wanted.
    @Test(arguments: 0..<shares) func casesSurviveAKillAtEveryCommit(share: Int) throws {
        let all = try ["Tests/Language", workflows].flatMap { folder in
            try LanguageSuite(bin: "", folder: folder).cases().filter { $0.kind == .run }
        }
        let wanted = getenv("WF_CASE").map { String(cString: $0) }
        var kills = 0
        for (index, testCase) in all.enumerated() where index % EveryCommitTests.shares == share {
            if let wanted, !testCase.path.contains(wanted) { continue }
            let server = testCase.usesServer ? LoopbackServer.shared?.session() : nil
            guard let subject = try Subject(testCase, server: server) else {
                // A case of the suite may be about an input that does not fit; one that was written for this may not.
                #expect(
                    !testCase.path.hasPrefix(workflows), "\(testCase.path) does not come so far as to run")
                continue
            }
            kills += try KilledCase(Rehearsal(subject)).killEverywhere()
        }
        #expect(kills > 100 || wanted != nil, "the suite has cases that run")
    }
}

/// A case that is killed.
private struct KilledCase {
    private let rehearsal: Rehearsal
    private let whole: Replay
    private let folder: TemporaryFolder
    /// How often each attempt began in the run that was not killed, by key.
    private let starts: [String: Int]

    private var subject: Subject { rehearsal.subject }

    init(_ rehearsal: Rehearsal) throws {
        self.rehearsal = rehearsal
        folder = try TemporaryFolder("wf-crash")
        whole = try rehearsal.replay(folder.path, failAtCommit: nil)
        try whole.begin()
        starts = Dictionary(whole.started.map { ($0.key, 1) }, uniquingKeysWith: +)
    }

    /// Returns how often the case was killed.
    func killEverywhere() throws -> Int {
        #expect(
            whole.outcome != .none && whole.trouble == nil, "\(subject.name): \(whole.trouble ?? "no end")")
        expectLikeTheRealOne()
        expectKeysOnce()
        let commits = whole.journal.commitCount
        for kill in 1...max(1, commits) {
            try killOnce(kill, "\(subject.name), killed at commit \(kill) of \(commits)")
        }
        try killAgainAndAgain()
        return commits
    }

    /// The run over recorded effects comes to the end that the recorded one came to.
    private func expectLikeTheRealOne() {
        if whole.outcome == rehearsal.outcome { return }
        Issue.record(
            "\(subject.name): \(shown(whole)) over recorded effects, not \(shown(rehearsal.outcome))")
    }

    private func killOnce(_ kill: Int, _ place: String) throws {
        let replay = try rehearsal.replay(folder.path, failAtCommit: kill)
        try replay.begin()
        if !replay.isDead { return expectEnd(replay, place) }
        let found = try replay.journal.reopened(failAtCommit: nil)
        if try found.run(id: replay.run.text) == nil {
            #expect(
                kill == 1 && replay.started.isEmpty, "\(place): something began before the run was stored")
            return
        }
        let before = try Record(run: replay.run.text, journal: found)
        let recorded = replay.recorded
        try replay.resume(failAtCommit: nil, resolving: whole.unresolved)
        expectEnd(replay, place)
        expectNotRepeated(replay, before, recorded, place)
        let after = try Record(run: replay.run.text, journal: replay.journal)
        #expect(after.endedTwice.isEmpty, "\(place): \(after.endedTwice) have ended twice")
        #expect(
            after.undoneOutOfOrder.isEmpty, "\(place): \(after.undoneOutOfOrder) were undone out of order")
        try expectNothingLeft(replay, place)
    }

    /// The same end, of all runs that it started, too, and the same things done under the same keys.
    private func expectEnd(_ replay: Replay, _ place: String) {
        #expect(replay.trouble == nil, "\(place): \(replay.trouble ?? "")")
        #expect(replay.outcome == whole.outcome, "\(place): \(shown(replay)), not \(shown(whole))")
        for (run, end) in whole.ends where run != whole.run {
            #expect(replay.ends[run] == end, "\(place): the run \(run) that it started ended otherwise")
        }
        #expect(replay.ends.count == whole.ends.count, "\(place): other runs were started")
        let keys = Set(replay.startedInAll.map(\.key))
        let missing = Set(starts.keys).subtracting(keys)
        let added = keys.subtracting(starts.keys)
        #expect(missing.isEmpty && added.isEmpty, "\(place): not done: \(missing), done besides: \(added)")
    }

    /// Nothing that is recorded is done again, and of what is not, exactly what is left.
    private func expectNotRepeated(
        _ replay: Replay, _ before: Record, _ recorded: [String: Int], _ place: String
    ) {
        for effect in replay.started where effect.key.hasPrefix(replay.run.text + "/") {
            let found = before.contradiction(effect.path, attempt: effect.attempt)
            #expect(found == nil, "\(place): \(found ?? "")")
        }
        let again = Dictionary(replay.started.map { ($0.key, 1) }, uniquingKeysWith: +)
        for (key, count) in again {
            let left = (starts[key] ?? 0) - (recorded[key] ?? 0)
            #expect(count <= left, "\(place): \(count) attempts at \(key) where \(left) were left")
        }
    }

    private func expectNothingLeft(_ replay: Replay, _ place: String) throws {
        let record = try #require(try replay.journal.run(id: replay.run.text))
        // What has failed without undoing anything can be tried again.
        if record.status == .failed { return }
        let state = try replay.journal.state(run: record.number)
        #expect(state.isEmpty, "\(place): live state is left")
    }

    /// Every life makes two commits and dies at the third, until the run has ended all the same.
    private func killAgainAndAgain() throws {
        let replay = try rehearsal.replay(folder.path, failAtCommit: 3)
        try replay.begin()
        var lives = 1
        let livesMax = 3 * whole.journal.commitCount + 20
        while replay.isDead, replay.trouble == nil, lives < livesMax {
            let found = try replay.journal.reopened(failAtCommit: nil)
            let before = try Record(run: replay.run.text, journal: found)
            let recorded = replay.recorded
            lives += 1
            try replay.resume(failAtCommit: lives == livesMax ? nil : 3, resolving: whole.unresolved)
            expectNotRepeated(replay, before, recorded, "\(subject.name), life \(lives)")
        }
        expectEnd(replay, "\(subject.name), after \(lives) lives")
    }

    /// No attempt begins twice within a life, and no two steps share a key.
    private func expectKeysOnce() {
        #expect(
            Set(whole.started).count == whole.started.count, "\(subject.name): an attempt was started twice")
        var paths: [String: String] = [:]
        for effect in whole.started {
            let known = paths.updateValue(effect.path, forKey: effect.key)
            #expect(known == nil || known == effect.path, "\(subject.name): one key for two steps")
        }
    }

    private func shown(_ replay: Replay) -> String {
        replay.trouble ?? shown(replay.outcome)
    }

    private func shown(_ outcome: Outcome) -> String {
        guard case .value(let value) = outcome else { return "\(outcome)" }
        let type = TypeId(raw: subject.plan.workflows[subject.workflow].resultType)
        guard let json = try? subject.plan.types.jsonText(of: value, as: type) else { return "a value" }
        return String(decoding: json, as: UTF8.self)
    }
}
