"""Rendering and delivering a large bill at cost, beside DuckDB doing the same filter and rewrite.

The exporter: `run` after `import --no-deliver` and `apply`, from the process's start to its end, into a
folder: reads the imported bill, writes one account's lines byte for byte and totals that fit them, hashes
the file, synchronizes it to the disk and records the delivery. DuckDB: one COPY of the same account's line
items with the same columns out of the same file, quoted as AWS does, with as many threads as there are
cores; timed inside of its process, so that starting Python counts for nothing. What both write is compared."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

import detailed_bill
from measuring import CellFailed
from programs import clean_environment, program, write_json

ACCOUNT = detailed_bill.ACCOUNTS[1]
# The columns that nobody of the account has data in are not exported.
EXPORTED = detailed_bill.COLUMNS + ["user:CostCenter", "user:Name"]
DUCKDB = """
import duckdb, sys, time
bill, output, account, columns = sys.argv[1:]
columns = ", ".join('"' + name + '"' for name in columns.split(","))
database = duckdb.connect()
database.execute("SET enable_progress_bar = false")
started = time.monotonic()
database.execute(f'''
    COPY (SELECT {columns}
          FROM read_csv(?, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"',
                        allow_quoted_nulls = false)
          WHERE LinkedAccountId = ? AND RecordType = 'LineItem')
    TO '{output}' (HEADER, DELIMITER ',', QUOTE '"', FORCE_QUOTE *)''', [bill, account])
print(time.monotonic() - started)
"""


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
    """Runs a program to its end: (seconds, VmHWM in MiB, its output)."""
    started = time.monotonic()
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
    return seconds, peak / 1024, output


class Bills:
    """An exporter's state with one imported bill, and a folder for what comes of it."""

    def __init__(self, folder, source):
        self.folder, self.source = folder / f"bill-{source.parent.name}", source
        self.folder.mkdir()
        self.count = 0
        self.apply(self.folder / "unused")
        self.import_seconds, self.import_mib, _ = self.exporter(
            "import", source, "--provider", "aws", "--no-deliver"
        )

    def exporter(self, *arguments):
        return timed([program("exporter"), *arguments, "--state", self.folder / "state"])

    def apply(self, destination):
        setup = {
            "customers": [{
                "id": "customer", "accounts": [{"provider": "aws", "id": ACCOUNT}],
                "export": {
                    "enabled": True, "view": "cost", "providers": ["aws"], "formats": {"aws": ["dbr-rt"]},
                    "tags": "with-data",
                    "destination": {"type": "folder", "account": ACCOUNT, "path": str(destination)},
                },
            }],
        }  # fmt: skip
        self.exporter("apply", write_json(self.folder / "setup.json", setup))

    def render(self):
        """One delivery by the exporter into a folder that has none yet: (seconds, MiB, the file)."""
        self.count += 1
        destination = self.folder / f"delivered-{self.count}"
        self.apply(destination)
        seconds, peak, output = self.exporter("run", "--json")
        delivered = json.loads(output)["deliveries"]
        if [entry["state"] for entry in delivered] != ["delivered"]:
            raise CellFailed(f"exporter: {output}")
        (file,) = destination.iterdir()
        return seconds, peak, file

    def rewrite(self):
        """One filter and rewrite by DuckDB: (seconds, MiB, the file)."""
        file = self.folder / "duckdb.csv"
        _, peak, output = timed([sys.executable, "-c", DUCKDB, self.source, file, ACCOUNT, ",".join(EXPORTED)])
        return float(output), peak, file

    def check(self, ours, theirs):
        """Both have the same line items, byte for byte."""
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

    def remove(self):
        shutil.rmtree(self.folder)
