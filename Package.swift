// swift-tools-version: 6.2
// Targets in the order of the way of the data; Sources/README.md is their table.
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]
/// For hot targets: no dynamic exclusivity checks on stored properties (overflow traps stay on).
let hot: [SwiftSetting] =
    strict + [
        .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))
    ]
/// For the machine: one indirect jump per opcode (LLVM refuses to duplicate large dispatch blocks by default).
/// Optimised in debug builds too: the suite runs billions of instructions.
let dispatch: [SwiftSetting] =
    hot + [
        .unsafeFlags(["-O"], .when(configuration: .debug)),
        .unsafeFlags(
            ["-Xllvm", "-tail-dup-pred-size=10000", "-Xllvm", "-tail-dup-succ-size=10000"],
            .when(configuration: .release)),
    ]
/// Executables carry the Swift runtime, so that they start fast and need no toolchain where they run.
let staticRuntime: [LinkerSetting] = [.unsafeFlags(["-static-stdlib"])]

func module(_ name: String, _ dependencies: [Target.Dependency], _ settings: [SwiftSetting] = strict)
    -> Target
{
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "wf",
    products: [
        .executable(name: "wfc", targets: ["wfc"]),
        .executable(name: "wfi", targets: ["wfi"]),
        .executable(name: "wf-dev", targets: ["wf-dev"]),
    ],
    targets: [
        // C
        .target(name: "CLinux", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "CCurl"),
        .systemLibrary(name: "CSQLite"),
        .systemLibrary(name: "CCmark"),
        .systemLibrary(name: "CYaml"),
        .target(name: "CCrypto", linkerSettings: [.linkedLibrary(":libcrypto.a")]),
        .target(
            name: "CLibXML2", cSettings: [.unsafeFlags(["-I/usr/include/libxml2"])],
            linkerSettings: [.linkedLibrary(":libxml2.a"), .linkedLibrary("m")]),

        // Text
        module("WfSource", [], hot),
        module("WfDiagnostics", ["WfSource"]),
        module("WfSyntax", ["WfSource", "WfDiagnostics"], hot),

        // Values
        module("WfValue", [], hot),
        module("WfBuiltins", ["WfValue"]),

        // Compile side
        module("WfChecker", ["WfSource", "WfDiagnostics", "WfSyntax", "WfValue", "WfBuiltins"], hot),
        module("WfPlan", ["WfSource", "WfValue", "WfBuiltins", "CCrypto"], hot),
        module(
            "WfLowering",
            ["WfSource", "WfDiagnostics", "WfSyntax", "WfValue", "WfBuiltins", "WfChecker", "WfPlan"], hot),
        module("WfFormatter", ["WfSource", "WfDiagnostics", "WfSyntax"]),
        .target(
            name: "WfImport",
            dependencies: ["WfSource", "WfDiagnostics", "WfSyntax", "CLibXML2", "CYaml", "CCmark"],
            swiftSettings: hot, linkerSettings: [.linkedLibrary(":libyaml.a"), .linkedLibrary(":libcmark.a")]),
        module(
            "WfCompiler",
            [
                "WfSource", "WfDiagnostics", "WfSyntax", "WfValue", "WfBuiltins", "WfChecker", "WfPlan",
                "WfLowering",
                "WfFormatter", "WfImport",
            ]),

        // Run side: never imports syntax
        module("WfMachine", ["WfValue", "WfBuiltins", "WfPlan"], dispatch),
        module("WfJournal", ["WfValue", "WfPlan"], hot),
        .target(
            name: "WfJournalSQLite", dependencies: ["WfJournal", "WfValue", "WfPlan", "CSQLite"],
            swiftSettings: hot,
            linkerSettings: [.linkedLibrary(":libsqlite3.a"), .linkedLibrary("m")]),
        module("WfEngine", ["WfValue", "WfBuiltins", "WfPlan", "WfMachine", "WfJournal"], hot),
        module(
            "WfDoors", ["WfValue", "WfBuiltins", "WfPlan", "WfJournal", "WfEngine", "CLinux", "CCurl"], hot),
        module("WfProgress", ["WfPlan", "WfEngine"]),
        module("WfTesting", ["WfValue", "WfPlan", "WfMachine", "WfJournal", "WfEngine"]),

        // What plans and modules say about themselves
        module("WfGraph", ["WfSource", "WfDiagnostics", "WfSyntax", "WfValue", "WfPlan"]),
        .target(
            name: "WfReference",
            dependencies: [
                "WfSource", "WfDiagnostics", "WfSyntax", "WfValue", "WfBuiltins", "WfPlan", "WfMachine",
                "CCmark",
            ],
            swiftSettings: strict, linkerSettings: [.linkedLibrary(":libcmark.a")]),

        // Editors
        module(
            "WfLanguageServer",
            [
                "WfSource", "WfDiagnostics", "WfSyntax", "WfValue", "WfBuiltins", "WfChecker", "WfFormatter",
                "WfCompiler",
            ]),

        // Commands
        module("WfCommand", ["WfDiagnostics"]),
        .executableTarget(
            name: "wfc",
            dependencies: [
                "WfCommand", "WfSource", "WfDiagnostics", "WfSyntax", "WfChecker", "WfValue", "WfPlan",
                "WfFormatter", "WfCompiler", "WfGraph", "WfReference", "WfImport",
                "WfLanguageServer",
            ],
            swiftSettings: strict, linkerSettings: staticRuntime),
        .executableTarget(
            name: "wfi",
            dependencies: [
                "WfCommand", "WfSource", "WfDiagnostics", "WfValue", "WfBuiltins", "WfPlan", "WfCompiler",
                "WfMachine", "WfJournal", "WfJournalSQLite", "WfEngine", "WfDoors", "WfProgress",
                "WfTesting", "WfImport", "CLinux",
            ],
            swiftSettings: strict, linkerSettings: staticRuntime),
        .executableTarget(
            name: "wf-dev",
            dependencies: [
                "WfSource", "WfDiagnostics", "WfSyntax", "WfChecker", "WfFormatter", "WfImport", "WfCompiler",
                "WfTestSupport",
            ],
            swiftSettings: strict),

        // Tests
        .target(
            name: "WfTestSupport", dependencies: ["CSQLite"], swiftSettings: strict,
            linkerSettings: [.linkedLibrary(":libsqlite3.a"), .linkedLibrary("m")]),
        // test targets: one line each, appended here
        .testTarget(
            name: "WfSyntaxTests", dependencies: ["WfSource", "WfDiagnostics", "WfSyntax", "WfFormatter"],
            swiftSettings: strict),
        .testTarget(
            name: "WfFormatterTests",
            dependencies: ["WfSource", "WfDiagnostics", "WfSyntax", "WfFormatter", "WfTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "WfCheckerTests", dependencies: ["WfChecker", "WfSyntax", "WfDiagnostics", "WfSource"],
            swiftSettings: strict),
        .testTarget(
            name: "WfLoweringTests",
            dependencies: ["WfLowering", "WfChecker", "WfPlan", "WfSource", "WfValue", "WfBuiltins"],
            swiftSettings: strict),
        .testTarget(
            name: "WfCompilerTests",
            dependencies: [
                "WfCompiler", "WfDiagnostics", "WfMachine", "WfPlan", "WfSource", "WfTestSupport", "WfValue",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "WfEngineTests",
            dependencies: ["WfCompiler", "WfEngine", "WfJournal", "WfJournalSQLite", "WfPlan", "WfValue"],
            swiftSettings: strict),
        .testTarget(
            name: "WfJournalTests", dependencies: ["WfJournal", "WfJournalSQLite", "CSQLite"],
            swiftSettings: strict),
        .testTarget(
            name: "CrashTests",
            dependencies: [
                "CSQLite", "WfCompiler", "WfDoors", "WfEngine", "WfJournal", "WfJournalSQLite", "WfPlan",
                "WfTestSupport",
                "WfValue",
            ],
            exclude: ["workflows"], swiftSettings: strict),
        .testTarget(
            name: "DocumentationTests", dependencies: ["WfTestSupport", "WfBuiltins", "WfValue"],
            swiftSettings: strict),
        .testTarget(name: "ExampleTests", dependencies: ["WfTestSupport"], swiftSettings: strict),
        .testTarget(name: "LanguageSuiteTests", dependencies: ["WfTestSupport"], swiftSettings: strict),
        .testTarget(
            name: "WfPlanTests", dependencies: ["WfPlan", "WfMachine", "WfValue", "WfBuiltins"],
            swiftSettings: strict),
        .testTarget(
            name: "WfDoorsTests",
            dependencies: ["WfDoors", "WfEngine", "WfJournal", "WfValue", "WfTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "WfProgressTests", dependencies: ["WfProgress", "WfEngine"], swiftSettings: strict),
        .testTarget(
            name: "WfCommandTests", dependencies: ["WfCommand", "WfTestSupport"], swiftSettings: strict),
        .testTarget(
            name: "WfGraphTests", dependencies: ["WfGraph", "WfCompiler", "WfPlan", "WfTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "WfLanguageServerTests",
            dependencies: ["WfLanguageServer", "WfCompiler", "WfSource", "WfTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "WfcTests", dependencies: ["WfTestSupport"], exclude: ["sarif-2.1.0-parts.json"],
            swiftSettings: strict),
        .testTarget(
            name: "WfImportTests",
            dependencies: [
                "WfImport", "WfCompiler", "WfEngine", "WfJournal", "WfPlan", "WfTesting", "WfFormatter",
                "WfSource",
                "WfSyntax", "WfDiagnostics", "WfValue", "WfTestSupport",
            ],
            exclude: ["Expressions"],
            swiftSettings: strict),
        .testTarget(name: "WfiTests", dependencies: ["WfTestSupport"], swiftSettings: strict),
        .testTarget(
            name: "WfMachineTests", dependencies: ["WfMachine", "WfBuiltins", "WfPlan", "WfValue"],
            swiftSettings: strict),
        .testTarget(
            name: "WfTestingTests",
            dependencies: ["WfTesting", "WfCompiler", "WfEngine", "WfPlan", "WfSource"], swiftSettings: strict
        ),
        .testTarget(name: "WfValueTests", dependencies: ["WfValue"], swiftSettings: strict),
    ]
)

// The fuzz targets exist only when asked for (scripts/fuzz): they need sanitizers in every module.
if Context.environment["WF_FUZZ"] != nil {
    package.products.append(.executable(name: "wf-fuzz", targets: ["wf-fuzz"]))
    package.targets.append(
        .executableTarget(
            name: "wf-fuzz", dependencies: ["WfCompiler", "WfMachine", "WfPlan"],
            path: "Tests/FuzzTarget", exclude: ["seeds"],
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]))
}
