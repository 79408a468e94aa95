extension ID where Subject == Reward {
    /// At most this many rewards come of one conversion.
    package static var perConversion: Int64 { 16 }

    /// The reward at a place among those of a conversion.
    package init(of conversion: ID<Conversion>, place: Int) {
        self.init(conversion.number * Self.perConversion + Int64(place))
    }

    package var conversion: ID<Conversion> { ID<Conversion>(number / Self.perConversion) }
    package var place: Int { Int(number % Self.perConversion) }
}
