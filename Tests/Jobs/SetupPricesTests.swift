// Prices in SETUP.json: what is read, what is refused and where, what is kept and shown.

import Rating
import State
import Testing

@testable import Jobs

private let prices = """
    {"pricebooks": {
       "retail": {"default": {"kind": "markup", "percent": "10"}, "rules": [
         {"id": "ec2", "match": {"product": "Amazon Elastic*", "class": "usage"}, "price": {"kind": "margin", "percent": 20}},
         {"id": "s3-put", "match": {"usage_type": "*Requests-Tier1"}, "price": {"kind": "unit_price", "amount": "0.000006"}}]},
       "friends": {"default": {"kind": "discount", "percent": "2.50"}}},
     "reseller": {"name": "Example Reseller", "exports": [
       {"view": "cost", "destination": {"type": "folder", "path": "/tmp/cost", "account": "123456789012"}},
       {"view": "resale", "destination": {"type": "folder", "path": "/tmp/resale", "account": "123456789012"}}]},
     "customers": [{"id": "acme", "accounts": [{"provider": "aws", "id": "111122223333"}, {"provider": "aws", "id": "444455556666"}],
       "pricebook": "retail", "accountPricebooks": {"444455556666": "friends"}, "billingAccount": "444455556666",
       "global": [{"id": "loyal", "kind": "discount", "percent": "5"}, {"kind": "uplift", "percent": "1", "mode": "line_item"}],
       "charges": [{"id": "support", "plan": "tiered", "tiers": [{"up_to": "10000", "percent": "10"}, {"percent": "7"}], "min": "100"}],
       "credits": [{"id": "welcome", "balance": "250", "created": "2026-10-01", "expires": "2027-01-01"}],
       "export": {"view": "resale", "formats": {"aws": ["dbr-rt", "dbr"]}, "tags": ["user:CostCenter", "aws:createdBy"],
         "destination": {"type": "folder", "path": "/tmp/acme"}}}]}
    """

@Test func keepsPricesAndShowsThem() throws {
    let test = try TestFolder()
    let applied = try test.apply(prices)
    #expect(
        applied.changes.map { "\($0.subject): \($0.change)" } == [
            "pricebook friends: added: 0 rules, default discount 2.5 %",
            "pricebook retail: added: 2 rules, default markup 10 %",
            "reseller: name: Example Reseller, was none",
            "export reseller/cost: added: cost to file:///tmp/cost/ (account 123456789012)",
            "export reseller/resale: added: resale to file:///tmp/resale/ (account 123456789012)",
            "customer acme: added: acme",
            "customer acme: account aws 111122223333 added",
            "customer acme: account aws 444455556666 added",
            "customer acme: pricebook: retail, was none",
            "customer acme: pricebook of account 444455556666: friends, was none",
            "customer acme: billing account: 444455556666, was none",
            "customer acme: global loyal added: discount 5 % on each line",
            "customer acme: global uplift added: uplift 1 % as a line",
            "customer acme: charge support added: charge 10 % up to 10000, 7 %, at least 100",
            "customer acme: credit welcome added: balance 250, from 2026-10-01T00:00:00Z, until 2027-01-01T00:00:00Z",
            "export customer/acme: added: resale to file:///tmp/acme/ (account 111122223333)",
        ]
    )
    #expect(applied.warnings == [])
    // What was kept reads as what was applied, so the same file changes nothing.
    #expect(try test.apply(prices) == ApplyResult(changes: [], kept: [], warnings: []))
    let setup = try test.state.setup()
    #expect(setup.customers[0].export?.tags == .chosen(["user:CostCenter", "aws:createdBy"]))
    #expect(setup.customers[0].export?.formats == [.aws: [.detailedWithResources, .detailed]])
    #expect(setup.customers[0].terms.book(of: "444455556666") == "friends")
    #expect(setup.customers[0].terms.book(of: "111122223333") == "retail")
}

