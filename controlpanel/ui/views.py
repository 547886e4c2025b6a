"""What scripts say, in the language of the page: Django's catalog, as a script of its own."""

from django.contrib.auth.decorators import login_not_required
from django.views.decorators.cache import cache_control
from django.views.i18n import JavaScriptCatalog

# An hour: the address names the language, and an upgrade may change words.
words = login_not_required(cache_control(max_age=3600)(JavaScriptCatalog.as_view()))
