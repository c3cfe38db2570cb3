"""Files at resale prices beside the reference: random bills and random prices, set up, imported and rendered.

Each line, added line and total of a customer's file must be what the reference computes, the file must be a bill
that the importer takes, and nothing of the payer's cost and of other customers may be in it."""

import csv
import json
import random
import re
import subprocess
from fractions import Fraction

import pytest

import rating
from programs import count, program
from test_rating import ACCOUNTS, COLUMNS, decimal, exact, answer, settings

COUNT = count(30, 200)
TAGS = {account: f"user:Secret of {account}" for account in ACCOUNTS}
HEADER = COLUMNS + ["NetUnblendedCost", "aws:createdBy", *TAGS.values()]
OWNER = "210987654321"
PRODUCTS = ("Amazon Elastic Compute Cloud", "Amazon Simple Storage Service", "AWS Support (Business)", "")
PROVIDED = {"global_discount": "Global discount", "global_uplift": "Global uplift", "charge": "Charge",
            "discount": "Discount", "credit": "Credit"}
CENT = Fraction(1, 100)


def text(value, scale=8):
    """An exact decimal with at least so many decimals."""
    while value * 10**scale % 1:
        scale += 1
    digits = f"{abs(value * 10**scale):.0f}" if scale == 0 else str(int(abs(value) * 10**scale)).zfill(scale + 1)
    sign = "-" if value < 0 else ""
    return sign + (digits if scale == 0 else f"{digits[:-scale]}.{digits[-scale:]}")


def line(chance, number, invoice):
    account = chance.choice(ACCOUNTS)
    cost, rate = decimal(chance, decimals=8), chance.choice(("", decimal(chance, 1, 10, 0)))
    price = chance.choice((f"${rate or cost} per hour", f"USD {cost} hourly fee", "hours", "Refund for x",
                           "AWS Marketplace x", "Tax of type VAT", "Sign up charge for subscription: 1",
                           f'said "{cost} USD", once'))
    record = dict(
        InvoiceID=invoice, PayerAccountId=ACCOUNTS[3], LinkedAccountId=account, RecordType="LineItem",
        RecordId=str(5000 + number), ProductName=chance.choice(PRODUCTS), RateId=str(chance.randrange(5)),
        UsageType=chance.choice(("BoxUsage:m1", "HeavyUsage:m1", "Bytes", "")),
        Operation=chance.choice(("Run", "Put", "")), ReservedInstance=chance.choice("YN"), ItemDescription=price,
        UsageStartDate="2026-10-01 00:00:00", UsageEndDate="2026-10-01 01:00:00",
        UsageQuantity=chance.choice(("", decimal(chance, 15, 8))), BlendedRate=rate and decimal(chance, 1, 10, 0),
        BlendedCost=decimal(chance, decimals=8), UnBlendedRate=rate, UnBlendedCost=cost,
        ResourceId=chance.choice(("", "i-1")), NetUnblendedCost=decimal(chance, decimals=8))
    if chance.random() < 0.5:
        record[TAGS[account]] = f"tag of {account}"
    return record


