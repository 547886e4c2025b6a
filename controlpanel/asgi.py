import os
import warnings

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "controlpanel.settings")

# WhiteNoise hands out small static files whole; that they are read synchronously is no news.
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators")

django_application = get_asgi_application()

from controlpanel.live.streams import with_live_updates  # noqa: E402 - needs the apps

application = with_live_updates(django_application)
