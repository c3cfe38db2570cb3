"""Server-side encryption as it is seen from outside: who may use which key, and what answers tell of it."""

import base64
import json

import pytest

from conftest import ACME, OTHER, allow, client_of
from programs import REGION, FakeStore, write_json
from test_bucket_policies import refused
from test_bucket_settings import keys, user

THIRD = "777788889999"
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
ARN = f"arn:aws:kms:{REGION}:{ACME}:key/{KEY}"
USE = ["kms:GenerateDataKey", "kms:Decrypt"]


def key_policy(principal, **more):
    statement = {"Effect": "Allow", "Principal": principal, "Action": "kms:*", "Resource": "*"} | more
    return {"Version": "2012-10-17", "Statement": [statement]}


def both(*documents):
    return {"Version": "2012-10-17", "Statement": [s for d in documents for s in d["Statement"]]}


def key(name, **more):
    return {"id": f"00000000-0000-0000-0000-{name:0>12}", "region": REGION} | more


def arn(name, account=ACME):
    return f"arn:aws:kms:{REGION}:{account}:key/{key(name)['id']}"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    objects = allow(["s3:PutObject", "s3:GetObject", "s3:PutObjectTagging", "s3:PutObjectAcl"], "*")
    named = f"arn:aws:iam::{ACME}:user/writer"

    def shared(name):
        return {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{OTHER}:user/stranger"},
                    "Action": ["s3:PutObject", "s3:GetObject"],
                    "Resource": f"arn:aws:s3:::{name}/*",
                }
            ],
        }

    world = {
        "accounts": [
            {
                "id": ACME,
                "users": [
                    user("owner", both(allow("s3:*", "*"), allow("kms:*", "*"))),
                    user("writer", objects),
                    user("generator", both(objects, allow("kms:GenerateDataKey", "*"))),
                    user("keyuser", both(objects, allow(USE, "*"))),
                ],
                "kmsKeys": [
                    {"id": KEY, "region": REGION, "aliases": ["alias/bills"]},
                    key("1", policy=key_policy({"AWS": f"arn:aws:iam::{ACME}:user/owner"})),
                    key("2", state="Disabled"),
                    key("3", state="PendingDeletion"),
                    key("4", policy=both(key_policy({"AWS": f"arn:aws:iam::{ACME}:root"}),
                                         key_policy({"AWS": f"arn:aws:iam::{OTHER}:root"}))),
                    key("5", policy=key_policy({"AWS": named}, Condition={"StringEquals": {
                        "kms:ViaService": f"s3.{REGION}.amazonaws.com", "kms:CallerAccount": ACME,
                        "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::acme-plain/right"}})),
                    {"id": "00000000-0000-0000-0000-000000000009", "region": "eu-west-1"},
                ],
                "buckets": [
                    {"name": "acme-plain", "policy": shared("acme-plain")},
                    {"name": "acme-kms", "policy": shared("acme-kms"), "encryption":
                        {"algorithm": "aws:kms", "kmsKey": "alias/bills", "bucketKey": True}},
                    {"name": "acme-aws", "policy": shared("acme-aws"), "encryption": {"algorithm": "aws:kms"}},
                    {"name": "acme-ssec", "encryption": {"blockCustomerKeys": False}},
                ],
            },
            {"id": OTHER, "users": [user("stranger", both(objects, allow(USE, "*")))]},
            {"id": THIRD, "kmsKeys": [key("7", policy=key_policy({"AWS": ACME}))]},
        ]
    }
    with FakeStore(world=write_json(tmp_path_factory.mktemp("kms") / "world.json", world)) as running:
        yield running


@pytest.fixture
def s3(store):
    return lambda name: client_of(store.url, keys(name), REGION)


def put(client, bucket="acme-plain", key="a", **more):
    return client.put_object(Bucket=bucket, Key=key, Body=b"a", **more)


def kms(name):
    return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": name}


@pytest.mark.parametrize("name", [KEY, ARN, "alias/bills", f"arn:aws:kms:{REGION}:{ACME}:alias/bills"])
def test_the_key_is_told_by_its_arn(s3, name):
    client = s3("keyuser")
    context = base64.b64encode(json.dumps({"team": "billing"}).encode()).decode()
    for answer in (
        put(client, **kms(name), SSEKMSEncryptionContext=context),
        client.get_object(Bucket="acme-plain", Key="a"),
        client.head_object(Bucket="acme-plain", Key="a"),
    ):
        assert answer["ServerSideEncryption"] == "aws:kms"
        assert answer["SSEKMSKeyId"] == ARN
        assert "BucketKeyEnabled" not in answer or not answer["BucketKeyEnabled"]
    assert put(client)["ServerSideEncryption"] == "AES256"


def test_the_buckets_default(s3):
    answer = put(s3("keyuser"), "acme-kms")
    assert (answer["ServerSideEncryption"], answer["SSEKMSKeyId"]) == ("aws:kms", ARN)
    assert answer["BucketKeyEnabled"] is True
    assert put(s3("writer"), "acme-kms", ServerSideEncryption="AES256")["ServerSideEncryption"] == "AES256"


def denied(name, action, reason):
    return f"User: arn:aws:iam::{ACME}:user/{name} is not authorized to perform: {action} on this resource {reason}"


def test_identity_and_key_policy_must_allow(s3):
    with refused(
        "AccessDenied",
        denied("writer", "kms:GenerateDataKey",
               "because no identity-based policy allows the kms:GenerateDataKey action"),
        403,
    ):
        put(s3("writer"), "acme-kms")
    with refused(
        "AccessDenied",
        denied("keyuser", "kms:GenerateDataKey",
               "because no resource-based policy allows the kms:GenerateDataKey action"),
        403,
    ):
        put(s3("keyuser"), **kms(arn("1")))
    put(s3("owner"), **kms(arn("1")))


