import { createClient, createConfig, type Client } from "./generated/client/index.js";
import { listConnectorSecrets, type ConnectorSecretList, type ErrorEnvelope } from "./generated/index.js";

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

export function newClient(baseUrl: string, credential: string): Client {
  return createClient(
    createConfig({
      baseUrl,
      // The client asks for each security scheme of the operation. API keys, too, go to BearerAuth, which adds the word
      // Bearer; for ApiKeyAuth the client would send the bare key.
      auth: ({ scheme }) => (scheme === "bearer" ? credential : undefined),
    }),
  );
}

export async function listSecrets(client: Client, teamId: bigint, connectorIdentifier: string): Promise<Outcome> {
  const { data, error, response } = await listConnectorSecrets({
    client,
    path: { team_id: teamId, connector_identifier: connectorIdentifier },
    signal: AbortSignal.timeout(30_000),
  });

  if (data !== undefined) {
    // zod has compared the list with the document.
    return { status: response.status, body: data, retry_after_seconds: null, rate_limit: null };
  }

  // If there is no response at all, error is what fetch threw, in spite of the types. The type says that every other response
  // is an envelope, and nothing compares it. What a proxy sends may be text, or nothing.
  if (response === undefined || typeof error !== "object") {
    throw new Error(response === undefined ? "no answer" : `status ${response.status} without an error envelope`, {
      cause: error,
    });
  }
  return {
    status: response.status,
    body: error,
    retry_after_seconds: retryAfterSeconds(response.headers),
    rate_limit: rateLimit(response.headers),
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
  return value !== null && /^-?\d+$/.test(value) ? Number(value) : null;
}
