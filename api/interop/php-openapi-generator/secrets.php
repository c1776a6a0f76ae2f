<?php

// Lists a connector's secrets, with a client that OpenAPI Generator made.

declare(strict_types=1);

use ConnectorSecrets\Api\ConnectorSecretsApi;
use ConnectorSecrets\ApiException;
use ConnectorSecrets\Configuration;
use ConnectorSecrets\Model\ErrorEnvelope;
use GuzzleHttp\Client;

/** Lists the secrets of one connector. It throws an ApiException if there is no response, or one that is not the API's. */
function listSecrets(string $baseUrl, string $credential, int $teamId, string $connectorIdentifier): array
{
    // An API key is an access token, too. The client adds the word Bearer.
    $configuration = (new Configuration())->setHost(rtrim($baseUrl, '/'))->setAccessToken($credential);
    // Guzzle waits without end unless it is told how long. It retries nothing.
    $api = new ConnectorSecretsApi(new Client(['connect_timeout' => 5, 'timeout' => 30]), $configuration);
    try {
        [$list, $status] = $api->listConnectorSecretsWithHttpInfo($teamId, $connectorIdentifier);
        return ['status' => $status, 'body' => $list, 'retry_after_seconds' => null, 'rate_limit' => null];
    } catch (ApiException $error) {
        $envelope = $error->getResponseObject();
        if (!$envelope instanceof ErrorEnvelope) {
            throw $error; // There is no response, or its status is not in the document.
        }
        $limit = number($error, 'X-RateLimit-Limit');
        $remaining = number($error, 'X-RateLimit-Remaining');
        return [
            'status' => $error->getCode(),
            'body' => $envelope,
            'retry_after_seconds' => number($error, 'Retry-After'),
            'rate_limit' => $limit === null || $remaining === null ? null : ['limit' => $limit, 'remaining' => $remaining],
        ];
    }
}

/** Reads a header, which the client leaves as text. A date in Retry-After counts as none. */
function number(ApiException $error, string $name): ?int
{
    $value = filter_var(array_change_key_case($error->getResponseHeaders())[strtolower($name)][0] ?? null, FILTER_VALIDATE_INT);
    return $value === false ? null : $value;
}
