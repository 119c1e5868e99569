// The limits of checking, by name. Nothing else.

package enum CheckerLimits {
    /// Missing patterns of a `match` that are named.
    package static var missingPatternsShown: Int { 8 }
    /// Instances of generic funcs, and of generic records and enums, in one program.
    package static var instancesMax: Int { 4096 }
    /// Type parameters of one declaration.
    package static var typeParametersMax: Int { 16 }
}
