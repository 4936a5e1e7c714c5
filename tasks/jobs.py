"""The tasks of jobs."""

from datetime import timedelta

from domain.marketplace.jobs import index_anew
from domain.marketplace.jobs.work import Expire, IndexAnew
from domain.marketplace.listings import end
from tasks.declare import database_task

expiry = database_task(Expire, end.expire, batch=25)
new_index = database_task(IndexAnew, index_anew.index_anew, max_runtime=timedelta(seconds=60))