def bill(chance, path):
    """A bill that agrees with itself, of one or several invoices, in AWS's order or another."""
    lines, totals = [], []
    for invoice in chance.choice((("1001",), ("Estimated",), ("1001", "1002"), ("1001", "1002", "1003"))):
        own = [line(chance, len(lines) + n, invoice) for n in range(chance.randint(0, 25))]
        sums = {column: sum((Fraction(record[column]) for record in own), Fraction(0))
                for column in ("BlendedCost", "UnBlendedCost")}
        total = rating.rounded(sums["UnBlendedCost"], 2, "half_up")
        common = dict(InvoiceID=invoice, PayerAccountId=ACCOUNTS[3])
        rounding = {column: total - value for column, value in sums.items()}
        rows = []
        if any(rounding.values()):
            rows.append(common | dict(RecordType="Rounding", ItemDescription="rounding")
                        | {column: text(value) for column, value in rounding.items()})
        rows.append(common | dict(RecordType="InvoiceTotal", ItemDescription=f"Total amount for invoice {invoice}",
                                  BlendedCost=text(total, 2), UnBlendedCost=text(total, 2)))
        lines.append((own, rows))
        totals.append(total)
    accounts = {}
    for record in (record for own, _ in lines for record in own):
        sums = accounts.setdefault(record["LinkedAccountId"], [Fraction(0), Fraction(0)])
        sums[0] += Fraction(record["BlendedCost"])
        sums[1] += Fraction(record["UnBlendedCost"])
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, HEADER, restval="", lineterminator="\n",
                                quoting=chance.choice((csv.QUOTE_ALL, csv.QUOTE_ALL, csv.QUOTE_MINIMAL)))
        writer.writeheader()
        if chance.random() < 0.7:
            for own, rows in lines:
                writer.writerows(own + rows)
        else:
            mixed = [record for own, _ in lines for record in own]
            chance.shuffle(mixed)
            cut = chance.randint(0, len(mixed))
            writer.writerows(mixed[:cut])
            for _, rows in lines:
                writer.writerows(rows)
            writer.writerows(mixed[cut:])
        for account, (blended, unblended) in accounts.items():
            writer.writerow(dict(PayerAccountId=ACCOUNTS[3], LinkedAccountId=account, RecordType="AccountTotal",
                                 ItemDescription=f"Total for linked account# {account}", BlendedCost=text(blended),
                                 UnBlendedCost=text(unblended)))
        total = text(sum(totals, Fraction(0)), 2)
        writer.writerow(dict(
            PayerAccountId=ACCOUNTS[3], RecordType="StatementTotal", BlendedCost=total, UnBlendedCost=total,
            ItemDescription="Total statement amount for period 2026-10-01 00:00:00 - 2026-10-31 23:59:59"))


def setup(config, folder):
    """The config as a set-up, with every customer's and the reseller's export at resale prices."""
    def export(name):
        return dict(view="resale", destination=dict(type="folder", path=str(folder / name), account=OWNER))
    customers = []
    for customer in config["customers"]:
        new = {key: customer[key] for key in ("id", "pricebook", "global", "charges", "credits") if key in customer}
        new["accounts"] = [dict(provider="aws", id=account) for account in customer["accounts"]]
        new["accountPricebooks"] = customer.get("account_pricebooks", {})
        if "billing_account" in customer:
            new["billingAccount"] = customer["billing_account"]
        customers.append(new | dict(export=export(customer["id"])))
    return dict(pricebooks=config["pricebooks"], customers=customers,
                reseller=dict(name="Reseller", exports=[export("reseller")]))