@Test func saysWhichPriceChanges() throws {
    let test = try TestFolder()
    try test.apply(prices)
    let changed =
        prices
        .replacing("\"percent\": \"10\"}, \"rules\"", with: "\"percent\": \"12.5\"}, \"rules\"")
        .replacing("\"percent\": 20}", with: "\"percent\": 25}")
        .replacing("\"id\": \"s3-put\"", with: "\"id\": \"put\"")
        .replacing("\"percent\": \"2.50\"", with: "\"percent\": \"2.5\"")
        .replacing("\"mode\": \"line_item\"", with: "\"mode\": \"per_line\"")
        .replacing("\"balance\": \"250\"", with: "\"balance\": \"300\", \"cap_per_period\": 20")
        .replacing("[\"user:CostCenter\", \"aws:createdBy\"]", with: "\"with-data\"")
    #expect(
        try test.apply(changed).changes.map { "\($0.subject): \($0.change)" } == [
            "pricebook retail: default: markup 12.5 %, was markup 10 %",
            "pricebook retail: rule put added: unit price 0.000006 for usage_type `*Requests-Tier1`",
            "pricebook retail: rule ec2: margin 25 % for product `Amazon Elastic*`, class `usage`, "
                + "was margin 20 % for product `Amazon Elastic*`, class `usage`",
            "pricebook retail: rule s3-put removed",
            "customer acme: global uplift: uplift 1 % on each line, was uplift 1 % as a line",
            "customer acme: credit welcome: balance 300, from 2026-10-01T00:00:00Z, until 2027-01-01T00:00:00Z, "
                + "at most 20 a month, was balance 250, from 2026-10-01T00:00:00Z, until 2027-01-01T00:00:00Z",
            "export customer/acme: tags: with-data, was user:CostCenter aws:createdBy",
        ]
    )
}

@Test func booksStayWithTheCustomersThatStay() throws {
    let test = try TestFolder()
    try test.apply(prices)
    // A file about another customer may use a book that only the state has.
    let other = #"{"customers": [{"id": "b", "pricebook": "friends"}]}"#
    #expect(try test.apply(other).kept == ["acme"])
    #expect(try test.state.setup().pricebooks.keys.sorted() == ["friends", "retail"])
    #expect(
        test.message { _ = try test.apply(other, prune: true) }
            == "setup.json:1:41: customers[0].pricebook: there is no pricebook `friends`"
    )
    let pruned = try test.apply(#"{"customers": [{"id": "b"}]}"#, isDryRun: true, prune: true)
    #expect(pruned.changes.contains(SetupChange(subject: "pricebook retail", change: "removed")))
}

@Test func warnsAboutPricesThatAreEasilyNotMeant() throws {
    let test = try TestFolder()
    let export =
        #""export": {"view": "resale", "tags": "all", "destination": {"type": "folder", "path": "/x"}}"#
    let text = """
        {"customers": [{"id": "a", "accounts": [{"provider": "aws", "id": "111122223333"}], \(export)}]}
        """
    #expect(
        try test.apply(text).warnings == [
            "customer a has no pricebook for every account: there the resale price is the cost",
            "export customer/a has all tag columns of the payer, whose names may tell of its other customers; "
                + "`with-data` has the customer's own",
        ]
    )
}

private func book(_ text: String) -> String { "{\"pricebooks\": {\"b\": \(text)}}" }

private func terms(_ text: String) -> String {
    "{\"pricebooks\": {\"b\": {}}, \"customers\": [{\"id\": \"a\", \(text)}]}"
}

