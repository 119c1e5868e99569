// Which points of a plan were reached. Written by machines, read by who measures coverage, all on one thread.
public import WfPlan

/// One byte per point of a plan.
public final class CoveredPoints {
    let bytes: UnsafeMutablePointer<UInt8>
    private let count: Int

    public init(_ plan: Plan) {
        count = plan.points.count
        bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: max(count, 1))
        bytes.initialize(repeating: 0, count: max(count, 1))
    }

    deinit { bytes.deallocate() }

    /// The points that were reached since the last call.
    public func take() -> [Int] {
        var reached: [Int] = []
        for index in 0..<count where bytes[index] != 0 {
            reached.append(index)
            bytes[index] = 0
        }
        return reached
    }
}
