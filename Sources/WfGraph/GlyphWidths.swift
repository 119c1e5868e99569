// How wide text is in DejaVu Sans, the widest of the fonts that readers are likely to have (Verdana is as wide, Helvetica and
// Arial are narrower); from the font, in thousandths of its size.

public enum GlyphWidths {
    /// The widths of U+0020 to U+007E.
    private static let ascii: [UInt16] = [
        318, 401, 460, 838, 637, 951, 780, 275, 391, 391, 500, 838, 318, 361, 318, 337,
        637, 637, 637, 637, 637, 637, 637, 637, 637, 637, 337, 337, 838, 838, 838, 531,
        1000, 685, 687, 699, 771, 632, 576, 775, 752, 295, 295, 656, 558, 863, 749, 788,
        604, 788, 695, 635, 611, 732, 685, 989, 686, 611, 686, 391, 337, 391, 838, 500,
        500, 613, 635, 550, 635, 616, 353, 635, 634, 278, 278, 580, 278, 975, 634, 612,
        635, 635, 412, 521, 393, 634, 592, 818, 592, 592, 525, 637, 337, 637, 838,
    ]

    /// The width of a line of text, in the unit of `size`; bold letters are wider by a seventh at most in all but the shortest words.
    public static func width(of text: String, size: Double, bold: Bool = false) -> Double {
        var total = 0
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x20...0x7E: total += Int(ascii[Int(scalar.value) - 0x20])
            case 0x300...0x36F, 0x200B...0x200F: continue
            case 0..<0x1100: total += 667
            default: total += 1_000
            }
        }
        return Double(total) * size / 1_000 * (bold ? 1.15 : 1)
    }
}
