"""Texts about jobs."""

from domain.announcements.texts.text import Text
from domain.notifications.kinds import Kind

TEXTS = {
    Kind.JOB_INVITED: Text(
        title="You are invited to apply",
        subject="{other} invites you to apply: {job}",
        body="{other} would like you to apply for “{job}” in {city}.",
        action="See the job",
    ),
    Kind.JOB_CANCELLED: Text(
        title="A job was cancelled",
        subject="Cancelled: {job}",
        body="{other} cancelled “{job}”, for which you had applied.",
        action="See the job",
    ),
    Kind.JOB_EXPIRED: Text(
        title="A job has expired",
        subject="Expired: {job}",
        body="Nobody was hired in time for “{job}”. It can be opened again.",
        action="See the job",
    ),
}
