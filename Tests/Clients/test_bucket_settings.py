"""The settings of a bucket by their own calls, and what they mean for the next request."""

import json

import pytest

from conftest import ACME, OTHER, allow, client_of
from programs import REGION, Credentials, FakeStore, write_json
from test_bucket_policies import grant, refused

BUCKET = "acme-settings"
ALL_ON = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}


def user(name, *policies):
    return {
        "name": name,
        "accessKeys": [{"id": f"AKIA{name.upper():A<16}", "secret": f"secret-of-{name}-0123456789"}],
        "policies": [{"name": f"Policy{i}", "document": p} for i, p in enumerate(policies, 1)],
    }


def keys(name):
    return Credentials(f"AKIA{name.upper():A<16}", f"secret-of-{name}-0123456789")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    everything = allow("s3:*", "*")
    world = {
        "accounts": [
            {
                "id": ACME,
                "users": [user("owner", everything), user("putter", allow("s3:PutObject", "*"))],
                "buckets": [
                    {"name": BUCKET},
                    {"name": "acme-old", "ownership": "ObjectWriter", "publicAccessBlock": False},
                    {"name": "acme-tagged", "tags": {"team": "billing"}},
                ],
            },
            {
                "id": OTHER,
                "publicAccessBlock": True,
                "users": [user("stranger", everything)],
                "buckets": [{"name": "other-open", "publicAccessBlock": False}],
            },
        ]
    }
    folder = tmp_path_factory.mktemp("settings")
    with FakeStore(world=write_json(folder / "world.json", world)) as running:
        yield running


@pytest.fixture
def owner(store):
    return client_of(store.url, keys("owner"), REGION)


def test_the_four_switches(owner):
    def get():
        return owner.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]

    assert get() == ALL_ON
    owner.put_public_access_block(
        Bucket=BUCKET, PublicAccessBlockConfiguration={"BlockPublicPolicy": True}
    )
    assert get() == dict.fromkeys(ALL_ON, False) | {"BlockPublicPolicy": True}
    assert owner.delete_public_access_block(Bucket=BUCKET)["ResponseMetadata"]["HTTPStatusCode"] == 204
    with refused(
        "NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found", 404
    ):
        get()
    public = json.dumps(grant("*", "s3:GetObject", f"arn:aws:s3:::{BUCKET}/*"))
    owner.put_bucket_policy(Bucket=BUCKET, Policy=public)
    assert owner.get_bucket_policy_status(Bucket=BUCKET)["PolicyStatus"] == {"IsPublic": True}
    owner.delete_bucket_policy(Bucket=BUCKET)
    owner.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=ALL_ON)
    with refused("AccessDenied", status=403):
        owner.put_bucket_policy(Bucket=BUCKET, Policy=public)


def test_the_accounts_switches_hold_for_each_bucket(store):
    stranger = client_of(store.url, keys("stranger"), REGION)
    with refused("NoSuchPublicAccessBlockConfiguration"):
        stranger.get_public_access_block(Bucket="other-open")
    policy = json.dumps(grant("*", "s3:GetObject", "arn:aws:s3:::other-open/*"))
    with refused("AccessDenied", status=403) as error:
        stranger.put_bucket_policy(Bucket="other-open", Policy=policy)
    assert "BlockPublicPolicy" in error.value.response["Error"]["Message"]


def test_ownership_controls(owner):
    def get():
        return owner.get_bucket_ownership_controls(Bucket=BUCKET)["OwnershipControls"]["Rules"]

    assert get() == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    owner.put_bucket_ownership_controls(
        Bucket=BUCKET, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    )
    assert get() == [{"ObjectOwnership": "BucketOwnerPreferred"}]
    owner.delete_bucket_ownership_controls(Bucket=BUCKET)
    with refused("OwnershipControlsNotFoundError", "The bucket ownership controls were not found", 404):
        get()
    owner.put_bucket_ownership_controls(
        Bucket=BUCKET, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )


def test_new_buckets_say_their_ownership(owner):
    owner.create_bucket(Bucket="acme-writer", ObjectOwnership="ObjectWriter")
    rules = owner.get_bucket_ownership_controls(Bucket="acme-writer")["OwnershipControls"]["Rules"]
    assert rules == [{"ObjectOwnership": "ObjectWriter"}]
    with refused("InvalidArgument", status=400):
        owner.create_bucket(Bucket="acme-nobody", ObjectOwnership="Nobody")


