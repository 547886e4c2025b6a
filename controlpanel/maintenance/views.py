"""For machines that watch the panel: whether it lives, whether it is ready, and its figures."""

from secrets import compare_digest

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from controlpanel.observability.metrics import exposition

from . import readiness
from .collector import PanelCollector


@require_safe
@login_not_required
def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that this process lives; the database is not asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
@login_not_required
def readyz(_request: HttpRequest) -> HttpResponse:
    """Say of each part whether it does its work; 503 unless all do."""
    parts = readiness.parts()
    is_ready = all(part.is_ok for part in parts)
    answer = {"ready": is_ready, **{part.name: part.as_json() for part in parts}}
    return JsonResponse(answer, status=200 if is_ready else 503)


@require_safe
@never_cache
@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """Show the figures in Prometheus' format to whoever has METRICS_TOKEN."""
    if not settings.METRICS_TOKEN:
        raise Http404("METRICS_TOKEN is not set.")
    expected = f"Bearer {settings.METRICS_TOKEN}"
    given = request.headers.get("Authorization", "")
    if not compare_digest(given.encode(), expected.encode()):
        return HttpResponse(
            "METRICS_TOKEN is needed.\n",
            status=401,
            content_type="text/plain",
            headers={"WWW-Authenticate": "Bearer"},
        )
    return HttpResponse(exposition(PanelCollector()), content_type=CONTENT_TYPE_LATEST)
