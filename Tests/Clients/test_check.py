"""`fakestore check`: exit codes, JSON, standard input, worlds."""

import json
import subprocess

from programs import ROOT, program

GOOD = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::b/*"}]}'
BAD = GOOD.replace("b/*", "b")


def check(*words, text=None):
    return subprocess.run(
        [program("fakestore"), "check", *map(str, words)], input=text, capture_output=True, text=True
    )


def test_exit_tells_whether_there_are_errors(tmp_path):
    file = tmp_path / "p.json"
    file.write_text(GOOD)
    assert check(file).returncode == 0
    file.write_text(BAD)
    answer = check(file)
    assert answer.returncode == 1
    assert f"{file}:1:65: error OBJECT_ACTION_ON_BUCKET_ARN" in answer.stdout


def test_strict_counts_warnings():
    text = GOOD.replace('"Version":"2012-10-17",', "")
    assert check("-", text=text).returncode == 0
    assert check("--strict", "-", text=text).returncode == 1


def test_usage_and_unreadable_files():
    assert check().returncode == 2
    assert check("--kind", "nonsense", "-").returncode == 2
    assert check("/nowhere").returncode == 3


def test_json():
    answer = json.loads(check("--json", "-", text=BAD).stdout)
    assert answer["counts"] == {"error": 1, "security-warning": 0, "warning": 0, "suggestion": 0}
    assert answer["files"][0]["kind"] == "identity"
    finding = answer["files"][0]["findings"][0]
    assert (finding["code"], finding["severity"]) == ("OBJECT_ACTION_ON_BUCKET_ARN", "error")
    assert (finding["line"], finding["column"]) == (1, 65)
    assert finding["path"] == "Statement[0].Action"
    assert finding["instead"] == "`arn:aws:s3:::b/*`"


def test_a_world_has_all_its_documents_checked(tmp_path):
    (tmp_path / "write.json").write_text(GOOD.replace(":b/", ":acme-biling/"))
    trust = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}'
    world = tmp_path / "world.json"
    world.write_text(
        '{"accounts":[{"id":"999988887777","buckets":[{"name":"acme-billing"}],'
        '"roles":[{"name":"R","trustPolicy":' + trust + ',"policies":["write.json"]}]}]}'
    )
    answer = json.loads(check("--json", world).stdout)
    assert [[f["code"] for f in file["findings"]] for file in answer["files"]] == [
        ["ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL"],
        ["UNKNOWN_BUCKET"],
    ]


def test_the_guides_own_documents_raise_no_alarm():
    files = sorted((ROOT / "policies").glob("*.json"))
    assert files
    answer = json.loads(check("--json", *files).stdout)
    assert answer["counts"]["error"] == answer["counts"]["security-warning"] == 0
