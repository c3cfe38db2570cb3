"""The servers that are measured, each started the same way: own port, own folder, same file system."""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Support"))

from programs import ADMIN, clean_environment, program  # noqa: E402
from wire import Connection, signed  # noqa: E402

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
BUCKET = "bench-bucket"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server process with its children. `start` returns when the first signed request was answered."""

    name = "?"
    host = "127.0.0.1"
    # Refuses a request whose signature is wrong.
    verifies = False
    # What it can't do: these rows are left out.
    lacks = frozenset()
    # Too slow for more connections to tell anything: measured at 8 only.
    is_slow = False
    variables = {}

    def __init__(self, folder):
        self.folder = folder / self.name
        self.folder.mkdir(parents=True)
        self.port = free_port()
        self.process = None

    def command(self):
        raise NotImplementedError

    def start(self):
        """Starts the server; returns the milliseconds until its first answer to a signed request."""
        first = self.first_request().bytes()
        started = time.monotonic()
        self.process = subprocess.Popen(
            self.command(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=clean_environment(**self.variables),
        )
        while True:
            try:
                with socket.create_connection((self.host, self.port)) as connection:
                    connection.sendall(first)
                    status = connection.recv(65_536)[9:12]
                break
            except ConnectionRefusedError:
                assert self.process.poll() is None, f"{self.name} did not start"
                assert time.monotonic() - started < 30, f"{self.name} does not answer"
                time.sleep(0.0002)
        elapsed = (time.monotonic() - started) * 1000
        assert status == b"200", f"{self.name}: first answer was {status}"
        return elapsed

    def first_request(self):
        return signed(self, "GET", "/")

    def make_bucket(self, name=BUCKET):
        with Connection(self) as connection:
            answer = connection.exchange(signed(self, "PUT", f"/{name}"))
            assert answer.status == 200, answer

    def stop(self):
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    # What the kernel knows of the process and its children

    def processes(self):
        found, waiting = [], [self.process.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            for children in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
                # A thread may have ended since the folder was read.
                with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                    waiting += map(int, children.read_text().split())
        return found

    def cpu_seconds(self):
        """User and system time of all its processes so far, in steps of 10 ms."""
        ticks = 0
        for pid in self.processes():
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / CLOCK_TICKS

    def forget_peak(self):
        """Lets VmHWM begin anew at what is resident now."""
        for pid in self.processes():
            pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")

    def memory_mib(self, field):
        """VmRSS (now) or VmHWM (peak); shared pages of several processes are counted in each."""
        kib = 0
        for pid in self.processes():
            for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith(f"{field}:"):
                    kib += int(line.split()[1])
        return kib / 1024


class FakeStore(Server):
    """Signatures, payload hashes and policies checked; the catalog and the contents in files."""

    name = "fakestore"
    verifies = True

    def command(self):
        return [
            program("fakestore"), "serve", "--port", str(self.port), "-q",
            "--data", str(self.folder), "--sync", "normal",
        ]  # fmt: skip


class Nginx(Server):
    """Plain files: no signature, no hash, no policy. What the kernel and a good HTTP server cost."""

    name = "nginx"
    lacks = frozenset({"list", "multipart"})

    def command(self):
        files = self.folder / "files" / BUCKET
        if not files.exists():
            files.mkdir(parents=True)
            (self.folder / "files/index.html").write_text("ready\n")
        config = self.folder / "nginx.conf"
        user = "user root;" if os.geteuid() == 0 else ""
        config.write_text(f"""
            daemon off; worker_processes 2; pid {self.folder}/pid; error_log {self.folder}/log; {user}
            events {{ worker_connections 4096; }}
            http {{
                access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
                default_type application/octet-stream;
                client_body_temp_path {self.folder}/body; proxy_temp_path {self.folder}/proxy;
                fastcgi_temp_path {self.folder}/fastcgi; uwsgi_temp_path {self.folder}/uwsgi;
                scgi_temp_path {self.folder}/scgi; client_max_body_size 0;
                server {{
                    listen 127.0.0.1:{self.port}; root {self.folder}/files;
                    location / {{ dav_methods PUT DELETE; create_full_put_path on; }}
                }}
            }}""")
        return [shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(config), "-p", str(self.folder)]

    def make_bucket(self, name=BUCKET):
        pass


def tool(name):
    """A program that pip has installed beside this Python."""
    return str(pathlib.Path(sys.executable).with_name(name))


class Rclone(Server):
    """`rclone serve s3` in memory: checks signatures, not payload hashes; no policies."""

    name = "rclone"
    verifies = True

    def command(self):
        return [
            tool("rclone"), "serve", "s3", ":memory:", "--addr", f"127.0.0.1:{self.port}", "--config", os.devnull,
            "--auth-key", f"{ADMIN.key},{ADMIN.secret}", "-q",
        ]  # fmt: skip


class Moto(Server):
    """moto's server in memory: checks neither signatures nor payload hashes; ends every connection."""

    name = "moto"
    is_slow = True

    def command(self):
        return [tool("moto_server"), "--host", "127.0.0.1", "--port", str(self.port)]


class Nanio(Server):
    """nanio with two workers: checks signatures; objects in plain files, no policies."""

    name = "nanio"
    verifies = True
    is_slow = True
    variables = {"NANIO_ACCESS_KEY": ADMIN.key, "NANIO_SECRET_KEY": ADMIN.secret}

    def command(self):
        return [
            tool("nanio"), "serve", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "2",
            "--data-dir", str(self.folder), "--no-access-log", "--log-level", "error",
        ]  # fmt: skip


SERVERS = [FakeStore, Nginx, Rclone, Moto, Nanio]
