//! The dependency tree as the lock file has it: from one registry, and without what must not come in.

use std::path::Path;

/// Second TLS stacks, abandoned crates, and what the standard library does now.
const NEVER: [&str; 6] = [
    "openssl-sys",
    "native-tls",
    "backoff",
    "fs2",
    "instant",
    "chrono",
];

#[test]
fn every_crate_comes_from_the_one_registry_and_none_is_banned() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    let lock: toml::Table = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let packages = lock["package"].as_array().unwrap();
    assert!(packages.len() > 50, "the lock file was not understood");
    for package in packages {
        let name = package["name"].as_str().unwrap();
        assert!(!NEVER.contains(&name), "{name} must not come in");
        let source = package.get("source").and_then(toml::Value::as_str);
        let is_ours = name == env!("CARGO_PKG_NAME");
        let is_registry = source == Some("registry+https://github.com/rust-lang/crates.io-index");
        assert!(is_ours || is_registry, "{name} comes from {source:?}");
    }
}