private let brokenPrices: [BrokenSetup] = [
    BrokenSetup(
        book(#"{"default": {"kind": "markup", "percent": "ten"}}"#),
        "setup.json:1:64: pricebooks.b.default.percent: `ten`: not a decimal number"
    ),
    BrokenSetup(
        book(#"{"default": {"kind": "margin", "percent": 100}}"#),
        "setup.json:1:64: pricebooks.b.default.percent: 100 is not below 100"
    ),
    BrokenSetup(
        book(#"{"default": {"kind": "discount", "percent": "100.01"}}"#),
        "setup.json:1:66: pricebooks.b.default.percent: 100.01 is above 100"
    ),
    BrokenSetup(
        book(#"{"default": {"kind": "fee"}}"#),
        "setup.json:1:43: pricebooks.b.default.kind: `fee` is none of `markup`, `discount`, `margin`, `unit_price`, ",
        "`pass_through`"
    ),
    BrokenSetup(
        book(
            #"{"rules": [{"id": "r", "price": {"kind": "markup", "percent": 1, "basis": "list"}}]}"#
        ),
        "setup.json:1:96: pricebooks.b.rules[0].price.basis: ",
        "`list` is not supported yet: AWS's detailed billing report has no list prices"
    ),
    BrokenSetup(
        book(
            #"{"rules": [{"id": "r", "match": {"class": "use"}, "price": {"kind": "pass_through"}}]}"#
        ),
        "setup.json:1:64: pricebooks.b.rules[0].match.class: `use` matches no class of lines: `usage`, `refund`, ",
        "`ri_fee`, `fee`, `adjustment`, `marketplace`, `tax`, `provider_support`, `provider_credit`, `rounding`"
    ),
    BrokenSetup(
        book(
            #"{"rules": [{"id": "r", "match": {"products": "x"}, "price": {"kind": "pass_through"}}]}"#
        ),
        "setup.json:1:55: pricebooks.b.rules[0].match: unknown key `products`; did you mean `product`?"
    ),
    BrokenSetup(
        book(
            #"{"rules": [{"id": "r", "price": {"kind": "pass_through"}}, {"id": "r", "price": {"kind": "pass_through"}}]}"#
        ),
        "setup.json:1:81: pricebooks.b.rules[1]: the rule id `r` is there twice"
    ),
    BrokenSetup(
        terms(#""pricebook": "bb""#),
        "setup.json:1:66: customers[0].pricebook: there is no pricebook `bb`; did you mean `b`?"
    ),
    BrokenSetup(
        terms(
            #""accounts": [{"provider": "aws", "id": "111122223333"}], "accountPricebooks": {"111122223333": "x"}"#
        ),
        "setup.json:1:148: customers[0].accountPricebooks.111122223333: there is no pricebook `x`; did you mean `b`?"
    ),
    BrokenSetup(
        terms(#""accountPricebooks": {"111122223333": "b"}"#),
        "setup.json:1:74: customers[0].accountPricebooks: `111122223333` is none of the customer's accounts"
    ),
    BrokenSetup(
        terms(#""billingAccount": "111122223333""#),
        "setup.json:1:71: customers[0].billingAccount: `111122223333` is none of the customer's accounts"
    ),
    BrokenSetup(
        terms(#""global": [{"kind": "discount", "percent": "-100.5"}]"#),
        "setup.json:1:96: customers[0].global[0].percent: -100.5 is below -100"
    ),
    BrokenSetup(
        terms(#""charges": [{"id": "s", "plan": "fixed"}]"#),
        "setup.json:1:65: customers[0].charges[0]: `amount` is missing"
    ),
    BrokenSetup(
        terms(
            #""charges": [{"id": "s", "plan": "fixed", "amount": 1}, {"id": "s", "plan": "fixed", "amount": 1}]"#
        ),
        "setup.json:1:108: customers[0].charges[1]: the id `s` is there twice"
    ),
    BrokenSetup(
        terms(#""charges": [{"id": "s\n", "plan": "fixed", "amount": 1}]"#),
        "setup.json:1:64: customers[0].charges: an id has 1 to 128 characters and no control characters"
    ),
    BrokenSetup(
        terms(#""credits": [{"id": "c", "balance": 1, "expires": "2026-13-01"}]"#),
        "setup.json:1:102: customers[0].credits[0].expires: `2026-13-01` is no day or time in UTC, as in `2026-10-01` ",
        "or `2026-10-01T00:00:00Z`"
    ),
    BrokenSetup(
        terms(#""export": {"tags": ["CostCenter"], "destination": {}}"#),
        "setup.json:1:72: customers[0].export.tags: `CostCenter` is no tag column: they begin with `user:` or `aws:`, ",
        "as in `user:CostCenter`"
    ),
    BrokenSetup(
        #"{"reseller": {"name": "r", "exports": [{"destination": {"type": "folder", "path": "/a", "account": "123456789012"}},"#
            + #" {"destination": {"type": "folder", "path": "/b", "account": "123456789012"}}]}}"#,
        "setup.json:1:39: reseller.exports: at most one export of each view"
    ),
]

@Test(arguments: brokenPrices)
func refusesBrokenPrices(_ broken: BrokenSetup) {
    #expect(throws: (any Error).self) {
        do {
            _ = try SetupReader(Array(broken.text.utf8), file: "setup.json").merged(
                with: Setup(),
                prune: false
            )
        } catch {
            #expect("\(error)" == broken.message)
            throw error
        }
    }
}
