//! Lists a connector's secrets, with a client that progenitor generated.

use std::{error::Error, num::NonZeroU64, str::FromStr, time::Duration};

use client::{Client, ResponseValue, types};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use serde::Serialize;
use serde_json::Value;

pub use client::types::ConnectorIdentifier;

#[allow(clippy::pedantic, reason = "build.rs generates it")]
mod client {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

/// What a response says. The body is the list, or the error envelope.
#[derive(Serialize)]
pub struct Outcome {
    pub status: u16,
    pub body: Value,
    pub retry_after_seconds: Option<i32>,
    pub rate_limit: Option<RateLimit>,
}

/// How many requests an hour are allowed, and how many are left.
#[derive(Serialize)]
pub struct RateLimit {
    pub limit: i32,
    pub remaining: i32,
}

/// A client for one credential, of either scheme. Make it once and keep it, for it keeps its connections.
///
/// progenitor leaves the document's security schemes to the HTTP client.
pub fn new_client(base_url: &str, credential: &str) -> Result<Client, Box<dyn Error>> {
    let mut authorization = HeaderValue::try_from(format!("Bearer {credential}"))?;
    authorization.set_sensitive(true); // otherwise {:?} of the client prints it
    let http = reqwest::Client::builder()
        .default_headers(HeaderMap::from_iter([(AUTHORIZATION, authorization)]))
        .timeout(Duration::from_secs(30)) // none by default
        .build()?;
    // The client puts the path, with its slash, after this.
    Ok(Client::new_with_client(
        base_url.trim_end_matches('/'),
        http,
    ))
}

/// Lists the secrets of one connector. It is an error if there is no response, or one that the document does not have.
pub async fn list(
    client: &Client,
    team_id: NonZeroU64,
    connector: &ConnectorIdentifier,
) -> Result<Outcome, Box<dyn Error>> {
    match client.list_connector_secrets(team_id, connector).await {
        Ok(response) => Ok(Outcome {
            status: response.status().as_u16(),
            body: serde_json::to_value(response.as_ref())?,
            retry_after_seconds: None,
            rate_limit: None,
        }),
        Err(client::Error::ErrorResponse(response)) => Ok(failed(&response)?),
        Err(error) => Err(error.into()),
    }
}

fn failed(response: &ResponseValue<types::ErrorEnvelope>) -> serde_json::Result<Outcome> {
    let headers = response.headers();
    Ok(Outcome {
        status: response.status().as_u16(),
        body: serde_json::to_value(response.as_ref())?,
        // HTTP allows a date here, too, which this takes for no delay: the crate httpdate parses it.
        retry_after_seconds: number(headers, "Retry-After"),
        rate_limit: number(headers, "X-RateLimit-Limit")
            .zip(number(headers, "X-RateLimit-Remaining"))
            .map(|(limit, remaining)| RateLimit { limit, remaining }),
    })
}

fn number<T: FromStr>(headers: &HeaderMap, name: &str) -> Option<T> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}
