"""The one table of all routes: which page may be had by whom. The application is built from it."""

from __future__ import annotations

from bot.channels.web.pages import (
    ask,
    drafts,
    editing,
    editing_items,
    files,
    history,
    home,
    insights,
    jobs,
    knowledge,
    log,
    log_export,
    monitoring,
    preferences,
    publishing,
    review,
    review_drafting,
    review_lists,
    settings,
    sign_in,
    suggestions,
)
from bot.channels.web.routing import Page

ROUTES: tuple[Page, ...] = (
    *monitoring.ROUTES,
    *files.ROUTES,
    *sign_in.ROUTES,
    *home.ROUTES,
    *preferences.ROUTES,
    *jobs.ROUTES,
    *insights.ROUTES,
    *settings.ROUTES,
    *review.ROUTES,
    *review_lists.ROUTES,
    *review_drafting.ROUTES,
    *ask.ROUTES,
    *log.ROUTES,
    *log_export.ROUTES,
    *drafts.ROUTES,
    *editing.ROUTES,
    *editing_items.ROUTES,
    *history.ROUTES,
    *knowledge.ROUTES,
    *publishing.ROUTES,
    *suggestions.ROUTES,
)
