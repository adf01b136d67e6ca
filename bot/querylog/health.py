"""Say in a sentence how the log is."""

from __future__ import annotations

from bot.querylog.records import Health


def described(
    failure: str | None,
    spool_failure: str | None,
    replay_failure: str | None,
    *,
    spooled: int,
    damaged: int,
    directory: str,
) -> Health:
    """Tell whether the log works: why database, spool and replay fail, and what waits.

    ``directory`` is the spool's name.
    """
    ok = failure is None and spool_failure is None
    spool_failure = spool_failure or replay_failure
    if failure is not None and spool_failure is not None:
        message = (
            f"Queries cannot be logged. The database fails: {failure} "
            f"The spool fails: {spool_failure}"
        )
    elif failure is not None:
        message = f"The query log's database fails: {failure} Queries are kept in the spool."
    elif spool_failure is not None:
        message = f"The query log's database works, but its spool fails: {spool_failure}"
    elif spooled:
        message = f"The query log works; {spooled} spooled lines are being replayed."
    else:
        message = "The query log works."
    if damaged:
        message += (
            f" Lines that could not be replayed: {damaged}; they are kept in the files "
            f"{directory}/damaged-* until somebody has looked."
        )
    return Health(ok, failure is None, spool_failure is None, spooled, message)
