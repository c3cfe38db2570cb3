"""Makes detailed billing reports (with resources and tags) of any number of lines: what a payer with five
accounts gets, each of them with about a fifth of the lines, in AWS's own form. The same arguments give
the same bytes. `python detailed_bill.py FILE LINES`."""

import sys

PAYER = "123456789012"
ACCOUNTS = [PAYER, "111122223333", "444455556666", "777788889999", "222233334444"]
CYCLE, DAYS = "2026-10", 31
INVOICE = "81400131"
COLUMNS = (
    "InvoiceID,PayerAccountId,LinkedAccountId,RecordType,RecordId,ProductName,RateId,SubscriptionId,PricingPlanId,"
    "UsageType,Operation,AvailabilityZone,ReservedInstance,ItemDescription,UsageStartDate,UsageEndDate,UsageQuantity,"
    "BlendedRate,BlendedCost,UnBlendedRate,UnBlendedCost,ResourceId"
).split(",")
TAGS = ["aws:createdBy", "user:CostCenter", "user:Name", "user:Owner team", "user:note"]
NAME = f"{PAYER}-aws-billing-detailed-line-items-with-resources-and-tags-{CYCLE}.csv"

# Product, rate id, usage type, operation, zone, description, rate in 1e-10, what a line's quantity looks like.
HOUR, COUNT, PART = range(3)
PRODUCTS = [
    ("Amazon Elastic Compute Cloud", "13401830", "BoxUsage:t3.micro", "RunInstances", "us-east-1a",
     "$0.0104 per On Demand Linux t3.micro Instance Hour", 104_000_000, HOUR),
    ("Amazon Elastic Compute Cloud", "13401831", "EUC1-BoxUsage:m5.large", "RunInstances", "eu-central-1b",
     "$0.115 per On Demand Linux m5.large Instance Hour", 1_150_000_000, HOUR),
    ("Amazon Elastic Compute Cloud", "13401840", "USW2-EBS:VolumeUsage.gp3", "CreateVolume-Gp3", "",
     "$0.08 per GB-month of General Purpose (gp3) provisioned storage - US West (Oregon)", 800_000_000, PART),
    ("Amazon Elastic Compute Cloud", "13401466", "USW1-USE1-AWS-In-Bytes", "PublicIP-In", "",
     "$0.00 per GB - US West (Northern California) data transfer from US East (Northern Virginia)", 0, PART),
    ("Amazon Simple Storage Service", "14100001", "EU-TimedStorage-ByteHrs", "StandardStorage", "",
     "$0.023 per GB - first 50 TB / month of storage used", 230_000_000, PART),
    ("Amazon Simple Storage Service", "14100002", "Requests-Tier1", "PutObject", "",
     "$0.005 per 1,000 PUT, COPY, POST, or LIST requests", 50_000, COUNT),
    ("Amazon RDS Service", "15100001", "InstanceUsage:db.r5.large", "CreateDBInstance:0014", "us-east-1d",
     "$0.25 per RDS db.r5.large Single-AZ instance hour (or partial hour) running PostgreSQL", 2_500_000_000, HOUR),
    ("AWS Key Management Service", "17100001", "us-east-1-KMS-Requests", "Decrypt", "",
     "$0.03 per 10,000 requests", 30_000, COUNT),
    ("Amazon CloudFront", "18100001", "EU-DataTransfer-Out-Bytes", "GET", "",
     'the "first 10 TB" at $0.085 per GB', 850_000_000, PART),
]  # fmt: skip
ROUNDING = (
    "This line contains rounding error due to the consolidated billing and hourly line item calculation processes."
)


def decimals(value, places):
    sign = "-" if value < 0 else ""
    whole, part = divmod(abs(value), 10**places)
    return f"{sign}{whole}.{part:0{places}}"


def quoted(cells):
    return '"' + '","'.join(cell.replace('"', '""') for cell in cells) + '"\n'


def splitmix(state):
    """Endless 64-bit numbers, the same on every Python."""
    mask = (1 << 64) - 1
    while True:
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        yield z ^ (z >> 31)


def lines(count, sums):
    """The line items as text; adds their costs in 1e-8 to `sums`, by account."""
    hours = [f"{CYCLE}-{day:02} {hour:02}:00:00" for day in range(1, DAYS + 1) for hour in range(24)]
    record = 54956152562769948274570769
    for x, _ in zip(splitmix(42), range(count)):
        product, rate_id, usage, operation, zone, description, rate, kind = PRODUCTS[(x & 0xFFFF) % len(PRODUCTS)]
        account = ACCOUNTS[(x >> 16 & 0xFFFF) % len(ACCOUNTS)]
        hour = (x >> 24) % (len(hours) - 1)
        if kind == HOUR:
            quantity, resource = 10**8, f"i-{x >> 20 & 0xFFFFF:012x}"
        elif kind == COUNT:
            quantity, resource = (1 + (x >> 40) % 250_000) * 10**8, f"my-bucket-{x & 63}"
        else:
            quantity, resource = 1 + (x >> 36) % 250_000_000, f"vol-{x >> 20 & 0xFFF:012x}"
        cost = quantity * rate // 10**10
        sums[account] += cost
        record += 73 + (cost & 15)
        price, charge = decimals(rate, 10), decimals(cost, 8)
        yield quoted([
            INVOICE, PAYER, account, "LineItem", str(record), product, rate_id, "65634040", "936332", usage, operation,
            zone, "N", description, hours[hour], hours[hour + 1], decimals(quantity, 8), price, charge, price, charge,
            resource, "", f"cc-{x & 31:03}" if x & 64 else "", f"srv-{x & 511}" if x & 64 else "", "", "",
        ])  # fmt: skip


def write(path, count):
    """A bill of so many line items, with totals rows that agree with them."""
    sums = dict.fromkeys(ACCOUNTS, 0)

    def total(kind, value, text, invoice="", account=""):
        cells = [invoice, PAYER, account, kind] + [""] * 9 + [text] + [""] * 4 + [value, "", value, ""]
        file.write(quoted(cells + [""] * len(TAGS)))

    with open(path, "w", encoding="utf-8", newline="", buffering=1 << 20) as file:
        file.write(quoted(COLUMNS + TAGS))
        file.writelines(lines(count, sums))
        whole = sum(sums.values())
        cents = (whole + 500_000) // 1_000_000
        if cents * 1_000_000 != whole:
            total("Rounding", decimals(cents * 1_000_000 - whole, 8), ROUNDING, INVOICE)
        total("InvoiceTotal", decimals(cents, 2), f"Total amount for invoice {INVOICE}", INVOICE)
        for account in sorted(sums):
            text = f"Total for linked account# {account}"
            total("AccountTotal", decimals(sums[account], 8), text, account=account)
        period = f"{CYCLE}-01 00:00:00 - {CYCLE}-{DAYS} 23:59:59"
        total("StatementTotal", decimals(cents, 2), f"Total statement amount for period {period}")


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]))
