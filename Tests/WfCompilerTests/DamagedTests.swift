// Programs that somebody is just writing: cut behind a bracket or a quote, or with one of them missing. Every mistake
// and every fix points into the text, whatever stands there.
import Testing
import WfCompiler
import WfDiagnostics
import WfSource
import WfTestSupport

private let marks = Set("{}()[]\"'.,:=>|?".utf8)

struct DamagedTests {
    /// About 6 places of each file, others in each file.
    private func places(_ text: [UInt8]) -> [Int] {
        let all = text.indices.filter { marks.contains(text[$0]) }
        let stride = max(1, all.count / 6)
        return all.indices.filter { $0 % stride == text.count % stride }.map { all[$0] }
    }

    private func check(_ text: [UInt8], _ path: String) {
        let source = SourceFile(path: "case.wf", bytes: text)
        let result = Compiler.check(
            ["case.wf"], provider: OverlaySourceProvider([source], over: NoSources()))
        let sizes = result.files.map { UInt32($0.count) }
        for diagnostic in result.diagnostics {
            let spans =
                [diagnostic.span] + diagnostic.labels.map(\.span)
                + diagnostic.fixes.flatMap { $0.edits.map(\.span) }
            for span in spans where Int(span.file.index) < sizes.count {
                #expect(
                    span.start <= span.end && span.end <= sizes[Int(span.file.index)],
                    "\(path): \(diagnostic.code) at \(span)")
            }
        }
    }

    @Test(arguments: [0, 1]) func everyMistakeIsInTheText(half: Int) throws {
        for (index, path) in filesBelow("Tests/Language", suffix: ".wf").enumerated() where index % 2 == half
        {
            let text = try readFile(path)
            for place in places(text) {
                check(Array(text[...place]), path)
                check(Array(text[...place]) + Array("\"".utf8), path)
                check(Array(text[..<place]) + Array(text[(place + 1)...]), path)
            }
        }
    }
}
