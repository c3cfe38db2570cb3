"""The rating rules once more, with Python's fractions, written from the rules and not from the program.

Slow, plain, and sharing no code: where both agree on random bills and settings, a mistake would have to be made twice.
"""

import csv
import json
import re
from fractions import Fraction

CLASSES = ("usage", "refund", "ri_fee", "fee", "adjustment", "marketplace", "tax", "provider_support",
           "provider_credit", "rounding")
BASE = CLASSES[:5]
SCALE = {"aws-dbr": 8, "azure-daily": 10, "gcp-detailed": 9}
MINOR = {"JPY": 0, "KRW": 0, "KWD": 3, "BHD": 3}


def rounded(value, scale, mode):
    """`value` at so many decimals (rule R1)."""
    scaled = Fraction(value) * 10**scale
    whole, rest = divmod(abs(scaled.numerator), scaled.denominator)
    twice, one = 2 * rest, scaled.denominator
    away = {"down": False, "up": rest > 0, "floor": rest > 0 and scaled < 0, "half_up": twice >= one,
            "half_even": twice > one or twice == one and whole % 2 == 1}[mode]
    whole += away
    return Fraction(whole if scaled >= 0 else -whole, 10**scale)


def number(text):
    return Fraction(text) if text != "" else None


def aws_lines(path, _period):
    with open(path, newline="") as file:
        for row, record in enumerate(csv.DictReader(file), start=2):
            if record["RecordType"] != "LineItem":
                continue
            text = record["ItemDescription"]
            cost, quantity = number(record["UnBlendedCost"]) or Fraction(0), number(record["UsageQuantity"])
            product = record["ProductName"]
            if product == "" and text.startswith("Tax "):
                kind = "tax"
            elif product.startswith(("AWS Support (", "AWS Premium Support")):
                kind = "provider_support"
            elif text.startswith("AWS Marketplace "):
                kind = "marketplace"
            elif text.startswith("Refund"):
                kind = "refund"
            elif cost < 0 and quantity is None:
                kind = "provider_credit"
            elif text.startswith("Sign up charge for subscription"):
                kind = "fee"
            elif ("HeavyUsage:" in record["UsageType"] and record["ReservedInstance"] == "Y"
                  and not record.get("ResourceId")):
                kind = "ri_fee"
            else:
                kind = "usage" if quantity is not None else "fee"
            yield dict(row=row, account=record["LinkedAccountId"], invoice=record["InvoiceID"], kind=kind, cost=cost,
                       quantity=quantity, rate=number(record["UnBlendedRate"]), list=None, fx=Fraction(1), credits=[],
                       keys=dict(product=product, usage_type=record["UsageType"], operation=record["Operation"],
                                 rate_id=record["RateId"]))


def azure_lines(path, _period):
    with open(path, newline="", encoding="utf-8-sig") as file:
        for row, record in enumerate(csv.DictReader(file), start=2):
            quantity, fx = number(record["Quantity"]), number(record["PCToBCExchangeRate"]) or Fraction(1)
            price = number(record["UnitPrice"])
            yield dict(row=row, account=record["EntitlementId"], invoice=record["InvoiceNumber"],
                       kind="provider_credit" if record["ChargeType"] == "customerCredit" else "usage",
                       cost=number(record["BillingPreTaxTotal"]) or Fraction(0), quantity=quantity, fx=fx,
                       rate=number(record["EffectiveUnitPrice"]), credits=[],
                       list=None if None in (price, quantity) else price * quantity * fx,
                       keys=dict(product=record["ProductName"], usage_type=record["MeterName"],
                                 operation=record["MeterSubCategory"], rate_id=record["MeterId"]))


def google_lines(path, period):
    kinds = {"regular": "usage", "tax": "tax", "adjustment": "adjustment", "rounding_error": "rounding"}
    with open(path, newline="") as file:
        for row, record in enumerate(csv.DictReader(file), start=2):
            if record["invoice.month"] != period.replace("-", ""):
                continue
            kind = kinds[record["cost_type"]]
            if kind == "usage" and record["transaction_type"].startswith("THIRD_PARTY"):
                kind = "marketplace"
            credits = [(entry["type"], Fraction(entry["amount"]))
                       for entry in json.loads(record["credits"] or "[]", parse_float=str, parse_int=str)]
            yield dict(row=row, account=record["project.id"] or record["billing_account_id"],
                       invoice=record["invoice.month"], kind=kind, cost=Fraction(record["cost"]), credits=credits,
                       quantity=number(record["usage.amount_in_pricing_units"]), fx=Fraction(1),
                       rate=number(record["price.effective_price"]), list=number(record["cost_at_list"]),
                       keys=dict(product=record["service.description"], usage_type=record["sku.description"],
                                 operation="", rate_id=record["sku.id"]))


