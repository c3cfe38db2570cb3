"""`exporter rate` beside the reference: the samples, and random bills with random settings."""

import csv
import json
import random
import subprocess
from fractions import Fraction

import pytest

import rating
from programs import ROOT, count, program

COUNT = count(40, 200)
SAMPLE = next((ROOT / "Sources/Exporter/SampleBill").glob("*.csv"))
MODES = ("half_even", "half_up", "down", "floor", "up")
COLUMNS = ("InvoiceID PayerAccountId LinkedAccountId RecordType RecordId ProductName RateId SubscriptionId PricingPlanId "
           "UsageType Operation AvailabilityZone ReservedInstance ItemDescription UsageStartDate UsageEndDate "
           "UsageQuantity BlendedRate BlendedCost UnBlendedRate UnBlendedCost ResourceId").split()
ACCOUNTS = ("111122223333", "444455556666", "777788889999", "999988887777")


def decimal(chance, whole=6, decimals=10, negative=0.2):
    """A decimal number as text: often short, sometimes huge or tiny, sometimes an exact tie."""
    pick = chance.random()
    if pick < 0.15:
        text = chance.choice(("0", "0.005", "0.00000005", "0.0000000001", "2.5", "0.125", "1000000000000000.00000001"))
    elif pick < 0.25:
        text = f"{chance.randrange(10**9)}.{chance.randrange(10**10):010d}"
    else:
        text = f"{chance.randrange(10**chance.randint(1, whole))}.{chance.randrange(10**decimals):0{decimals}d}"
    return "-" + text if chance.random() < negative and Fraction(text) else text


def bill(chance, path):
    products = ("Amazon Elastic Compute Cloud", "Amazon Simple Storage Service", "AWS Support (Business)", "")
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writeheader()
        for _ in range(chance.randint(0, 60)):
            writer.writerow(dict(
                InvoiceID=chance.choice(("1001", "1001", "1002", "Estimated")), PayerAccountId=ACCOUNTS[3],
                LinkedAccountId=chance.choice(ACCOUNTS), RecordType="LineItem", ProductName=chance.choice(products),
                RateId=str(chance.randrange(5)), UsageType=chance.choice(("BoxUsage:m1", "HeavyUsage:m1", "Bytes", "")),
                Operation=chance.choice(("Run", "Put", "")), ReservedInstance=chance.choice("YN"),
                ItemDescription=chance.choice(("Tax of type VAT", "AWS Marketplace x", "Refund for x", "hours, \"all\"",
                                               "Sign up charge for subscription: 1", "x")),
                UsageQuantity=chance.choice(("", decimal(chance, 15, 8))), UnBlendedRate=chance.choice(
                    ("", decimal(chance, 1, 10, 0))), UnBlendedCost=decimal(chance, decimals=8),
                ResourceId=chance.choice(("", "i-1"))))
        writer.writerow(dict(RecordType="StatementTotal", PayerAccountId=ACCOUNTS[3], UnBlendedCost="1.00"))


