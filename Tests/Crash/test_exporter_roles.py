"""The exporter in its customers' roles: what it needs, sessions that end under it, and what Verify says of the
mistakes that people make with roles."""

import json

import pytest

import conftest
import flow as flows
from flow import ACCOUNTS, ENVIRONMENT, KEYS, PLATFORM, Flow, bucket_of, stored
from programs import FakeStore, exporter, write_json

EXPORTER = f"arn:aws:iam::{PLATFORM}:user/exporter"
ASSUME = conftest.allow("sts:AssumeRole", "arn:aws:iam::*:role/BillingExport")
SIMULATE = conftest.allow("iam:SimulatePrincipalPolicy", EXPORTER)
LINE = 8_192


def role_of(account):
    return f"arn:aws:iam::{account}:role/BillingExport"


def external_id(account):
    return f"customer-{account}"


def trust(account, principal=EXPORTER, id_=None):
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": id_ or external_id(account)}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def world(platform=(ASSUME,), resource="/*", **trust_options):
    """As in `flow`, without bucket policies: each customer has a role that may put objects, and nothing else."""
    world = flows.world(policies=False)
    world["accounts"][0]["users"][0]["policies"] = list(platform)
    for account in world["accounts"][1:]:
        write = conftest.allow("s3:PutObject", f"arn:aws:s3:::{bucket_of(account['id'])}{resource}")
        account["roles"] = [
            {"name": "BillingExport", "trustPolicy": trust(account["id"], **trust_options), "policies": [write]}
        ]
    return world


def setup(url, accounts, **destination):
    setup = flows.setup(url, accounts, **destination)
    for customer in setup["customers"]:
        account = customer["accounts"][0]
        account |= {"roleArn": role_of(account["id"]), "externalId": external_id(account["id"])}
    return setup


class Roles(Flow):
    def point_to(self, url):
        write_json(self.folder / "setup.json", setup(url, self.accounts, **self.destination))
        self.exporter("apply", self.folder / "setup.json", check=0)


@pytest.fixture
def server(tmp_path):
    with FakeStore(world=write_json(tmp_path / "world.json", world())) as running:
        yield running


def sessions(server):
    """The AssumeRole calls that were granted."""
    return [e for e in server.journal(operation="AssumeRole") if e["status"] == 200]


def test_a_role_that_may_only_put_delivers(tmp_path, server):
    flow = Roles(tmp_path, server)
    code, deliveries = flow.run()
    assert (code, {d["state"] for d in deliveries.values()}) == (0, {"delivered"})
    flow.assert_each_delivered_once()
    puts = [e for e in server.journal(operation="PutObject") if e["status"] == 200]
    assert {e["principal"] for e in puts} == {
        f"arn:aws:sts::{account}:assumed-role/BillingExport/exporter-customer-{i}"
        for i, account in enumerate(ACCOUNTS, 1)
    }
    assert len(sessions(server)) == 3  # one for each role
    code, deliveries = flow.run()
    assert (code, {d["state"] for d in deliveries.values()}) == (0, {"unchanged"})
    assert len(sessions(server)) == 3  # nothing to send: nobody is asked


@pytest.mark.parametrize(
    "operation", ["PutObject", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"]
)
def test_a_session_that_ends_in_the_middle_is_replaced(tmp_path, server, operation):
    lines = 20 if operation == "PutObject" else 17 * (1 << 20) // LINE
    flow = Roles(tmp_path, server, lines, ACCOUNTS[:1], 0 if operation == "PutObject" else LINE)
    server.admin("faults", "POST", {"match": {"operation": operation}, "do": "expire-token"})
    code, deliveries = flow.run()
    assert (code, deliveries["customer-1"]["state"]) == (0, "delivered"), deliveries
    assert len(sessions(server)) == 2
    journal = server.journal(bucket=bucket_of(ACCOUNTS[0]))
    assert [e["operation"] for e in journal if e["code"] == "ExpiredToken"] == [operation]
    # Nothing was done twice: one end that succeeded, and the file is the one that was rendered.
    last = "PutObject" if operation == "PutObject" else "CompleteMultipartUpload"
    assert len([e for e in journal if e["operation"] == last and e["status"] == 200]) == 1
    assert stored(server, ACCOUNTS[0]) == flow.rendered(ACCOUNTS[0])
    assert deliveries["customer-1"]["requests"] == len(journal)


def test_a_busy_sts_is_waited_for(tmp_path, server):
    flow = Roles(tmp_path, server, accounts=ACCOUNTS[:1])
    server.admin("faults", "POST", {"match": {"operation": "AssumeRole", "times": 2}, "do": "error ServiceUnavailable"})
    code, deliveries = flow.run()
    assert (code, deliveries["customer-1"]["state"]) == (0, "delivered")
    assert len(server.journal(operation="AssumeRole")) == 3


def test_secrets_stay_out_of_state_and_answers(tmp_path, server):
    flow = Roles(tmp_path, server)
    said = [flow.exporter(*c, "--json") for c in (["verify"], ["run"], ["status"], ["history"])]
    kept = b"".join(p.read_bytes() for p in flow.state.rglob("*") if p.is_file())
    for secret in (KEYS.secret, KEYS.key, "ASIA"):
        assert secret.encode() not in kept
        assert not any(secret in r.stdout + r.stderr for r in said)


def verified(folder, world_, environment=ENVIRONMENT, change=lambda setup: None):
    """What Verify says of the first customer: the stages by name."""
    with FakeStore(world=write_json(folder / "world.json", world_)) as server:
        document = setup(server.url, ACCOUNTS[:1])
        change(document)
        write_json(folder / "setup.json", document)
        state = folder / "state"
        exporter("apply", folder / "setup.json", state=state, env=environment, check=0)
        result = exporter("verify", "--json", state=state, env=environment)
        (report,) = json.loads(result.stdout)["results"]
        return result.returncode, {stage["stage"]: stage for stage in report["stages"]}


def account_of(document):
    return document["customers"][0]["accounts"][0]


MISTAKES = {
    "M43 another principal": (
        dict(world_=world(principal=f"arn:aws:iam::{ACCOUNTS[1]}:root")),
        "assume", "AccessDenied", "customer", "its Principal names another account",
    ),
    "M44 another external id": (
        dict(world_=world(id_="customer-other")), "assume", "AccessDenied", "customer", "sts:ExternalId is another",
    ),
    "M44 a stray space": (
        dict(world_=world(id_=external_id(ACCOUNTS[0]) + " ")),
        "assume", "AccessDenied", "customer", "capital letters and spaces count",
    ),
    "M44 no external id": (
        dict(world_=world(), change=lambda s: account_of(s).pop("externalId")),
        "assume", "AccessDenied", "platform", "the set-up has none",
    ),
    "M45 the caller may not": (
        dict(world_=world(platform=[SIMULATE])), "assume", "AccessDenied", "platform", "do not allow sts:AssumeRole",
    ),
    "M43, and the platform may see that it may": (
        dict(world_=world(platform=[ASSUME, SIMULATE], principal=f"arn:aws:iam::{ACCOUNTS[1]}:root")),
        "assume", "AccessDenied", "customer", "its Principal names another account",
    ),
    "M46 too long": (
        dict(world_=world(), change=lambda s: s["platform"]["aws"].update(roleSessionSeconds=7200)),
        "assume", "ValidationError", "platform", "longer than the role allows",
    ),
    "a wrong secret": (
        dict(world_=world(), environment=ENVIRONMENT | {"SK": "another-secret-0123456789"}),
        "identity", "SignatureDoesNotMatch", "platform", "the secret is not",
    ),
    "an unknown key": (
        dict(world_=world(), environment=ENVIRONMENT | {"AK": "AKIAUNKNOWN000000001"}),
        "identity", "InvalidClientTokenId", "platform", "does not know the platform's access key",
    ),
    "M01 no /* in the role's policy": (
        dict(world_=world(resource="")), "write", "AccessDenied", "customer", "its Resource lacks `/*`",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_verify_names_the_mistake_first(tmp_path, mistake):
    arguments, name, code, who, words = MISTAKES[mistake]
    status, stages = verified(tmp_path, **arguments)
    failed = [s["stage"] for s in stages.values() if s["outcome"] == "failed"]
    assert (status, failed) == (1, [name]), stages
    first = stages[name]["causes"][0]
    assert (stages[name]["code"], first["who"]) == (code, who), stages[name]
    assert words in first["cause"]


def test_a_missing_role_is_among_the_causes(tmp_path):
    """STS has the same sentence for it, so it can't be the only one."""
    _, stages = verified(
        tmp_path, world(), change=lambda s: account_of(s).update(roleArn=role_of(ACCOUNTS[0]) + "s")
    )
    assert any("there is no such role" in c["cause"] for c in stages["assume"]["causes"])
    assert "get-role" in stages["assume"]["question"]


def test_what_is_proved_of_our_own_side_is_not_suspected(tmp_path):
    _, stages = verified(tmp_path, world(platform=[ASSUME, SIMULATE], id_="customer-other"))
    causes = [c["cause"] for c in stages["assume"]["causes"]]
    assert not any("do not allow sts:AssumeRole" in cause for cause in causes), causes


def test_verify_passes_in_the_role(tmp_path):
    status, stages = verified(tmp_path, world())
    assert status == 0
    assert stages["assume"]["message"] == (
        f"arn:aws:sts::{ACCOUNTS[0]}:assumed-role/BillingExport/exporter-customer-1"
    )
    # Without s3:GetObject files can't be replaced, and within one account the role's own policy would allow it.
    (cause,) = stages["replace"]["causes"]
    assert cause["place"] == f"policy of {role_of(ACCOUNTS[0])}"
