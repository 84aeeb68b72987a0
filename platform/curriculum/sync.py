"""Bringing tables to what they should hold, writing only what differs; a table costs one SELECT when nothing does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q

BATCH = 500
M = TypeVar("M", bound=Model)
Key = tuple[Any, ...]


@dataclass(slots=True)
class Difference(Generic[M]):
    """What a table lacked and had too much. `changed` is (values before, row now); `gone` maps keys to values.

    Rows that are gone are still there: what becomes of them is for the caller.
    """

    added: list[M] = field(default_factory=list)
    changed: list[tuple[Key, M]] = field(default_factory=list)
    gone: dict[Key, Key] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.gone)


def rows(
    model: type[M],
    wanted: Iterable[M],
    *,
    key: Sequence[str],
    fields: Sequence[str],
    compared: Sequence[str] = (),
    prepare: Callable[[M], None] = lambda row: None,
) -> Difference[M]:
    """Add and update rows until the table holds `wanted`, telling rows apart by `key`.

    Rows are compared by `compared` (all `fields` when empty) and keep their primary keys. `prepare` fills what is
    dear to make, and only in rows that are written.
    """
    compared = compared or fields
    size = len(key)
    there = {row[:size]: row[size:] for row in model._default_manager.order_by().values_list(*key, *compared)}
    difference: Difference[M] = Difference(gone=there)
    for row in wanted:
        before = there.pop(_values(row, key), None)
        if before is None:
            difference.added.append(row)
        elif before != _values(row, compared):
            difference.changed.append((before, row))
    written = [*difference.added, *(row for _, row in difference.changed)]
    for row in written:
        prepare(row)
    model._default_manager.bulk_create(
        written, BATCH, update_conflicts=True, unique_fields=list(key), update_fields=list(fields)
    )
    return difference


def links(through: type[Model], left: str, right: str, wanted: set[tuple[int, int]], scope: Q | None = None) -> int:
    """Bring a many-to-many table to the pairs in `wanted`, within `scope`; return how many were added or removed."""
    found = through._default_manager.filter(scope or Q()).order_by().values_list("pk", left, right)
    there = {(one, other): pk for pk, one, other in found}
    missing = [through(**{left: one, right: other}) for one, other in sorted(wanted - there.keys())]
    surplus = [pk for pair, pk in there.items() if pair not in wanted]
    through._default_manager.bulk_create(missing, BATCH, ignore_conflicts=True)
    remove(through, surplus)
    return len(missing) + len(surplus)


def remove(model: type[Model], keys: Sequence[Any], by: str = "pk") -> None:
    """Delete rows by their keys; raises ProtectedError when something still refers to one."""
    for start in range(0, len(keys), BATCH):
        model._default_manager.filter(**{f"{by}__in": keys[start : start + BATCH]}).delete()


def _values(row: Model, names: Sequence[str]) -> Key:
    return tuple(getattr(row, name) for name in names)
