"""Makes AWS detailed billing reports of any size, independently of the exporter's own reader and writer.

The same rules as AWS's: every field quoted, line items first, then the totals rows, which must agree with
the line items to the last digit.
"""

import csv
import decimal
import io
import random

PAYER = "123456789012"
COLUMNS = (
    "InvoiceID,PayerAccountId,LinkedAccountId,RecordType,RecordId,ProductName,RateId,SubscriptionId,"
    "PricingPlanId,UsageType,Operation,AvailabilityZone,ReservedInstance,ItemDescription,UsageStartDate,"
    "UsageEndDate,UsageQuantity,BlendedRate,BlendedCost,UnBlendedRate,UnBlendedCost,ResourceId,user:Name"
).split(",")


def make_bill(accounts, lines, cycle="2026-10", invoice="81400131", seed=1, padding=0):
    """A bill with `lines` line items in each of the accounts, as bytes.

    `padding` makes each line longer by so many bytes: large files without many lines.
    """
    filler = "x" * padding
    choices = random.Random(seed)
    output = io.StringIO()
    writer = csv.DictWriter(output, COLUMNS, restval="", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    totals = dict.fromkeys(accounts, decimal.Decimal(0))
    for index in range(lines):
        for account in accounts:
            cost = decimal.Decimal(choices.randrange(10_000_000_000)).scaleb(-8)
            totals[account] += cost
            writer.writerow({
                "InvoiceID": invoice, "PayerAccountId": PAYER, "LinkedAccountId": account,
                "RecordType": "LineItem", "RecordId": f"54956152562769948{index:09}",
                "ProductName": "Amazon Simple Storage Service", "RateId": "13401465",
                "SubscriptionId": "65634040", "PricingPlanId": "936332", "UsageType": "TimedStorage-ByteHrs",
                "Operation": "StandardStorage", "ReservedInstance": "N",
                "ItemDescription": '$0.023 per GB, "first 50 TB"' + filler, "UsageStartDate": f"{cycle}-05 10:00:00",
                "UsageEndDate": f"{cycle}-05 11:00:00", "UsageQuantity": "1.00000000",
                "BlendedRate": "0.0230000000", "BlendedCost": f"{cost:.8f}",
                "UnBlendedRate": "0.0230000000", "UnBlendedCost": f"{cost:.8f}",
                "ResourceId": f"bucket-{account}", "user:Name": f"line {index}",
            })  # fmt: skip

    def total(kind, value, text, **fields):
        row = {"PayerAccountId": PAYER, "RecordType": kind, "ItemDescription": text} | fields
        writer.writerow(row | {"BlendedCost": value, "UnBlendedCost": value})

    whole = sum(totals.values())
    charged = whole.quantize(decimal.Decimal("0.01"))
    if whole != charged:
        total("Rounding", f"{charged - whole:.8f}",
              "This line contains rounding error due to the consolidated billing and hourly line item "
              "calculation processes.", InvoiceID=invoice)  # fmt: skip
    total("InvoiceTotal", charged, f"Total amount for invoice {invoice}", InvoiceID=invoice)
    for account, value in totals.items():
        text = f"Total for linked account# {account}"
        total("AccountTotal", f"{value:.8f}", text, LinkedAccountId=account)
    total("StatementTotal", charged, f"Total statement amount for period {cycle}-01 00:00:00 - {cycle}-31 23:59:59")
    return output.getvalue().encode()


def line_items(content):
    """The line items of a bill, as dictionaries, and its totals rows by kind."""
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    totals = {}
    for row in rows:
        if row["RecordType"] != "LineItem":
            totals.setdefault(row["RecordType"], []).append(row)
    return [row for row in rows if row["RecordType"] == "LineItem"], totals
