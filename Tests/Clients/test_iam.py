"""The IAM calls with which a customer sets up access, by the aws command and by boto3."""

import contextlib
import json

import boto3
import botocore.exceptions
import pytest

import conftest
from conftest import ACME, OTHER, allow, client_of
from programs import REGION, Credentials, FakeStore, write_json

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
WRITE = allow("s3:PutObject", "arn:aws:s3:::acme-billing/*")
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{OTHER}:user/platform"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": "customer-4711"}},
        }
    ],
}
ADMIN = Credentials("AKIAACMEADMIN0000001", "secret-of-admin-0123456789")
PLATFORM = Credentials("AKIAPLATFORM00000001", "secret-of-platform-0123456789")
NOBODY = Credentials("AKIANOBODY0000000001", "secret-of-nobody-0123456789")
WORLD = {
    "accounts": [
        {
            "id": ACME,
            "users": [
                {
                    "name": "admin",
                    "accessKeys": [{"id": ADMIN.key, "secret": ADMIN.secret}],
                    "policies": [ADMINISTRATOR],
                },
                {"name": "nobody", "accessKeys": [{"id": NOBODY.key, "secret": NOBODY.secret}]},
            ],
            "buckets": [{"name": "acme-billing"}],
        },
        {
            "id": OTHER,
            "users": [
                {
                    "name": "platform",
                    "accessKeys": [{"id": PLATFORM.key, "secret": PLATFORM.secret}],
                    "policies": [{"name": "Assume", "document": allow("sts:AssumeRole", "*")}],
                }
            ],
        },
    ]
}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return write_json(tmp_path_factory.mktemp("iam") / "world.json", WORLD)


@pytest.fixture
def store(world):
    with FakeStore(world=world) as running:
        yield running


def client(store, service, credentials=ADMIN):
    return boto3.session.Session().client(
        service,
        endpoint_url=store.url,
        region_name=REGION,
        aws_access_key_id=credentials.key,
        aws_secret_access_key=credentials.secret,
        aws_session_token=credentials.token,
    )


@pytest.fixture
def iam(store):
    return client(store, "iam")


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


def arn(kind, name):
    return f"arn:aws:iam::{ACME}:{kind}/{name}"


def put(store, credentials, key="x.csv"):
    return client_of(store.url, credentials).put_object(Bucket="acme-billing", Key=key, Body=b"a")


