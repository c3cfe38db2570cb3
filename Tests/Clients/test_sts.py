"""Sessions as clients get and use them: AssumeRole, GetSessionToken, GetCallerIdentity."""

import contextlib
import datetime
import http.client
import json

import boto3
import botocore.config
import botocore.exceptions
import pytest

from conftest import ACME, OTHER, allow, client_of
from programs import REGION, Credentials, FakeStore, write_json
from wire import send, signed

ROLE = f"arn:aws:iam::{ACME}:role/service/BillingExport"
EXTERNAL_ID = "customer-4711"


def trust(principal, action="sts:AssumeRole", **condition):
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": action}
    return {"Version": "2012-10-17", "Statement": [statement | ({"Condition": condition} if condition else {})]}


def user(name, *policies):
    return {
        "name": name,
        "accessKeys": [{"id": f"AKIA{name.upper():A<16}", "secret": f"secret-of-{name}-0123456789"}],
        "policies": [{"name": f"Policy{i}", "document": p} for i, p in enumerate(policies, 1)],
    }


def keys(name):
    return Credentials(f"AKIA{name.upper():A<16}", f"secret-of-{name}-0123456789")


WORLD = {
    "accounts": [
        {
            "id": ACME,
            "rootAccessKeys": [{"id": "AKIAROOT000000000000", "secret": "secret-of-root-0123456789"}],
            "users": [
                user("insider"),
                user("tagger", allow(["sts:AssumeRole", "sts:TagSession"], "*")),
            ],
            "roles": [
                {
                    "name": "BillingExport",
                    "path": "/service/",
                    "trustPolicy": trust(
                        f"arn:aws:iam::{OTHER}:root", StringEquals={"sts:ExternalId": EXTERNAL_ID}
                    ),
                    "policies": [{"name": "Write", "document": allow("s3:PutObject", "arn:aws:s3:::acme-billing/*")}],
                    "maxSessionSeconds": 7200,
                },
                {"name": "ForInsider", "trustPolicy": trust(f"arn:aws:iam::{ACME}:user/insider")},
                {
                    "name": "Tagged",
                    "trustPolicy": trust(ACME, action=["sts:AssumeRole", "sts:TagSession"]),
                    "policies": [
                        {
                            "name": "OwnFolder",
                            "document": allow("s3:*", "arn:aws:s3:::acme-billing/${aws:PrincipalTag/team}/*"),
                        }
                    ],
                },
                {
                    "name": "Next",
                    "trustPolicy": trust(ROLE),
                    "maxSessionSeconds": 43200,
                    "sessions": [
                        {
                            "name": "given",
                            "id": "ASIAGIVEN00000000001",
                            "secret": "secret-of-given-0123456789",
                            "token": "the-given-token",
                        }
                    ],
                },
            ],
            "buckets": [{"name": "acme-billing"}],
        },
        {
            "id": OTHER,
            "users": [
                user("platform", allow("sts:AssumeRole", f"arn:aws:iam::{ACME}:role/*")),
                user("stranger"),
            ],
        },
    ]
}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return write_json(tmp_path_factory.mktemp("sts") / "world.json", WORLD)


@pytest.fixture(scope="module")
def store(world):
    with FakeStore(world=world) as running:
        yield running


def sts(store, credentials, region=REGION):
    return boto3.session.Session().client(
        "sts",
        endpoint_url=store.url,
        region_name=region,
        aws_access_key_id=credentials.key,
        aws_secret_access_key=credentials.secret,
        aws_session_token=credentials.token,
        # The server is to refuse what is wrong, not the client.
        config=botocore.config.Config(parameter_validation=False),
    )


def credentials_of(answer):
    c = answer["Credentials"]
    return Credentials(c["AccessKeyId"], c["SecretAccessKey"], c["SessionToken"])


def assume(store, caller=keys("platform"), role=ROLE, name="exporter-1", **arguments):
    arguments.setdefault("ExternalId", EXTERNAL_ID)
    return sts(store, caller).assume_role(RoleArn=role, RoleSessionName=name, **arguments)


@contextlib.contextmanager
def refused(code, message=None, status=None):
    with pytest.raises(botocore.exceptions.ClientError) as error:
        yield
    answer = error.value.response
    assert answer["Error"]["Code"] == code, answer["Error"]
    if message is not None:
        assert answer["Error"]["Message"] == message
    if status is not None:
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == status


