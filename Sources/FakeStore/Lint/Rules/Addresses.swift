// IP addresses of conditions (iam.md sections 3 and 8): aws:SourceIp is a public address, and absent
// through a VPC endpoint.

import Policy

extension Rule {
    static let addresses: [Rule] = [
        privateAddresses(
            "PRIVATE_IP_ADDRESS",
            .error,
            .ipAddress,
            all: true,
            "only private addresses, and `aws:SourceIp` is a public one: the condition never holds"
        ),
        privateAddresses(
            "PRIVATE_NOT_IP_ADDRESS",
            .error,
            .notIPAddress,
            all: true,
            "only private addresses, and `aws:SourceIp` is a public one: the condition always holds"
        ),
        privateAddresses(
            "PRIVATE_IP_ADDRESS_SUBSET",
            .suggestion,
            .ipAddress,
            all: false,
            "a private address, which `aws:SourceIp` never is"
        ),
        privateAddresses(
            "PRIVATE_NOT_IP_ADDRESS_SUBSET",
            .suggestion,
            .notIPAddress,
            all: false,
            "a private address, which `aws:SourceIp` never is"
        ),
        Rule(
            "IMPROVE_IP_RANGE",
            .suggestion,
            condition: { line, _, _, report in
                guard line.base == .ipAddress || line.base == .notIPAddress else { return }
                for value in line.values {
                    guard let range = IPv4Range(value.token.text), range.address != range.network
                    else { continue }
                    report.add(
                        value.token,
                        "the last \(32 - range.length) bits of `\(value.token.text)` don't count",
                        instead: "`\(IPv4Range.text(range.network))/\(range.length)`"
                    )
                }
            }
        ),
        // Through a gateway endpoint the key is absent, and NotIpAddress holds (M21 of the catalogue).
        Rule(
            "NOT_IP_ADDRESS_WITHOUT_VPC_EXEMPTION",
            .warning,
            condition: { line, view, _, report in
                guard view.effect == .deny, line.base == .notIPAddress,
                    line.key.folded == "aws:sourceip",
                    line.operator?.quantifier == nil
                else { return }
                let exemptions = [
                    "aws:SourceVpce", "aws:SourceVpc", "aws:SourceVpcArn", "aws:VpcSourceIp",
                    "aws:VpceAccount", "aws:VpceOrgID",
                ]
                let isExempt = exemptions.contains { !view.conditions(on: $0).isEmpty }
                let isGuarded = view.conditions(on: "aws:SourceIp").contains { $0.base == .null }
                guard !isExempt, !isGuarded else { return }
                report.add(
                    line.name,
                    "through a VPC endpoint `aws:SourceIp` is absent, so this denies every request from a VPC, whatever its address",
                    instead:
                        "`\"StringNotEquals\": {\"aws:SourceVpce\": \"vpce-...\"}` beside it, if requests may come that way"
                )
            }
        ),
    ]

    private static func privateAddresses(
        _ code: String,
        _ severity: Severity,
        _ base: ConditionOperator.Base,
        all: Bool,
        _ words: String
    ) -> Rule {
        Rule(
            code,
            severity,
            condition: { line, _, _, report in
                guard line.base == base, line.key.folded == "aws:sourceip" else { return }
                let isPrivate = line.values.map { isPrivateRange($0.token.text) }
                guard isPrivate.contains(true), isPrivate.contains(false) != all else { return }
                for (value, isPrivate) in zip(line.values, isPrivate) where isPrivate {
                    report.add(
                        value.token,
                        "`\(value.token.text)`: \(words)",
                        instead:
                            "the public address, or `aws:VpcSourceIp` with `aws:SourceVpc` for requests through a VPC endpoint"
                    )
                    if all { return }
                }
            }
        )
    }

    /// Whether a range holds only addresses that no packet of the internet comes from (RFC 1918, RFC 4193,
    /// loopback and link-local).
    static func isPrivateRange(_ text: String) -> Bool {
        guard let range = IPv4Range(text) else {
            let folded = text.lowercased()
            return (folded.hasPrefix("fc") || folded.hasPrefix("fd") || folded.hasPrefix("fe80:"))
                && folded.contains(":")
        }
        let blocks: [(UInt32, Int)] = [
            (0x0A00_0000, 8), (0xAC10_0000, 12), (0xC0A8_0000, 16), (0x7F00_0000, 8),
            (0xA9FE_0000, 16),
        ]
        return blocks.contains { network, length in
            range.length >= length
                && range.network >> (32 - UInt32(length)) == network >> (32 - UInt32(length))
        }
    }

    /// An IPv4 range that AWS takes.
    private struct IPv4Range {
        let address: UInt32
        let length: Int
        var network: UInt32 { length == 0 ? 0 : address & (UInt32.max << UInt32(32 - length)) }

        init?(_ text: String) {
            guard AddressRange(text) != nil, !text.contains(":") else { return nil }
            let parts = text.split(separator: "/")
            address = parts[0].split(separator: ".").reduce(0) { $0 << 8 | (UInt32($1) ?? 0) }
            length = parts.count == 2 ? Int(parts[1]) ?? 32 : 32
        }

        static func text(_ address: UInt32) -> String {
            [24, 16, 8, 0].map { String(address >> UInt32($0) & 0xFF) }.joined(separator: ".")
        }
    }
}