def assume(store, role, caller=PLATFORM):
    answer = client(store, "sts", caller).assume_role(
        RoleArn=role, RoleSessionName="exporter-1", ExternalId="customer-4711"
    )["Credentials"]
    return Credentials(answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"])


def test_the_guides_steps_by_the_aws_command(store, tmp_path):
    """Create the policy, create the role, attach, assume, put."""
    customer = conftest.aws_command(store.url, tmp_path, ADMIN)
    write_json(tmp_path / "write.json", WRITE)
    write_json(tmp_path / "trust.json", TRUST)
    policy = customer(
        "iam", "create-policy", "--policy-name", "ExportWrite",
        "--policy-document", f"file://{tmp_path}/write.json", json_output=True,
    )["Policy"]  # fmt: skip
    assert policy["Arn"] == arn("policy", "ExportWrite")
    role = customer(
        "iam", "create-role", "--role-name", "BillingExport",
        "--assume-role-policy-document", f"file://{tmp_path}/trust.json", json_output=True,
    )["Role"]  # fmt: skip
    assert (role["Arn"], role["AssumeRolePolicyDocument"]) == (arn("role", "BillingExport"), TRUST)
    customer("iam", "attach-role-policy", "--role-name", "BillingExport", "--policy-arn", policy["Arn"])
    attached = customer("iam", "list-attached-role-policies", "--role-name", "BillingExport", json_output=True)
    assert attached["AttachedPolicies"] == [{"PolicyName": "ExportWrite", "PolicyArn": policy["Arn"]}]

    platform = conftest.aws_command(store.url, tmp_path, PLATFORM)
    assume_role = ("sts", "assume-role", "--role-arn", role["Arn"], "--role-session-name", "exporter-1")
    assert "(AccessDenied)" in platform(*assume_role, fails=True)
    answer = platform(*assume_role, "--external-id", "customer-4711", json_output=True)["Credentials"]
    session = conftest.aws_command(
        store.url, tmp_path, Credentials(answer["AccessKeyId"], answer["SecretAccessKey"])
    )
    token = {"AWS_SESSION_TOKEN": answer["SessionToken"]}
    who = session("sts", "get-caller-identity", json_output=True, **token)
    assert who["Arn"] == f"arn:aws:sts::{ACME}:assumed-role/BillingExport/exporter-1"
    for action, decision in (("s3:PutObject", "allowed"), ("s3:GetObject", "implicitDeny")):
        answer = customer(
            "iam", "simulate-principal-policy", "--policy-source-arn", role["Arn"], "--action-names", action,
            "--resource-arns", "arn:aws:s3:::acme-billing/x.csv", json_output=True,
        )  # fmt: skip
        assert [r["EvalDecision"] for r in answer["EvaluationResults"]] == [decision]
    (tmp_path / "bill.csv").write_bytes(b"a,b\n")
    put_object = ("s3api", "put-object", "--bucket", "acme-billing", "--key", "x.csv", "--body", tmp_path / "bill.csv")
    session(*put_object, **token)
    said = session("s3", "ls", "s3://acme-billing", fails=True, **token)
    assert "(AccessDenied)" in said and "s3:ListBucket" in said
    # The world as it is now is a world file again.
    world = store.admin("world?secrets=true")
    again = write_json(tmp_path / "again.json", world)
    with FakeStore(world=again) as other:
        put(other, assume(other, role["Arn"]))


def test_users_and_their_keys(store, iam):
    made = iam.create_user(UserName="bob", Path="/team/", Tags=[{"Key": "team", "Value": "bills"}])["User"]
    assert made["Arn"] == arn("user", "team/bob") and made["UserId"].startswith("AIDA")
    assert made["Tags"] == [{"Key": "team", "Value": "bills"}]
    with refused("EntityAlreadyExists", "User with name BOB already exists.", 409):
        iam.create_user(UserName="BOB")
    assert [u["UserName"] for u in iam.list_users()["Users"]] == ["admin", "bob", "nobody"]
    assert [u["UserName"] for u in iam.list_users(PathPrefix="/team/")["Users"]] == ["bob"]
    pages = iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 1})
    assert [u["UserName"] for page in pages for u in page["Users"]] == ["admin", "bob", "nobody"]

    key = iam.create_access_key(UserName="bob")["AccessKey"]
    bob = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
    assert bob.key.startswith("AKIA") and len(bob.secret) == 40
    assert client(store, "sts", bob).get_caller_identity()["Arn"] == made["Arn"]
    with refused("AccessDenied"):
        put(store, bob)
    iam.put_user_policy(UserName="bob", PolicyName="Write", PolicyDocument=json.dumps(WRITE))
    put(store, bob)
    assert iam.get_user_policy(UserName="bob", PolicyName="Write")["PolicyDocument"] == WRITE
    assert iam.list_user_policies(UserName="bob")["PolicyNames"] == ["Write"]

    iam.create_access_key(UserName="bob")
    with refused("LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2", 409):
        iam.create_access_key(UserName="bob")
    iam.update_access_key(UserName="bob", AccessKeyId=bob.key, Status="Inactive")
    with refused("InvalidAccessKeyId"):
        put(store, bob)
    with refused("DeleteConflict", "Cannot delete entity, must delete policies first."):
        iam.delete_user(UserName="bob")
    iam.delete_user_policy(UserName="bob", PolicyName="Write")
    with refused("DeleteConflict", "Cannot delete entity, must delete access keys first."):
        iam.delete_user(UserName="bob")
    for entry in iam.list_access_keys(UserName="bob")["AccessKeyMetadata"]:
        iam.delete_access_key(UserName="bob", AccessKeyId=entry["AccessKeyId"])
    iam.delete_user(UserName="bob")
    with refused("NoSuchEntity", "The user with name bob cannot be found.", 404):
        iam.get_user(UserName="bob")
    assert iam.get_user()["User"]["UserName"] == "admin"


