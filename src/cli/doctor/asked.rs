//! What the organisation answers: every question of `doctor`, each bounded in time, none of them changing anything. One that fails keeps
//! none of the others from being asked.

use std::future::Future;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::timeout;

use crate::cli::connect::Connection;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::needs::{NEEDS, Need, Trial};
use crate::domain::rights::Rights;
use crate::domain::text::Text;
use crate::engine::ports::{Clock, Lane, Org, Pass};
use crate::genesys::{Glimpse, Timeouts, TokenFacts, Topic, Tried};

/// How long one question may take with the wait for its turn: after a 429 that would be a minute.
const PATIENCE: Duration = Duration::from_secs(8);

/// A person waits for these answers.
pub(super) const TIMEOUTS: Timeouts = Timeouts {
    connect: Duration::from_secs(3),
    read: Duration::from_secs(4),
    total: Duration::from_secs(6),
};

/// Everything that was answered, and what was not.
pub(super) struct Asked {
    /// When it was asked.
    pub(super) now: Timestamp,
    /// Until when the token is good.
    pub(super) sign_in: Result<Timestamp, Failure>,
    /// The rest; nothing of it is asked without a sign-in.
    pub(super) rest: Option<Rest>,
    pub(super) clock_ahead: Option<SignedDuration>,
    pub(super) issuer: Option<Text>,
}

/// What is asked with a token.
pub(super) struct Rest {
    pub(super) organisation: Result<(String, Option<Text>), Failure>,
    pub(super) token: Result<TokenFacts, Failure>,
    pub(super) rights: Result<Rights, Failure>,
    pub(super) glimpse: Result<Glimpse, Failure>,
    /// A read of the conversation that the list showed first; nothing where it showed none.
    pub(super) one: Option<Result<Tried, Failure>>,
    pub(super) topics: Result<Vec<Topic>, Failure>,
    pub(super) published: Result<Option<u64>, Failure>,
    /// What came of trying, for each row of the table, where the roles could not be read.
    pub(super) trials: Vec<Option<Result<(), Failure>>>,
}

/// Asks everything.
pub(super) async fn ask(connection: &Connection) -> Asked {
    let client = &connection.client;
    let now = connection.clock.now();
    let sign_in = bounded(connection, |pass| client.sign_in(pass)).await;
    let rest = match &sign_in {
        // On the heap: seven questions at once are a large thing to carry through every command's future.
        Ok(_) => Some(Box::pin(rest(connection, now)).await),
        Err(_) => None,
    };
    Asked {
        now,
        sign_in,
        rest,
        clock_ahead: client.clock_ahead(),
        issuer: client.certificate_issuer(),
    }
}

async fn rest(connection: &Connection, now: Timestamp) -> Rest {
    let client = &connection.client;
    let looked = async {
        let glimpse = bounded(connection, |pass| client.glimpse(now, pass)).await;
        let id = glimpse.as_ref().ok().and_then(|glimpse| glimpse.one);
        let one = match id {
            Some(id) => Some(bounded(connection, |pass| client.try_conversation(id, pass)).await),
            None => None,
        };
        (glimpse, one)
    };
    let (organisation, token, rights, (glimpse, one), topics, published) = tokio::join!(
        bounded(connection, |pass| client.organisation(pass)),
        bounded(connection, |pass| client.token_facts(pass)),
        bounded(connection, |pass| client.rights(pass)),
        looked,
        bounded(connection, |pass| client.topics(pass)),
        bounded(connection, |pass| client.published_rate(pass)),
    );
    let trials = match &rights {
        Ok(_) => Vec::new(),
        Err(_) => trials(connection).await,
    };
    Rest {
        organisation,
        token,
        rights,
        glimpse,
        one,
        topics,
        published,
        trials,
    }
}

/// Tries what can be tried by reading, one row of the table after the other.
async fn trials(connection: &Connection) -> Vec<Option<Result<(), Failure>>> {
    let mut outcomes = Vec::new();
    let mut is_answering = true;
    for need in &NEEDS {
        let outcome = if is_answering {
            tried(connection, need).await
        } else {
            None
        };
        // A platform that does not answer is not asked eight times.
        let is_gone = |failure: &Failure| failure.receipt.status.is_none();
        is_answering &= !matches!(&outcome, Some(Err(failure)) if is_gone(failure));
        outcomes.push(outcome);
    }
    outcomes
}

async fn tried(connection: &Connection, need: &Need) -> Option<Result<(), Failure>> {
    let client = &connection.client;
    // The first two are tried in any case; the others would change something, or say nothing for sure.
    let Trial::Page(path) = need.trial else {
        return None;
    };
    let answer = bounded(connection, |pass| client.try_path(path, true, pass)).await;
    Some(answer.map(drop))
}

/// One question, with its turn and within its time.
async fn bounded<'a, T, F>(
    connection: &'a Connection,
    question: impl FnOnce(Pass) -> F,
) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Failure>> + 'a,
{
    let asked = async {
        let pass = connection.limiter.acquire(Lane::Read, 1).await;
        question(pass).await
    };
    timeout(PATIENCE, asked).await.unwrap_or_else(|_| {
        let why = "no answer within 8 s, the wait for a turn included";
        Err(Failure::local(FailureKind::TimedOut, why))
    })
}
