"""Lists a connector's secrets, with a client that openapi-python-client generated."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypedDict

import httpx

from connector_secrets_client import AuthenticatedClient
from connector_secrets_client.api.connector_secrets import list_connector_secrets
from connector_secrets_client.models import ConnectorSecretList, ErrorEnvelope


class RateLimit(TypedDict):
    """How many requests an hour are allowed, and how many are left."""

    limit: int
    remaining: int


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a response says."""

    status: int
    body: dict[str, Any]
    retry_after_seconds: int | None = None
    rate_limit: RateLimit | None = None


def new_client(base_url: str, credential: str) -> AuthenticatedClient:
    """Make a client for one credential. Keep it, and use it in a with statement: it keeps its connections."""
    return AuthenticatedClient(
        base_url=base_url,
        token=credential,  # An API key, too: the client adds "Bearer ".
        timeout=httpx.Timeout(30),  # None by default.
        raise_on_unexpected_status=True,  # Otherwise an undocumented status looks like no response.
    )


def list_secrets(client: AuthenticatedClient, team_id: int, connector_identifier: str) -> Outcome:
    """List the secrets of one connector.

    A body that is not the documented JSON, such as a proxy's page, raises ValueError, KeyError or TypeError.
    """
    response = list_connector_secrets.sync_detailed(team_id, connector_identifier, client=client)
    match response.parsed:
        case ConnectorSecretList() as secrets:
            return Outcome(status=response.status_code, body=secrets.to_dict())
        case ErrorEnvelope() as envelope:
            return failed(response.status_code, response.headers, envelope)
        case None:
            raise AssertionError  # Only without raise_on_unexpected_status.


def failed(status: HTTPStatus, headers: Mapping[str, str], envelope: ErrorEnvelope) -> Outcome:
    """Return what an error says: its envelope, and the header fields that tell when to try again."""
    limit, remaining = number(headers, "X-RateLimit-Limit"), number(headers, "X-RateLimit-Remaining")
    return Outcome(
        status=status,
        body=envelope.to_dict(),
        retry_after_seconds=number(headers, "Retry-After"),
        rate_limit=None if limit is None or remaining is None else {"limit": limit, "remaining": remaining},
    )


def number(headers: Mapping[str, str], name: str) -> int | None:
    """Read a header field, which the client returns as text. A date in Retry-After counts as none."""
    value = headers.get(name, "")
    return int(value) if value.isdecimal() else None
