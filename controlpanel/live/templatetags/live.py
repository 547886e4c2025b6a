from django import template

from controlpanel.live.paths import events_path

register = template.Library()
register.simple_tag(events_path)
