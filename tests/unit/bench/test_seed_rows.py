"""The seeded rows fit each other."""

from __future__ import annotations

from bench.seed.rows import CLIENTS, ID_LENGTH, Size, accounts, applications, bookings, client_of, jobs, made_id

SIZE = Size(jobs=50, bookings=35)


def test_every_booking_belongs_to_a_hired_application_for_an_assigned_job() -> None:
    status = {row["id"]: row["status"] for row in jobs(SIZE)}
    people = {row["id"]: row["role"] for row in accounts(SIZE)}
    applied = {row["id"]: (row["job_id"], row["worker_id"]) for row in applications(SIZE)}
    assert len(status) == 50
    for row in bookings(SIZE):
        assert status[row["job_id"]] == "assigned"
        assert applied[row["application_id"]] == (row["job_id"], row["worker_id"])
        assert (people[row["client_id"]], people[row["worker_id"]]) == ("client", "worker")
        assert row["total_minor"] == row["price_minor"] + row["client_fee_minor"]


def test_a_worker_applies_once_for_a_job() -> None:
    pairs = [(row["job_id"], row["worker_id"]) for row in applications(SIZE)]
    assert len(set(pairs)) == len(pairs) == 35


def test_ids_are_equally_long_and_in_order() -> None:
    ids = [made_id("bkg", n) for n in (0, 9, 10, 2**40)]
    assert {len(i) for i in ids} == {ID_LENGTH}
    assert ids == sorted(ids)
    assert client_of(CLIENTS + 3) == 3
