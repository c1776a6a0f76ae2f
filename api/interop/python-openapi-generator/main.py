"""Lists secrets for each case of a file, with a client that OpenAPI Generator generated."""

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypedDict

from connector_secrets_client import (
    ApiClient,
    ApiException,
    Configuration,
    ConnectorSecretList,
    ConnectorSecretsApi,
    ErrorEnvelope,
)


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
    """What an answer says: secrets, or an error."""

    status: int
    secrets: list[dict[str, str]] | None = None
    code: str | None = None
    message: str | None = None
    description: str | None = None
    request_id: str | None = None
    retry_after_seconds: int | None = None
    rate_limit: RateLimit | None = None


def call(base_url: str, request: Request) -> Outcome:
    """List the secrets of one connector."""
    # One client a call, as each case has its own credential. A program with one credential keeps its client.
    # The path, with its slash, is put after the host. An API key is an access token, too.
    configuration = Configuration(host=base_url.rstrip("/"), access_token=request["credential"])
    # urllib3 would sleep as long as Retry-After says, up to a day. The generator forgot the type of the setting.
    configuration.retries = False  # type: ignore[assignment]
    api = ConnectorSecretsApi(ApiClient(configuration))
    try:
        answer = api.list_connector_secrets_with_http_info(
            int(request["team_id"]),
            request["connector_identifier"],
            _request_timeout=30.0,  # It waits without end if it is not told how long, and refuses an int.
        )
    except ApiException as error:
        return failed(error)
    return succeeded(answer.status_code, answer.data)


def succeeded(status: int, answer: ConnectorSecretList) -> Outcome:
    """Take the names and placeholders from an answer; to_dict would add the properties that are not documented."""
    if answer.count != len(answer.secrets):
        msg = f"{answer.count} secrets announced, {len(answer.secrets)} sent"
        raise ValueError(msg)
    return Outcome(
        status=status,
        secrets=[
            {"secret_placeholder": secret.secret_placeholder, "secret_name": secret.secret_name}
            for secret in answer.secrets
        ],
    )


def failed(error: ApiException) -> Outcome:
    """Take what an error says from its envelope and its headers."""
    envelope = error.data
    if not isinstance(envelope, ErrorEnvelope):
        raise error  # The status is not in the document, or the body is not what it says, as a proxy's page.
    limit, remaining = number(error, "X-RateLimit-Limit"), number(error, "X-RateLimit-Remaining")
    return Outcome(
        status=error.status,
        code=envelope.error.code,
        message=envelope.error.message,
        description=envelope.error.description,
        request_id=envelope.meta.request_id,
        retry_after_seconds=number(error, "Retry-After"),
        rate_limit=None if limit is None or remaining is None else {"limit": limit, "remaining": remaining},
    )


def number(error: ApiException, name: str) -> int | None:
    """Read a header, which the generated client leaves as text. A date in Retry-After counts as none."""
    value = (error.headers or {}).get(name, "")
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
