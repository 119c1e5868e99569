// swift-tools-version: 6.2
// The benchmarks: a package of its own, so that its harness never becomes the product's dependency.
import PackageDescription

let package = Package(
    name: "Benchmarks",
    targets: [
        .executableTarget(name: "bench", swiftSettings: [.treatAllWarnings(as: .error)])
    ]
)
