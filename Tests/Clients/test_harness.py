"""The judges judge themselves: what the other tests take for granted about their own tools."""

import csv
import io

import bill
import programs


def test_bills_agree_with_themselves():
    accounts = ["111122223333", "444455556666"]
    content = bill.make_bill(accounts, 50)
    items, totals = bill.line_items(content)
    assert len(items) == 100
    in_cents = lambda rows: sum(int(row["UnBlendedCost"].replace(".", "").ljust(1)) for row in rows)  # noqa: E731
    assert in_cents(items) == in_cents(totals["AccountTotal"])
    assert totals["InvoiceTotal"][0]["UnBlendedCost"] == totals["StatementTotal"][0]["UnBlendedCost"]
    assert {len(row) for row in csv.reader(io.StringIO(content.decode()))} == {len(bill.COLUMNS)}


def test_the_developers_settings_do_not_reach_the_clients(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    environment = programs.client_environment("http://127.0.0.1:1", programs.ADMIN, "/nowhere")
    assert "AWS_PROFILE" not in environment
    assert environment["AWS_EC2_METADATA_DISABLED"] == "true"
