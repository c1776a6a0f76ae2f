import createClient, { type Client } from "openapi-fetch";

import type { components, paths } from "./generated/api.js";

type ConnectorSecretList = components["schemas"]["ConnectorSecretList"];
type ErrorEnvelope = components["schemas"]["ErrorEnvelope"];

export interface RateLimit {
  limit: number;
  remaining: number;
}

export interface Outcome {
  status: number;
  body: ConnectorSecretList | ErrorEnvelope;
  retry_after_seconds: number | null;
  rate_limit: RateLimit | null;
}

export function newClient(baseUrl: string, credential: string): Client<paths> {
  // openapi-fetch has no setting for security schemes. This header is BearerAuth, and right for API keys as well.
  return createClient<paths>({
    baseUrl,
    headers: { Authorization: `Bearer ${credential}` },
  });
}

export async function listSecrets(
  client: Client<paths>,
  teamId: bigint,
  connectorIdentifier: string,
): Promise<Outcome> {
  const { data, error, response } = await client.GET(
    "/v1/teams/{team_id}/connector_builder/connectors/{connector_identifier}/secrets",
    {
      params: {
        path: { team_id: teamId, connector_identifier: connectorIdentifier },
      },
      signal: AbortSignal.timeout(30_000),
    },
  );

  if (data !== undefined) {
    // Nothing compares an answer with its type: what is missing is undefined, and what the document does not have is
    // still there.
    return { status: response.status, body: data, retry_after_seconds: null, rate_limit: null };
  }

  // The type says that every other answer is an envelope. What a proxy sends may be text, or nothing.
  const { status, headers } = response;
  if (typeof error !== "object") {
    throw new Error(`status ${status} without an error envelope`);
  }
  return {
    status,
    body: error,
    retry_after_seconds: retryAfterSeconds(headers),
    rate_limit: rateLimit(headers),
  };
}

function rateLimit(headers: Headers): RateLimit | null {
  const limit = wholeNumber(headers.get("X-RateLimit-Limit"));
  const remaining = wholeNumber(headers.get("X-RateLimit-Remaining"));
  return limit === null || remaining === null ? null : { limit, remaining };
}

function retryAfterSeconds(headers: Headers): number | null {
  const value = headers.get("Retry-After");
  const seconds = wholeNumber(value);
  if (value === null || seconds !== null) {
    return seconds;
  }
  // HTTP also allows a date, which ends in GMT; Date.parse alone takes much else for one.
  const milliseconds = value.endsWith(" GMT") ? Date.parse(value) - Date.now() : Number.NaN;
  return Number.isNaN(milliseconds) ? null : Math.max(0, Math.ceil(milliseconds / 1000));
}

function wholeNumber(value: string | null): number | null {
  return value !== null && /^\d+$/.test(value) ? Number(value) : null;
}
