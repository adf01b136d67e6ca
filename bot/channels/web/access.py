"""The one table of all routes: which page may be had by whom. The application is built from it."""

from __future__ import annotations

from bot.channels.web.pages import files, home, jobs, monitoring, preferences, sign_in
from bot.channels.web.routing import Page

ROUTES: tuple[Page, ...] = (
    *monitoring.ROUTES,
    *files.ROUTES,
    *sign_in.ROUTES,
    *home.ROUTES,
    *preferences.ROUTES,
    *jobs.ROUTES,
)
