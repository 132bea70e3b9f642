"""Which posts does the demo publish, and how do they look on the wire? A channel's preview page and an RSS feed."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from importlib.resources import files

BANNER = "Demo: these posts are reconstructions, written from the published facts of 13–15 March 2022."
UNTIL_AT = datetime(2022, 3, 15, 21, 59, 59, tzinfo=UTC)  # the last second of 15 March in Kyiv

_PAGE = """<!DOCTYPE html>
<html><head><title>{name} – Telegram</title></head><body>
<main class="tgme_main"><section class="tgme_channel_history js-message_history">
{posts}
</section></main></body></html>
"""
_EMPTY = '<div class="tme_no_messages_found">No posts found</div>'
_POST = """<div class="tgme_widget_message_wrap js-widget_message_wrap">
<div class="tgme_widget_message js-widget_message" data-post="{channel}/{number}">
<div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>
<div class="tgme_widget_message_footer js-message_footer"><span class="tgme_widget_message_meta">
<a class="tgme_widget_message_date" href="https://t.me/{channel}/{number}"><time datetime="{at}"></time></a>
</span></div></div></div>"""
_FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>{name}</title><link>{url}</link><description>{banner}</description>
{items}
</channel></rss>
"""
_ITEM = """<item><guid isPermaLink="false">{name}-{number}</guid><title>{title}</title><pubDate>{at}</pubDate>
<description>{text}</description></item>"""


@dataclass(frozen=True, slots=True)
class Post:
    """One reconstructed post of one outlet (`channel`), published at an instant of the story."""

    channel: str
    number: int
    at: datetime
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """Every post, oldest first."""

    posts: Sequence[Post]
    begins_at: datetime

    def told(self, channel: str, now: datetime) -> list[Post]:
        """Return what an outlet has published by `now`, oldest first."""
        return [post for post in self.posts if post.channel == channel and post.at <= now]


def load_story() -> Story:
    """Return the story of posts.toml."""
    told = tomllib.loads(files("corridors.cli.demo").joinpath("posts.toml").read_text(encoding="utf-8"))
    posts = [
        Post(row["channel"], number, row["at"], row["text"].strip(), row.get("title", ""))
        for number, row in enumerate(told["post"], 101)
    ]
    return Story(sorted(posts, key=lambda post: post.at), told["begins_at"])


def channel_page(channel: str, posts: Sequence[Post]) -> bytes:
    """Return the preview page of a channel; the newest twenty posts, and a proof of emptiness where there is none."""
    blocks = [
        _POST.format(
            channel=channel,
            number=post.number,
            at=post.at.astimezone(UTC).isoformat(),
            text=escape(post.text).replace("\n", "<br/>"),
        )
        for post in posts[-20:]
    ]
    return _PAGE.format(name=channel, posts="\n".join(blocks) or _EMPTY).encode()


def feed_page(name: str, url: str, posts: Sequence[Post]) -> bytes:
    """Return an RSS 2.0 feed of posts, newest first."""
    items = [
        _ITEM.format(
            name=name,
            number=post.number,
            title=escape(post.title),
            at=format_datetime(post.at),
            text=escape(escape(post.text).replace("\n", "<br/>")),
        )
        for post in reversed(posts)
    ]
    return _FEED.format(name=name, url=escape(url), banner=escape(BANNER), items="\n".join(items)).encode()
