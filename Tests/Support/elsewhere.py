"""Runs adapters in a process of their own, whose Python sees another set of packages first.

Two botocores can't be imported by one process. The other one is a folder in .venv (see Tests/setup); here
objects are made and their methods called across a pair of pipes, with pickled arguments and results.
"""

import atexit
import functools
import importlib
import itertools
import os
import pathlib
import pickle
import subprocess
import sys
import traceback

SUPPORT = pathlib.Path(__file__).resolve().parent


class Failed(Exception):
    """What the call raised there, as text."""


class Process:
    """The other process. It ends with the end of its input."""

    def __init__(self, packages):
        folder = SUPPORT.parents[1] / ".venv" / packages
        assert folder.is_dir(), f"{folder} is missing: run Tests/setup"
        path = [folder, SUPPORT, SUPPORT.parent, SUPPORT.parent / "Clients", SUPPORT / "localhost"]
        self.process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, path))},
        )
        self.names = itertools.count(1)
        atexit.register(self.close)

    def call(self, *message):
        pickle.dump(message, self.process.stdin)
        self.process.stdin.flush()
        is_done, result = pickle.load(self.process.stdout)
        if not is_done:
            raise Failed(result)
        return result

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


@functools.cache
def process(packages):
    """One for each folder of packages: to start one takes longer than most tests."""
    return Process(packages)


class Proxy:
    """An object of a class, made and called in the other process; what the class itself has is read here."""

    def __init__(self, packages, cls, *arguments):
        self._class, self._process = cls, process(packages)
        self._name = next(self._process.names)
        self._process.call("make", self._name, cls.__module__, cls.__qualname__, arguments)

    def __getattr__(self, name):
        value = getattr(self._class, name)
        if not callable(value):
            return value
        return lambda *arguments: self._process.call("call", self._name, name, arguments)


def serve():
    """The other side: makes objects and calls them until nothing more is asked."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Whatever a client prints must not get between the answers.
    os.dup2(2, 1)
    subjects = {}

    def make(subject, module, name, arguments):
        subjects[subject] = getattr(importlib.import_module(module), name)(*arguments)

    def call(subject, name, arguments):
        return getattr(subjects[subject], name)(*arguments)

    while True:
        try:
            what, *details = pickle.load(requests)
        except EOFError:
            return
        try:
            answer = (True, {"make": make, "call": call}[what](*details))
        except Exception:
            answer = (False, traceback.format_exc())
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    serve()
