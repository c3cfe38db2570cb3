"""s5cmd: the Go SDK, version 1."""

import behaviours
from clients import Command, command, in_long_runs_only
from odd_keys import is_printable
from programs import REGION

pytestmark = in_long_runs_only


class S5cmd(Command):
    parts = 4
    says_wrong_secret_on_get = "Forbidden status code: 403"
    says_missing = "not found"

    def __init__(self, place):
        self.bucket, self.home, self.url = place.bucket, place.home, place.url
        self.environment = {
            "HOME": place.home,
            "AWS_ACCESS_KEY_ID": place.credentials.key,
            "AWS_SECRET_ACCESS_KEY": place.credentials.secret,
            "AWS_REGION": REGION,
        }

    @staticmethod
    def speaks(key):
        """It takes a slash at the end for a folder; it deletes by a list in XML, which is without control
        characters, and its reader stops at the references to them that S3 sends."""
        return not key.endswith("/") and is_printable(key)

    @staticmethod
    def lists(key):
        return is_printable(key)

    def run(self, *arguments, stdin=b""):
        options = ["--endpoint-url", self.url, "--retry-count", "0"]
        return command(
            "s5cmd", *options, *arguments, stdin=stdin, environment=self.environment, packages="long"
        )

    def at_key(self, key):
        return f"s3://{self.bucket}/{key}"

    def put(self, key, content):
        path = self.home / "put"
        path.write_bytes(content)
        self.run("cp", "--raw", path, self.at_key(key))

    def upload(self, key, path):
        self.run("cp", "--part-size", "5", path, self.at_key(key))

    def get(self, key):
        return self.run("cat", "--raw", self.at_key(key))

    def copy(self, source, target):
        self.run("cp", "--raw", self.at_key(source), self.at_key(target))

    def list(self, prefix=""):
        listing = self.run("ls", "--show-fullpath", self.at_key(prefix) + "*").decode()
        return [line.removeprefix(f"s3://{self.bucket}/") for line in listing.split("\n")[:-1]]

    def delete(self, key):
        self.run("rm", "--raw", self.at_key(key))

    def sync(self, folder, prefix):
        self.run("sync", f"{folder}/", self.at_key(prefix))


test_behaves = behaviours.of(S5cmd)
