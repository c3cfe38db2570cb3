// Which class a line of AWS's detailed billing report has (rule R2): what its texts say, which are few and repeat, and
// what its numbers say.

import Rating

/// What a line's texts say about its class.
struct LineTraits: Equatable {
    private let hasNoProduct: Bool
    private let isSupport: Bool
    private let isHeavyUsage: Bool
    private let isTax: Bool
    private let isMarketplace: Bool
    private let isRefund: Bool
    private let isSignUp: Bool

    init(product: String, usageType: String, description: String) {
        self.init(
            sku: LineTraits(product: product, usageType: usageType),
            description: LineTraits(description: description)
        )
    }

    /// Of the product and the usage type alone.
    init(product: String, usageType: String) {
        hasNoProduct = product.isEmpty
        isSupport = product.hasPrefix("AWS Support (") || product.hasPrefix("AWS Premium Support")
        isHeavyUsage = usageType.contains("HeavyUsage:")
        (isTax, isMarketplace, isRefund, isSignUp) = (false, false, false, false)
    }

    /// Of the description alone.
    init(description: String) {
        (hasNoProduct, isSupport, isHeavyUsage) = (false, false, false)
        isTax = description.hasPrefix("Tax ")
        isMarketplace = description.hasPrefix("AWS Marketplace ")
        isRefund = description.hasPrefix("Refund")
        isSignUp = description.hasPrefix("Sign up charge for subscription")
    }

    /// Both together.
    init(sku: LineTraits, description: LineTraits) {
        (hasNoProduct, isSupport, isHeavyUsage) = (
            sku.hasNoProduct, sku.isSupport, sku.isHeavyUsage
        )
        (isTax, isMarketplace) = (description.isTax, description.isMarketplace)
        (isRefund, isSignUp) = (description.isRefund, description.isSignUp)
    }

    /// The class: the first that fits.
    @inline(__always)
    func lineClass(
        isNegative: Bool,
        hasQuantity: Bool,
        isReserved: Bool,
        hasResource: Bool
    ) -> LineClass {
        if hasNoProduct, isTax { return .tax }
        if isSupport { return .providerSupport }
        if isMarketplace { return .marketplace }
        if isRefund { return .refund }
        if isNegative, !hasQuantity { return .providerCredit }
        if isSignUp { return .fee }
        if isHeavyUsage, isReserved, !hasResource { return .reservationFee }
        return hasQuantity ? .usage : .fee
    }
}
