"""Just Walk Out: who has access. Signatures are those of botocore and boto3."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import botocore.auth
import pytest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from tests.mock.jwo import STATUS, Retailer

PATH = f"/v1/catalog/{STATUS}"
BODY = b'{"ingestionId":"unknown"}'
LET_IN = 400, {"errorMsg": "The ingestion id is unknown"}

Headers = dict[str, str]


def send(shop: Retailer, headers: Headers, *, path: str = PATH, body: bytes = BODY) -> tuple[int, Any]:
    response = shop.http.post(path, content=body, headers=headers)
    return response.status_code, response.json()


def refused(response: tuple[int, Any], cause: str) -> bool:
    status, body = response
    assert (status, list(body)) == (403, ["message"])
    return re.search(cause, body["message"]) is not None


def test_what_is_signed_is_let_in(shop: Retailer) -> None:
    assert send(shop, shop.sign(PATH, BODY)) == LET_IN
    assert send(shop, shop.sign(PATH, BODY, x_amz_meta="a  b", accept="*/*")) == LET_IN
    assert send(shop, shop.sign(PATH, b""), body=b"") == (400, {"message": "Invalid request body"})


@pytest.mark.parametrize(
    "changed",
    [{"body": BODY.replace(b"u", b"v", 1)}, {"path": PATH.replace("c", "C", 1)}, {"path": f"{PATH}?a=1"}, {"path": f"{PATH}/"}],
    ids=["body", "path", "query", "slash"],
)
def test_what_was_changed_on_the_way_is_refused(shop: Retailer, changed: dict[str, Any]) -> None:
    assert refused(send(shop, shop.sign(PATH, BODY), **changed), "does not match")


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (lambda text: text.replace("Signature=", "Signature=0")[:-1], "does not match"),
        (lambda text: text.replace("content-type;", ""), "does not match"),
        (lambda text: text.replace("host;", ""), "host has to be signed"),
        (lambda text: text.replace(";x-amz-date", ""), "x-amz-date has to be signed"),
        (lambda _: "Bearer token", "AWS4-HMAC-SHA256"),
        (lambda _: "AWS4-HMAC-SHA256 Credential=a", "AWS4-HMAC-SHA256"),
    ],
)
def test_another_authorization_is_refused(shop: Retailer, change: Callable[[str], str], cause: str) -> None:
    headers = shop.sign(PATH, BODY)
    assert refused(send(shop, {**headers, "Authorization": change(headers["Authorization"])}), cause)


@pytest.mark.parametrize(
    ("sent", "cause"),
    [
        ({"content-type": "application/json;charset=utf-8"}, "does not match"),
        ({"Host": "other.invalid"}, "does not match"),
        ({"X-Amz-Date": "20200101T000000Z"}, "date in Credential"),
        ({"X-Amz-Date": "yesterday"}, "has to be a date"),
        ({"X-Amz-Date": ""}, "has to be a date"),
        ({"X-Amz-Meta": "a"}, "x-amz-meta has to be signed"),
    ],
)
def test_headers_that_were_not_signed_are_refused(shop: Retailer, sent: Headers, cause: str) -> None:
    assert refused(send(shop, {**shop.sign(PATH, BODY), **sent}), cause)


def test_a_signature_is_valid_for_one_second(shop: Retailer) -> None:
    headers = shop.sign(PATH, BODY)
    later = datetime.strptime(headers["X-Amz-Date"], "%Y%m%dT%H%M%S%z") + timedelta(seconds=1)
    assert refused(send(shop, {**headers, "X-Amz-Date": f"{later:%Y%m%dT%H%M%SZ}"}), "does not match")


@pytest.mark.parametrize(
    ("signed", "cause"),
    [
        ({"key": Credentials("UNKNOWN", "mock-secret-access-key")}, "token included in the request is invalid"),
        ({"key": Credentials("MOCKACCESSKEY", "wrong")}, "does not match"),
        ({"key": Credentials("MOCKACCESSKEY", "mock-secret-access-key", "token")}, "token included in the request is invalid"),
        ({"region": "eu-west-1"}, "scoped to a valid region"),
        ({"service": "sts"}, "scoped to a valid service"),
        ({"x_amz_content_sha256": "UNSIGNED-PAYLOAD"}, "does not match"),
    ],
)
def test_what_is_signed_otherwise_is_refused(shop: Retailer, signed: dict[str, Any], cause: str) -> None:
    assert refused(send(shop, shop.sign(PATH, BODY, **signed)), cause)


@pytest.mark.parametrize(("minutes", "cause"), [(-6, "Signature expired"), (6, "Signature not yet current"), (-4, ""), (4, "")])
def test_the_date_may_be_off_by_five_minutes(shop: Retailer, monkeypatch: pytest.MonkeyPatch, minutes: int, cause: str) -> None:
    signed = datetime.now(UTC) + timedelta(minutes=minutes)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: signed)
    response = send(shop, shop.sign(PATH, BODY))
    assert refused(response, cause) if cause else response == LET_IN


def sts(shop: Retailer, **changes: str) -> Any:
    given = {
        "aws_access_key_id": shop.options.access_key_id,
        "aws_secret_access_key": shop.options.secret_access_key,
        "region_name": shop.options.region,
        **changes,
    }
    return boto3.client("sts", endpoint_url=f"{shop.vendor.base_url}/sts", **given)


def assume(shop: Retailer, **more: Any) -> Any:
    return sts(shop).assume_role(**{"RoleArn": shop.options.role_arn, "RoleSessionName": "test", **more})["Credentials"]


def key_of_the_role(shop: Retailer) -> Credentials:
    given = assume(shop)
    return Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])


def test_the_credentials_of_the_role_are_let_in(shop: Retailer) -> None:
    key = key_of_the_role(shop)
    assert shop.post(STATUS, {"ingestionId": shop.archive()}, key=key).status_code == 200  # the role is the retailer
    for token in (None, f"{key.token}x"):
        mixed = Credentials(key.access_key, key.secret_key, token)
        assert refused(send(shop, shop.sign(PATH, BODY, key=mixed)), "token .* is invalid")


def test_credentials_expire(shop: Retailer) -> None:
    with shop.changed(role_lifetime=0):
        key = key_of_the_role(shop)
    assert refused(send(shop, shop.sign(PATH, BODY, key=key)), "expired")


def test_the_caller_chooses_how_long_credentials_last(shop: Retailer) -> None:
    sooner, later = (assume(shop, DurationSeconds=seconds)["Expiration"] for seconds in (900, 43200))
    assert round((later - sooner).total_seconds()) == 43200 - 900


@pytest.mark.parametrize(
    ("client", "call", "code"),
    [
        ({"aws_access_key_id": "UNKNOWN"}, {}, "InvalidClientTokenId"),
        ({"aws_secret_access_key": "wrong"}, {}, "SignatureDoesNotMatch"),
        ({"region_name": "eu-west-1"}, {}, "SignatureDoesNotMatch"),
        ({"aws_access_key_id": "MOCKFOREIGNKEY"}, {}, "AccessDenied"),
        ({}, {"RoleArn": "arn:aws:iam::000000000000:role/other"}, "AccessDenied"),
        ({}, {"RoleSessionName": "a b"}, "ValidationError"),
    ],
)
def test_sts_refuses(shop: Retailer, client: dict[str, str], call: dict[str, str], code: str) -> None:
    requested = {"RoleArn": shop.options.role_arn, "RoleSessionName": "test", **call}
    with pytest.raises(ClientError) as caught:
        sts(shop, **client).assume_role(**requested)
    assert caught.value.response["Error"]["Code"] == code


def test_sts_has_one_action(shop: Retailer) -> None:
    with pytest.raises(ClientError, match="InvalidAction"):
        sts(shop).get_caller_identity()


@pytest.mark.parametrize("seconds", ["", "-1", "1e3", "²", "9" * 7])
def test_sts_requires_seconds(shop: Retailer, seconds: str) -> None:
    form = f"Action=AssumeRole&RoleArn={shop.options.role_arn}&RoleSessionName=test&DurationSeconds={seconds}".encode()
    headers = shop.sign("/sts", form, service="sts")
    response = shop.http.post("/sts", content=form, headers=headers)
    assert response.status_code == 400
    assert "<Code>ValidationError</Code>" in response.text


def test_secrets_are_not_shown(shop: Retailer) -> None:
    assert shop.options.secret_access_key not in repr(shop.vendor._keys())


def test_another_key_may_be_set(shop: Retailer) -> None:
    before, key = shop.archive(), Credentials("CHANGEDKEY", shop.options.secret_access_key)
    with shop.changed(access_key_id="CHANGEDKEY"):
        assert shop.post(STATUS, {"ingestionId": before}, key=key).status_code == 200
        assert refused(send(shop, shop.sign(PATH, BODY)), "token .* is invalid")
        assert shop.look_up(["UNKNOWN"])[0]["state"] is None
