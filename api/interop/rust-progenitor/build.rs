//! Generates the client from the document, into cargo's own output folder.

use std::{env, error::Error, fs, path::Path};

const DOCUMENT: &str = "../../openapi.client.yaml";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={DOCUMENT}");
    let document = serde_saphyr::from_str(&fs::read_to_string(DOCUMENT)?)?;
    let tokens = progenitor::Generator::default().generate_tokens(&document)?;
    let code = prettyplease::unparse(&syn::parse2(tokens)?);
    fs::write(Path::new(&env::var("OUT_DIR")?).join("client.rs"), code)?;
    Ok(())
}