def test_roles(store, iam):
    role = iam.create_role(
        RoleName="R",
        Path="/service/",
        AssumeRolePolicyDocument=json.dumps(TRUST),
        Description="exports",
        MaxSessionDuration=7200,
    )["Role"]
    assert role["RoleId"].startswith("AROA")
    assert iam.get_role(RoleName="R")["Role"]["MaxSessionDuration"] == 7200
    iam.update_role(RoleName="R", Description="writes", MaxSessionDuration=3600)
    got = iam.get_role(RoleName="R")["Role"]
    assert (got["Description"], got["MaxSessionDuration"]) == ("writes", 3600)
    assert [r["RoleName"] for r in iam.list_roles(PathPrefix="/service/")["Roles"]] == ["R"]
    iam.put_role_policy(RoleName="R", PolicyName="Write", PolicyDocument=json.dumps(WRITE))
    session = assume(store, role["Arn"])
    put(store, session)
    # What is changed counts for sessions that run.
    iam.put_role_policy(RoleName="R", PolicyName="Write", PolicyDocument=json.dumps(allow("s3:GetObject", "*")))
    with refused("AccessDenied"):
        put(store, session)
    open_trust = {**TRUST["Statement"][0], "Principal": {"AWS": ACME}}
    iam.update_assume_role_policy(
        RoleName="R", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": open_trust})
    )
    with refused("AccessDenied"):
        assume(store, role["Arn"])
    assume(store, role["Arn"], ADMIN)


