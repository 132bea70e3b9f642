"""How the web processes run: `gunicorn -c config/gunicorn.py 'corridors.app:create_app()'`.

Every open request or stream holds one thread, so there are many; with 8 threads, 300 streams were seen to stop
everything else.
"""

import os

bind = f"{os.environ.get('CORRIDORS_WEB_HOST', '0.0.0.0')}:{os.environ.get('PORT', '8000')}"  # noqa: S104
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = int(os.environ.get("CORRIDORS_WEB_THREADS", "400"))
timeout = 60
graceful_timeout = 15
keepalive = 15
control_socket_disable = True
accesslog = None
logger_class = "corridors.app.GunicornJournal"
