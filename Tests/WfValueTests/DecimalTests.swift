import Testing
import WfValue

@Suite struct DecimalTests {
    /// Reference: Python's decimal with 28 digits, half to even: a, b, a+b, a*b, a/b, scale, a/b at that scale.
    static let reference: [(String, String, String, String, String, Int, String)] = [
        (
            "-12404900082", "69", "-12404900013", "-855938105658", "-179781160.6086956521739130435", 5,
            "-179781160.60870"
        ),
        (
            "540369255074749.6", "7015765", "540369262090514.6", "3791103706829500627444.0",
            "77022142.99862518200082243348", 3, "77022142.999"
        ),
        (
            "6814977262231711.8", "9552", "6814977262241263.8", "65096662808837311113.6",
            "713460768659.0988065326633166", 9, "713460768659.098806533"
        ),
        (
            "-6108861613364", "92177349.1", "-6108769436014.9", "-563098669538642653372.4",
            "-66272.91490815936254777802023", 4, "-66272.9149"
        ),
        (
            "-8342339897.6532", "8763.09004", "-8342331134.56316", "-73104675667419.376294128",
            "-951986.0984622725615632268455", 2, "-951986.10"
        ),
        (
            "623779.4", "764623113", "765246892.4", "476956146653272.2", "0.0008157998226768224831309801120",
            9, "0.000815800"
        ),
        (
            "0.08328353", "5270.515", "5270.59828353", "438.94709411795",
            "0.00001580178217878139043338269600", 9, "0.000015802"
        ),
        (
            "-7202975572931.39", "269637315105", "-6933338257826.39", "-1942190994252119113975645.95",
            "-26.71357104311198559618219575", 9, "-26.713571043"
        ),
        (
            "4149619641515423.4", "0.066", "4149619641515423.466", "273874896340017.9444",
            "62873024871445809.09090909091", 2, "62873024871445809.09"
        ),
        (
            "-31567.125534", "0.000002", "-31567.125532", "-0.063134251068", "-15783562767", 8,
            "-15783562767.00000000"
        ),
        (
            "-252.4448625", "7717592286", "7717592033.5551375", "-1948266523470.3306750",
            "-0.00000003271031341704126918424775672", 1, "0.0"
        ),
        (
            "109292242711.6722", "405687.18193", "109292648398.85413", "44338461952507876.335923346",
            "269400.2856874344627386339566", 6, "269400.285687"
        ),
        (
            "-4891538.04235", "626", "-4890912.04235", "-3062102814.51110", "-7813.958534105431309904153355",
            7, "-7813.9585341"
        ),
        (
            "48222.07", "434855194.500", "434903416.570", "20969617629042.61500",
            "0.0001108922478330887225954478049", 7, "0.0001109"
        ),
        (
            "0.470007", "29832749.6", "29832750.070007", "14021601.1412472",
            "0.00000001575473284567775811050282807", 6, "0.000000"
        ),
        (
            "-5211957199580.42054", "5533718682.2", "-5206423480898.22054", "-28841504926144967143530.612388",
            "-941.8543838062149006147755994", 2, "-941.85"
        ),
        (
            "157.647", "1002170.859", "1002328.506", "157989229.408773", "0.0001573055119137125099743096801",
            9, "0.000157306"
        ),
        (
            "301720815", "0.0430", "301720815.0430", "12973995.0450", "7016763139.534883720930232558", 5,
            "7016763139.53488"
        ),
        (
            "-11448113420", "91.345244", "-11448113328.654756", "-1045730713689.574480",
            "-125327963.6540245050962916033", 8, "-125327963.65402451"
        ),
        (
            "386586803251.6", "85132.905", "386586888384.505", "32911257595472153.8980",
            "4540979.815637678521601019018", 0, "4540980"
        ),
        (
            "-0.6497535", "1.13", "0.4802465", "-0.734221455", "-0.5750030973451327433628318584", 9,
            "-0.575003097"
        ),
        (
            "-0.97", "1089465.36", "1089464.39", "-1056781.3992", "-0.0000008903449670028976414633320696", 9,
            "-0.000000890"
        ),
        (
            "0.885", "16158.92811", "16159.81311", "14300.65137735", "0.00005476848426922050338894663230", 4,
            "0.0001"
        ),
        (
            "-73167556260.6", "62544.047", "-73167493716.553", "-4576195077638110.6482",
            "-1169856.441502738062345086176", 7, "-1169856.4415027"
        ),
        (
            "-93810.20070", "525123.132315", "431312.931615", "-49261906434.68280562050",
            "-0.1786441977645103581233576989", 2, "-0.18"
        ),
        (
            "-238700856817.97875", "0.0707", "-238700856817.90805", "-16876150577.031097625",
            "-3376249742828.553748231966054", 0, "-3376249742829"
        ),
        (
            "-734588179650594.1", "28709901.1319", "-734588150940692.9681", "-21089954010430952098097.46179",
            "-25586579.91456411532972521180", 5, "-25586579.91456"
        ),
        (
            "2481.27583958", "83650.3817", "86131.65753958", "207559671.083854967686",
            "0.02966245687292542264633802621", 5, "0.02966"
        ),
        (
            "8190.036", "380405.8", "388595.836", "3115537196.6088", "0.02152973482528394677473371857", 8,
            "0.02152973"
        ),
        (
            "-9477939290565643", "618.98", "-9477939290565024.02", "-5866654862074321704.14",
            "-15312189877808.07618986073863", 3, "-15312189877808.076"
        ),
        (
            "40954722443271.4", "167.4", "40954722443438.8", "6855820537003632.36",
            "244651866447.2604540023894863", 7, "244651866447.2604540"
        ),
        (
            "65292286355", "876412.30", "65293162767.30", "57222962856644166.50",
            "74499.50936904924771137967826", 10, "74499.5093690492"
        ),
        (
            "5.365", "23960.780", "23966.145", "128549.584700", "0.0002239075689522628228296407713", 10,
            "0.0002239076"
        ),
        (
            "-38170.344450", "942607.75406", "904437.409610", "-35979662653.71108596700",
            "-0.04049440956282472446776680826", 2, "-0.04"
        ),
        (
            "-9422.26", "8181.277450", "-1240.982550", "-77086123.26603700", "-1.151685669821648696194748902",
            10, "-1.1516856698"
        ),
        (
            "28086695.98304242", "140642848", "168729543.98304242", "3950192913965245.65361216",
            "0.1997022698448371864597053666", 0, "0"
        ),
        (
            "62518528106154.104", "4.59", "62518528106158.694", "286960044007247.33736",
            "13620594358639.23834422657952", 3, "13620594358639.238"
        ),
        (
            "4698000265975.2717", "449.911298", "4698000266425.182998", "2113683397669279.7264496666",
            "10442058883.29408367068834977", 2, "10442058883.29"
        ),
        (
            "5063.66782870", "841627.3", "846690.96782870", "4261721082.765643510",
            "0.006016520410756637765908971822", 8, "0.00601652"
        ),
        (
            "269565681.1638521", "624", "269566305.1638521", "168208985046.2437104",
            "431996.2839164296474358974359", 2, "431996.28"
        ),
    ]