LINES = {"aws-dbr": aws_lines, "azure-daily": azure_lines, "gcp-detailed": google_lines}


def globs(pattern, text):
    """Only `*` and `?` are special, unlike in fnmatch."""
    return re.fullmatch("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern), text, re.S) is not None


def usable(price, line):
    if price["kind"] == "unit_price":
        return line["quantity"] is not None
    return price.get("basis", "cost") == "cost" or price["kind"] == "pass_through" or line["list"] is not None


def rule_of(book, line):
    """The id and the price of the one rule that applies (rule R4)."""
    if book is None:
        return "pass_through", {"kind": "pass_through"}
    keys = {**line["keys"], "class": line["kind"]}
    best = None
    for order, rule in enumerate(book.get("rules", [])):
        match = rule.get("match", {})
        if not usable(rule["price"], line) or not all(globs(value, keys[key]) for key, value in match.items()):
            continue
        scope = (0 if match.keys() & {"usage_type", "rate_id", "operation"} else 1 if "product" in match
                 else 2 if "class" in match else 3)
        rank = (scope, -len(match), order)
        if best is None or rank < best[0]:
            best = rank, rule
    if best:
        return best[1]["id"], best[1]["price"]
    default = book.get("default")
    if default and usable(default, line):
        return "default", default
    return "pass_through", {"kind": "pass_through"}


def percentage(item):
    return Fraction(item["percent"]) / 100


def priced(line, book, customer, config, scale, mode):
    """The rule, the exact price before rounding, the shown rate and the factor on credits."""
    every = Fraction(1)
    for item in customer.get("global", []):
        if item.get("mode", "per_line") == "per_line":
            every *= 1 + percentage(item) if item["kind"] == "uplift" else 1 - percentage(item)
    name, price = rule_of(book, line)
    basis = line["list"] if price.get("basis") == "list" and price["kind"] != "pass_through" else line["cost"]
    kind = price["kind"]
    if kind == "unit_price":
        exact, factor = line["quantity"] * Fraction(price["amount"]) * every, every
        rate = Fraction(price["amount"]) * every
    else:
        factor = every * {"markup": lambda: 1 + percentage(price), "discount": lambda: 1 - percentage(price),
                          "margin": lambda: 1 / (1 - percentage(price)), "pass_through": lambda: 1}[kind]()
        exact = basis * factor
        rate = None if line["rate"] is None else line["rate"] * factor
        if price.get("basis") == "list" and kind != "pass_through":
            units = (line["quantity"] or 0) * line["fx"]
            rate = None if units == 0 else rounded(exact, scale, mode) / units
    return name, exact, None if line["rate"] is None else rate, factor


def plan_amount(charge, base):
    base = max(base, Fraction(0))
    if charge["plan"] == "fixed":
        amount = Fraction(charge["amount"])
    elif charge["plan"] == "percent":
        amount = base * percentage(charge)
    else:
        amount, start = Fraction(0), Fraction(0)
        for tier in charge["tiers"]:
            end = Fraction(tier["up_to"]) if tier.get("up_to") is not None else base
            amount += max(min(end, base) - start, Fraction(0)) * percentage(tier)
            start = end
    if charge.get("min") is not None:
        amount = max(amount, Fraction(charge["min"]))
    if charge.get("max") is not None:
        amount = min(amount, Fraction(charge["max"]))
    return amount


def rate(path, config):
    """The document of `exporter rate --json`, with fractions for amounts."""
    rounding = config.get("rounding") or {}
    provider = config["provider"]
    scale = rounding.get("line_scale", SCALE[provider])
    mode = rounding.get("line_mode", "half_even")
    money_mode = rounding.get("money_mode", "down" if provider == "azure-daily" else "half_up")
    minor = config.get("minor_units", MINOR.get(config["currency"], 2))
    resale = config["view"] == "resale"
    treatment = {kind: "rate" if kind in BASE else "pass_through" if kind == "marketplace" else "drop"
                 for kind in CLASSES} | config.get("treatment", {})
    lines = list(LINES[provider](path, config["period"]))
    result = {}
    for customer in config["customers"]:
        shown, kept = [], []
        for line in lines:
            if line["account"] not in customer["accounts"]:
                continue
            entry = dict(row=line["row"], account=line["account"], **{"class": line["kind"]}, cost=line["cost"])
            what = treatment[line["kind"]] if resale else "pass_through"
            if what == "drop":
                shown.append(entry | dict(dropped=True))
                continue
            if not resale:
                entry |= dict(rule="pass_through", price=line["cost"], rate=line["rate"])
                credits = [amount for _, amount in line["credits"]]
            else:
                if what == "rate":
                    book = customer.get("account_pricebooks", {}).get(line["account"], customer.get("pricebook"))
                    name, exact, unit, factor = priced(line, config.get("pricebooks", {}).get(book), customer, config,
                                                       scale, mode)
                else:
                    name, exact, unit, factor = "pass_through", line["cost"], line["rate"], Fraction(1)
                entry |= dict(rule=name, price=rounded(exact, scale, mode),
                              rate=None if unit is None else rounded(unit, 10, "half_even"))
                credits = [Fraction(0) if kind == "RESELLER_MARGIN" else rounded(amount * factor, scale, mode)
                           for kind, amount in line["credits"]]
            if credits:
                entry["credits"] = credits
            shown.append(entry)
            kept.append((line, entry["price"] + sum(credits),
                         line["cost"] + sum(amount for _, amount in line["credits"])))
        result[customer["id"]] = dict(lines=shown, **totals(customer, config, kept, resale, minor, money_mode))
    return dict(view=config["view"], currency=config["currency"], customers=result)


def totals(customer, config, kept, resale, minor, money_mode):
    billing = customer.get("billing_account", customer["accounts"][0])
    base_lines = [(line, price, cost) for line, price, cost in kept if line["kind"] in BASE]
    added = []
    if resale and base_lines:
        base = sum(price for _, price, _ in base_lines)
        for item in customer.get("global", []):
            if item.get("mode", "per_line") == "line_item":
                amount = rounded(base * percentage(item), minor, money_mode)
                added.append(dict(kind=f"global_{item['kind']}", id=item.get("id"), account=billing, base=base,
                                  amount=amount if item["kind"] == "uplift" else -amount))
        extra = sum(line["amount"] for line in added)
        for charge in customer.get("charges", []):
            scopes = ([(billing, base_lines, extra)] if charge.get("scope", "customer") == "customer" else
                      [(account, [entry for entry in base_lines if entry[0]["account"] == account],
                        extra if account == billing else 0) for account in customer["accounts"]])
            for account, entries, share in scopes:
                if not entries:
                    continue
                seller = charge.get("apply_to", "customer_cost") == "seller_cost"
                base = sum(cost for *_, cost in entries) if seller else sum(price for _, price, _ in entries) + share
                amount = rounded(plan_amount(charge, base), minor, money_mode)
                sign = -1 if charge.get("type", "charge") == "discount" else 1
                added.append(dict(kind=charge.get("type", "charge"), id=charge["id"], account=account, base=base,
                                  amount=sign * amount))
    sums = {}
    for line, price, _ in kept:
        sums[line["invoice"]] = sums.get(line["invoice"], Fraction(0)) + price
    first = next(iter(sums), None)
    if added:
        sums[first] += sum(line["amount"] for line in added)
    subtotals = {invoice: rounded(amount, minor, money_mode) for invoice, amount in sums.items()}
    tax = sum(rounded(price, minor, money_mode) for line, price, _ in kept if line["kind"] == "tax")
    due = max(sum(subtotals.values()) - tax, Fraction(0))
    balances = {credit["id"]: Fraction(credit["balance"]) for credit in customer.get("credits", [])}
    paid = Fraction(0)
    if resale:
        year, month = map(int, config["period"].split("-"))
        start, end = config["period"] + "-01", f"{year + month // 12}-{month % 12 + 1:02d}-01"
        usable = [credit for credit in customer.get("credits", [])
                  if (credit.get("created") or "0") < end and (credit.get("expires") or "9") >= start]
        usable.sort(key=lambda credit: (credit.get("priority", 0), credit.get("expires") or "~",
                                        credit.get("created") or "", credit["id"]))
        for credit in usable:
            amount = min(balances[credit["id"]], Fraction(credit.get("cap_per_period") or credit["balance"]), due)
            if amount > 0:
                added.append(dict(kind="credit", id=credit["id"], account=billing, base=due, amount=-amount))
                balances[credit["id"]] -= amount
                due -= amount
                paid += amount
    accounts = {}
    for line, price, _ in kept:
        accounts[line["account"]] = accounts.get(line["account"], Fraction(0)) + price
    for line in added:
        accounts[line["account"]] = accounts.get(line["account"], Fraction(0)) + line["amount"]
    invoices = []
    for invoice, amount in sums.items():
        credit = paid if invoice == first else Fraction(0)
        invoices.append(dict(id=invoice, lines_sum=amount - credit, rounding=subtotals[invoice] - amount,
                             total=subtotals[invoice] - credit))
    return dict(added=added, credit_balances=balances, accounts=accounts, invoices=invoices,
                statement_total=sum((invoice["total"] for invoice in invoices), Fraction(0)))
