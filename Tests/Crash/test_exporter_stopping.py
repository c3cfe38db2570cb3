"""SIGTERM during an upload lets it finish, and begins no other."""

import http.server
import json
import signal
import subprocess
import threading

import pytest

from bill import make_bill
from programs import clean_environment, exporter, program, write_json

ACCOUNTS = ["111122223333", "444455556666", "777788889999"]
ENVIRONMENT = {"AK": "AKIAPLATFORM00000001", "SK": "the-platform-secret-0123456789"}


class SlowBucket(http.server.BaseHTTPRequestHandler):
    """Takes any PUT, and answers when the test says so."""

    protocol_version = "HTTP/1.1"

    def do_PUT(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.arrived.release()
        assert self.server.may_answer.wait(60)
        self.server.stored.append(self.path)
        self.send_response(200)
        self.send_header("ETag", '"0123456789abcdef0123456789abcdef"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def bucket():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), SlowBucket)
    server.arrived, server.may_answer, server.stored = threading.Semaphore(0), threading.Event(), []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.may_answer.set()
    server.shutdown()
    thread.join()
    server.server_close()


def setup(url):
    def customer(index, account):
        destination = {
            "type": "s3", "account": account, "bucket": f"billing-{account}", "region": "us-east-1",
        }  # fmt: skip
        return {
            "id": f"customer-{index}",
            "accounts": [{"provider": "aws", "id": account}],
            "export": {"destination": destination},
        }

    return {
        "platform": {
            "aws": {"accessKeyId": {"env": "AK"}, "secretAccessKey": {"env": "SK"}},
            "endpoints": {"s3": url},
        },
        "customers": [customer(i, account) for i, account in enumerate(ACCOUNTS, 1)],
    }


def is_pending(process, number):
    """Whether a signal was sent to a process that has not taken it yet."""
    with open(f"/proc/{process.pid}/status") as status:
        masks = [int(line.split()[1], 16) for line in status if line.startswith(("SigPnd:", "ShdPnd:"))]
    return any(mask & 1 << number - 1 for mask in masks)


@pytest.mark.parametrize("jobs", [1, 2])
def test_finishes_what_is_under_way(tmp_path, bucket, jobs):
    options = {"state": tmp_path / "state", "env": ENVIRONMENT}
    write_json(tmp_path / "setup.json", setup(f"http://127.0.0.1:{bucket.server_port}"))
    exporter("apply", tmp_path / "setup.json", check=0, **options)
    (tmp_path / "bill.csv").write_bytes(make_bill(ACCOUNTS, 20))
    exporter("import", tmp_path / "bill.csv", "--provider", "aws", "--no-deliver", check=0, **options)

    run = subprocess.Popen(
        [program("exporter"), "run", "--json", "--jobs", str(jobs), "--state", str(tmp_path / "state")],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=clean_environment(**ENVIRONMENT),
    )  # fmt: skip
    for _ in range(jobs):
        assert bucket.arrived.acquire(timeout=60)
    run.send_signal(signal.SIGTERM)
    while is_pending(run, signal.SIGTERM):
        pass
    bucket.may_answer.set()
    report = json.loads(run.communicate(timeout=60)[0])
    assert run.returncode == 1
    assert report["stopped"] is True
    assert report["counts"] == {"planned": 3 - jobs, "delivered": jobs}
    assert len(bucket.stored) == jobs

    rest = json.loads(exporter("run", "--json", check=0, **options).stdout)
    assert rest["counts"] == {"delivered": 3 - jobs, "unchanged": jobs}
    assert len(bucket.stored) == len(set(bucket.stored)) == 3
