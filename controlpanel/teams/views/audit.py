from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from controlpanel.audit.selectors import (
    AuditPage,
    Cursor,
    audit_actors,
    audit_entries,
    audit_entry_for_team,
)
from controlpanel.teams.access import TeamRequest, team_permission
from controlpanel.teams.audit_rows import audit_rows
from controlpanel.teams.forms import AuditFilterForm

PAGE_SIZE = 50


@team_permission("audit:view")
@require_safe
def audit(request: TeamRequest) -> HttpResponse:
    form = AuditFilterForm(request.GET, people=audit_actors(request.team.pk))
    page, is_filtered = AuditPage([], None, None), True
    if form.is_valid():
        filters, cursor = form.filters(), Cursor.parse(request.GET.get("page", ""))
        page = audit_entries(request.team.pk, filters, cursor, PAGE_SIZE)
        is_filtered = bool(filters) or cursor is not None
    query = {name: text for name in form.fields if (text := request.GET.get(name, "").strip())}
    context = {
        "team": request.team,
        "form": form,
        "rows": audit_rows(page.entries, request.team.slug),
        "newer": page.newer and urlencode({**query, "page": str(page.newer)}),
        "older": page.older and urlencode({**query, "page": str(page.older)}),
        "is_filtered": is_filtered,
    }
    return _respond(request, form, context, urlencode(query))


@team_permission("audit:view")
@require_safe
def audit_entry(request: TeamRequest, sequence: int) -> HttpResponse:
    """What a row of the log has no room for: ids and hashes. HTMX puts them into the row."""
    entry = audit_entry_for_team(request.team.pk, sequence)
    if entry is None:
        raise Http404("No such entry in this team's log.")
    template = "teams/_audit_details.html" if request.htmx else "teams/audit_entry.html"
    response = render(request, template, {"team": request.team, "entry": entry})
    patch_vary_headers(response, ["HX-Request"])
    return response


def _respond(
    request: TeamRequest, form: AuditFilterForm, context: dict[str, object], query: str
) -> HttpResponse:
    """Answer with the page; to htmx with the table, or with the whole log to show an error."""
    is_swap = request.htmx and request.htmx.target == "audit-table"
    if not is_swap:
        response = render(request, "teams/audit.html", context)
    elif form.is_valid():
        response = render(request, "teams/_audit_table.html", context)
        response["HX-Push-Url"] = f"{request.path}?{query}" if query else request.path
    else:
        response = render(request, "teams/_audit_log.html", context, status=422)
        response["HX-Retarget"] = "#audit-log"
    # The browser must not show a bare table when somebody comes back to this address.
    patch_vary_headers(response, ["HX-Request"])
    return response
