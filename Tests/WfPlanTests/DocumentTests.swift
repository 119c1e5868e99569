// docs/plan-format.md says what the code says.
import Glibc
import Testing
import WfPlan

@Suite struct DocumentTests {
    private func document() throws -> String {
        let path =
            #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined() + "/docs/plan-format.md"
        let file = try #require(fopen(path, "r"), "docs/plan-format.md")
        defer { fclose(file) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { text += buffer[..<count] }
        return String(decoding: text, as: UTF8.self)
    }

    /// The cells of the rows of all tables whose first cell is a number.
    private func rows() throws -> [[String]] {
        try document().split(separator: "\n").filter { $0.hasPrefix("| ") }.map { line in
            line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
                .map { cell in cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed() }
                .map { String($0) }
        }.filter { Int($0.first ?? "") != nil }
    }

    @Test func everyInstructionIsThere() throws {
        let rows = try rows().filter { $0.count == 7 }
        #expect(rows.count == Opcode.count)
        for (row, opcode) in zip(rows, Opcode.allCases) {
            let info = opcode.info
            func name(_ kind: OperandKind) -> String { kind == .none ? "" : "\(kind)" }
            let expected = [
                "\(opcode.rawValue)", "`\(info.mnemonic)`", "\(info.shape)", name(info.a), name(info.b),
                name(info.c),
            ]
            #expect(Array(row[..<6]) == expected)
            #expect(!row[6].isEmpty)
        }
    }

    @Test func everySectionAndKindIsThere() throws {
        let rows = try rows()
        for section in PlanSection.allCases {
            #expect(
                rows.contains { $0.count >= 3 && $0[0] == "\(section.rawValue)" && $0[1] == "\(section)" })
        }
        for kind in NodeKind.allCases {
            #expect(rows.contains { $0.count == 5 && $0[0] == "\(kind.rawValue)" && $0[1] == "\(kind)" })
        }
    }
}
