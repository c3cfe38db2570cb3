"""What a client under test looks like to the judges: a small adapter, and the habits it is known for.

An adapter says in its client's own words how to put, get, list and so on; it catches nothing, because what
the client's user reads is part of what is judged. What every client must then be able to do is one list in
behaviours.py.
"""

import dataclasses
import pathlib
import subprocess
import sys

import pytest

import elsewhere
from odd_keys import FEW_ODD_KEYS, ODD_KEYS
from programs import LONG, ROOT, Credentials, clean_environment

# For a whole file: clients that only Tests/long installs.
in_long_runs_only = pytest.mark.skipif(not LONG, reason="runs in Tests/long")

# What x-amz-content-sha256 says of a body whose digest is signed; all other kinds stand there themselves.
SIGNED = "signed"
UNSIGNED = "UNSIGNED-PAYLOAD"
CHUNKS_SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
TRAILER_UNSIGNED = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a client works: everything that its user would tell it."""

    url: str
    bucket: str
    credentials: Credentials
    home: pathlib.Path


class Client:
    """An adapter's defaults. It has of the methods below what its client can do; the behaviours that need
    another one are not asked of it."""

    # The folder in .venv that holds its packages, where they do not get along with the others.
    packages = None

    # Its habits, which the journal must confirm: a client that took another path proves nothing.
    put_call = "PutObject"  # how it uploads a small object
    put_payload = SIGNED  # of that
    part_payload = SIGNED  # of each part of a large one
    parts = None  # in how many parts it uploads 20 MiB by default
    digest = None  # the field, in the head or behind the body, with which it has its parts checked
    list_call = "ListObjectsV2"
    # Reads a range's beginning to the object's end, and can't ask for less.
    reads_to_the_end = False

    # What its user reads, as regular expressions.
    says_wrong_secret = "SignatureDoesNotMatch"
    says_wrong_secret_on_get = None  # if it differs, because the refusal of a HEAD has no text
    says_missing = "NoSuchKey"
    says_exists = "PreconditionFailed"

    # The keys it is asked to put, get and delete, of those that it speaks.
    odd_keys = ODD_KEYS
    # It makes empty objects with the names of folders as it deletes, so that the folders stay.
    leaves_folders = False

    # Methods an adapter may have:
    #   put(key, content)              one small object
    #   upload(key, path)              a large file, as the client does by itself
    #   get(key) -> bytes
    #   get_range(key, start, end) -> bytes        half-open
    #   create(key, content)           only if there is none
    #   copy(source, target)           within the bucket, on the server
    #   list(prefix="") -> [key]       all, however deep
    #   delete(key)
    #   sync(folder, prefix)           makes what is under the prefix what is in the folder

    @staticmethod
    def speaks(key):
        """Whether the client can say a key at all; where it can't, that is not the server's doing."""
        return True

    @classmethod
    def lists(cls, key):
        """Whether its user sees a key unchanged in a listing, and the key leaves the others alone."""
        return cls.speaks(key)

    @classmethod
    def at(cls, place):
        """The adapter, in this process or, if its packages are apart, in one of its own."""
        return cls(place) if cls.packages is None else elsewhere.Proxy(cls.packages, cls, place)

    @classmethod
    def can(cls, *methods):
        return all(getattr(cls, method, None) for method in methods)


    def close(self):
        """Ends what the adapter started."""


class Command(Client):
    """A client that is a program: a process for each call."""

    odd_keys = FEW_ODD_KEYS


class CommandFailed(Exception):
    """A command's exit status and all it said."""


def command(name, *arguments, stdin=b"", environment=None, packages=None, seconds=120):
    """Runs a program out of .venv, or of the system, to its end; gives what it wrote to stdout."""
    folder, environment = pathlib.Path(sys.executable).parent, environment or {}
    if packages is not None:
        folder = ROOT / ".venv" / packages / "bin"
        environment = environment | {"PYTHONPATH": folder.parent}
    path = folder / name if (folder / name).exists() else name
    result = subprocess.run(
        [path, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        env=clean_environment(**environment),
        timeout=seconds,
    )
    if result.returncode != 0:
        said = (result.stdout + result.stderr).decode(errors="replace")
        raise CommandFailed(f"exit {result.returncode}: {said}")
    return result.stdout
