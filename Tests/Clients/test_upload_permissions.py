"""What an upload asks for beyond s3:PutObject, who owns what was written, and who is kept out of public buckets."""

import json

import pytest

from conftest import ACME, OTHER, allow, client_of
from programs import REGION, FakeStore, write_json
from test_bucket_policies import grant, refused
from test_bucket_settings import keys, user

STRANGER = {"AWS": f"arn:aws:iam::{OTHER}:user/stranger"}
ACTIONS = ["s3:PutObject", "s3:PutObjectAcl", "s3:GetObject"]


def bucket(name, *statements, **more):
    policy = {"Version": "2012-10-17", "Statement": [s for d in statements for s in d["Statement"]]}
    return {"name": name, **({"policy": policy} if statements else {})} | more


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    def shared(name):
        return grant(STRANGER, ACTIONS, f"arn:aws:s3:::{name}/*")

    world = {
        "accounts": [
            {
                "id": ACME,
                "users": [
                    user("owner", allow("s3:*", "*")),
                    user("writer", allow("s3:PutObject", "*")),
                    user("tagger", allow(["s3:PutObject", "s3:GetObject", "s3:PutObjectTagging"], "*")),
                ],
                "buckets": [
                    bucket("acme-plain", shared("acme-plain")),
                    bucket("acme-preferred", shared("acme-preferred"), ownership="BucketOwnerPreferred"),
                    bucket("acme-writer", shared("acme-writer"), ownership="ObjectWriter"),
                    bucket(
                        "acme-public",
                        shared("acme-public"),
                        grant("*", "s3:GetObject", "arn:aws:s3:::acme-public/*"),
                        publicAccessBlock={"restrictPublicBuckets": True},
                    ),
                    bucket(
                        "acme-demanding",
                        grant(
                            "*",
                            "s3:PutObject",
                            "arn:aws:s3:::acme-demanding/*",
                            Effect="Deny",
                            Condition={"StringNotEquals": {"s3:RequestObjectTag/Project": "X"}},
                        ),
                    ),
                ],
            },
            {"id": OTHER, "users": [user("stranger", allow("s3:*", "*"))]},
        ]
    }
    with FakeStore(world=write_json(tmp_path_factory.mktemp("uploads") / "world.json", world)) as running:
        yield running


@pytest.fixture
def s3(store):
    return lambda name: client_of(store.url, keys(name), REGION)


def put(client, bucket="acme-plain", key="a", **more):
    return client.put_object(Bucket=bucket, Key=key, Body=b"a", **more)


LOCK = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": "2030-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    "fields,action",
    [
        ({"ACL": "bucket-owner-full-control"}, "s3:PutObjectAcl"),
        ({"GrantRead": 'id="0"'}, "s3:PutObjectAcl"),
        ({"Tagging": "a=1"}, "s3:PutObjectTagging"),
        (LOCK, "s3:PutObjectRetention"),
        ({"ObjectLockLegalHoldStatus": "ON"}, "s3:PutObjectLegalHold"),
    ],
)
def test_each_field_needs_its_own_action(s3, fields, action):
    writer = s3("writer")
    put(writer)
    for call in (
        lambda: put(writer, **fields),
        lambda: writer.create_multipart_upload(Bucket="acme-plain", Key="a", **fields),
    ):
        with refused(
            "AccessDenied",
            f"User: arn:aws:iam::{ACME}:user/writer is not authorized to perform: {action} on resource: "
            f'"arn:aws:s3:::acme-plain/a" because no identity-based policy allows the {action} action',
            403,
        ):
            call()


def test_without_object_lock_nothing_is_retained(s3):
    for fields in LOCK, {"ObjectLockLegalHoldStatus": "ON"}:
        with refused("InvalidRequest", "Bucket is missing Object Lock Configuration", 400):
            put(s3("owner"), **fields)


