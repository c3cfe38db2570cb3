"""Who may do what, told in AWS's sentences; plain "Access Denied" to strangers, nothing at all to HEAD."""

import botocore.exceptions
import pytest

import conftest
from conftest import ACME
from wire import call

OBJECT = "arn:aws:s3:::acme-billing/bill.csv"


@pytest.fixture
def world(two_accounts):
    two_accounts.admin("reset", method="POST")
    return two_accounts


def attempt(world, user, method, path, body=b"", **options):
    answer = call(world, method, path, body, credentials=world.users[user], **options)
    return answer.status, dict(answer.error).get("Message") if answer.body[:5] == b"<?xml" else None


def no_policy(user, action, resource):
    return (
        403,
        f"User: arn:aws:iam::{ACME}:user/{user} is not authorized to perform: {action} on resource: "
        f'"{resource}" because no identity-based policy allows the {action} action',
    )


def test_lets_a_writer_write_and_nothing_else(world):
    assert attempt(world, "writer", "PUT", "/acme-billing/bill.csv", b"x") == (200, None)
    assert attempt(world, "writer", "GET", "/acme-billing/bill.csv") == no_policy("writer", "s3:GetObject", OBJECT)
    assert attempt(world, "writer", "DELETE", "/acme-billing/bill.csv") == no_policy(
        "writer", "s3:DeleteObject", OBJECT
    )
    assert attempt(world, "writer", "GET", "/acme-billing?list-type=2") == no_policy(
        "writer", "s3:ListBucket", "arn:aws:s3:::acme-billing"
    )
    # This sentence names no resource [reported].
    assert attempt(world, "writer", "GET", "/") == (
        403,
        f"User: arn:aws:iam::{ACME}:user/writer is not authorized to perform: s3:ListAllMyBuckets because no "
        "identity-based policy allows the s3:ListAllMyBuckets action",
    )
    assert attempt(world, "owner", "GET", "/acme-billing/bill.csv")[0] == 200


@pytest.mark.parametrize("user", ["nobody", "forgetful", "reader"])
def test_names_the_missing_permission(world, user):
    # `forgetful` has the classic mistake: the bucket as Resource, without `/*`.
    seen = attempt(world, user, "PUT", "/acme-billing/bill.csv", b"x")
    assert seen == no_policy(user, "s3:PutObject", OBJECT)
    assert attempt(world, "owner", "HEAD", "/acme-billing/bill.csv")[0] == 404


def test_names_an_explicit_deny(world):
    assert attempt(world, "denied", "PUT", "/acme-billing/open/a", b"x") == (200, None)
    assert attempt(world, "denied", "PUT", "/acme-billing/locked/a", b"x") == (
        403,
        f"User: arn:aws:iam::{ACME}:user/denied is not authorized to perform: s3:PutObject on resource: "
        '"arn:aws:s3:::acme-billing/locked/a" with an explicit deny in an identity-based policy',
    )


def test_tells_a_stranger_nothing(world):
    # The caller's own account allows it, the bucket's account does not know them.
    assert attempt(world, "stranger", "PUT", "/acme-billing/bill.csv", b"x") == (403, "Access Denied")
    assert attempt(world, "stranger", "GET", "/acme-billing?list-type=2") == (403, "Access Denied")


def test_lets_a_stranger_in_whom_both_accounts_allow(world):
    assert attempt(world, "stranger", "PUT", "/acme-shared/bill.csv", b"x") == (200, None)
    assert attempt(world, "stranger", "GET", "/acme-shared/bill.csv") == (403, "Access Denied")
    assert attempt(world, "owner", "GET", "/acme-shared/bill.csv")[0] == 200


def test_refuses_head_without_a_word(world):
    for user in ("writer", "nobody", "stranger"):
        for path in ("/acme-billing/bill.csv", "/acme-billing"):
            answer = call(world, "HEAD", path, credentials=world.users[user])
            assert (answer.status, answer.body) == (403, b""), (user, path)
            assert answer.header("x-amz-request-id")


def test_tells_only_a_lister_what_is_not_there(world):
    assert attempt(world, "lister", "GET", "/acme-billing/none")[0] == 404
    assert attempt(world, "lister", "HEAD", "/acme-billing/none")[0] == 404
    assert attempt(world, "reader", "GET", "/acme-billing/none")[0] == 403
    assert attempt(world, "reader", "HEAD", "/acme-billing/none")[0] == 403


def test_lets_a_writer_learn_that_the_key_is_taken(world):
    put = ("PUT", "/acme-billing/bill.csv", b"x")
    assert attempt(world, "writer", *put, headers={"If-None-Match": "*"})[0] == 200
    assert attempt(world, "writer", *put, headers={"If-None-Match": "*"})[0] == 412
    # Authorization comes before the precondition: who may not write learns nothing.
    assert attempt(world, "reader", *put, headers={"If-None-Match": "*"})[0] == 403
    # If-Match asks for s3:GetObject as well [reported].
    assert attempt(world, "writer", *put, headers={"If-Match": '"0"'})[0] == 403
    assert attempt(world, "owner", *put, headers={"If-Match": '"0"'})[0] == 412


def test_shows_boto3_the_sentence(world):
    writer = conftest.client_of(world.url, world.users["writer"])
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        writer.get_object(Bucket="acme-billing", Key="bill.csv")
    assert failure.value.response["Error"]["Code"] == "AccessDenied"
    assert failure.value.response["Error"]["Message"] == no_policy("writer", "s3:GetObject", OBJECT)[1]


def test_keeps_the_decision_in_the_journal(world):
    attempt(world, "forgetful", "PUT", "/acme-billing/bill.csv", b"x")
    (entry,) = world.journal(denied="true")
    assert (entry["operation"], entry["bucket"], entry["key"]) == ("PutObject", "acme-billing", "bill.csv")
    assert (entry["status"], entry["code"]) == (403, "AccessDenied")
    assert (entry["decision"], entry["layer"]) == ("implicitDeny", "identity")
    assert entry["principal"] == f"arn:aws:iam::{ACME}:user/forgetful"
    assert world.users["forgetful"].secret not in str(entry)
    assert "403 PutObject acme-billing/bill.csv forgetful" in world.stderr()


def test_sends_a_client_to_the_buckets_region(world):
    answer = call(world, "PUT", "/acme-europe/a", b"x", credentials=world.users["owner"])
    assert (answer.status, answer.code) == (400, "AuthorizationHeaderMalformed")
    assert dict(answer.error)["Region"] == "eu-west-1"
    owner = conftest.client_of(world.url, world.users["owner"])
    owner.put_object(Bucket="acme-europe", Key="a", Body=b"x")
    assert owner.get_bucket_location(Bucket="acme-europe")["LocationConstraint"] == "eu-west-1"


def test_knows_that_a_name_is_taken(world):
    stranger = conftest.client_of(world.url, world.users["stranger"])
    with pytest.raises(stranger.exceptions.BucketAlreadyExists):
        stranger.create_bucket(Bucket="acme-billing")
    # In us-east-1, and only there, making one's own bucket again succeeds [documented: CreateBucket].
    owner = conftest.client_of(world.url, world.users["owner"])
    owner.create_bucket(Bucket="acme-billing")
    in_europe = conftest.client_of(world.url, world.users["owner"], region="eu-west-1")
    with pytest.raises(in_europe.exceptions.BucketAlreadyOwnedByYou):
        in_europe.create_bucket(
            Bucket="acme-europe", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
    assert stranger.list_buckets()["Buckets"] == []
