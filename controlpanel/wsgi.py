"""The pages, as gunicorn's workers serve them (`controlpanel.serving`)."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "controlpanel.settings")
application = get_wsgi_application()

# All views are loaded, so that the first visitor does not wait for them. As what is loaded stays,
# the collector need not look through it: that held up a page for 60 ms now and then.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
