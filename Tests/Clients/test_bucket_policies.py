"""Policies of buckets by their own calls: what is put is what the next request meets."""

import contextlib
import json

import botocore.exceptions
import pytest

from conftest import ACME, OTHER, client_of
from programs import REGION

BUCKET = "acme-billing"


def grant(principal, action="s3:PutObject", resource=f"arn:aws:s3:::{BUCKET}/*", **more):
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource} | more
    return {"Version": "2012-10-17", "Statement": [statement]}


@contextlib.contextmanager
def refused(code, message=None, status=None):
    with pytest.raises(botocore.exceptions.ClientError) as error:
        yield error
    answer = error.value.response
    assert answer["Error"]["Code"] == code, answer["Error"]
    if message is not None:
        assert answer["Error"]["Message"] == message
    if status is not None:
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == status


@pytest.fixture
def owner(two_accounts):
    client = client_of(two_accounts.url, two_accounts.users["owner"], REGION)
    client.delete_bucket_policy(Bucket=BUCKET)
    return client


def test_what_is_put_counts_from_then_on(two_accounts, owner):
    stranger = client_of(two_accounts.url, two_accounts.users["stranger"], REGION)
    with refused("AccessDenied"):
        stranger.put_object(Bucket=BUCKET, Key="x.csv", Body=b"a")
    text = json.dumps(grant({"AWS": f"arn:aws:iam::{OTHER}:user/stranger"}), indent=1)
    assert owner.put_bucket_policy(Bucket=BUCKET, Policy=text)["ResponseMetadata"]["HTTPStatusCode"] == 204
    stranger.put_object(Bucket=BUCKET, Key="x.csv", Body=b"a")
    assert owner.get_bucket_policy(Bucket=BUCKET)["Policy"] == text
    assert owner.get_bucket_policy_status(Bucket=BUCKET)["PolicyStatus"] == {"IsPublic": False}
    owner.delete_bucket_policy(Bucket=BUCKET)
    with refused("AccessDenied"):
        stranger.put_object(Bucket=BUCKET, Key="x.csv", Body=b"a")
    for call in owner.get_bucket_policy, owner.get_bucket_policy_status:
        with refused("NoSuchBucketPolicy", "The bucket policy does not exist", 404):
            call(Bucket=BUCKET)


def test_another_account_may_not_look_after_it(two_accounts, owner):
    everything = grant({"AWS": OTHER}, "s3:*", [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"])
    owner.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(everything))
    stranger = client_of(two_accounts.url, two_accounts.users["stranger"], REGION)
    with refused("MethodNotAllowed", status=405):
        stranger.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(everything))
    writer = client_of(two_accounts.url, two_accounts.users["writer"], REGION)
    with refused("AccessDenied", status=403):
        writer.get_bucket_policy(Bucket=BUCKET)


def test_a_public_policy_is_blocked(owner):
    with refused(
        "AccessDenied",
        f"User: arn:aws:iam::{ACME}:user/owner is not authorized to perform: s3:PutBucketPolicy on resource: "
        f'"arn:aws:s3:::{BUCKET}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block '
        "Public Access.",
        403,
    ):
        owner.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(grant("*", "s3:GetObject")))


@pytest.mark.parametrize(
    "policy,message",
    [
        ("", "Policies must be valid JSON and the first byte must be '{'"),
        (" {}", "Policies must be valid JSON and the first byte must be '{'"),
        ("{", "This policy contains invalid Json"),
        ("{}", "Missing required field Statement"),
        ('{"Statement": []}', "Could not parse the policy: Statement is empty!"),
        (grant({"AWS": ACME}, Effect="Alow"), "Invalid effect: Alow"),
        (grant({"AWS": ACME}, "s3:PutObjects"), "Policy has invalid action"),
        (grant({"AWS": ACME}, resource="arn:aws:s3:::another/*"), "Policy has invalid resource"),
        (
            grant({"AWS": ACME}, resource=f"arn:aws:s3:::{BUCKET}"),
            "Action does not apply to any resource(s) in statement",
        ),
        (grant({"AWS": "acme"}), "Invalid principal in policy"),
        (grant({"AWS": f"arn:aws:iam::{ACME}:user/gone"}), "Invalid principal in policy"),
        (grant({"AWS": f"arn:aws:iam::{ACME}:role/gone"}), "Invalid principal in policy"),
        (grant({"AWS": "AIDAEXAMPLE0000000001"}), "Invalid principal in policy"),
    ],
)
def test_refuses_what_is_no_policy_in_s3s_words(owner, policy, message):
    text = policy if isinstance(policy, str) else json.dumps(policy)
    with refused("MalformedPolicy", message, 400) as error:
        owner.put_bucket_policy(Bucket=BUCKET, Policy=text)
    if message == "Invalid principal in policy":
        principal = json.loads(text)["Statement"][0]["Principal"]["AWS"]
        assert error.value.response["Error"]["Detail"] == f'"AWS" : "{principal}"'
    with refused("NoSuchBucketPolicy"):
        owner.get_bucket_policy(Bucket=BUCKET)
