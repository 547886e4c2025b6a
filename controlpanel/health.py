"""Whether the web process answers: for load balancers and container health checks."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
@login_not_required
def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that this process lives; the database is not asked."""
    return HttpResponse("ok\n", content_type="text/plain")
