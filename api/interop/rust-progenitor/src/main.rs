//! Calls the generated client once for each case, and prints what it made of the answer, a line of JSON each.

use std::collections::hash_map::{Entry, HashMap};
use std::{env, error::Error, fs, num::NonZeroU64, str::FromStr, time::Duration};

use client::{Client, ResponseValue, types};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[allow(clippy::pedantic, reason = "build.rs generates it")]
mod client {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

#[derive(Deserialize)]
struct Cases {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    request: Request,
}

#[derive(Deserialize)]
struct Request {
    team_id: String,
    // A type of its own, with the document's pattern: a wrong identifier fails here, before any call.
    connector_identifier: types::ConnectorIdentifier,
    credential: String,
}

#[derive(Serialize)]
struct Outcome {
    status: u16,
    body: Value,
    retry_after_seconds: Option<i32>,
    rate_limit: Option<RateLimit>,
}

#[derive(Serialize)]
struct RateLimit {
    limit: i32,
    remaining: i32,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let Ok([_, base_url, file]) = <[String; 3]>::try_from(env::args().collect::<Vec<_>>()) else {
        return Err("usage: rust-progenitor BASE_URL CASES_FILE".into());
    };
    let Cases { cases } = serde_json::from_str(&fs::read_to_string(file)?)?;
    let mut clients = HashMap::new();
    for Case { name, request } in cases {
        let client = match clients.entry(request.credential) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let new = new_client(&base_url, entry.key())?;
                entry.insert(new)
            }
        };
        let team_id: NonZeroU64 = request.team_id.parse()?;
        let result = client
            .list_connector_secrets(team_id, &request.connector_identifier)
            .await;
        let outcome = match result {
            Ok(answer) => success(&answer)?,
            Err(client::Error::ErrorResponse(answer)) => failure(&answer)?,
            Err(error) => return Err(error.into()), // no answer, or none that the document has
        };
        println!("{}", json!({ "name": name, "outcome": outcome }));
    }
    Ok(())
}

/// A client for one credential, of either scheme. Make it once and keep it, for it keeps its connections.
///
/// progenitor leaves the document's security schemes to the HTTP client.
fn new_client(base_url: &str, credential: &str) -> Result<Client, Box<dyn Error>> {
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

fn success(answer: &ResponseValue<types::ConnectorSecretList>) -> serde_json::Result<Outcome> {
    Ok(Outcome {
        status: answer.status().as_u16(),
        body: serde_json::to_value(answer.as_ref())?,
        retry_after_seconds: None,
        rate_limit: None,
    })
}

fn failure(answer: &ResponseValue<types::ErrorEnvelope>) -> serde_json::Result<Outcome> {
    let headers = answer.headers();
    Ok(Outcome {
        status: answer.status().as_u16(),
        body: serde_json::to_value(answer.as_ref())?,
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
