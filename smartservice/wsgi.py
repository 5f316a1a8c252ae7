"""The door of the web server."""

import os
import sys

from django.core.wsgi import get_wsgi_application

from smartservice import startup
from smartservice.env import Wrong

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartservice.settings")

try:
    application = get_wsgi_application()
    startup.refuse_when_unfit()
except (Wrong, startup.Unfit) as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(startup.WILL_NOT_BOOT)
