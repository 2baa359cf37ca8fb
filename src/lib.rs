//! unstick

pub mod app;
pub mod cli;
pub mod clock;
pub mod domain;
pub mod engine;
pub mod genesys;
pub mod journal;
pub mod log;
pub mod sandbox;
pub mod settings;
pub mod tui;
pub mod ui;
