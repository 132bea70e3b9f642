"""What is the web process? A Flask app of the API and the ops-room page, for gunicorn: `corridors.app:create_app()`."""

from __future__ import annotations

from flask import Flask

from corridors import api, dashboard
from corridors.config import Settings, load_settings
from corridors.errors import ConfigError
from corridors.outbound import Egress
from corridors.store import Store


def create_app(settings: Settings | None = None, *, store: Store | None = None) -> Flask:
    """Return the app; without `settings` they are loaded, without `store` the one they name is opened.

    Raises ConfigError when the settings are wrong or the database lacks migrations.
    """
    settings = settings or load_settings()
    store = store or Store.at(settings.database, settings.secret_key, settings.data)
    if missing := store.missing_migrations():
        raise ConfigError(f"the database lacks {', '.join(missing)}; run `corridors migrate`")
    app = Flask("corridors", static_folder=None)
    api.install(app, api.Context(settings, store, Egress(**settings.egress.policy())))
    app.register_blueprint(dashboard.blueprint(settings.dashboard.banner or None, settings.dashboard.title))
    return app
