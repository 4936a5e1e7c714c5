"""Who may do what: every operation of the API, and what becomes of it for each who tries.

A row is an operation (its ``operation_id``), the things of :mod:`tests.integration.web.matrix.world` that its path
names, and a status for each column.  An operation may have several rows, of different things.

======== ================================================================================================
nobody   without a token
charlie  a client, a stranger to the thing
dave     a worker, a stranger to the thing
alice    the client whose job, application, booking, payment or notification it is
bob      the worker who applied and, where there is a booking, was hired
carol    a worker who applied for the same job and was not hired
ada      an admin
robot    a service token: an operator's program, which is an admin and nothing else
======== ================================================================================================

Where ``nobody`` has 401, whoever has 2xx, 409 or 422 is tried again with a token that has expired, after signing out,
and suspended: 401, 401, 403, whatever the operation.  403 is for the wrong kind of person, 404 for the right kind
who is no party.
"""

from __future__ import annotations

from dataclasses import dataclass

COLUMNS = ("nobody", "charlie", "dave", "alice", "bob", "carol", "ada", "robot")

TABLE = """
operation                 of                    nobody charlie dave alice bob carol ada robot

register                  -                        202     202  202   202 202   202 202   202
login                     -                        200     200  200   200 200   200 200   200
refresh                   -                        200     200  200   200 200   200 200   200
forgot_password           -                        202     202  202   202 202   202 202   202
reset_password            -                        204     204  204   204 204   204 204   204
verify_email              -                        204     204  204   204 204   204 204   204
log_out                   -                        401     204  204   204 204   204 204   403
log_out_everywhere        -                        401     204  204   204 204   204 204   403
change_password           -                        401     200  200   200 200   200 200   403
resend_verification       -                        401     202  202   202 202   202 202   403
deactivate_me             -                        401     204  204   409 409   204 204   403
show_me                   -                        401     200  200   200 200   200 200   200
edit_me                   -                        401     200  200   200 200   200 200   200

list_workers              -                        200     200  200   200 200   200 200   200
show_worker               bob                      200     200  200   200 200   200 200   200
list_worker_reviews       bob                      200     200  200   200 200   200 200   200
list_client_reviews       alice                    200     200  200   200 200   200 200   200

list_categories           -                        200     200  200   200 200   200 200   200
list_jobs                 -                        200     200  200   200 200   200 200   200
post_job                  -                        401     201  403   201 403   403 403   403
show_job                  open_job                 200     200  200   200 200   200 200   200
show_job                  draft                    404     404  404   200 404   404 404   404
edit_job                  open_job                 401     404  403   200 403   403 403   403
publish_job               draft                    401     404  403   200 403   403 403   403
publish_job               open_job                 401     404  403   409 403   403 403   403
cancel_job                open_job                 401     404  403   200 403   403 403   403
list_my_jobs              -                        401     200  403   200 403   403 403   403
list_matching_jobs        -                        401     403  200   403 200   200 403   403
invite                    open_job                 401     404  403   201 403   403 403   403
list_my_invitations       -                        401     403  200   403 200   200 403   403

apply                     open_job                 401     403  201   403 201   201 403   403
apply                     bargained_job            401     403  201   403 409   409 403   403
apply                     draft                    401     403  404   403 404   404 403   403
list_applications         bargained_job            401     404  404   200 404   404 404   404
list_my_applications      -                        401     403  200   403 200   200 403   403
show_application          application              401     404  404   200 200   404 404   404
withdraw_application      application              401     403  404   403 200   404 403   403
shortlist_application     application              401     404  403   200 403   403 403   403
decline_application       application              401     404  403   200 403   403 403   403
quote                     application              401     404  403   200 403   403 403   403
hire                      application              401     404  403   201 403   403 403   403
list_offers               application              401     404  404   200 200   404 404   404
make_offer                application              401     404  404   201 201   404 404   404
accept_offer              application/offer        401     404  404   200 403   404 404   404
accept_offer              other_application/offer  401     404  404   404 404   404 404   404

list_messages             application              401     404  404   200 200   404 404   404
write_message             application              401     404  404   201 201   404 404   404
read_messages             application              401     404  404   200 200   404 404   404
list_booking_messages     funded                   401     404  404   200 200   404 404   404
write_booking_message     funded                   401     404  404   201 201   404 404   404
read_booking_messages     funded                   401     404  404   200 200   404 404   404
list_threads              -                        401     200  200   200 200   200 200   200
count_unread              -                        401     200  200   200 200   200 200   200

list_bookings             -                        401     200  200   200 200   200 200   200
show_booking              funded                   401     404  404   200 200   404 404   404
show_timeline             funded                   401     404  404   200 200   404 404   404
start_booking             funded                   401     403  404   403 200   404 403   403
complete_booking          begun                    401     403  404   403 200   404 403   403
complete_booking          funded                   401     403  404   403 409   404 403   403
request_changes           completed                401     404  403   200 403   403 403   403
request_changes           funded                   401     404  403   409 403   403 403   403
approve_booking           completed                401     404  403   200 403   403 403   403
approve_booking           funded                   401     404  403   409 403   403 403   403
cancel_booking            funded                   401     404  404   200 200   404 404   404
report_no_show            funded                   401     404  404   200 200   404 404   404
list_reschedules          funded                   401     404  404   200 200   404 404   404
propose_reschedule        funded                   401     404  404   201 201   404 404   404
accept_reschedule         funded                   401     404  404   200 403   404 404   404
refuse_reschedule         funded                   401     404  404   200 403   404 404   404

pay                       -                        401     404  403   202 403   403 403   403
list_payments             -                        401     200  403   200 403   403 403   403
show_payment              payment                  401     404  404   200 404   404 404   404
list_refunds              cancelled                401     404  404   200 404   404 404   404
show_refund               refund                   401     404  404   200 404   404 404   404

show_earnings             -                        401     403  200   403 200   200 403   403
list_payouts              -                        401     403  200   403 200   200 403   403
show_payout               payout                   401     404  404   404 200   404 404   404
retry_payout              payout                   401     403  404   403 202   404 403   403
show_payout_account       -                        401     403  404   403 200   404 403   403
ask_for_payout_account    -                        401     403  202   403 200   202 403   403
ask_for_onboarding_link   -                        401     403  404   403 202   404 403   403

write_review              approved                 401     404  404   201 201   404 404   404
show_booking_reviews      reviewed                 401     404  404   200 200   404 404   404
report_review             review                   401     201  201   403 201   201 201   201
report_review             hidden_review            401     404  404   404 404   404 404   404

list_notifications        -                        401     200  200   200 200   200 200   200
count_unread_notifications -                       401     200  200   200 200   200 200   200
read_notification         notification             401     404  404   200 404   404 404   404
read_all_notifications    -                        401     200  200   200 200   200 200   200

suspend_account           frank                    401     403  403   403 403   403 200   200
reinstate_account         grace                    401     403  403   403 403   403 200   200
list_reports              -                        401     403  403   403 403   403 200   200
dismiss_report            report                   401     403  403   403 403   403 204   204
hide_review               review                   401     403  403   403 403   403 200   200
restore_review            hidden_review            401     403  403   403 403   403 200   200

stripe_webhook            -                        400     400  400   400 400   400 400   400
stripe_connect_webhook    -                        400     400  400   400 400   400 400   400
sendgrid_webhook          -                        400     400  400   400 400   400 400   400
home                      -                        200     200  200   200 200   200 200   200
health                    -                        200     200  200   200 200   200 200   200
live                      -                        200     200  200   200 200   200 200   200
ready                     -                        200     200  200   200 200   200 200   200
"""


@dataclass(frozen=True, slots=True)
class Row:
    """``things`` fill the parameters of the path, in its order."""

    operation: str
    things: tuple[str, ...]
    expected: dict[str, int]

    def __str__(self) -> str:
        return "-".join([self.operation, *self.things])


def _read(table: str) -> list[Row]:
    head, *lines = [line.split() for line in table.splitlines() if line.strip()]
    assert head == ["operation", "of", *COLUMNS], head
    rows = []
    for operation, things, *statuses in lines:
        assert len(statuses) == len(COLUMNS), (operation, "has a column too few or too many")
        expected = dict(zip(COLUMNS, map(int, statuses), strict=True))
        rows.append(Row(operation, () if things == "-" else tuple(things.split("/")), expected))
    assert len({str(row) for row in rows}) == len(rows), "a row stands there twice"
    return rows


ROWS = _read(TABLE)
