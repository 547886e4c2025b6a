"""The two views that pages are measured against."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from .models import Machine

# A plain table: no links, no icons, no page around it.
TABLE = engines["django"].from_string(
    """<!DOCTYPE html>
<title>Machines</title>
<table>
  <tr><th>Name</th><th>Status</th><th>Public IP</th><th>Price</th><th>Created</th></tr>
  {% for machine in machines %}
    <tr>
      <td>{{ machine.name }}</td>
      <td>{{ machine.status }}</td>
      <td>{{ machine.public_ip }}</td>
      <td>{{ machine.price_hour|floatformat:4 }}</td>
      <td>{{ machine.created_at|date:"j M Y, H:i" }}</td>
    </tr>
  {% endfor %}
</table>
"""
)


@login_required
def authed(request: HttpRequest) -> HttpResponse:
    """The session, and the person."""
    return HttpResponse(f"Hello {request.user}")


@login_required
def list50(request: HttpRequest) -> HttpResponse:
    """The same, and the newest 50 of 1,000 rows."""
    machines = Machine.objects.order_by("-created_at")[:50]
    return HttpResponse(TABLE.render({"machines": machines}, request))


urlpatterns = [path("authed/", authed), path("list50/", list50)]
