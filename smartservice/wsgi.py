"""The door of the web server."""

import os

from django.core.wsgi import get_wsgi_application

from smartservice import startup

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartservice.settings")

application = get_wsgi_application()
startup.refuse_when_unfit()
