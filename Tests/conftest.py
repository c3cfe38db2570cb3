"""Fixtures: a server per test module, a fresh bucket per test, clients with their default settings."""

import functools
import itertools
import json
import os
import pathlib
import subprocess
import sys
import types

import boto3
import botocore.config
import pytest

# Their assertions shall tell the values, as those in test files do.
pytest.register_assert_rewrite("behaviours", "wire")

import localhost.sitecustomize  # noqa: F401  makes bucket.localhost resolvable in this process
from programs import ADMIN, REGION, Credentials, FakeStore, client_environment, write_json

PAYER = "123456789012"
ACME = "111122223333"
OTHER = "444455556666"

_names = itertools.count(1)

# A developer's own AWS settings would change what the clients under test do.
for _name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[_name]
os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull


@pytest.fixture(scope="module")
def server():
    """A server with the default world. FAKESTORE_URL names another endpoint to judge the tests by."""
    if url := os.environ.get("FAKESTORE_URL"):
        host, port = url.removeprefix("http://").rsplit(":", 1)
        yield types.SimpleNamespace(
            url=url, host=host, port=int(port), virtual_host_url=f"http://localhost:{port}"
        )
        return
    with FakeStore() as running:
        yield running


@pytest.fixture
def bucket(server):
    """A new, empty bucket's name."""
    name = f"bucket-{os.getpid()}-{next(_names)}"
    client_of(server.url).create_bucket(Bucket=name)
    return name


@functools.cache
def client_of(url, credentials=ADMIN, region=REGION, **config):
    """boto3 as a user makes it: nothing set but the endpoint, the key and the region."""
    return boto3.session.Session().client(
        "s3",
        endpoint_url=url,
        aws_access_key_id=credentials.key,
        aws_secret_access_key=credentials.secret,
        aws_session_token=credentials.token,
        region_name=region,
        config=botocore.config.Config(**config) if config else None,
    )


@pytest.fixture(params=["path", "virtual"])
def s3(server, request):
    """A boto3 client in path style (an address as endpoint) and in virtual-host style (a name)."""
    return client_of(server.url if request.param == "path" else server.virtual_host_url)


@pytest.fixture(params=["path", "virtual"])
def aws(server, request, tmp_path):
    """The `aws` command: `aws("s3", "ls")` gives the finished process; it must succeed unless told."""
    url = server.url if request.param == "path" else server.virtual_host_url
    return aws_command(url, tmp_path)


def aws_command(url, home, credentials=ADMIN):
    def run(*arguments, fails=False, stdin=None, json_output=False, **environment):
        result = subprocess.run(
            [pathlib.Path(sys.executable).with_name("aws"), *map(str, arguments)],
            env=client_environment(url, credentials, home) | environment,
            input=stdin if stdin is not None else b"",
            capture_output=True,
            timeout=120,
        )
        said = result.stdout.decode() + result.stderr.decode()
        assert (result.returncode != 0) == fails, f"exit {result.returncode}: {said}"
        if fails:
            return said
        if json_output:
            return json.loads(result.stdout) if result.stdout.strip() else None
        return result.stdout

    return run


def allow(action, resource):
    """An identity policy that allows one thing."""
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}],
    }


@pytest.fixture(scope="module")
def two_accounts(tmp_path_factory):
    """A world with two accounts: the customer, with users of different rights, and a stranger."""

    def user(name, *policies):
        return {
            "name": name,
            "accessKeys": [{"id": f"AKIA{name.upper():A<16}", "secret": f"secret-of-{name}-0123456789"}],
            "policies": [{"name": f"Policy{i}", "document": p} for i, p in enumerate(policies, 1)],
        }

    everything = allow("s3:*", "*")
    denied = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
            {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::acme-billing/locked/*"},
        ],
    }
    cross_account = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{OTHER}:user/stranger"},
                "Action": "s3:PutObject",
                "Resource": "arn:aws:s3:::acme-shared/*",
            }
        ],
    }
    world = {
        "accounts": [
            {
                "id": ACME,
                "name": "acme",
                "users": [
                    user("owner", everything),
                    user("writer", allow("s3:PutObject", "arn:aws:s3:::acme-billing/*")),
                    user("forgetful", allow("s3:PutObject", "arn:aws:s3:::acme-billing")),
                    user("nobody"),
                    user("denied", denied),
                    user("reader", allow("s3:GetObject", "arn:aws:s3:::acme-billing/*")),
                    user("lister", allow(["s3:GetObject", "s3:ListBucket"], "*")),
                ],
                "buckets": [
                    {"name": "acme-billing", "region": REGION},
                    {"name": "acme-europe", "region": "eu-west-1"},
                    {"name": "acme-shared", "region": REGION, "policy": cross_account},
                ],
            },
            {"id": OTHER, "name": "other", "users": [user("stranger", everything)]},
        ]
    }
    path = write_json(tmp_path_factory.mktemp("world") / "world.json", world)
    with FakeStore(world=path) as running:
        users = [u for account in world["accounts"] for u in account["users"]]
        running.users = {
            u["name"]: Credentials(u["accessKeys"][0]["id"], u["accessKeys"][0]["secret"]) for u in users
        }
        yield running