def test_default_encryption(owner):
    def get():
        answer = owner.get_bucket_encryption(Bucket=BUCKET)
        return answer["ServerSideEncryptionConfiguration"]["Rules"][0]

    plain = get()
    assert plain["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert plain["BucketKeyEnabled"] is False
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/bills"},
        "BucketKeyEnabled": True,
    }
    owner.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [rule]})
    assert {name: get()[name] for name in rule} == rule
    owner.delete_bucket_encryption(Bucket=BUCKET)
    assert get() == plain
    rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] = "AES256"
    with refused("InvalidArgument", status=400):
        owner.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [rule]})


def test_tags(owner):
    assert owner.get_bucket_tagging(Bucket="acme-tagged")["TagSet"] == [{"Key": "team", "Value": "billing"}]
    with refused("NoSuchTagSet", "The TagSet does not exist", 404):
        owner.get_bucket_tagging(Bucket=BUCKET)
    tags = [{"Key": "b", "Value": "1"}, {"Key": "a", "Value": ""}]
    owner.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": tags})
    assert owner.get_bucket_tagging(Bucket=BUCKET)["TagSet"] == tags
    with refused("InvalidTag", "Cannot provide multiple Tags with the same key", 400):
        owner.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": [tags[0], tags[0]]})
    owner.delete_bucket_tagging(Bucket=BUCKET)
    with refused("NoSuchTagSet"):
        owner.get_bucket_tagging(Bucket=BUCKET)


def test_acls_are_disabled(owner):
    answer = owner.get_bucket_acl(Bucket=BUCKET)
    assert [g["Permission"] for g in answer["Grants"]] == ["FULL_CONTROL"]
    assert answer["Grants"][0]["Grantee"] == {"ID": answer["Owner"]["ID"], "Type": "CanonicalUser"}
    owner.put_object(Bucket=BUCKET, Key="a", Body=b"a", ACL="bucket-owner-full-control")
    assert owner.get_object_acl(Bucket=BUCKET, Key="a")["Owner"] == answer["Owner"]
    for call in (
        lambda: owner.put_object(Bucket=BUCKET, Key="a", Body=b"a", ACL="public-read"),
        lambda: owner.put_object(Bucket=BUCKET, Key="a", Body=b"a", ACL="private"),
        lambda: owner.put_bucket_acl(Bucket=BUCKET, ACL="public-read"),
        lambda: owner.put_object_acl(Bucket=BUCKET, Key="a", ACL="public-read"),
    ):
        with refused("AccessControlListNotSupported", "The bucket does not allow ACLs", 400):
            call()


def test_a_public_acl_is_blocked(owner):
    owner.put_object(Bucket="acme-old", Key="a", Body=b"a", ACL="private")
    owner.put_public_access_block(Bucket="acme-old", PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    with refused(
        "AccessDenied",
        f"User: arn:aws:iam::{ACME}:user/owner is not authorized to perform: s3:PutObject on resource: "
        '"arn:aws:s3:::acme-old/a" because public ACLs are prevented by the BlockPublicAcls setting in S3 Block '
        "Public Access.",
        403,
    ):
        owner.put_object(Bucket="acme-old", Key="a", Body=b"a", ACL="public-read")


def test_versions_were_never_on(owner):
    answer = owner.get_bucket_versioning(Bucket=BUCKET)
    assert "Status" not in answer
    with refused("NotImplemented", status=501):
        owner.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})


def test_the_expected_owner(owner):
    assert owner.head_bucket(Bucket=BUCKET, ExpectedBucketOwner=ACME)
    with refused("AccessDenied", "Access Denied", 403):
        owner.list_objects_v2(Bucket=BUCKET, ExpectedBucketOwner=OTHER)
    with refused("InvalidBucketOwnerAWSAccountID", status=400):
        owner.list_objects_v2(Bucket=BUCKET, ExpectedBucketOwner="acme")


def test_each_call_needs_its_action(store):
    putter = client_of(store.url, keys("putter"), REGION)
    for call, action in (
        (putter.get_public_access_block, "s3:GetBucketPublicAccessBlock"),
        (putter.delete_public_access_block, "s3:PutBucketPublicAccessBlock"),
        (putter.get_bucket_ownership_controls, "s3:GetBucketOwnershipControls"),
        (putter.get_bucket_encryption, "s3:GetEncryptionConfiguration"),
        (putter.delete_bucket_encryption, "s3:PutEncryptionConfiguration"),
        (putter.get_bucket_tagging, "s3:GetBucketTagging"),
        (putter.get_bucket_acl, "s3:GetBucketAcl"),
        (putter.get_bucket_versioning, "s3:GetBucketVersioning"),
    ):
        with refused(
            "AccessDenied",
            f"User: arn:aws:iam::{ACME}:user/putter is not authorized to perform: {action} on resource: "
            f'"arn:aws:s3:::{BUCKET}" because no identity-based policy allows the {action} action',
            403,
        ):
            call(Bucket=BUCKET)
