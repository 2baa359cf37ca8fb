//! Every integration test, in one binary. Each module has one line that says what it proves.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that meets the unexpected should stop there"
)]

/// The import law, the file ceiling, and what only one place may do.
mod architecture;
/// What every status and every broken exchange becomes, and that nothing is repeated or followed.
mod client_outcomes;
/// What the client asks, and what it makes of the answers.
mod client_reads;
/// The client against the sandbox: two readings of the protocol agree.
mod client_sandbox;
/// A server that answers as a test says, on a port the system chose.
mod client_server;
/// The token: fetched once, renewed in time, renewed after a 401, never leaked.
mod client_token;
/// The dependency tree as the lock file has it.
mod dependencies;
/// The real client, engine and journal against the sandbox over HTTP, judged by the ground truth.
mod end_to_end;
/// The invariants of the engine, each under its name.
mod invariants;
mod journal_crash;
mod journal_damage;
mod journal_evidence;
mod journal_finality;
mod journal_folding;
mod journal_runs;
mod journal_stage;
mod journal_wall;
/// The scripted organisation that the engine's tests run against.
mod model;
/// The list is kept fresh within the budget, and says so when it cannot be.
mod poller;
/// What a read after our own requests means: who was cut off, who came back, what is not over.
mod review_deciding;
/// A run is left, stopped and carried on as it should be, whatever falls over.
mod review_driving;
/// Sandbox: conversations are found, read and ended over real HTTP, and the ground truth agrees.
mod sandbox_conversations;
/// Sandbox: trouble on order does exactly what it says.
mod sandbox_faults;
/// Sandbox: sign-in, limits, and the standard refusals with their headers.
mod sandbox_manners;
/// Sandbox: how the tests of the sandbox start one and talk to it.
mod sandbox_support;
/// Random trouble, crashes and resumes over the scripted organisation, judged by the three promises.
mod simulation;
