// Time zones read from the system's database: what comes out is what `date` says, and no file of any content does harm.
import Glibc
import Testing
import WfDoors
import WfTestSupport

@Suite struct ZoneTests {
    /// Offsets at instants over two centuries, against `date` of coreutils, which reads the same database.
    @Test(arguments: [
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca",
    ])
    func offsetsAgreeWithDate(name: String) throws {
        let zone = try ZoneFile(name: name)
        let instants = stride(from: -2_000_000_000, to: 5_000_000_000, by: 97_531_111).map { $0 }
        let script = instants.map { "date -d @\($0) +%::z" }.joined(separator: "\n")
        let result = try runProcess("/usr/bin/env", ["TZ=\(name)", "/bin/sh", "-c", script])
        let lines = result.outputText.split(separator: "\n")
        #expect(lines.count == instants.count)
        for (instant, line) in zip(instants, lines) {
            let parts = line.dropFirst().split(separator: ":").compactMap { Int($0) }
            let size = parts[0] * 3600 + parts[1] * 60 + (parts.count > 2 ? parts[2] : 0)
            let place = zone.changes.lastIndex { $0 <= instant } ?? 0
            #expect(zone.offsets[place] == (line.hasPrefix("-") ? -size : size), "\(name) at \(instant)")
        }
    }

    @Test func changesAscend() throws {
        for name in ["Europe/London", "Pacific/Apia", "America/Sao_Paulo", "UTC"] {
            let zone = try ZoneFile(name: name)
            #expect(zone.changes.count == zone.offsets.count && zone.names.count == zone.offsets.count)
            for (before, after) in zip(zone.changes, zone.changes.dropFirst()) { #expect(before < after) }
        }
    }

    /// Cut short and with bytes changed, at every place: refused or read, never worse.
    @Test func damagedFilesAreRefusedOrRead() throws {
        let bytes = try readFile("/usr/share/zoneinfo/Europe/Dublin")
        var refused = 0
        for count in stride(from: 0, to: bytes.count, by: 7) {
            do { _ = try ZoneFile(bytes: Array(bytes.prefix(count))) } catch { refused += 1 }
        }
        #expect(refused > 50)
        var state: UInt64 = 7
        for _ in 0..<2_000 {
            var damaged = bytes
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                damaged[Int(state >> 33) % damaged.count] = UInt8(truncatingIfNeeded: state >> 20)
            }
            _ = try? ZoneFile(bytes: damaged)
        }
    }
}
