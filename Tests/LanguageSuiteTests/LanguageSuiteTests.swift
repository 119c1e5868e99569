// The language suite's runner: each case's file must say exactly what happens. Point WFC and WFI at another pair of
// commands to test that one.
import Glibc
import Testing
import WfTestSupport

private let suite = LanguageSuite(folder: "Tests/Language")

@Suite struct LanguageSuiteTests {
    @Test func casesSayWhatHappens() throws {
        let cases = try suite.cases()
        #expect(cases.count >= 400)
        for testCase in cases {
            let blessed = try suite.blessed(testCase)
            #expect(
                blessed == testCase.text,
                "\(testCase.path) is not what happens; `wf-dev bless \(testCase.path)` shows the difference")
        }
    }
}
