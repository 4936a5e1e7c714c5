"""Rows become messages of one task each, never larger than the task allows, and none is dropped."""

from hypothesis import given
from hypothesis import strategies as st

from domain.platform.outbox.due import Due
from workers.relay.window import gather

BATCH_OF = {"webhooks.process": 25, "payments.submit": 1}
rows = st.lists(st.sampled_from(sorted(BATCH_OF)), max_size=200).map(
    lambda names: [Due(f"tsk_{n:03}", name, "{}") for n, name in enumerate(names)]
)


@given(rows)
def test_every_row_is_in_one_message_of_its_task(due: list[Due]) -> None:
    hints = gather("q", due, BATCH_OF)
    assert sorted((row_id, h.task) for h in hints for row_id in h.ids) == sorted((d.id, d.task) for d in due)
    assert all(1 <= len(h.ids) <= BATCH_OF[h.task] for h in hints)


def test_a_task_that_this_release_does_not_know_stays_where_it_is() -> None:
    assert gather("q", [Due("tsk_1", "payments.of_the_future", "{}")], BATCH_OF) == []


def test_the_order_of_rows_is_kept() -> None:
    due = [Due(f"tsk_{n:02}", "webhooks.process", "{}") for n in range(30)]
    ids = [row_id for h in gather("q", due, BATCH_OF) for row_id in h.ids]
    assert ids == [d.id for d in due]


def test_a_message_names_its_subjects_and_no_other_argument() -> None:
    args = '{"v":1,"account_id":"acc_%d","kind":"payment.captured","subject_id":"pay_%d","text":"hush","event_id":null}'
    rows = [Due(f"tsk_{n}", "webhooks.process", args % (n, n)) for n in range(5)]
    assert gather("q", rows[:1], BATCH_OF)[0].about == "acc_0 pay_0"
    assert gather("q", rows, BATCH_OF)[0].about == "acc_0 pay_0, acc_1 pay_1, acc_2 pay_2 and 2 more"
    assert gather("q", [Due("tsk_1", "payments.submit", '{"v":1}')], BATCH_OF)[0].about == ""
