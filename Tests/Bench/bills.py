"""Rendering and delivering a large bill, at cost and at resale prices, beside DuckDB doing the same filter and rewrite.

The exporter: `run` after `import --no-deliver` and `apply`, from the process's start to its end, into a
folder: reads the imported bill, writes one account's lines byte for byte and totals that fit them, hashes
the file, synchronizes it to the disk and records the delivery. DuckDB: one COPY of the same account's line
items with the same columns out of the same file, quoted as AWS does, with as many threads as there are
cores; timed inside of its process, so that starting Python counts for nothing. What both write is compared.

At resale prices the account has a pricebook of 200 rules. DuckDB joins the lines with a table of the same rules, which
name product and usage type whole, and multiplies decimals; the exporter besides takes the money out of the
descriptions. Prices may differ by 1e-8, because DuckDB rounds ties up and the exporter to even."""

import csv
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import time
from decimal import Decimal

import detailed_bill
from measuring import CellFailed
from programs import clean_environment, program, write_json

ACCOUNT = detailed_bill.ACCOUNTS[1]
# The columns that nobody of the account has data in are not exported.
EXPORTED = detailed_bill.COLUMNS + ["user:CostCenter", "user:Name"]
DUCKDB = """
import duckdb, json, sys, time
bill, output, account, columns, rules = sys.argv[1:]
names, rules = columns.split(","), json.loads(rules)
database = duckdb.connect()
database.execute("SET enable_progress_bar = false")
if rules:
    database.execute("CREATE TABLE rules (product VARCHAR, usage VARCHAR, factor DECIMAL(8, 6))")
    database.executemany("INSERT INTO rules VALUES (?, ?, ?)", rules["rules"])
    def value(name):
        if name == "PayerAccountId":
            return f"'{account}' AS PayerAccountId"
        if not name.startswith(("Blended", "UnBlended")):
            return f'"{name}"'
        digits, column = (10, "UnBlendedRate") if name.endswith("Rate") else (8, "UnBlendedCost")
        return (f"CAST(CAST({column} AS DECIMAL(24, {digits})) * coalesce(factor, {rules['default']}::DECIMAL(8, 6)) "
                f"AS DECIMAL(30, {digits})) AS {name}")
    columns = ", ".join(map(value, names))
    source = "lines LEFT JOIN rules ON ProductName = product AND UsageType = usage"
else:
    columns, source = ", ".join(f'"{name}"' for name in names), "lines"
started, cpu = time.monotonic(), time.process_time()
database.execute(f'''
    COPY (WITH lines AS (FROM read_csv(?, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"',
                                       allow_quoted_nulls = false))
          SELECT {columns} FROM {source} WHERE LinkedAccountId = ? AND RecordType = 'LineItem')
    TO '{output}' (HEADER, DELIMITER ',', QUOTE '"', FORCE_QUOTE *)''', [bill, account])
print(time.monotonic() - started, time.process_time() - cpu)
"""


def pricebook():
    """200 rules, of which those of the bill's own products are a few: (as a set-up has them, as DuckDB gets them)."""
    keys = [(product, usage) for product, _, usage, *_ in detailed_bill.PRODUCTS]
    keys += [(f"Amazon Service {n}", f"Usage:{n}") for n in range(200 - len(keys))]
    percents = [5 + index % 37 + index % 7 / 10 for index in range(200)]
    rules = [dict(id=f"rule-{index}", match=dict(product=product, usage_type=usage),
                  price=dict(kind="markup", percent=f"{percent:.1f}"))
             for index, ((product, usage), percent) in enumerate(zip(keys, percents))]  # fmt: skip
    return (dict(default=dict(kind="markup", percent="13.37"), rules=rules[::-1]),
            dict(default="1.1337", rules=[[*key, f"{1 + percent / 100:.6f}"] for key, percent in zip(keys, percents)]))


def bill(folder, lines):
    """A bill of so many lines; made once and kept."""
    path = folder / f"{lines}" / detailed_bill.NAME
    if not path.exists():
        print(f"making a bill of {lines:,} lines", file=sys.stderr)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}")
        detailed_bill.write(part, lines)
        part.rename(path)
    return path


