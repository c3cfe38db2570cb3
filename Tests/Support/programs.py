"""Starts the programs under test, the way a user's script would, and waits for events, never for time."""

import contextlib
import dataclasses
import json
import os
import pathlib
import select
import signal
import subprocess
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
LONG = os.environ.get("TEST_COUNTS") == "long"
REGION = "us-east-1"


def count(short, long):
    """How many rounds: few in every run, all of them in `Tests/long`."""
    return long if LONG else short


def program(name):
    """The release build of a program, or the one that FAKESTORE_BIN or EXPORTER_BIN names."""
    path = pathlib.Path(os.environ.get(f"{name.upper()}_BIN", ROOT / ".build/release" / name))
    assert path.exists(), f"{path} is missing: run `swift build -c release --product {name}`"
    return str(path)


@dataclasses.dataclass(frozen=True)
class Credentials:
    key: str
    secret: str
    token: str | None = None


# The one user of a server that was started without a world.
ADMIN = Credentials("AKIAFAKESTORE0000000", "fakestore-secret-key-not-for-production")


def clean_environment(**extra):
    """The environment without anything of the developer's own AWS set-up, which would change the clients."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "S3_", "EXPORTER_", "GOOGLE_", "STORAGE_", "BOTO"))
    }
    return kept | {"AWS_EC2_METADATA_DISABLED": "true"} | {k: str(v) for k, v in extra.items()}


def client_environment(server, credentials, home, **extra):
    """What a user would export to point a client at `server`: endpoint, key and region, all else default."""
    return clean_environment(
        HOME=home,
        AWS_ENDPOINT_URL=server.url if hasattr(server, "url") else server,
        AWS_ACCESS_KEY_ID=credentials.key,
        AWS_SECRET_ACCESS_KEY=credentials.secret,
        AWS_DEFAULT_REGION=REGION,
        PYTHONPATH=ROOT / "Tests/Support/localhost",
        **extra,
    )


class StartFailed(Exception):
    """The server ended before it was ready: `code` is its exit status, `stderr` what it said."""

    def __init__(self, code, stderr):
        super().__init__(f"exit {code}: {stderr}")
        self.code, self.stderr = code, stderr


class FakeStore:
    """A running `fakestore serve`. Use it with `with`: the end of the block stops it, whatever happened."""

    def __init__(self, *arguments, world=None, data=None, port=0, log=None):
        command = [program("fakestore"), "serve", "--port", str(port), "--json"]
        if world is not None:
            command += ["--world", str(world)]
        if data is not None:
            command += ["--data", str(data)]
        # stderr goes to a file: a pipe that nobody reads would stop the server once it is full.
        self.log = log if log is not None else open(os.memfd_create("stderr"), "w+b")
        self.process = subprocess.Popen(
            command + [str(argument) for argument in arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.log,
            env=clean_environment(),
        )
        try:
            line = self._first_line(seconds=30)
            if not line:
                raise StartFailed(self.process.wait(timeout=10), self.stderr())
            ready = json.loads(line)
            assert ready["ready"] is True and ready["pid"] == self.process.pid, ready
        except BaseException:
            self.__exit__()
            raise
        self.url = ready["url"]
        self.host, port = self.url.removeprefix("http://").rsplit(":", 1)
        self.port = int(port)

    def _first_line(self, seconds):
        readable, _, _ = select.select([self.process.stdout], [], [], seconds)
        if not readable:
            raise AssertionError(f"no ready line within {seconds} s; stderr: {self.stderr()}")
        return self.process.stdout.readline()

    def stderr(self):
        return os.pread(self.log.fileno(), 1 << 20, 0).decode()

    @property
    def virtual_host_url(self):
        """The same server by a name, which makes clients put the bucket's name into the host."""
        return f"http://localhost:{self.port}"

    def admin(self, path, method="GET", body=None):
        """An admin route's answer, decoded."""
        request = urllib.request.Request(f"{self.url}/_fakestore/{path}", method=method)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def journal(self, **where):
        """The journal's entries, oldest first, all pages."""
        entries, since = [], 0
        while True:
            query = "&".join(f"{k}={v}" for k, v in (where | {"since": since, "limit": 1000}).items())
            page = self.admin(f"requests?{query}")
            entries += page["requests"]
            if not page["requests"] or page.get("next") in (None, since):
                return entries
            since = page["next"]

    def kill(self):
        """As a crash: no handler runs."""
        self.process.kill()
        self.process.wait()

    def terminate(self, seconds=30):
        """As a service manager would; returns the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=seconds)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        with contextlib.suppress(OSError):
            self.log.close()


def exporter(*arguments, state, env=None, check=None, seconds=120):
    """Runs one exporter command to its end. With `check`, that exit status is required."""
    result = subprocess.run(
        [program("exporter"), *map(str, arguments), "--state", str(state)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        env=clean_environment(**(env or {})),
    )
    if check is not None:
        assert result.returncode == check, f"exit {result.returncode}\n{result.stdout}\n{result.stderr}"
    return result


def write_json(path, document):
    path.write_text(json.dumps(document, indent=1))
    return path