def put(store, credentials, key="x.csv"):
    return client_of(store.url, credentials).put_object(Bucket="acme-billing", Key=key, Body=b"a")


def test_tells_who_one_is(store):
    me = sts(store, keys("insider"), region="eu-west-1").get_caller_identity()
    assert (me["Account"], me["Arn"]) == (ACME, f"arn:aws:iam::{ACME}:user/insider")
    assert me["UserId"].startswith("AIDA") and len(me["UserId"]) == 21
    root = sts(store, Credentials("AKIAROOT000000000000", "secret-of-root-0123456789")).get_caller_identity()
    assert (root["UserId"], root["Arn"]) == (ACME, f"arn:aws:iam::{ACME}:root")


def test_a_session_is_the_role_and_only_that(store):
    answer = assume(store)
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACME}:assumed-role/BillingExport/exporter-1"
    assert answer["AssumedRoleUser"]["AssumedRoleId"].endswith(":exporter-1")
    assert answer["Credentials"]["AccessKeyId"].startswith("ASIA")
    left = answer["Credentials"]["Expiration"] - datetime.datetime.now(datetime.timezone.utc)
    assert 3500 < left.total_seconds() <= 3600
    session = credentials_of(answer)
    assert sts(store, session).get_caller_identity()["Arn"] == answer["AssumedRoleUser"]["Arn"]
    put(store, session)
    with refused(
        "AccessDenied",
        f"User: arn:aws:sts::{ACME}:assumed-role/BillingExport/exporter-1 is not authorized to perform: "
        's3:GetObject on resource: "arn:aws:s3:::acme-billing/x.csv" because no identity-based policy allows the '
        "s3:GetObject action",
    ):
        client_of(store.url, session).get_object(Bucket="acme-billing", Key="x.csv")
    entry = store.journal(operation="GetObject")[-1]
    assert entry["principal"] == answer["AssumedRoleUser"]["Arn"]
    assert session.token not in json.dumps(entry)


def denied(arn, role=ROLE, action="sts:AssumeRole"):
    return f"User: {arn} is not authorized to perform: {action} on resource: {role}"


@pytest.mark.parametrize(
    "name,role,external",
    [
        ("platform", ROLE, "another"),
        ("platform", ROLE, EXTERNAL_ID.upper()),
        ("platform", ROLE, None),
        ("stranger", ROLE, EXTERNAL_ID),  # the account may, its user has no permission
        ("platform", f"arn:aws:iam::{ACME}:role/BillingExport", EXTERNAL_ID),  # without the path
        ("platform", f"arn:aws:iam::{ACME}:role/None", EXTERNAL_ID),
        ("platform", f"arn:aws:iam::{ACME}:role/ForInsider", EXTERNAL_ID),
    ],
)
def test_says_the_same_whatever_the_reason(store, name, role, external):
    arguments = {"ExternalId": external} if external else {}
    with refused("AccessDenied", denied(f"arn:aws:iam::{OTHER}:user/{name}", role), 403):
        sts(store, keys(name)).assume_role(RoleArn=role, RoleSessionName="exporter-1", **arguments)
    entry = store.journal(operation="AssumeRole")[-1]
    assert (entry["dialect"], entry["code"], entry["status"]) == ("sts", "AccessDenied", 403)


def test_a_trust_policy_that_names_a_user_of_its_account_is_enough(store):
    role = f"arn:aws:iam::{ACME}:role/ForInsider"
    assume(store, keys("insider"), role)
    with refused("AccessDenied", denied(f"arn:aws:iam::{ACME}:user/tagger", role)):
        assume(store, keys("tagger"), role)


def test_root_assumes_nothing(store):
    root = Credentials("AKIAROOT000000000000", "secret-of-root-0123456789")
    with refused("AccessDenied", "Roles may not be assumed by root accounts."):
        assume(store, root)


