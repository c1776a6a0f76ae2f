//! Calls the API once for each conformance case, and prints what came back as a line of JSON.

mod secrets;

use std::collections::hash_map::{Entry, HashMap};
use std::{env, error::Error, fs};

use serde::Deserialize;
use serde_json::json;

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
    connector_identifier: secrets::ConnectorIdentifier,
    credential: String,
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
                let new = secrets::new_client(&base_url, entry.key())?;
                entry.insert(new)
            }
        };
        let team_id = request.team_id.parse()?;
        let outcome = secrets::list(client, team_id, &request.connector_identifier).await?;
        println!("{}", json!({ "name": name, "outcome": outcome }));
    }
    Ok(())
}
