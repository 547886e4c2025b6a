import gc
import os
import warnings
from importlib import import_module

from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "controlpanel.settings")

# WhiteNoise hands out small static files whole; that they are read synchronously is no news.
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators")

django_application = get_asgi_application()

from controlpanel.live.streams import with_live_updates  # noqa: E402 - needs the apps

application = with_live_updates(django_application)

# What is loaded stays: the collector need not look through it again and again. All views are, so
# that the first visitor does not wait for them.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
# With so little left to look through it can look often, before pages' leavings pile up. A last
# round tells it how little: it counts what is new in proportion to what the round before found.
gc.set_threshold(3000, 2, 1)
gc.collect()