def test_tags_come_with_the_object(s3):
    put(s3("tagger"), Tagging="team=billing&a=b%20c")
    owner = s3("owner")
    tags = [{"Key": "team", "Value": "billing"}, {"Key": "a", "Value": "b c"}]
    assert owner.get_object_tagging(Bucket="acme-plain", Key="a")["TagSet"] == tags
    modified = owner.head_object(Bucket="acme-plain", Key="a")["LastModified"]
    owner.put_object_tagging(Bucket="acme-plain", Key="a", Tagging={"TagSet": tags[:1]})
    assert owner.get_object_tagging(Bucket="acme-plain", Key="a")["TagSet"] == tags[:1]
    assert owner.get_object(Bucket="acme-plain", Key="a")["Body"].read() == b"a"
    assert owner.head_object(Bucket="acme-plain", Key="a")["LastModified"] == modified
    owner.delete_object_tagging(Bucket="acme-plain", Key="a")
    assert owner.get_object_tagging(Bucket="acme-plain", Key="a")["TagSet"] == []
    with refused("NoSuchKey", status=404):
        owner.put_object_tagging(Bucket="acme-plain", Key="none", Tagging={"TagSet": tags})
    for wrong in "a=1&a=2", "=1", "aws:x=1":
        with refused("InvalidArgument", status=400):
            put(owner, Tagging=wrong)
    with refused("BadRequest", "Object tags cannot be greater than 10", 400):
        put(owner, Tagging="&".join(f"k{i}=1" for i in range(11)))


def test_a_copy_takes_the_tags_along(s3):
    owner = s3("owner")
    put(owner, key="tagged", Tagging="team=billing")
    source = {"Bucket": "acme-plain", "Key": "tagged"}
    owner.copy_object(Bucket="acme-plain", Key="copy", CopySource=source)
    assert owner.get_object_tagging(Bucket="acme-plain", Key="copy")["TagSet"][0]["Value"] == "billing"
    owner.copy_object(
        Bucket="acme-plain", Key="copy", CopySource=source, Tagging="a=1", TaggingDirective="REPLACE"
    )
    assert owner.get_object_tagging(Bucket="acme-plain", Key="copy")["TagSet"] == [{"Key": "a", "Value": "1"}]
    with refused("AccessDenied", status=403) as error:
        s3("tagger").copy_object(Bucket="acme-plain", Key="copy", CopySource=source)
    assert "s3:GetObjectTagging" in error.value.response["Error"]["Message"]


def test_a_demanded_tag(s3):
    with refused("AccessDenied", status=403):
        put(s3("tagger"), "acme-demanding")
    put(s3("tagger"), "acme-demanding", Tagging="Project=X")


@pytest.mark.parametrize(
    "name,acl,readable",
    [
        ("acme-plain", None, True),
        ("acme-preferred", None, False),
        ("acme-preferred", "bucket-owner-full-control", True),
        ("acme-writer", None, False),
        ("acme-writer", "bucket-owner-full-control", True),
    ],
)
def test_whose_the_object_is(s3, name, acl, readable):
    put(s3("stranger"), name, "theirs", **({"ACL": acl} if acl else {}))
    s3("stranger").get_object(Bucket=name, Key="theirs")
    put(s3("owner"), name, "ours")
    s3("owner").get_object(Bucket=name, Key="ours")
    if readable:
        s3("owner").get_object(Bucket=name, Key="theirs")
    else:
        with refused("AccessDenied", "Access Denied", 403):
            s3("owner").get_object(Bucket=name, Key="theirs")
        with refused("AccessDenied", "Access Denied", 403):
            s3("owner").copy_object(
                Bucket="acme-plain", Key="copy", CopySource={"Bucket": name, "Key": "theirs"}
            )


def test_a_public_policy_keeps_other_accounts_out(store, s3):
    put(s3("owner"), "acme-public")
    s3("owner").get_object(Bucket="acme-public", Key="a")
    # Also whom the policy names.
    with refused("AccessDenied", "Access Denied", 403):
        put(s3("stranger"), "acme-public")
    owner = s3("owner")
    owner.put_public_access_block(Bucket="acme-public", PublicAccessBlockConfiguration={})
    put(s3("stranger"), "acme-public")
    owner.put_public_access_block(
        Bucket="acme-public", PublicAccessBlockConfiguration={"RestrictPublicBuckets": True}
    )
    with refused("AccessDenied"):
        put(s3("stranger"), "acme-public")
    named = json.dumps(grant(STRANGER, ACTIONS, "arn:aws:s3:::acme-public/*"))
    owner.put_bucket_policy(Bucket="acme-public", Policy=named)
    put(s3("stranger"), "acme-public")
