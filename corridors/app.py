"""What is the web process? A Flask app of the API and the ops-room page, for gunicorn: `corridors.app:create_app()`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from gunicorn.glogging import Logger
from werkzeug.middleware.proxy_fix import ProxyFix

from corridors import api, dashboard
from corridors.config import Settings, load_settings
from corridors.errors import ConfigError, StoreError
from corridors.journal import keep_journal
from corridors.outbound import Egress
from corridors.store import Store


def create_app(
    settings: Settings | None = None,
    *,
    store: Store | None = None,
    real_now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Flask:
    """Return the app; without `settings` they are loaded, without `store` the one they name is opened.

    Without `settings` the process is the app's own: its log and its end are seen to.
    Raises ConfigError when the settings are wrong or the database lacks migrations.
    """
    is_own_process = settings is None
    if settings is None:
        settings = load_settings()
        keep_journal(settings.log.level, settings.log.format)
    store = store or Store.at(settings.database, settings.secret_key, settings.data)
    if missing := store.missing_migrations():
        raise ConfigError(f"the database lacks {', '.join(missing)}; run `corridors migrate`")
    store.check_key()
    app = Flask("corridors", static_folder=None)
    context = api.Context(settings, store, Egress(**settings.egress.policy()), real_now)
    api.install(app, context)
    if is_own_process:
        context.traffic.keep_writing()
    app.register_blueprint(dashboard.blueprint(settings.dashboard.banner or None, settings.dashboard.title))
    if settings.web.trusted_proxies:
        proxied = ProxyFix(app.wsgi_app, x_for=settings.web.trusted_proxies, x_proto=0, x_host=0)
        app.wsgi_app = proxied  # type: ignore[method-assign]
    return app


def refuse_old_database(store: Store) -> None:
    """Raise ConfigError when the database lacks migrations."""
    if missing := store.missing_migrations():
        raise ConfigError(f"the database lacks {', '.join(missing)}; run `corridors migrate`")


def _refuse_at_start(settings: Settings) -> None:
    """Say so before the first web process; a database that cannot be asked yet is left to them."""
    store = Store.at(settings.database, settings.secret_key, settings.data)
    try:
        with suppress(StoreError):
            refuse_old_database(store)
    finally:
        store.dispose()


class GunicornJournal(Logger):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's own lines in our journal: its `logger_class`.

    It is made before the first web process, so wrong settings end the start here with one line each.
    """

    def setup(self, cfg: Any) -> None:
        """Hand every line to the journal, from the level that gunicorn was given."""
        super().setup(cfg)
        try:
            settings = load_settings()
            _refuse_at_start(settings)
        except ConfigError as error:
            sys.stderr.write("".join(f"corridors: {problem}\n" for problem in error.problems))
            raise SystemExit(2) from error
        keep_journal(settings.log.level, settings.log.format)
        self.error_log.handlers.clear()
        self.error_log.propagate = True
