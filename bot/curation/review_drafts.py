"""What follows from a verdict: changes in the reviewer's draft, in nobody else's words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict, Unpack

import structlog

from bot.curation import forms
from bot.curation.moderation import Draft, Moderation
from bot.curation.operations import EntryKind, Operation, parse_operation
from bot.errors import UsageError
from bot.knowledge.release import Release
from bot.querylog import LogUnavailable, QueryLog, QueryRow
from bot.querylog.review_records import ClusterRow

_PAGE = 200
# Whose words a draft may not copy: the newest members of a cluster.
_SOURCES = 1_000

_log = structlog.get_logger(__name__)


class Subject(TypedDict, total=False):
    """Name what a draft is about, one of the two."""

    cluster: int
    query: int


class Drafting:
    """Draft changes that answer what people asked in one topic's queue."""

    def __init__(self, topic: str, log: QueryLog, moderation: Callable[[], Moderation]) -> None:
        self.topic = topic
        self._log = log
        self._store = log.review
        self._moderation = moderation

    async def draft(
        self, user: str, operations: Sequence[Operation], *, channel: str, **about: Unpack[Subject]
    ) -> Draft:
        """Append operations to the user's draft, all of them or none.

        Nothing that they bring may copy what people asked in the cluster or query that it is
        about. Raises UsageError for an unknown one, and what Moderation.add raises.
        """
        texts = await self._texts(about)
        moderation = await self._moderated()
        draft = await moderation.add(user, operations, source=texts)
        await self._note(user, channel, "draft", about.get("cluster"), about.get("query"))
        return draft

    async def draft_phrasing(
        self,
        user: str,
        entry: str,
        text: str,
        *,
        channel: str,
        language: str | None = None,
        ask: str = "",
        **about: Unpack[Subject],
    ) -> Draft:
        """Add ways of asking for an entry, one a line, to the user's draft.

        With ``ask`` also a test question that expects the entry. ``language`` None means: tell
        from each line's letters. Raises FormError and as ``draft`` does.
        """
        release = await self._drafted(user)
        operations = forms.phrasing(release, entry, text, language)
        if ask.strip():
            operations.append(_expectation(ask, (entry,)))
        return await self.draft(user, operations, channel=channel, **about)

    async def draft_entry(
        self,
        user: str,
        kind: EntryKind,
        parent: str | None,
        given: Mapping[str, str],
        *,
        channel: str,
        language: str = "en",
        **about: Unpack[Subject],
    ) -> Draft:
        """Add an entry with what was filled into its form to the user's draft.

        Phrasings and a test question are fields of the form. Raises FormError and as ``draft``.
        """
        release = await self._drafted(user)
        operations = forms.adding(release, kind, parent, given, language)
        return await self.draft(user, operations, channel=channel, **about)

    async def draft_expectation(
        self,
        user: str,
        ask: str,
        expect: Sequence[str],
        *,
        channel: str,
        outcome: Sequence[str] = (),
        **about: Unpack[Subject],
    ) -> Draft:
        """Add a test question that expects one of some entries, or nothing, to the user's draft.

        Raises ChangeError for what cannot be one, and as ``draft`` does.
        """
        operation = _expectation(ask, expect, outcome)
        return await self.draft(user, [operation], channel=channel, **about)

    async def _row(self, cluster_id: int) -> ClusterRow | None:
        row = await self._store.cluster(cluster_id)
        return row if row is not None and row.topic == self.topic else None

    async def _required(self, cluster_id: int) -> ClusterRow:
        row = await self._row(cluster_id)
        if row is None:
            raise unknown(cluster_id, None)
        return row

    async def _asked(self, query_id: int) -> QueryRow:
        row = await self._log.query(query_id)
        if row is None or row.topic != self.topic:
            raise unknown(None, query_id)
        return row

    async def _texts(self, about: Subject) -> list[str]:
        cluster, query = about.get("cluster"), about.get("query")
        if (cluster is None) == (query is None):
            raise UsageError("A draft is about a cluster or a query.", hint="Name one of them.")
        if query is not None:
            text = (await self._asked(query)).text
            return [text] if text else []
        assert cluster is not None  # noqa: S101 - one of the two is given
        await self._required(cluster)
        found: list[str] = []
        after: int | None = None
        while len(found) < _SOURCES:
            rows = await self._store.members(cluster, after=after, limit=_PAGE)
            found += [row.query.text for row in rows if row.query.text]
            if len(rows) < _PAGE:
                break
            after = rows[-1].query.id
        return list(dict.fromkeys(found))

    async def _moderated(self) -> Moderation:
        # The first call opens the topic's repository.
        return await asyncio.to_thread(self._moderation)

    async def _drafted(self, user: str) -> Release:
        moderation = await self._moderated()
        return await moderation.release(await moderation.draft(user))

    async def _note(
        self, user: str, channel: str, action: str, cluster: int | None, query: int | None
    ) -> None:
        target = f"cluster:{cluster}" if cluster is not None else f"query:{query}"
        try:
            await self._log.audit.record(user, channel, action, topic=self.topic, target=target)
        except LogUnavailable:
            # It is done and must not be reported as if it were not.
            _log.warning("audit_incomplete", topic=self.topic, action=action)


def _expectation(ask: str, expect: Sequence[str], outcome: Sequence[str] = ()) -> Operation:
    return parse_operation(
        {
            "op": "add_expectation", "ask": ask, "expect": list(expect), "outcome": list(outcome),
        }
    )  # fmt: skip


def unknown(cluster: int | None, query: int | None) -> UsageError:
    """Return the error for a cluster or query that is not there."""
    name = f"cluster {cluster}" if cluster is not None else f"query {query}"
    return UsageError(f"There is no {name} in this topic.", hint="It may have been deleted.")
