//! Carries plans out and keeps the list fresh; tokio and ports only. Knows no HTTP client, no database and no terminal.

pub mod limiter;
pub mod ports;