def timed(command):
    """Runs a program to its end: (seconds, VmHWM in MiB, seconds of CPU, its output)."""
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(
        [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, env=clean_environment(),
    ) as process:  # fmt: skip
        # VmHWM only grows, so the last look before the end tells the peak.
        status, peak = pathlib.Path(f"/proc/{process.pid}/status"), 0
        while process.poll() is None:
            for line in status.read_text().splitlines():
                if line.startswith("VmHWM:"):
                    peak = int(line.split()[1])
            time.sleep(0.002)
        seconds = time.monotonic() - started
        output = process.stdout.read()
    if process.returncode:
        raise CellFailed(f"{pathlib.Path(command[0]).name} ended with {process.returncode}: {output}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, peak / 1024, cpu, output


class Bills:
    """An exporter's state with one imported bill, and a folder for what comes of it."""

    def __init__(self, folder, source, view="cost"):
        self.folder, self.source, self.view = folder / f"bill-{view}-{source.parent.name}", source, view
        self.folder.mkdir()
        self.count = 0
        self.apply(self.folder / "unused")
        self.import_seconds, self.import_mib, *_ = self.exporter(
            "import", source, "--provider", "aws", "--no-deliver"
        )

    def exporter(self, *arguments):
        return timed([program("exporter"), *arguments, "--state", self.folder / "state"])

    def apply(self, destination):
        setup = {
            "pricebooks": {"retail": pricebook()[0]},
            "customers": [{
                "id": "customer", "accounts": [{"provider": "aws", "id": ACCOUNT}], "pricebook": "retail",
                "export": {
                    "enabled": True, "view": self.view, "providers": ["aws"], "formats": {"aws": ["dbr-rt"]},
                    "tags": "with-data",
                    "destination": {"type": "folder", "account": ACCOUNT, "path": str(destination)},
                },
            }],
        }  # fmt: skip
        self.exporter("apply", write_json(self.folder / "setup.json", setup))

    def render(self):
        """One delivery by the exporter into a folder that has none yet: (its figures, the file)."""
        self.count += 1
        destination = self.folder / f"delivered-{self.count}"
        self.apply(destination)
        seconds, peak, cpu, output = self.exporter("run", "--json")
        delivered = json.loads(output)["deliveries"]
        if [entry["state"] for entry in delivered] != ["delivered"]:
            raise CellFailed(f"exporter: {output}")
        (file,) = destination.iterdir()
        return {"seconds": seconds, "peak": peak, "cpu": cpu}, file

    def rewrite(self):
        """One filter and rewrite by DuckDB: (its figures, the file)."""
        file = self.folder / "duckdb.csv"
        rules = json.dumps(pricebook()[1] if self.view == "resale" else None)
        _, peak, _, output = timed([sys.executable, "-c", DUCKDB, self.source, file, ACCOUNT, ",".join(EXPORTED), rules])
        seconds, cpu = map(float, output.split())
        return {"seconds": seconds, "peak": peak, "cpu": cpu}, file

    def check(self, ours, theirs):
        """Both have the same line items: byte for byte at cost, else but for what the module says."""
        if self.view == "resale":
            return self.check_prices(ours, theirs)
        with open(ours, "rb") as a, open(theirs, "rb") as b:
            header = b.readline()
            if a.readline().replace(b'"', b"") != header.replace(b'"', b""):
                raise CellFailed(f"the exporter and DuckDB wrote different columns: {header}")
            count = 0
            for line in b:
                count += 1
                if a.readline() != line:
                    raise CellFailed(f"the exporter and DuckDB differ in line {count}: {line}")
            if b'"LineItem"' in a.readline():
                raise CellFailed(f"DuckDB wrote only {count} lines")
        return count

    def check_prices(self, ours, theirs):
        with open(ours, newline="") as a, open(theirs, newline="") as b:
            count, rows = 0, csv.DictReader(a)
            # The order is the join's.
            wanted = {record["RecordId"]: record for record in csv.DictReader(b)}
            for record in rows:
                if record["RecordType"] != "LineItem":
                    continue
                other = wanted[record["RecordId"]]
                for name, value in record.items():
                    if name.endswith(("Cost", "Rate")):
                        same = abs(Decimal(value) - Decimal(other[name])) <= Decimal("1e-8")
                    else:
                        same = value == other[name] or name == "ItemDescription"
                    if not same:
                        raise CellFailed(f"the exporter and DuckDB differ: {record} {other}")
                count += 1
            if count != len(wanted):
                raise CellFailed(f"DuckDB wrote {len(wanted)} lines, the exporter {count}")
        return count

    def remove(self):
        shutil.rmtree(self.folder)
