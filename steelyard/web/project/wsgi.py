"""WSGI: the application for waitress, gunicorn or another server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steelyard.web.project.settings")
application = get_wsgi_application()