def test_reading_needs_decrypt(s3):
    put(s3("keyuser"), "acme-kms", "read")
    message = denied("generator", "kms:Decrypt", "because no identity-based policy allows the kms:Decrypt action")
    with refused("AccessDenied", message, 403):
        s3("generator").get_object(Bucket="acme-kms", Key="read")
    with refused("403", status=403):
        s3("generator").head_object(Bucket="acme-kms", Key="read")
    with refused("AccessDenied", message, 403):
        s3("generator").copy_object(
            Bucket="acme-plain", Key="copy", CopySource={"Bucket": "acme-kms", "Key": "read"}
        )
    copy = s3("keyuser").copy_object(
        Bucket="acme-plain", Key="copy", CopySource={"Bucket": "acme-kms", "Key": "read"}
    )
    assert copy["ServerSideEncryption"] == "AES256"


def test_parts_need_both(s3):
    client = s3("generator")
    upload = client.create_multipart_upload(Bucket="acme-kms", Key="parts")
    assert upload["SSEKMSKeyId"] == ARN
    upload = {name: upload[name] for name in ("Bucket", "Key", "UploadId")}
    with refused(
        "AccessDenied",
        denied("generator", "kms:Decrypt", "because no identity-based policy allows the kms:Decrypt action"),
        403,
    ):
        client.upload_part(**upload, PartNumber=1, Body=b"a")
    part = s3("keyuser").upload_part(**upload, PartNumber=1, Body=b"a")
    assert part["SSEKMSKeyId"] == ARN
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    with refused("AccessDenied", status=403):
        client.complete_multipart_upload(**upload, MultipartUpload=parts)
    assert s3("keyuser").complete_multipart_upload(**upload, MultipartUpload=parts)["SSEKMSKeyId"] == ARN


@pytest.mark.parametrize(
    "name,code,message",
    [
        (arn("2"), "KMS.DisabledException", f"{arn('2')} is disabled."),
        (arn("3"), "KMS.KMSInvalidStateException", f"{arn('3')} is pending deletion."),
        (arn("8"), "KMS.NotFoundException", f"Key '{arn('8')}' does not exist"),
        ("aws/s3", "KMS.NotFoundException", "Invalid keyId aws/s3"),
        ("no key", "KMS.NotFoundException", "Invalid keyId 'no key'"),
        (f"arn:aws:kms:eu-west-1:{ACME}:key/{key('9')['id']}", "KMS.NotFoundException", "Invalid arn eu-west-1"),
    ],
)
def test_keys_that_do_not_work(s3, name, code, message):
    with refused(code, message, 400):
        put(s3("keyuser"), **kms(name))


def test_the_account_s_own_key_stays_in_the_account(s3):
    answer = put(s3("writer"), "acme-aws")
    assert answer["SSEKMSKeyId"].startswith(f"arn:aws:kms:{REGION}:{ACME}:key/")
    s3("writer").get_object(Bucket="acme-aws", Key="a")
    with refused("KMS.NotFoundException", "Invalid keyId aws/s3", 400):
        put(s3("stranger"), "acme-aws")


def test_across_accounts_both_sides_must_allow(s3):
    put(s3("stranger"), **kms(arn("4")))
    for name in (ARN, arn("8")):
        with refused(
            "AccessDenied",
            f"User: arn:aws:iam::{OTHER}:user/stranger is not authorized to perform: kms:GenerateDataKey on "
            f"resource: {name} because the resource does not exist in this Region, no resource-based policies "
            "allow access, or a resource-based policy explicitly denies access",
            403,
        ):
            put(s3("stranger"), **kms(name))
    # The key of a third account is a third side.
    put(s3("keyuser"), **kms(arn("7", THIRD)))


def test_what_the_key_policy_may_ask(s3):
    put(s3("writer"), key="right", **kms(arn("5")))
    with refused("AccessDenied", status=403):
        put(s3("writer"), key="wrong", **kms(arn("5")))


def test_fields_that_do_not_fit(s3):
    with refused("InvalidArgument", status=400) as error:
        put(s3("keyuser"), SSEKMSKeyId=ARN)
    assert error.value.response["Error"]["Message"] == (
        "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms"
    )
    with refused("InvalidArgument", status=400):
        put(s3("keyuser"), **kms(ARN), SSEKMSEncryptionContext="bm90IGpzb24=")


def test_customers_own_keys_are_blocked(s3):
    # boto3 sends them over TLS only, so as fields.
    def with_field(client):
        def add(request, **_):
            request.headers["x-amz-server-side-encryption-customer-algorithm"] = "AES256"

        client.meta.events.register("before-sign.s3.PutObject", add)
        return client

    import boto3

    def fresh(store_client, name):
        return boto3.session.Session().client(
            "s3",
            endpoint_url=store_client.meta.endpoint_url,
            aws_access_key_id=keys(name).key,
            aws_secret_access_key=keys(name).secret,
            region_name=REGION,
        )

    client = with_field(fresh(s3("writer"), "writer"))
    with refused(
        "AccessDenied",
        f"User: arn:aws:iam::{ACME}:user/writer is not authorized to perform: s3:PutObject on resource: "
        '"arn:aws:s3:::acme-plain/a" because this bucket has blocked upload requests that specify Server Side '
        "Encryption with Customer provided keys (SSE-C). Please specify a different server-side encryption type",
        403,
    ):
        put(client)
    with refused("NotImplemented", status=501):
        put(client, "acme-ssec")
    with refused("AccessDenied", "Access Denied", 403):
        put(with_field(fresh(s3("stranger"), "stranger")))
