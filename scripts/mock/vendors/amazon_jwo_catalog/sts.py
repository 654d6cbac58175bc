"""AWS Security Token Service: issues temporary credentials of a role to a caller with a long-term key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from secrets import token_hex, token_urlsafe
from typing import Final
from urllib.parse import parse_qsl
from uuid import uuid4
from xml.sax.saxutils import escape

from scripts.mock.engine.call import Call, MockResponse
from scripts.mock.engine.clock import Clock
from scripts.mock.engine.signature import Key, SignatureError, Verifier

_GRANTED: Final = """\
<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult>
    <AssumedRoleUser>
      <AssumedRoleId>MOCKROLE:{session}</AssumedRoleId>
      <Arn>{role}/{session}</Arn>
    </AssumedRoleUser>
    <Credentials>
      <AccessKeyId>{key}</AccessKeyId>
      <SecretAccessKey>{secret}</SecretAccessKey>
      <SessionToken>{token}</SessionToken>
      <Expiration>{expires}</Expiration>
    </Credentials>
  </AssumeRoleResult>
  <ResponseMetadata><RequestId>{request}</RequestId></ResponseMetadata>
</AssumeRoleResponse>
"""
_REFUSED: Final = """\
<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error><Type>Sender</Type><Code>{code}</Code><Message>{text}</Message></Error>
  <RequestId>{request}</RequestId>
</ErrorResponse>
"""
_SESSION_NAME: Final = re.compile(r"[A-Za-z0-9_+=,.@-]{2,64}")


class Sts:
    """Issues temporary keys, and knows those that are valid.

    Args:
        clock: the vendor's time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.issued: dict[str, Key] = {}

    def response(self, call: Call, verifier: Verifier, *, role: str, account: str, lifetime: float) -> MockResponse:
        """Respond to AssumeRole, the only action.

        Args:
            call: the request, a form.
            verifier: of its signature.
            role: ARN of the only role.
            account: the account that may assume it, and that it acts for.
            lifetime: of the credentials in vendor seconds, unless the request has DurationSeconds.
        """
        try:
            key = verifier.verify(call, now=self._clock.now())
        except SignatureError as error:
            return _refused(403, error.code, error.text)
        form = dict(parse_qsl(call.body.decode("latin-1"), keep_blank_values=True))
        if form.get("Action") != "AssumeRole":
            return _refused(400, "InvalidAction", "The only action is AssumeRole.")
        if not _SESSION_NAME.fullmatch(form.get("RoleSessionName", "")):
            return _refused(400, "ValidationError", f"RoleSessionName must match {_SESSION_NAME.pattern}")
        lasts = form.get("DurationSeconds")
        if lasts is not None and not (lasts.isascii() and lasts.isdecimal() and 0 < len(lasts) <= 6):
            return _refused(400, "ValidationError", "DurationSeconds must be a number of seconds.")
        if form.get("RoleArn") != role or key.account != account or key.token:
            return _refused(403, "AccessDenied", "The caller is not authorized to perform: sts:AssumeRole on this role.")
        return self._issue(form, account, float(lasts) if lasts else lifetime)

    def _issue(self, form: Mapping[str, str], account: str, lifetime: float) -> MockResponse:
        now = self._clock.now()
        # An expired key is kept for another lifetime, so that the error says expired instead of invalid.
        self.issued = {name: key for name, key in self.issued.items() if now < key.until + lifetime}
        identifier = f"MOCKSESSION{token_hex(6).upper()}"
        key = Key(account=account, secret=token_urlsafe(30), token=token_urlsafe(60), until=now + lifetime)
        self.issued[identifier] = key
        expires = datetime.fromtimestamp(self._clock.wall(key.until), UTC)
        return _xml(
            200,
            _GRANTED,
            session=form["RoleSessionName"],
            role=form["RoleArn"].replace(":iam:", ":sts:").replace(":role/", ":assumed-role/"),
            key=identifier,
            secret=key.secret,
            token=key.token,
            expires=expires.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        )


def _refused(status: int, code: str, text: str) -> MockResponse:
    return _xml(status, _REFUSED, code=code, text=text)


def _xml(status: int, template: str, **values: str) -> MockResponse:
    escaped = {name: escape(value) for name, value in {**values, "request": str(uuid4())}.items()}
    return MockResponse(status=status, headers={"content-type": "text/xml"}, body=template.format_map(escaped).encode())
