//! Where agents stand: presence and routing status, a hundred users at a time, from `GET /api/v2/users`. A user whom the platform does not
//! know is absent from the answer; a time that is not sound is not known.

use super::client::Client;
use super::parse;
use super::send::Question;
use super::wire;
use crate::domain::beside::AgentStanding;
use crate::domain::failure::Failure;
use crate::domain::text::Text;
use crate::engine::ports::Pass;

impl Client {
    /// The standings of these users, at most 100.
    pub(super) async fn standings_of(
        &self,
        users: Vec<Text>,
        pass: Pass,
    ) -> Result<Vec<AgentStanding>, Failure> {
        let mut query: Vec<(&'static str, String)> = [
            ("state", "any"),
            ("pageSize", "100"),
            ("expand", "presence"),
            ("expand", "routingStatus"),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .to_vec();
        query.extend(users.into_iter().map(|user| ("id", user.into())));
        let question = Question::Get("/api/v2/users".to_owned(), query);
        let answer = self.funnel.ask(&question, pass).await?;
        let said: wire::Entities<wire::User> = answer.content()?;
        let users = said.entities.into_iter().flatten();
        Ok(users
            .filter_map(|user| standing(user, answer.sent_at))
            .collect())
    }
}

fn standing(user: wire::User, read_at: jiff::Timestamp) -> Option<AgentStanding> {
    let time = |said: Option<String>| parse::time("", said.as_deref()).ok().flatten();
    let mut standing = AgentStanding::new(parse::text(user.id)?, read_at);
    if let Some(presence) = user.presence {
        let definition = presence.presence_definition;
        standing.presence = definition.and_then(|said| parse::text(said.system_presence));
        standing.presence_since = time(presence.modified_date);
    }
    if let Some(routing) = user.routing_status {
        standing.routing = parse::text(routing.status);
        standing.routing_since = time(routing.start_time);
    }
    Some(standing)
}