    @Test(arguments: reference)
    func agreesWithTheReference(
        _ a: String, _ b: String, _ sum: String, _ product: String, _ quotient: String, _ scale: Int,
        _ scaled: String
    ) throws {
        let (left, right) = (try #require(DecimalValue(a)), try #require(DecimalValue(b)))
        #expect(left.adding(right)?.description == sum)
        #expect(try #require(left.adding(right)).subtracting(right) == left)
        #expect(left.multiplied(by: right)?.description == product)
        #expect(left.divided(by: right)?.description == quotient)
        #expect(left.divided(by: right, scale: scale) == DecimalValue(scaled))
        #expect(left.divided(by: right, scale: scale).map { Int($0.scale) } == scale)
    }

    @Test func textKeepsDigitsAndEqualityDoesNot() throws {
        let (long, short) = (try #require(DecimalValue("1.10")), try #require(DecimalValue("1.1")))
        #expect(long == short && long.hashValue == short.hashValue && long.description == "1.10")
        #expect(DecimalValue("-0.00")?.description == "0.00" && DecimalValue("-0.00") == .zero)
        #expect(DecimalValue("0.05")?.description == "0.05")
        #expect(DecimalValue("-0.5")?.description == "-0.5")
        #expect(DecimalValue("007.50")?.description == "7.50")
        for wrong in ["", "-", ".5", "5.", "1e5", "+1", " 1", "1,5", "1.2.3", "--1", "NaN", "0x1"] {
            #expect(DecimalValue(wrong) == nil)
        }
    }

    @Test func limits() throws {
        let nines = String(repeating: "9", count: 38)
        let largest = try #require(DecimalValue(nines))
        #expect(largest.description == nines && DecimalValue("1" + nines) == nil)
        #expect(largest.adding(DecimalValue(1)) == nil)
        #expect(largest.multiplied(by: DecimalValue(2)) == nil)
        #expect(largest.subtracting(largest) == .zero)
        let smallest = try #require(DecimalValue("0." + String(repeating: "0", count: 37) + "1"))
        #expect(smallest.scale == 38 && smallest > .zero && smallest < DecimalValue(1))
        #expect(DecimalValue("0." + String(repeating: "0", count: 38) + "1") == nil)
        #expect(smallest.multiplied(by: smallest) == nil)
        #expect(smallest.multiplied(by: DecimalValue(10)).map { $0 > smallest } == true)
        #expect(largest > smallest && -largest < smallest)
        #expect(largest.divided(by: smallest) == nil)
        #expect(smallest.divided(by: largest)?.description == "0." + String(repeating: "0", count: 38))
        #expect(largest.divided(by: largest) == DecimalValue(1))
        #expect(largest.divided(by: try #require(DecimalValue("0.3")), scale: 38) == nil)
        // Trailing zeros give way before a result is refused.
        let padded = try #require(DecimalValue("1." + String(repeating: "0", count: 37)))
        #expect(padded.multiplied(by: padded)?.description == "1")
        #expect(padded.adding(DecimalValue(1_000_000)) == DecimalValue(1_000_001))
    }

    @Test func rounding() throws {
        func rounded(_ text: String, _ scale: Int) -> String? {
            DecimalValue(text)?.rounded(scale: scale)?.description
        }
        #expect(rounded("2.5", 0) == "2" && rounded("3.5", 0) == "4" && rounded("-2.5", 0) == "-2")
        #expect(rounded("2.51", 0) == "3" && rounded("1.005", 2) == "1.00" && rounded("1.015", 2) == "1.02")
        #expect(rounded("1.5", 2) == "1.50" && rounded("-0.4", 0) == "0" && rounded("9.99", 1) == "10.0")
        #expect(rounded("1", 39) == nil && rounded("1", -39) == nil)
        #expect(rounded("1250", -2) == "1200" && rounded("1350", -2) == "1400" && rounded("1", -1) == "0")
        #expect(DecimalValue(1).divided(by: DecimalValue(0)) == nil)
        #expect(DecimalValue(1).divided(by: DecimalValue(3))?.description == "0.3333333333333333333333333333")
        #expect(DecimalValue(2).divided(by: DecimalValue(3))?.description == "0.6666666666666666666666666667")
        #expect(DecimalValue(1).divided(by: DecimalValue(4))?.description == "0.25")
        #expect(DecimalValue(100).divided(by: DecimalValue(4))?.description == "25")
        #expect(DecimalValue(10).divided(by: DecimalValue(4), scale: 0)?.description == "2")
        #expect(DecimalValue("-7.9")?.truncatedToInt == -7)
    }

    @Test func floats() {
        #expect(DecimalValue(0.1)?.description == "0.1")
        #expect(DecimalValue(1e20)?.description == "100000000000000000000")
        #expect(DecimalValue(-2.5e-7)?.description == "-0.00000025")
        #expect(DecimalValue(100.0)?.description == "100" && DecimalValue(0.0)?.description == "0")
        #expect(DecimalValue(Double.nan) == nil && DecimalValue(1e39) == nil && DecimalValue(1e-39) == nil)
        #expect(DecimalValue("0.1")?.asDouble == 0.1)
        #expect(DecimalValue("12345678901234567890.123")?.asDouble == 12345678901234567890.123)
    }

    @Test func randomSumsAndOrder() throws {
        var generator = Generator(3)
        for _ in 0..<5000 {
            let (a, b) = (generator.decimal(), generator.decimal())
            #expect(DecimalValue(a.description) == a && DecimalValue(a.description)?.scale == a.scale)
            #expect((a < b) == (b > a) && (a == b) == (a.compare(b) == 0))
            if let sum = a.adding(b) {
                #expect(sum == b.adding(a))
                #expect((sum > a) == (b > .zero))
            }
            if let product = a.multiplied(by: b), b != .zero, let back = product.divided(by: b) {
                if a.normalized.mantissa.magnitude < 1 << 90 { #expect(back == a) }
            }
            _ = a.divided(by: b)
            _ = a.divided(by: b, scale: generator.random.below(39))
            _ = a.rounded(scale: generator.random.below(39))
        }
    }
}
