"""A second process on the same folder, state or port is refused in words; so is what can't be used."""

import contextlib
import socket
import sqlite3
import subprocess

import pytest

from programs import FakeStore, StartFailed, clean_environment, program, write_json
from wire import call

WORLD = {"accounts": [{"id": "111122223333", "buckets": [{"name": "acme-billing"}]}]}


def refusal(*arguments, **options):
    """Starts a server that must not start; returns its exit status and what it said."""
    with pytest.raises(StartFailed) as failure, FakeStore(*arguments, **options):
        pass
    assert failure.value.stderr.count("\n") <= 4, "a sentence, not a stack trace"
    return failure.value.code, failure.value.stderr


def test_refuses_a_data_folder_in_use(tmp_path):
    data = tmp_path / "data"
    with FakeStore(data=data) as first:
        code, said = refusal(data=data)
        assert (code, str(data) in said) == (3, True), said
        assert call(first, "PUT", "/still-at-work").status == 200
        first.kill()
    # A killed process holds nothing.
    with FakeStore(data=data) as second:
        assert call(second, "HEAD", "/still-at-work").status == 200


def test_refuses_a_port_in_use():
    with FakeStore() as first:
        code, said = refusal(port=first.port)
        assert (code, str(first.port) in said) == (3, True), said
        assert call(first, "GET", "/").status == 200
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as foreign:
        port = foreign.getsockname()[1]
        code, said = refusal(port=port)
        assert (code, str(port) in said) == (3, True), said


def test_starts_again_on_its_port_at_once():
    with FakeStore() as first:
        port = first.port
        call(first, "GET", "/")
        assert first.terminate() == 0
    with FakeStore(port=port) as second:
        assert call(second, "GET", "/").status == 200


def test_refuses_a_data_folder_it_cannot_use(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    code, said = refusal(data=tmp_path / "file")
    assert (code, str(tmp_path / "file") in said) == (3, True), said


def test_refuses_the_data_of_a_newer_program(tmp_path):
    data = tmp_path / "data"
    with FakeStore(data=data) as server:
        server.terminate()
    (catalog,) = [f for f in data.rglob("*") if f.is_file() and f.read_bytes()[:15] == b"SQLite format 3"]
    with contextlib.closing(sqlite3.connect(catalog)) as database:
        database.execute("PRAGMA user_version = 999")
    code, said = refusal(data=data)
    assert (code, "newer" in said) == (3, True), said


def test_keeps_the_world_of_a_data_folder(tmp_path):
    data = tmp_path / "data"
    first = write_json(tmp_path / "first.json", WORLD)
    second = write_json(tmp_path / "second.json", {"accounts": [{"id": "444455556666"}]})
    for world in (first, None, first):
        with FakeStore(data=data, world=world) as server:
            assert [a["id"] for a in server.admin("world")["accounts"]] == ["111122223333"]
    code, said = refusal(data=data, world=second)
    assert (code, "--replace-world" in said) == (3, True), said
    with FakeStore("--replace-world", data=data, world=second) as server:
        assert "444455556666" in [a["id"] for a in server.admin("world")["accounts"]]


@pytest.mark.parametrize(
    "text, place",
    [
        ('{"acounts": []}', ":1:2"),
        ('{"accounts": [\n  {"id": "111122223333", "user": []}]}', ":2:26"),
        ('{"accounts": [}', ":1:15"),
        ('{"region": "a", "region": "b"}', ":1:17"),
    ],
)
def test_names_the_place_of_a_fault_in_the_world(tmp_path, text, place):
    world = tmp_path / "world.json"
    world.write_text(text)
    code, said = refusal(world=world)
    assert (code, f"{world}{place}" in said) == (3, True), said


def test_refuses_a_world_that_is_not_there(tmp_path):
    code, said = refusal(world=tmp_path / "none.json")
    assert (code, str(tmp_path / "none.json") in said) == (3, True), said


def test_explains_a_wrong_option():
    result = subprocess.run(
        [program("fakestore"), "serve", "--prot", "9000"], capture_output=True, text=True, timeout=30,
        env=clean_environment(),
    )  # fmt: skip
    assert (result.returncode, result.stdout) == (2, "")
    assert "--prot" in result.stderr and "--port" in result.stderr