def azure_bill(chance, path, currency):
    columns = ("EntitlementId SubscriptionId ChargeType Quantity UnitPrice EffectiveUnitPrice BillingPreTaxTotal "
               "BillingCurrency InvoiceNumber ChargeEndDate ProductName MeterName MeterSubCategory MeterId "
               "PCToBCExchangeRate").split()
    with open(path, "w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        for _ in range(chance.randint(0, 40)):
            writer.writerow(dict(
                EntitlementId=chance.choice(ACCOUNTS), ChargeType=chance.choice(("new", "usage", "customerCredit")),
                Quantity=decimal(chance, 15, 8), UnitPrice=decimal(chance, 2, 22, 0), BillingCurrency=currency,
                EffectiveUnitPrice=chance.choice(("", decimal(chance, 1, 22, 0))), ChargeEndDate="10/31/2026",
                BillingPreTaxTotal=decimal(chance, 6, 22), InvoiceNumber=chance.choice(("G1", "G2", "")),
                ProductName=chance.choice(("Virtual Machines", "Storage")), MeterName=chance.choice(("B1s", "LRS")),
                PCToBCExchangeRate=chance.choice(("1", "0.846202666", "147.3125", ""))))


def google_bill(chance, path, currency):
    columns = ("billing_account_id project.id service.description sku.id sku.description cost currency credits "
               "invoice.month cost_type transaction_type usage.amount_in_pricing_units price.effective_price "
               "cost_at_list").split()
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        for _ in range(chance.randint(0, 40)):
            entries = ", ".join(
                f'{{"name": "x", "type": "{chance.choice(("RESELLER_MARGIN", "DISCOUNT"))}", '
                f'"amount": {chance.choice(("-0.125", "-1.5e-7", "-3", "0.0000000005"))}}}'
                for _ in range(chance.choice((0, 0, 1, 2))))
            writer.writerow({
                "billing_account_id": ACCOUNTS[0], "project.id": chance.choice(("",) + ACCOUNTS), "sku.id": "S1",
                "service.description": chance.choice(("Compute Engine", "Cloud Storage")), "currency": currency,
                "sku.description": chance.choice(("Core", "Egress")), "cost": chance.choice(
                    (decimal(chance), "1.1e-05", "-2.5E-10")), "credits": f"[{entries}]",
                "invoice.month": chance.choice(("202610", "202610", "202609")), "cost_type": chance.choice(
                    ("regular", "regular", "regular", "tax", "adjustment", "rounding_error")),
                "transaction_type": chance.choice(("GOOGLE", "THIRD_PARTY_RESELLER")),
                "usage.amount_in_pricing_units": decimal(chance, 3, 16), "price.effective_price": decimal(chance, 1),
                "cost_at_list": chance.choice(("", decimal(chance)))})


def percent(chance, top=99):
    return chance.choice((str(chance.randint(0, top)), f"{chance.randint(0, top - 1)}.{chance.randrange(1000):03d}",
                          "33.333333333333333333", "0"))


def price(chance, basis):
    kind = chance.choice(("markup", "discount", "margin", "unit_price", "pass_through"))
    if kind == "unit_price":
        return dict(kind=kind, amount=decimal(chance, 2, 10, 0))
    if kind == "pass_through":
        return dict(kind=kind)
    return dict(kind=kind, percent=percent(chance)) | chance.choice(({}, dict(basis=basis)))


def settings(chance, provider, keys, accounts, basis="cost"):
    books = {}
    for name in ("retail", "special"):
        rules = []
        for index in range(chance.randint(0, 8)):
            match = {key: chance.choice(values) for key, values in keys.items() if chance.random() < 0.35}
            rules.append(dict(id=f"{name}-{index}", match=match, price=price(chance, basis)))
        books[name] = dict(rules=rules) | chance.choice(({}, dict(default=price(chance, basis))))
    shuffled = chance.sample(accounts, len(accounts))
    cut = chance.randint(1, len(shuffled))
    customers = []
    for index, own in enumerate(part for part in (shuffled[:cut], shuffled[cut:-1]) if part):
        customer = dict(id=f"customer-{index}", accounts=own)
        if chance.random() < 0.8:
            customer["pricebook"] = chance.choice(tuple(books))
        if chance.random() < 0.3:
            customer["account_pricebooks"] = {chance.choice(own): chance.choice(tuple(books))}
        if chance.random() < 0.3:
            customer["billing_account"] = chance.choice(own)
        customer["global"] = [
            dict(id=f"g{n}", kind=chance.choice(("uplift", "discount")), percent=percent(chance),
                 mode=chance.choice(("per_line", "line_item"))) for n in range(chance.choice((0, 0, 1, 2, 3)))]
        customer["charges"] = [charge(chance, n) for n in range(chance.choice((0, 1, 2)))]
        customer["credits"] = [
            dict(id=f"k{n}", balance=f"{chance.randrange(10**chance.choice((4, 6, 18)))}.{chance.randrange(100):02d}",
                 created=chance.choice((None, "2026-09-01", "2026-10-31", "2026-11-01")),
                 expires=chance.choice((None, "2026-09-30", "2026-10-01", "2027-01-01")),
                 priority=chance.randint(0, 2), cap_per_period=chance.choice((None, None, "10.50", "1000")))
            for n in range(chance.choice((0, 0, 1, 4)))]
        customers.append(customer)
    config = dict(provider=provider, period="2026-10", view=chance.choice(("resale",) * 5 + ("cost",)),
                  currency=chance.choice(("USD", "USD", "JPY", "KWD")), pricebooks=books, customers=customers)
    if chance.random() < 0.5:
        config["rounding"] = dict(line_scale=chance.randint(0, 12), line_mode=chance.choice(MODES),
                                  money_mode=chance.choice(MODES))
    if chance.random() < 0.4:
        config["treatment"] = {"tax": "pass_through"} | {kind: chance.choice(("rate", "pass_through", "drop"))
                               for kind in chance.sample(rating.CLASSES, 3)}
    return config


def charge(chance, number):
    """A support plan, or a discount."""
    plan = chance.choice((
        dict(plan="fixed", amount=decimal(chance, 3, 4, 0)), dict(plan="percent", percent=percent(chance)),
        dict(plan="tiered", tiers=[dict(up_to="100", percent="10"), dict(up_to="10000.5", percent="7.25"),
                                   dict(percent="3")])))
    limits = chance.choice(({}, dict(min="100"), dict(max="250.555"), dict(min="29", max="30")))
    return dict(id=f"c{number}", type=chance.choice(("charge", "discount")), scope=chance.choice(("customer", "account")),
                apply_to=chance.choice(("customer_cost", "seller_cost"))) | plan | limits


def answer(path, config, folder):
    file = folder / "config.json"
    file.write_text(json.dumps(config))
    done = subprocess.run([program("exporter"), "rate", path, "--config", file, "--json"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def exact(value):
    """The document with fractions for amounts, and without members that are null."""
    if isinstance(value, dict):
        return {key: exact(member) if key not in ("id", "account", "class", "rule", "kind", "view", "currency")
                else member for key, member in value.items() if member is not None}
    if isinstance(value, list):
        return [exact(member) for member in value]
    return Fraction(value) if not isinstance(value, bool) else value


def check(path, config, folder):
    found, wanted = exact(answer(path, config, folder)), exact(rating.rate(path, config))
    for name, customer in wanted["customers"].items():
        for part, value in customer.items():
            assert found["customers"][name][part] == value, (name, part)
    assert found == wanted
    for customer in found["customers"].values():
        # What must hold whatever the settings are.
        assert sum(customer["accounts"].values()) == sum(entry["lines_sum"] for entry in customer["invoices"])
        assert all(entry["lines_sum"] + entry["rounding"] == entry["total"] for entry in customer["invoices"])
        assert customer["statement_total"] == sum(entry["total"] for entry in customer["invoices"])


@pytest.mark.parametrize("seed", range(COUNT))
def test_random_bills(seed, tmp_path):
    chance = random.Random(seed)
    path = tmp_path / "bill.csv"
    bill(chance, path)
    keys = dict(product=("Amazon Elastic*", "*Storage*", "*", ""), usage_type=("BoxUsage:*", "Byte?", "*"),
                operation=("Run", "P*"), rate_id=("1", "?", "2"), **{"class": ("usage", "fee", "r*")})
    check(path, settings(chance, "aws-dbr", keys, ACCOUNTS), tmp_path)


@pytest.mark.parametrize("seed", range(COUNT))
@pytest.mark.parametrize(("provider", "make"), [("azure-daily", azure_bill), ("gcp-detailed", google_bill)])
def test_random_bills_of_others(provider, make, seed, tmp_path):
    chance = random.Random(seed)
    keys = dict(product=("Virtual*", "Compute Engine", "*o*"), usage_type=("B1?", "Core"), rate_id=("S1", ""),
                **{"class": ("usage", "adjustment")})
    config = settings(chance, provider, keys, ACCOUNTS, basis="list")
    path = tmp_path / "bill.csv"
    make(chance, path, config["currency"])
    check(path, config, tmp_path)


@pytest.mark.parametrize("seed", range(COUNT // 4))
def test_sample(seed, tmp_path):
    keys = dict(product=("Amazon Elastic*", "*Storage*"), usage_type=("*BoxUsage:*", "*Bytes*"), operation=("Run*",),
                rate_id=("1*",), **{"class": ("usage", "fee")})
    config = settings(random.Random(seed), "aws-dbr", keys, ACCOUNTS) | dict(currency="USD")
    check(SAMPLE, config, tmp_path)
