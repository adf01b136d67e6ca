"""The page on which somebody watches work that takes longer, and its result."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.channels.web.guard import Refused
from bot.channels.web.jobs import Job
from bot.channels.web.rendering import render
from bot.channels.web.routing import Page, Role


async def job(request: Request) -> Response:
    """Show how far the work is, or what came of it; what it raised goes to the one funnel."""
    found = _job(request)
    if not found.over:
        return render(request, "job.html", job=found)
    if found.error is not None:
        raise found.error
    return await found.show(request, found.result)


async def state(request: Request) -> Response:
    """Tell the script how far the work is."""
    found = _job(request)
    return JSONResponse({"over": found.over, "done": found.done, "total": found.total})


def _job(request: Request) -> Job:
    jobs = request.app.state.console.jobs
    found: Job | None = jobs.get(request.path_params["job"], request.state.session.user)
    if found is None or found.topic != request.state.topic:
        raise Refused(404, "error-job")
    return found


ROUTES = (
    Page("GET", "/jobs/{job}", "job", Role.REVIEWER, job),
    Page("GET", "/jobs/{job}/state", "job_state", Role.REVIEWER, state),
)
