//! unstick

pub mod sandbox;