def test_a_role_made_again_is_another(store, iam):
    first = iam.create_role(RoleName="R", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    iam.put_role_policy(RoleName="R", PolicyName="Write", PolicyDocument=json.dumps(WRITE))
    trusting = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": first["Arn"]}, "Action": "sts:AssumeRole"}],
    }
    iam.create_role(RoleName="Second", AssumeRolePolicyDocument=json.dumps(trusting))
    session = assume(store, first["Arn"])
    put(store, session)
    with refused("DeleteConflict", "Cannot delete entity, must delete policies first."):
        iam.delete_role(RoleName="R")
    iam.delete_role_policy(RoleName="R", PolicyName="Write")
    iam.delete_role(RoleName="R")
    document = iam.get_role(RoleName="Second")["Role"]["AssumeRolePolicyDocument"]
    assert document["Statement"][0]["Principal"] == {"AWS": first["RoleId"]}
    again = iam.create_role(RoleName="R", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    iam.put_role_policy(RoleName="R", PolicyName="Write", PolicyDocument=json.dumps(WRITE))
    assert again["Arn"] == first["Arn"] and again["RoleId"] != first["RoleId"]
    with refused("InvalidToken"):
        put(store, session)
    with refused("AccessDenied"):
        assume(store, arn("role", "Second"), assume(store, again["Arn"]))


def test_managed_policies_and_their_versions(store, iam):
    iam.create_role(RoleName="R", AssumeRolePolicyDocument=json.dumps(TRUST))
    policy = iam.create_policy(PolicyName="P", Path="/team/", PolicyDocument=json.dumps(allow("s3:GetObject", "*")))
    policy = policy["Policy"]["Arn"]
    assert policy == arn("policy", "team/P")
    iam.attach_role_policy(RoleName="R", PolicyArn=policy)
    iam.attach_role_policy(RoleName="R", PolicyArn=policy)
    session = assume(store, arn("role", "R"))
    with refused("AccessDenied"):
        put(store, session)
    made = iam.create_policy_version(PolicyArn=policy, PolicyDocument=json.dumps(WRITE), SetAsDefault=True)
    assert (made["PolicyVersion"]["VersionId"], made["PolicyVersion"]["IsDefaultVersion"]) == ("v2", True)
    put(store, session)
    iam.set_default_policy_version(PolicyArn=policy, VersionId="v1")
    with refused("AccessDenied"):
        put(store, session)
    got = iam.get_policy(PolicyArn=policy)["Policy"]
    assert (got["DefaultVersionId"], got["AttachmentCount"]) == ("v1", 1)
    assert iam.get_policy_version(PolicyArn=policy, VersionId="v2")["PolicyVersion"]["Document"] == WRITE
    assert [v["VersionId"] for v in iam.list_policy_versions(PolicyArn=policy)["Versions"]] == ["v2", "v1"]
    for _ in range(3):
        iam.create_policy_version(PolicyArn=policy, PolicyDocument=json.dumps(WRITE))
    with refused("LimitExceeded"):
        iam.create_policy_version(PolicyArn=policy, PolicyDocument=json.dumps(WRITE))
    with refused("DeleteConflict", "Cannot delete the default version of a policy."):
        iam.delete_policy_version(PolicyArn=policy, VersionId="v1")
    with refused("DeleteConflict", "Cannot delete a policy attached to entities."):
        iam.delete_policy(PolicyArn=policy)
    assert [r["RoleName"] for r in iam.list_entities_for_policy(PolicyArn=policy)["PolicyRoles"]] == ["R"]
    iam.detach_role_policy(RoleName="R", PolicyArn=policy)
    with refused("NoSuchEntity", f"Policy {policy} was not found."):
        iam.detach_role_policy(RoleName="R", PolicyArn=policy)
    for version in ["v2", "v3", "v4", "v5"]:
        iam.delete_policy_version(PolicyArn=policy, VersionId=version)
    assert iam.create_policy_version(PolicyArn=policy, PolicyDocument=json.dumps(WRITE))["PolicyVersion"][
        "VersionId"
    ] == "v6", "numbers are never used again"
    iam.delete_policy_version(PolicyArn=policy, VersionId="v6")
    iam.delete_policy(PolicyArn=policy)
    with refused("NoSuchEntity"):
        iam.get_policy(PolicyArn=policy)
    assert [p["Arn"] for p in iam.list_policies(Scope="Local")["Policies"]] == []
    assert ADMINISTRATOR in [p["Arn"] for p in iam.list_policies(OnlyAttached=True)["Policies"]]


def test_groups(store, iam):
    iam.create_group(GroupName="writers")
    iam.put_group_policy(GroupName="writers", PolicyName="Write", PolicyDocument=json.dumps(WRITE))
    with refused("AccessDenied"):
        put(store, NOBODY)
    iam.add_user_to_group(GroupName="writers", UserName="nobody")
    put(store, NOBODY)
    assert [u["UserName"] for u in iam.get_group(GroupName="writers")["Users"]] == ["nobody"]
    assert [g["GroupName"] for g in iam.list_groups_for_user(UserName="nobody")["Groups"]] == ["writers"]
    with refused("DeleteConflict", "Cannot delete entity, must remove users from group first."):
        iam.delete_group(GroupName="writers")
    iam.remove_user_from_group(GroupName="writers", UserName="nobody")
    with refused("AccessDenied"):
        put(store, NOBODY)
    iam.attach_group_policy(GroupName="writers", PolicyArn=ADMINISTRATOR)
    iam.detach_group_policy(GroupName="writers", PolicyArn=ADMINISTRATOR)
    iam.delete_group_policy(GroupName="writers", PolicyName="Write")
    iam.delete_group(GroupName="writers")
    assert iam.list_groups()["Groups"] == []


def test_permissions_boundaries(store, iam):
    iam.create_policy(PolicyName="Most", PolicyDocument=json.dumps(allow("s3:*", "arn:aws:s3:::acme-billing/a/*")))
    most = arn("policy", "Most")
    iam.put_user_policy(UserName="nobody", PolicyName="Write", PolicyDocument=json.dumps(WRITE))
    put(store, NOBODY, "b/x.csv")
    iam.put_user_permissions_boundary(UserName="nobody", PermissionsBoundary=most)
    put(store, NOBODY, "a/x.csv")
    with refused(
        "AccessDenied",
        f'User: {arn("user", "nobody")} is not authorized to perform: s3:PutObject on resource: '
        '"arn:aws:s3:::acme-billing/b/x.csv" because no permissions boundary allows the s3:PutObject action',
    ):
        put(store, NOBODY, "b/x.csv")
    boundary = iam.get_user(UserName="nobody")["User"]["PermissionsBoundary"]
    assert boundary == {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": most}
    assert iam.get_policy(PolicyArn=most)["Policy"]["PermissionsBoundaryUsageCount"] == 1
    with refused("DeleteConflict"):
        iam.delete_policy(PolicyArn=most)
    iam.delete_user_permissions_boundary(UserName="nobody")
    put(store, NOBODY, "b/x.csv")
    iam.create_role(RoleName="R", AssumeRolePolicyDocument=json.dumps(TRUST), PermissionsBoundary=most)
    iam.attach_role_policy(RoleName="R", PolicyArn=ADMINISTRATOR)
    session = assume(store, arn("role", "R"))
    put(store, session, "a/x.csv")
    with refused("AccessDenied"):
        put(store, session, "b/x.csv")


def test_refuses_documents_in_iams_words(iam):
    def create(document):
        text = document if isinstance(document, str) else json.dumps(document)
        return iam.create_policy(PolicyName="P", PolicyDocument=text)

    with refused("MalformedPolicyDocument", "Policy document must be version 2012-10-17 or greater."):
        create({k: v for k, v in WRITE.items() if k != "Version"})
    with refused("MalformedPolicyDocument", "Syntax errors in policy."):
        create('{"Version": "2012-10-17",')
    with refused("LimitExceeded", "Cannot exceed quota for PolicySize: 6144"):
        create(allow("s3:PutObject", [f"arn:aws:s3:::{'a' * 55}{i}/*" for i in range(100)]))
    with refused("MalformedPolicyDocument", "This policy contains invalid Json"):
        iam.create_role(RoleName="R", AssumeRolePolicyDocument="{")
    gone = {**TRUST["Statement"][0], "Principal": {"AWS": arn("user", "gone")}}
    with refused("MalformedPolicyDocument", f'Invalid principal in policy: "AWS":"{arn("user", "gone")}"'):
        iam.create_role(
            RoleName="R", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [gone]})
        )
    with refused("LimitExceeded", "Maximum policy size of 2048 bytes exceeded for user nobody"):
        iam.put_user_policy(
            UserName="nobody",
            PolicyName="P",
            PolicyDocument=json.dumps(allow("s3:PutObject", [f"arn:aws:s3:::{'a' * 50}{i}/*" for i in range(30)])),
        )


