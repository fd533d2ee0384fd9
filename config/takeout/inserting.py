"""Writing the rows of an export that are new to an account, in one transaction."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import uuid4

from django.core.serializers.base import DeserializedObject
from django.db.models import QuerySet

from capture.models import Alias, Memo, Tombstone, UnseenOriginal, User
from capture.services.deduplication import keyed_sha256
from config.takeout.core.rows import ROWS
from config.takeout.core.zip_reader import ZipReader
from config.takeout.merging import MergePlan
from config.takeout.tables import ACCOUNT_COLUMNS, TABLES, Values, model_columns
from insights.models import AllKnown, Arrangement, DigestPlan, NoQuestion, ReviewPlan
from insights.services.correction_log import bump_version

BATCH_ROWS = 200
OWNED_BY = {"edits": "by_id", "decisions": None}
"""The column that says whose a row is, where it is not `user_id`; decisions are their review's."""
DATED_BY_ITSELF = {"topics", "edits", "corrections", "vocabulary"}
"""Tables with a column that is now whenever a row is made."""


def insert_rows(user: User, reader: ZipReader, plan: MergePlan) -> dict[str, int]:
    """Write what is new, and return how many rows of each file. The caller holds a transaction around it."""
    bump_version(user.pk)
    arranged = Arrangement.objects.values_list("version", flat=True).get(user=user)
    Memo.objects.hidden(user).filter(pk__in=plan.known["memos"].values()).update(deleted_at=None)
    counts = {}
    for name in TABLES:
        counts[name] = 0
        for rows in reader.batches(name, BATCH_ROWS):
            some = list(_new_rows(user, plan, name, rows))
            _insert(name, [instance for instance, _row in some], arranged)
            _insert_beside(user, plan, name, some)
            counts[name] += len(some)
    if plan.is_empty_account:
        _set_account(user, next(iter(reader.rows("account"))))
    if plan.new["ideas"]:
        # What compares ideas looks whether all have a vector of its model: these have none yet.
        Arrangement.objects.filter(user=user).update(vector_model="")
    return counts


def _new_rows(user: User, plan: MergePlan, name: str, rows: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    model = TABLES[name].model
    columns = model_columns(model)
    for row in rows:
        if not plan.is_wanted(name, row) or (references := plan.references(name, row)) is None:
            continue
        told = {field: getattr(row, field) for field in ROWS[name].model_fields if field in columns}
        values: Values = {columns[field].attname: value for field, value in (told | references).items()}
        if "id" in told:
            values["id"] = plan.new[name][told["id"]]
        if (owner := OWNED_BY.get(name, "user_id")) is not None:
            values[owner] = user.pk
        yield model(**values | _made_here(plan, name, row)), row


def _made_here(plan: MergePlan, name: str, row: Any) -> Values:
    """Return the columns that are told by no row of an export."""
    if name == "memos":
        client_id = f"brought~{uuid4()}" if row.client_id in plan.taken_client_ids else row.client_id
        came = row.date_as_came.model_dump(mode="json") if row.date_as_came else None
        return {"path": plan.new_paths[row.id], "client_id": client_id, "date_as_came": came}
    if name == "transcripts":
        memo = plan.memos[row.memo]
        return {"due": row.finished_at, "received_at": memo.received_at, "archive": memo.archive}
    return {}


def _insert(name: str, instances: list[Any], arranged: int) -> None:
    """Write rows. By which words ideas are found is written afterwards, in the background: it takes longer than all."""
    if name == "ideas":
        for instance in instances:
            instance.arranged = arranged
    if name in DATED_BY_ITSELF:
        for instance in instances:
            DeserializedObject(instance).save(force_insert=True)
    else:
        QuerySet(TABLES[name].model).bulk_create(instances)


def _insert_beside(user: User, plan: MergePlan, name: str, some: list[tuple[Any, Any]]) -> None:
    """Write rows of other tables that a row of an export holds as well."""
    if name == "memos":
        _insert_aliases(user, plan, some)
        UnseenOriginal.objects.bulk_create(UnseenOriginal(memo=made) for made, row in some if row.id in plan.unseen)
    if name == "transcripts":
        NoQuestion.objects.bulk_create(NoQuestion(transcript_id=made.pk) for made, row in some if row.asks_nothing)
        AllKnown.objects.bulk_create(AllKnown(transcript_id=made.pk) for made, row in some if row.brings_nothing)


def _insert_aliases(user: User, plan: MergePlan, some: list[tuple[Memo, Any]]) -> None:
    """Write the other ids of recordings. What was deleted here once and comes with an export is wanted back."""
    ids = [(made, one) for made, row in some for one in row.aliases if one not in plan.taken_client_ids]
    Alias.objects.bulk_create(Alias(user=user, client_id=one, memo=made) for made, one in ids)
    buried = Tombstone.objects.filter(user=user)
    buried.filter(client_id__in=[made.client_id for made, _row in some] + [one for _made, one in ids]).delete()
    buried.filter(sha256_keyed__in=[keyed_sha256(made.sha256) for made, _row in some]).delete()


def _set_account(user: User, row: Any) -> None:
    """Take over what a person had set where they come from. The mail stays off until they turn it on here."""
    User.objects.filter(pk=user.pk).update(**{name: getattr(row, name) for name in ACCOUNT_COLUMNS})
    if row.dial is not None:
        ReviewPlan.objects.update_or_create(user=user, defaults={"dial": row.dial})
    if row.digest_hour is not None and row.digest_style is not None:
        plan = {"hour": row.digest_hour, "style": row.digest_style}
        DigestPlan.objects.update_or_create(user=user, defaults=plan)
