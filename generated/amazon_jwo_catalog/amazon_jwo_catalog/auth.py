# Generated from specs/amazon_jwo_catalog.yaml; do not edit. Change the spec and run make generate.
"""Credentials of Amazon Just Walk Out Catalog API: pass one to a client as `auth`. No repr contains their values."""

from __future__ import annotations

from typing import Any

import httpx2

from ._runtime import auth as _auth
from ._runtime import signing as _signing


class SigV4(_signing.SigV4):
    """AWS Signature Version 4 with the service name `execute-api` and the region of the endpoint. The credentials are usually
    temporary ones of a role that is assumed through STS.

    Args:
        region: AWS region that requests are signed for.
        credentials: Credentials of botocore, which may renew themselves; default: those of the AWS chain (environment, profile, role).
        role_arn: Role to assume with them; its keys are renewed before they expire.
        sts_url: Endpoint of the STS at which it is assumed; default: that of AWS.

    Raises:
        CredentialsError: There are no credentials; while a request is sent: AWS issues no key for them.
        ImportError: botocore is not installed, which is the extra `aws` of this package.
    """

    def __init__(self, region: str, *, credentials: Any = None, role_arn: str | None = None, sts_url: str | None = None) -> None:
        super().__init__(region, credentials=credentials, role_arn=role_arn, sts_url=sts_url)


VARIABLES = {"region": "AWS_REGION"}
"""The environment variables that `from_environment` needs, by the arguments of `SigV4`."""
OPTIONAL_VARIABLES: dict[str, str] = {}
"""Those that may be set besides."""


def from_environment() -> httpx2.Auth:
    """Return `SigV4` with the values of environment variables: `AWS_REGION`.

    Raises:
        CredentialsError: A variable is not set, or there are no credentials.
    """
    return _auth.from_environment(SigV4, VARIABLES, OPTIONAL_VARIABLES)
