// wf-dev bless: rewrites the cases of the language suite to say what happens. What it changes is reviewed like code.
import WfTestSupport

/// Blesses the named case files, or all of them; gives the exit status.
func bless(_ paths: [String]) -> Int32 {
    let suite = LanguageSuite(folder: "Tests/Language")
    var changed = 0
    var failed = 0
    do throws(SubprocessError) {
        for testCase in try suite.cases()
        where paths.isEmpty || paths.contains(where: { testCase.path.hasPrefix($0) }) {
            do throws(SubprocessError) {
                let text = try suite.blessed(testCase)
                if text != testCase.text {
                    try writeFile(testCase.path, Array(text.utf8))
                    print("blessed \(testCase.path)")
                    changed += 1
                }
            } catch {
                print("\(testCase.path): \(error)")
                failed += 1
            }
        }
    } catch {
        print(error)
        return 2
    }
    print("\(changed) changed, \(failed) could not be run")
    return failed == 0 ? 0 : 1
}
