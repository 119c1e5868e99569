// Draws a LiveModel as lines of text, within a width and a height. A pure function: no terminal, no clock.

/// What the drawing depends on besides the model.
public struct RenderOptions {
    public var width: Int
    /// Lines at most.
    public var height: Int
    /// Microseconds since 1970.
    public var now: Int64
    public var colour: Bool
    /// Which picture of the spinner to show.
    public var frame: Int

    public init(width: Int, height: Int, now: Int64, colour: Bool = true, frame: Int = 0) {
        self.width = width
        self.height = height
        self.now = now
        self.colour = colour
        self.frame = frame
    }
}

/// Lines for the steps of a run.
public struct TreeRenderer {
    private let options: RenderOptions
    private var lines: [Line] = []

    private struct Line {
        var text: String
        var isEnded: Bool
    }

    private enum Style: String {
        case plain = ""
        case good = "\u{1B}[32m"
        case bad = "\u{1B}[31m"
        case busy = "\u{1B}[36m"
        case waiting = "\u{1B}[33m"
        case quiet = "\u{1B}[90m"
    }

    private static let spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
    /// Columns of a progress bar.
    private static let barWidth = 20

    private init(_ options: RenderOptions) { self.options = options }

    /// The lines, none wider than the width, no more than the height.
    public static func render(_ model: LiveModel, _ options: RenderOptions) -> [String] {
        var renderer = TreeRenderer(options)
        for step in model.top { renderer.add(step, depth: 0, prefix: "") }
        return renderer.fit()
    }

    /// Leaves out finished steps first, then the last of those that run.
    private func fit() -> [String] {
        let height = max(options.height, 1)
        if lines.count <= height { return lines.map(\.text) }
        let room = height - 1
        let busy = lines.filter { !$0.isEnded }
        if busy.count >= room {
            let left = lines.count - max(0, room)
            return busy.prefix(room).map(\.text) + [
                paint(fitted("  … \(left) more steps", options.width), .quiet)
            ]
        }
        // The newest of the finished ones stay, in their places.
        var toDrop = lines.count - room
        let dropped = toDrop
        var kept: [String] = []
        for line in lines {
            if line.isEnded, toDrop > 0 {
                toDrop -= 1
            } else {
                kept.append(line.text)
            }
        }
        return [paint(fitted("  … \(dropped) more steps, finished", options.width), .quiet)] + kept
    }

    private mutating func add(_ step: LiveStep, depth: Int, prefix: String) {
        // An item with one step inside takes one line: `[3]/resize`.
        if step.isItem {
            for child in step.children { add(child, depth: depth, prefix: prefix + step.name + "/") }
            return
        }
        lines.append(Line(text: line(step, depth: depth, prefix: prefix), isEnded: step.status.isEnded))
        for child in step.children { add(child, depth: depth + 1, prefix: "") }
    }

    private func line(_ step: LiveStep, depth: Int, prefix: String) -> String {
        let (glyph, style) = picture(step.status)
        let end = step.ended > 0 ? step.ended : options.now
        var detail = ""
        if step.attempt > 1 { detail += " (attempt \(step.attempt))" }
        switch step.status {
        case .running, .done, .skipped: break
        case .waiting: detail += " waits for \(step.message)"
        case .sleeping: detail += " until in \(durationText(max(0, step.dueTime - options.now)))"
        case .retrying: detail += " again in \(durationText(max(0, step.dueTime - options.now)))"
        case .failed: break
        case .cancelled: detail += " cancelled"
        }
        if step.status == .skipped {
            detail += " skipped"
        } else {
            detail += "  \(durationText(max(0, end - step.started)))"
        }
        if !step.message.isEmpty, step.status == .failed || step.status == .retrying {
            detail += "  \(printable(step.message))"
        }
        let indent = String(repeating: "  ", count: min(depth, 20))
        var bar = ""
        if !step.status.isEnded, step.total > 0 || step.endedItems > 0 { bar = progress(step) }
        if step.status.isEnded, step.total > 0 { bar = "  \(step.total) items" }
        let name = printable(prefix + step.name)
        let room = options.width - indent.count - 2
        let text = fitted(name + bar + detail, room)
        // Colour is put around whole pieces, after the text has been cut.
        if text.hasPrefix(name), step.status.isEnded || step.status == .retrying {
            let rest = String(text.dropFirst(name.count))
            return indent + paint(glyph, style) + " " + name
                + paint(rest, step.status == .failed ? .bad : .quiet)
        }
        return indent + paint(glyph, style) + " " + text
    }

    private func picture(_ status: StepStatus) -> (String, Style) {
        switch status {
        case .running: return (TreeRenderer.spinner[options.frame % TreeRenderer.spinner.count], .busy)
        case .waiting: return ("◌", .waiting)
        case .sleeping: return ("◷", .waiting)
        case .retrying: return ("↻", .waiting)
        case .done: return ("✓", .good)
        case .skipped: return ("–", .quiet)
        case .failed: return ("✗", .bad)
        case .cancelled: return ("⊘", .quiet)
        }
    }

    private func progress(_ step: LiveStep) -> String {
        guard step.total > 0 else { return "  turn \(step.endedItems + 1)" }
        let ended = min(step.endedItems, step.total)
        if options.width < 50 { return "  \(ended)/\(step.total)" }
        let full = ended * TreeRenderer.barWidth / step.total
        let bar =
            String(repeating: "━", count: full) + String(repeating: "╌", count: TreeRenderer.barWidth - full)
        return "  \(bar) \(ended)/\(step.total)"
    }

    private func paint(_ text: String, _ style: Style) -> String {
        options.colour && style != .plain && !text.isEmpty ? "\(style.rawValue)\(text)\u{1B}[0m" : text
    }
}

/// `340ms`, `3.2s`, `2m05s`, `1h02m`, `3d4h`.
public func durationText(_ microseconds: Int64) -> String {
    let milliseconds = microseconds / 1_000
    if milliseconds < 1_000 { return "\(milliseconds)ms" }
    if milliseconds < 60_000 { return "\(milliseconds / 1_000).\(milliseconds % 1_000 / 100)s" }
    let seconds = milliseconds / 1_000
    if seconds < 3_600 { return "\(seconds / 60)m\(twoDigits(seconds % 60))s" }
    if seconds < 86_400 { return "\(seconds / 3_600)h\(twoDigits(seconds % 3_600 / 60))m" }
    return "\(seconds / 86_400)d\(seconds % 86_400 / 3_600)h"
}

private func twoDigits(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