@pytest.mark.parametrize(
    "arguments,message",
    [
        (
            {"DurationSeconds": 899},
            "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: "
            "Member must have value greater than or equal to 900",
        ),
        (
            {"DurationSeconds": 43201},
            "1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: "
            "Member must have value less than or equal to 43200",
        ),
        ({"DurationSeconds": 7201}, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."),
        (
            {"name": "a b"},
            "1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: "
            r"Member must satisfy regular expression pattern: [\w+=,.@-]*",
        ),
        ({"role": "arn:aws:iam::12:role/AnyNameAtAll"}, "arn:aws:iam::12:role/AnyNameAtAll is invalid"),
    ],
)
def test_refuses_what_no_role_can_be_assumed_with(store, arguments, message):
    with refused("ValidationError", message, 400):
        assume(store, **arguments)


def test_lasts_as_long_as_the_role_lets_it(store):
    answer = assume(store, DurationSeconds=7200)
    left = answer["Credentials"]["Expiration"] - datetime.datetime.now(datetime.timezone.utc)
    assert 7100 < left.total_seconds() <= 7200


def test_a_session_policy_takes_away_and_gives_nothing(store):
    narrow = credentials_of(assume(store, Policy=json.dumps(allow("s3:*", "arn:aws:s3:::acme-billing/a/*"))))
    put(store, narrow, "a/x.csv")
    with refused(
        "AccessDenied",
        f"User: arn:aws:sts::{ACME}:assumed-role/BillingExport/exporter-1 is not authorized to perform: "
        's3:PutObject on resource: "arn:aws:s3:::acme-billing/b/x.csv" because no session policy allows the '
        "s3:PutObject action",
    ):
        put(store, narrow, "b/x.csv")
    with refused("AccessDenied"):
        client_of(store.url, narrow).get_object(Bucket="acme-billing", Key="a/x.csv")
    arns = [{"arn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}]
    with refused("AccessDenied"):
        put(store, credentials_of(assume(store, PolicyArns=arns)))
    # One of several is enough.
    both = assume(store, PolicyArns=arns, Policy=json.dumps(allow("s3:PutObject", "*")))
    assert both["PackedPolicySize"] > 0
    put(store, credentials_of(both))


def test_refuses_session_policies_that_are_none(store):
    with refused("MalformedPolicyDocument"):
        assume(store, Policy="{}")
    with refused("ValidationError"):
        assume(store, PolicyArns=[{"arn": f"arn:aws:iam::{ACME}:policy/NoSuchPolicy"}])


def test_tags_need_their_own_permission_and_reach_the_policies(store):
    tagged = f"arn:aws:iam::{ACME}:role/Tagged"
    tags = [{"Key": "team", "Value": "bills"}]
    session = credentials_of(assume(store, keys("tagger"), tagged, Tags=tags))
    put(store, session, "bills/x.csv")
    with refused("AccessDenied"):
        put(store, session, "other/x.csv")
    with refused("AccessDenied", denied(f"arn:aws:iam::{OTHER}:user/platform", action="sts:TagSession")):
        assume(store, Tags=tags)
    with refused("InvalidParameterValue"):
        assume(store, keys("tagger"), tagged, Tags=tags + [{"Key": "TEAM", "Value": "x"}])


def test_a_chain_of_roles_lasts_an_hour(store):
    following = f"arn:aws:iam::{ACME}:role/Next"
    arn = f"arn:aws:sts::{ACME}:assumed-role/BillingExport/exporter-1"
    # The role's ARN in the trust policy of the same account is enough.
    first = credentials_of(assume(store))
    second = assume(store, first, following, DurationSeconds=3600)
    assert second["AssumedRoleUser"]["Arn"].endswith("assumed-role/Next/exporter-1")
    with refused(
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    ):
        assume(store, first, following, DurationSeconds=3601)
    with refused("AccessDenied", denied(arn, f"arn:aws:iam::{ACME}:role/ForInsider")):
        assume(store, first, f"arn:aws:iam::{ACME}:role/ForInsider")


def test_a_token_must_be_right_and_in_time(world):
    with FakeStore(world=world) as store:
        session = credentials_of(assume(store))
        key_alone = Credentials(session.key, session.secret)
        with refused("InvalidAccessKeyId", status=403):
            put(store, key_alone)
        with refused("InvalidClientTokenId", "The security token included in the request is invalid.", 403):
            sts(store, key_alone).get_caller_identity()
        forged = Credentials(session.key, session.secret, session.token[:-8] + "AAAAAAA=")
        with refused("InvalidToken", "The provided token is malformed or otherwise invalid.", 400):
            put(store, forged)
        with refused("InvalidClientTokenId"):
            sts(store, forged).get_caller_identity()
        with refused("InvalidToken"):
            put(store, Credentials(*[keys("platform").key, keys("platform").secret], session.token))
        with refused("SignatureDoesNotMatch"):
            put(store, Credentials(session.key, "another-secret", session.token))
        store.admin("clock", "POST", {"offsetSeconds": 3590})
        put(store, session)
        store.admin("clock", "POST", {"offsetSeconds": 3600})
        with refused("ExpiredToken", "The provided token has expired.", 400):
            put(store, session)
        with refused("ExpiredToken", "The security token included in the request is expired", 403):
            sts(store, session).get_caller_identity()


def test_a_token_must_be_signed(store):
    session = credentials_of(assume(store))
    message = signed(store, "GET", "/acme-billing/x.csv", credentials=Credentials(session.key, session.secret))
    message.headers.append(("x-amz-security-token", session.token))
    answer = send(store, message)
    assert (answer.status, answer.code) == (403, "AccessDenied")
    assert ("HeadersNotSigned", "x-amz-security-token") in answer.error


def test_sessions_outlive_a_restart(world, tmp_path):
    with FakeStore(world=world, data=tmp_path / "data") as store:
        session = credentials_of(assume(store))
        put(store, session)
        store.kill()
    with FakeStore(world=world, data=tmp_path / "data") as store:
        put(store, session)
        store.admin("reset", "POST")
        with refused("InvalidToken"):
            put(store, session)


def test_a_session_of_the_worlds_file(store):
    given = Credentials("ASIAGIVEN00000000001", "secret-of-given-0123456789", "the-given-token")
    assert sts(store, given).get_caller_identity()["Arn"] == f"arn:aws:sts::{ACME}:assumed-role/Next/given"


def test_a_users_own_session(store):
    answer = sts(store, keys("tagger")).get_session_token(DurationSeconds=900)
    session = credentials_of(answer)
    client = sts(store, session)
    assert client.get_caller_identity()["Arn"] == f"arn:aws:iam::{ACME}:user/tagger"
    with refused("AccessDenied", "Cannot call GetSessionToken with session credentials"):
        client.get_session_token()
    assume(store, session, f"arn:aws:iam::{ACME}:role/Tagged")
    iam = boto3.session.Session().client(
        "iam",
        endpoint_url=store.url,
        region_name=REGION,
        aws_access_key_id=session.key,
        aws_secret_access_key=session.secret,
        aws_session_token=session.token,
    )
    with refused("InvalidClientTokenId"):
        iam.get_user()


def test_refuses_whom_it_does_not_know(store):
    with refused("InvalidClientTokenId", "The security token included in the request is invalid.", 403):
        sts(store, Credentials("AKIAUNKNOWN000000000", "x" * 20)).get_caller_identity()
    with refused("SignatureDoesNotMatch", status=403):
        sts(store, Credentials(keys("insider").key, "x" * 20)).get_caller_identity()


def test_answers_a_get_and_what_it_does_not_know(store):
    def get(query):
        with contextlib.closing(http.client.HTTPConnection(store.host, store.port)) as connection:
            connection.request("GET", f"/?{query}")
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    status, body = get("Action=GetCallerIdentity&Version=2011-06-15")
    assert (status, "<Code>MissingAuthenticationToken</Code>" in body) == (403, True), body
    status, body = get("Action=Nothing&Version=2011-06-15")
    assert status == 400
    assert "<Message>Could not find operation Nothing for version 2011-06-15</Message>" in body
    assert body.startswith('<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender')
    status, body = get("Action=AssumeRoleWithSAML&Version=2011-06-15")
    assert (status, "FakeStore does not model AssumeRoleWithSAML" in body) == (501, True)


def test_faults_strike_here_too(world):
    with FakeStore(world=world) as store:
        store.admin("faults", "POST", {"match": {"operation": "AssumeRole"}, "do": "expire-token"})
        with refused("ExpiredToken", "The security token included in the request is expired", 403):
            assume(store)
        assume(store)
        entry = next(e for e in store.journal(operation="AssumeRole") if e["status"] == 403)
        assert entry["fault"] == "expire-token"