def exporter(*arguments, status=0):
    done = subprocess.run([program("exporter"), *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == status, done.stderr
    return done.stdout


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def check_file(found, bill_lines, customers, wanted):
    """A file's rows are what the reference says for these customers together."""
    assert all(record["PayerAccountId"] == OWNER for record in found)
    lines = [record for record in found if record["RecordType"] == "LineItem"]
    shown = [record for record in lines if record["RecordId"] != "0"]
    expected = sorted((entry for name in customers for entry in wanted[name]["lines"] if "dropped" not in entry),
                      key=lambda entry: entry["row"])
    assert [record["RecordId"] for record in shown] == [bill_lines[entry["row"]]["RecordId"] for entry in expected]
    for record, entry in zip(shown, expected):
        source = bill_lines[entry["row"]]
        for column in ("InvoiceID", "LinkedAccountId", "ProductName", "RateId", "UsageType", "Operation", "UsageQuantity",
                       "UsageStartDate", "UsageEndDate", "ResourceId", "AvailabilityZone"):
            assert record[column] == source[column]
        assert record["UnBlendedCost"] == record["BlendedCost"] == text(entry["price"])
        rate = entry.get("rate")
        assert record["UnBlendedRate"] == record["BlendedRate"] == ("" if rate is None else text(rate, 10))
        assert record["ReservedInstance"] == "N"
    added = [(record["ProductName"], record["LinkedAccountId"], record["ItemDescription"],
              Fraction(record["UnBlendedCost"])) for record in lines if record["RecordId"] == "0"]
    assert sorted(added) == sorted(
        (PROVIDED[entry["kind"]], entry["account"], f"{PROVIDED[entry['kind']]}: {entry['id']}", entry["amount"])
        for name in customers for entry in wanted[name]["added"])
    assert all(record[column] == value for record in lines if record["RecordId"] == "0" for column, value in dict(
        UsageStartDate="2026-10-01 00:00:00", UsageEndDate="2026-10-31 23:59:59", UsageQuantity="", RateId="0").items())

    def totals(kind, key):
        return {record[key]: record["UnBlendedCost"] for record in found if record["RecordType"] == kind}
    accounts, invoices = {}, {}
    for name in customers:
        for account, total in wanted[name]["accounts"].items():
            accounts[account] = accounts.get(account, 0) + total
        for entry in wanted[name]["invoices"]:
            sums = invoices.setdefault(entry["id"], [Fraction(0), Fraction(0)])
            sums[0] += entry["rounding"]
            sums[1] += entry["total"]
    assert totals("AccountTotal", "LinkedAccountId") == {key: text(value) for key, value in accounts.items()}
    assert totals("InvoiceTotal", "InvoiceID") == {key: text(total, 2) for key, (_, total) in invoices.items()}
    assert totals("Rounding", "InvoiceID") == {key: text(value) for key, (value, _) in invoices.items() if value}
    assert totals("StatementTotal", "InvoiceID") == {
        "": text(sum((wanted[name]["statement_total"] for name in customers), Fraction(0)), 2)}


@pytest.mark.parametrize("seed", range(COUNT))
def test_random_files(seed, tmp_path):
    chance = random.Random(seed)
    path = tmp_path / "bill.csv"
    bill(chance, path)
    keys = dict(product=("Amazon Elastic*", "*Storage*", "*", ""), usage_type=("BoxUsage:*", "Byte?", "*"),
                operation=("Run", "P*"), rate_id=("1", "?", "2"), **{"class": ("usage", "fee", "r*")})
    config = settings(chance, "aws-dbr", keys, ACCOUNTS)
    config = {key: config[key] for key in ("provider", "period", "pricebooks", "customers")}
    config |= dict(view="resale", currency="USD")
    wanted = rating.rate(path, config)["customers"]
    assert exact(answer(path, config, tmp_path))["customers"] == exact(wanted)

    state = tmp_path / "state"
    (tmp_path / "setup.json").write_text(json.dumps(setup(config, tmp_path)))
    exporter("apply", tmp_path / "setup.json", "--state", state)
    exporter("import", path, "--provider", "aws", "--no-deliver", "--state", state)
    bill_lines = dict(enumerate(rows(path), start=2))
    with_lines = {record["LinkedAccountId"] for record in bill_lines.values() if record["RecordType"] == "LineItem"}
    names = [customer["id"] for customer in config["customers"]]
    for file, own in [("reseller", names)] + [(name, [name]) for name in names]:
        accounts = {account for customer in config["customers"] if customer["id"] in own
                    for account in customer["accounts"]}
        rendered = tmp_path / f"{file}.csv"
        command = ("render", file, "--cycle", "2026-10", "--output", rendered, "--state", state)
        if not accounts & with_lines:
            exporter(*command, status=2)
            continue
        exporter(*command)
        found = rows(rendered)
        check_file(found, bill_lines, own, wanted)
        check_secrets(found, bill_lines, accounts)
        # Sums beyond 10^20 are no bill that can be imported.
        if all(abs(Fraction(record["UnBlendedCost"])) < 10**18 for record in found):
            exporter("import", rendered, "--provider", "aws", "--no-deliver", "--state", tmp_path / f"again-{file}")


def check_secrets(found, bill_lines, accounts):
    """No money in descriptions, no foreign account, no column that others have tags in or that nobody knows."""
    for record in found:
        assert not re.search(r"[$]|\bUSD\b", record["ItemDescription"])
        assert record["LinkedAccountId"] in accounts | {""}
        assert "NetUnblendedCost" not in record
        assert {column for column in record if column.startswith("user:")} <= {TAGS[account] for account in accounts}
        foreign = {ACCOUNTS[3], *ACCOUNTS} - accounts
        assert not any(account in value for value in record.values() for account in foreign)
