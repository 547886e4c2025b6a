"""What every page is measured against: the least that a page for somebody logged in can be."""

from django.http import HttpRequest, HttpResponse
from django.template import engines

from vms.models import VM

from .data import MIDDLE

# A plain table: no links, no icons, no page around it.
TABLE = engines["django"].from_string(
    """<!DOCTYPE html>
<title>VMs</title>
<table>
  <tr><th>Name</th><th>Status</th><th>Public IP</th><th>Price</th><th>Created</th></tr>
  {% for vm in vms %}
    <tr>
      <td>{{ vm.name }}</td>
      <td>{{ vm.status }}</td>
      <td>{{ vm.public_ip }}</td>
      <td>{{ vm.price_hour|floatformat:4 }}</td>
      <td>{{ vm.created_at|date:"j M Y, H:i" }}</td>
    </tr>
  {% endfor %}
</table>
"""
)


def authed(request: HttpRequest) -> HttpResponse:
    """A bare view: the session, and the person by one query."""
    return HttpResponse(f"Hello {request.user}")


def list50(request: HttpRequest) -> HttpResponse:
    """The same, and the newest 50 of 1,000 rows."""
    columns = ("name", "status", "public_ip", "price_hour", "created_at")
    vms = VM.objects.filter(team__slug=MIDDLE).order_by("-created_at").only(*columns)[:50]
    return HttpResponse(TABLE.render({"vms": vms, "user": request.user}, request))