def test_asks_for_permission(store):
    nobody = client(store, "iam", NOBODY)
    user = arn("user", "nobody")
    with refused(
        "AccessDenied",
        f"User: {user} is not authorized to perform: iam:CreateUser on resource: {arn('user', 'x')} because no "
        "identity-based policy allows the iam:CreateUser action",
        403,
    ):
        nobody.create_user(UserName="x")
    entry = store.journal(operation="CreateUser")[-1]
    assert (entry["dialect"], entry["principal"], entry["decision"]) == ("iam", user, "implicitDeny")
    # Whether it exists or not is told only to those who may ask.
    with refused("AccessDenied"):
        nobody.get_role(RoleName="there-is-no-such-role")
    assert "AccessDenied" in store.stderr() or "403 CreateUser" in store.stderr()


def test_what_iam_made_outlives_a_crash(world, tmp_path):
    with FakeStore(world=world, data=tmp_path / "data") as store:
        iam = client(store, "iam")
        role = iam.create_role(RoleName="R", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
        iam.put_role_policy(RoleName="R", PolicyName="Write", PolicyDocument=json.dumps(WRITE))
        store.kill()
    with FakeStore(world=world, data=tmp_path / "data") as store:
        iam = client(store, "iam")
        assert iam.get_role(RoleName="R")["Role"] == role
        put(store, assume(store, role["Arn"]))
        other = iam.create_role(RoleName="Other", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
        assert other["RoleId"] != role["RoleId"]
        store.admin("reset", "POST")
        assert iam.list_roles()["Roles"] == []


def test_tags(iam):
    iam.tag_user(UserName="nobody", Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    iam.tag_user(UserName="nobody", Tags=[{"Key": "A", "Value": "3"}])
    iam.untag_user(UserName="nobody", TagKeys=["b"])
    assert iam.list_user_tags(UserName="nobody")["Tags"] == [{"Key": "A", "Value": "3"}]


def results(answer):
    return [(r["EvalActionName"], r["EvalResourceName"], r["EvalDecision"]) for r in answer["EvaluationResults"]]


def test_simulates_what_a_role_may(store, iam, tmp_path):
    iam.create_role(RoleName="R", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName="R", PolicyName="Write", PolicyDocument=json.dumps(WRITE))
    bill = "arn:aws:s3:::acme-billing/x.csv"
    # By the aws command, as the guide has it.
    said = conftest.aws_command(store.url, tmp_path, ADMIN)(
        "iam", "simulate-principal-policy", "--policy-source-arn", arn("role", "R"),
        "--action-names", "s3:PutObject", "s3:GetObject", "--resource-arns", bill, json_output=True,
    )  # fmt: skip
    assert results(said) == [("s3:PutObject", bill, "allowed"), ("s3:GetObject", bill, "implicitDeny")]
    matched = said["EvaluationResults"][0]["MatchedStatements"]
    assert [(m["SourcePolicyId"], m["SourcePolicyType"]) for m in matched] == [("role_R_Write", "role")]
    text = json.dumps(WRITE)
    start, end = matched[0]["StartPosition"], matched[0]["EndPosition"]
    assert (start["Line"], end["Line"]) == (1, 1)
    assert json.loads(text[start["Column"] - 1 : end["Column"] - 1]) == WRITE["Statement"][0]

    # A bucket's policy for a role, which AWS's simulator does not take.
    closed = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"{bill}"}],
    }
    denied = iam.simulate_principal_policy(
        PolicySourceArn=arn("role", "R"),
        ActionNames=["s3:PutObject"],
        ResourceArns=[bill],
        ResourcePolicy=json.dumps(closed),
    )
    assert results(denied) == [("s3:PutObject", bill, "explicitDeny")]
    assert denied["EvaluationResults"][0]["MatchedStatements"][0]["SourcePolicyType"] == "resource"

    # And the role's own trust policy, with and without the external id.
    def trusts(entries, owner=ACME):
        return iam.simulate_principal_policy(
            PolicySourceArn=arn("user", "admin"),
            CallerArn=f"arn:aws:iam::{OTHER}:user/platform",
            ActionNames=["sts:AssumeRole"],
            ResourceArns=[arn("role", "R")],
            ResourcePolicy=json.dumps(TRUST),
            ResourceOwner=owner,
            ContextEntries=entries,
        )["EvaluationResults"][0]

    without = trusts([])
    assert (without["EvalDecision"], without["MissingContextValues"]) == ("implicitDeny", ["sts:ExternalId"])
    given = {"ContextKeyName": "sts:ExternalId", "ContextKeyValues": ["customer-4711"], "ContextKeyType": "string"}
    assert trusts([given])["EvalDecision"] == "allowed"
    with refused("NoSuchEntity", "The role with name None cannot be found."):
        iam.simulate_principal_policy(PolicySourceArn=arn("role", "None"), ActionNames=["s3:PutObject"])


def test_simulates_documents(iam):
    conditional = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "s3:*",
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1", "s3:x-amz-acl": "private"}},
            }
        ],
    }
    answer = iam.simulate_custom_policy(
        PolicyInputList=[json.dumps(WRITE), json.dumps(conditional)],
        PermissionsBoundaryPolicyInputList=[json.dumps(allow("s3:GetObject", "*"))],
        ActionNames=["s3:PutObject", "s3:GetObject"],
        ResourceArns=["arn:aws:s3:::acme-billing/x.csv"],
    )
    put_object, get_object = answer["EvaluationResults"]
    assert put_object["EvalDecision"] == "implicitDeny"
    assert put_object["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    assert (get_object["EvalDecision"], get_object["MissingContextValues"]) == (
        "implicitDeny",
        ["aws:PrincipalOrgID", "s3:x-amz-acl"],
    )
    assert get_object["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": True}
    keys = iam.get_context_keys_for_custom_policy(PolicyInputList=[json.dumps(conditional)])
    assert keys["ContextKeyNames"] == ["aws:PrincipalOrgID", "s3:x-amz-acl"]
    with refused("InvalidInput"):
        iam.simulate_custom_policy(PolicyInputList=["{}"], ActionNames=["s3:PutObject"])
