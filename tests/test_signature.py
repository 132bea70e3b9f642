"""A subscriber can tell that a webhook came from us, with a library that we did not write."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from corridors.signature import secret_bytes, secret_of, sign, verify

# The official vector of Standard Webhooks 1.0.0.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
AT = datetime.fromtimestamp(1614265330, UTC)
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_official_vector_holds() -> None:
    assert sign([SECRET], ID, AT, BODY)["webhook-signature"] == SIGNATURE


def test_the_signature_is_of_the_instant_whatever_zone_it_is_written_in() -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=2)))
    assert sign([SECRET], ID, elsewhere, BODY) == sign([SECRET], ID, AT, BODY)


@given(key=st.binary(min_size=24, max_size=64), value=st.text(st.characters(codec="utf-8")))
def test_the_foreign_library_verifies_what_we_sign(key: bytes, value: str) -> None:
    body = json.dumps({"text": value}, ensure_ascii=False).encode()
    secret = secret_of(key)
    now = datetime.now(UTC)
    assert Webhook(secret).verify(body, sign([secret], "evt_1", now, body)) == {"text": value}
    assert verify(secret, sign([secret], "evt_1", now, body), body, now) is None


def test_during_a_rotation_both_secrets_verify() -> None:
    old, new = secret_of(bytes(24)), secret_of(bytes(range(32)))
    now = datetime.now(UTC)
    headers = sign([new, old], "evt_1", now, b"{}")
    for secret in (old, new):
        Webhook(secret).verify(b"{}", headers)
        assert verify(secret, headers, b"{}", now) is None


def test_a_receiver_skips_versions_that_it_does_not_know() -> None:
    headers = sign([SECRET], ID, AT, BODY) | {"webhook-signature": f"v1a,xyz nonsense v2,abc {SIGNATURE}"}
    assert verify(SECRET, headers, BODY, AT) is None


@pytest.mark.parametrize(
    ("changed", "body", "said"),
    [
        pytest.param({}, BODY + b" ", "no signature matches", id="another body"),
        pytest.param({"webhook-id": "msg_2"}, BODY, "no signature matches", id="another id"),
        pytest.param({"webhook-signature": ""}, BODY, "no signature matches", id="no signature"),
        pytest.param({"webhook-signature": "v1,ÿ"}, BODY, "no signature matches", id="no base64"),
        pytest.param({"webhook-timestamp": "1614265031"}, BODY, "no signature matches", id="another instant"),
        pytest.param({"webhook-timestamp": "1614265029"}, BODY, "five minutes off", id="too old"),
        pytest.param({"webhook-timestamp": "1614265631"}, BODY, "five minutes off", id="too new"),
        pytest.param({"webhook-timestamp": "-1"}, BODY, "not a timestamp", id="no timestamp"),
        pytest.param({"webhook-timestamp": "9" * 5000}, BODY, "not a timestamp", id="absurd timestamp"),
        pytest.param({"webhook-id": ""}, BODY, "header is missing", id="no id"),
    ],
)
def test_what_we_did_not_send_is_refused_with_the_reason(changed: dict[str, str], body: bytes, said: str) -> None:
    problem = verify(SECRET, sign([SECRET], ID, AT, BODY) | changed, body, AT)
    assert problem is not None
    assert said in problem


def test_a_secret_may_be_written_without_padding() -> None:
    assert secret_bytes("whsec_" + "A" * 34) == bytes(25)


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        pytest.param(SIGNATURE, "this is a signature", id="a signature"),
        pytest.param("secret", "write whsec_", id="no prefix"),
        pytest.param("whsec_!!!!", "is not base64", id="no base64"),
        pytest.param("whsec_AAAA", "this is 3", id="too short"),
        pytest.param(secret_of(bytes(65)), "this is 65", id="too long"),
    ],
)
def test_a_bad_secret_is_answered_with_which_mistake_it_is(secret: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        secret_bytes(secret)
