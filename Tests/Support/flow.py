"""A platform with an exporter and three customers with a bucket each: what the tests of whole runs share."""

import json
import subprocess
import threading

import conftest
from bill import make_bill
from programs import REGION, Credentials, clean_environment, exporter, program, write_json
from proxy import Relay

PLATFORM = "123456789012"
ACCOUNTS = ["111122223333", "444455556666", "777788889999"]
CYCLE = "2026-10"
KEYS = Credentials("AKIAPLATFORM00000001", "the-platform-secret-0123456789")
OWNERS = {a: Credentials(f"AKIAOWNER{a}", f"the-owner-secret-of-{a}") for a in ACCOUNTS}
ENVIRONMENT = {"AK": KEYS.key, "SK": KEYS.secret}


def bucket_of(account):
    return f"billing-{account}"


def key_of(account):
    return f"{account}-aws-billing-detailed-line-items-with-resources-and-tags-{CYCLE}.csv"


def world(actions=("s3:PutObject",), policies=True):
    """The platform's account with the exporter's user, and three customers with a bucket each."""
    exporter_arn = f"arn:aws:iam::{PLATFORM}:user/exporter"
    everything = conftest.allow("s3:*", "*")
    customers = []
    for account in ACCOUNTS:
        bucket = bucket_of(account)
        grant = conftest.allow(list(actions), f"arn:aws:s3:::{bucket}/*")
        grant["Statement"][0]["Principal"] = {"AWS": exporter_arn}
        owner = {
            "name": "owner",
            "accessKeys": [{"id": OWNERS[account].key, "secret": OWNERS[account].secret}],
            "policies": [{"name": "All", "document": everything}],
        }
        customers.append({
            "id": account,
            "users": [owner],
            "buckets": [{"name": bucket, "region": REGION, "policy": grant if policies else None}],
        })  # fmt: skip
    platform = {
        "id": PLATFORM,
        "users": [{
            "name": "exporter", "accessKeys": [{"id": KEYS.key, "secret": KEYS.secret}],
            "policies": [{"name": "All", "document": everything}],
        }],
    }  # fmt: skip
    return {"accounts": [platform, *customers]}


def setup(url, accounts=ACCOUNTS, **destination):
    """A set-up in which each account is a customer's; `destination` has more settings of their destinations."""

    def customer(index, account):
        return {
            "id": f"customer-{index}",
            "accounts": [{"provider": "aws", "id": account}],
            "export": {
                "enabled": True, "view": "cost", "providers": ["aws"], "formats": {"aws": ["dbr-rt"]},
                "destination": {
                    "type": "s3", "account": account, "bucket": bucket_of(account), "region": REGION,
                } | destination,
            },
        }  # fmt: skip

    return {
        "platform": {
            "aws": {
                "accessKeyId": {"env": "AK"}, "secretAccessKey": {"env": "SK"}, "region": REGION,
            },
            "endpoints": {"s3": url, "sts": url},
        },
        "customers": [customer(i, account) for i, account in enumerate(accounts, 1)],
    }  # fmt: skip


def stored(server, account):
    """The bytes in a customer's bucket, as its owner reads them."""
    owner = conftest.client_of(server.url, OWNERS[account])
    return owner.get_object(Bucket=bucket_of(account), Key=key_of(account))["Body"].read()


class Flow:
    """One exporter state before its first run: set up for some of the customers, with a bill imported.

    Each customer has `lines` lines, and `padding` bytes are added to each of them.
    """

    def __init__(self, folder, server, lines=20, accounts=ACCOUNTS, padding=0, **destination):
        self.state = folder / "state"
        self.folder, self.server = folder, server
        self.accounts, self.destination = accounts, destination
        self.point_to(server.url)
        self.bill = make_bill(accounts, lines, padding=padding)
        self.import_bill(self.bill)

    def import_bill(self, content):
        name = f"{PLATFORM}-aws-billing-detailed-line-items-with-resources-and-tags-{CYCLE}.csv"
        (self.folder / name).write_bytes(content)
        self.exporter("import", self.folder / name, "--provider", "aws", "--no-deliver", check=0)

    def point_to(self, url):
        write_json(self.folder / "setup.json", setup(url, self.accounts, **self.destination))
        self.exporter("apply", self.folder / "setup.json", check=0)

    def exporter(self, *arguments, check=None):
        return exporter(*arguments, state=self.state, env=ENVIRONMENT, check=check)

    def run(self):
        """`exporter run --json`: its exit status, and the state of each customer's file."""
        result = self.exporter("run", "--json")
        assert result.returncode in (0, 1), result.stderr
        return result.returncode, {d["customer"]: d for d in json.loads(result.stdout)["deliveries"]}

    def rendered(self, account):
        """The bytes that a run must deliver to a customer."""
        return self.exporter(
            "render", f"customer-{self.accounts.index(account) + 1}", "--provider", "aws", "--cycle", CYCLE,
            "--output", "-", check=0,
        ).stdout.encode()  # fmt: skip

    def successful_puts(self):
        entries = self.server.journal(operation="PutObject")
        return sorted(
            (e["bucket"], e["key"], e["bytesIn"]) for e in entries if e["status"] == 200
        )

    def assert_each_delivered_once(self):
        rendered = {account: self.rendered(account) for account in self.accounts}
        expected = sorted((bucket_of(a), key_of(a), len(content)) for a, content in rendered.items())
        assert self.successful_puts() == expected
        for account, content in rendered.items():
            assert stored(self.server, account) == content


CAN_READ = ("s3:PutObject", "s3:GetObject")


def start_run(flow):
    return subprocess.Popen(
        [program("exporter"), "run", "--json", "--state", str(flow.state)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=clean_environment(**ENVIRONMENT),
    )  # fmt: skip


def kill_after(flow, bytes_):
    """Runs the exporter through a relay, and kills it once so many bytes have passed."""
    started = threading.Event()

    def kill():
        started.wait()
        process.kill()

    with Relay(flow.server, budget=bytes_, at_end=kill) as relay:
        flow.point_to(relay.url)
        process = start_run(flow)
        started.set()
        process.wait(timeout=60)
    flow.point_to(flow.server.url)
