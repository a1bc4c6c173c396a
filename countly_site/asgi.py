"""The front door: SDK traffic takes the lean road, WebSockets go to Channels, the rest to stock Django."""

import gc
import os
import warnings

import django
from django.core.asgi import get_asgi_application

from apps.system.supervision import roles

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "countly_site.settings")
django.setup()  # the imports below need the app registry

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from apps.ingest.asgi import IngestRouter  # noqa: E402
from apps.live.origins import OwnOrigin  # noqa: E402
from apps.live.routing import websocket_urlpatterns  # noqa: E402

# Of WhiteNoise, which reads its files as a whole: they are small.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

roles.wait_until_prepared()
django_application = get_asgi_application()  # its middleware lists the static files, once

# Channels has no types; Django's handler takes narrower messages than the protocol of ASGI names.
application = ProtocolTypeRouter(  # type: ignore[no-untyped-call]
    {
        "http": IngestRouter(django_application),  # type: ignore[arg-type]
        "websocket": OwnOrigin(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),  # type: ignore[no-untyped-call]
    }
)

# What is loaded by now stays: a large read, which makes many objects, need not look through all of it again and again.
gc.collect()
gc.freeze()
