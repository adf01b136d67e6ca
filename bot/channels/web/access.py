"""The one table of all routes: which page may be had by whom. The application is built from it."""

from __future__ import annotations

from bot.channels.web.pages import (
    ask,
    files,
    home,
    insights,
    jobs,
    log,
    log_export,
    monitoring,
    preferences,
    review,
    review_drafting,
    review_lists,
    settings,
    sign_in,
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
)
