"""What scripts and styles say, in the language of the page."""

from django.contrib.auth.decorators import login_not_required
from django.views.decorators.cache import cache_control
from django.views.generic import TemplateView
from django.views.i18n import JavaScriptCatalog

# An hour: the addresses name the language, and an upgrade may change words.
_an_hour = cache_control(max_age=3600)

words = login_not_required(_an_hour(JavaScriptCatalog.as_view()))
columns = login_not_required(
    _an_hour(
        TemplateView.as_view(
            template_name="columns.css.txt", content_type="text/css; charset=utf-8"
        )
    )
)
