"""Lists secrets for each case of a file, with a client that openapi-python-client generated."""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypedDict

import httpx

from connector_secrets_client import AuthenticatedClient
from connector_secrets_client.api.connector_secrets import list_connector_secrets
from connector_secrets_client.models import ConnectorSecretList, ErrorEnvelope


class Request(TypedDict):
    """What the operation is called with."""

    team_id: str
    connector_identifier: str
    credential: str


class RateLimit(TypedDict):
    """How many requests an hour are allowed, and how many are left."""

    limit: int
    remaining: int


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an answer says."""

    status: int
    body: dict[str, Any]
    retry_after_seconds: int | None = None
    rate_limit: RateLimit | None = None


def call(base_url: str, request: Request) -> Outcome:
    """List the secrets of one connector."""
    # One client a call, as each case has its own credential. A program with one credential keeps its client.
    with AuthenticatedClient(
        base_url=base_url,
        token=request["credential"],  # An API key, too: the client adds "Bearer ".
        timeout=httpx.Timeout(30),  # The generated client waits without end if it is not told how long.
        raise_on_unexpected_status=True,  # Else a status that is not in the document looks like no answer.
    ) as client:
        # A body that is not the documented JSON, as a proxy's page, raises ValueError, KeyError or TypeError here.
        response = list_connector_secrets.sync_detailed(
            int(request["team_id"]), request["connector_identifier"], client=client
        )
    match response.parsed:
        case ConnectorSecretList() as answer:
            return Outcome(status=response.status_code, body=answer.to_dict())
        case ErrorEnvelope() as envelope:
            return failed(response.status_code, response.headers, envelope)
        case None:
            raise AssertionError  # Only without raise_on_unexpected_status.


def failed(status: HTTPStatus, headers: Mapping[str, str], envelope: ErrorEnvelope) -> Outcome:
    """Take what an error says from its envelope and from its headers, which the client leaves as text."""
    limit, remaining = number(headers, "X-RateLimit-Limit"), number(headers, "X-RateLimit-Remaining")
    return Outcome(
        status=status,
        body=envelope.to_dict(),
        retry_after_seconds=number(headers, "Retry-After"),
        rate_limit=None if limit is None or remaining is None else {"limit": limit, "remaining": remaining},
    )


def number(headers: Mapping[str, str], name: str) -> int | None:
    """Read a header, which the generated client leaves as text. A date in Retry-After counts as none."""
    value = headers.get(name, "")
    return int(value) if value.isdecimal() else None


def main() -> None:
    """Print a line of JSON for each case of the file."""
    if len(sys.argv) != 3:  # noqa: PLR2004
        sys.exit("usage: main.py BASE_URL CASES_FILE")
    base_url, cases_file = sys.argv[1:]
    for case in json.loads(Path(cases_file).read_text(encoding="utf-8"))["cases"]:
        outcome = call(base_url, case["request"])
        print(json.dumps({"name": case["name"], "outcome": asdict(outcome)}))


if __name__ == "__main__":
    main()
