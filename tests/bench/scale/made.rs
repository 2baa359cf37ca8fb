//! Chats that nobody had, each from its number alone: as the platform would tell of them, in JSON of a real size, with four parties.

use std::fmt::Write as _;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use unstick::domain::failure::Receipt;
use unstick::domain::ids::ConversationId;
use unstick::domain::roster::{Listed, Reading};
use unstick::domain::text::Text;
use unstick::engine::ports::{PAGE_SIZE, PageWanted};
use unstick::genesys::{page_of_body, read_of_body};

/// How many there are of what chats share.
const QUEUES: u64 = 40;
const AGENTS: u64 = 500;
const FLOWS: u64 = 12;
const FIRST_NAMES: [&str; 8] = [
    "Ada", "Bilal", "Chiara", "Dmitri", "Esra", "Folake", "Grace", "Hana",
];
const LAST_NAMES: [&str; 8] = [
    "Okafor",
    "Lindqvist",
    "Moreau",
    "Nakamura",
    "Petrov",
    "Reyes",
    "Silva",
    "Tanaka",
];

/// A chat.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Made {
    pub(crate) number: u64,
    pub(crate) started: Timestamp,
    /// When somebody wrote last.
    pub(crate) wrote: Timestamp,
    /// When it ended.
    pub(crate) ended: Option<Timestamp>,
}

impl Made {
    /// One of a list that goes back sixty days, as it stands at `now`: started and written in at any time of them.
    pub(crate) fn of_list(number: u64, now: Timestamp) -> Self {
        let age = 120 + mixed(number) % (60 * 86_400);
        let quiet = 30 + mixed(number ^ 0xA5) % age.min(3 * 86_400);
        Self::aged(number, age, quiet, now)
    }

    /// One that began so many seconds ago, and in which nobody has written for so many.
    pub(crate) fn aged(number: u64, age: u64, quiet: u64, now: Timestamp) -> Self {
        Self {
            number,
            started: before(now, age),
            wrote: before(now, quiet),
            ended: None,
        }
    }

    pub(crate) fn id(&self) -> ConversationId {
        ConversationId::from_u128(part(self.number, 0))
    }

    /// As one read tells of it.
    pub(crate) fn reading(&self, read_at: Timestamp) -> Arc<Reading> {
        let body = self.read_body().into_bytes();
        let mut reading = read_of_body(body, self.id(), read_at).unwrap();
        reading.receipt = Receipt {
            status: Some(200),
            took_ms: 84,
            correlation: Some(Text::clean(&uuid(part(mixed(self.number), 15)))),
            date: Some(read_at),
        };
        Arc::new(reading)
    }

    /// The customer has gone.
    fn is_left(&self) -> bool {
        self.ended.is_some() || self.number.is_multiple_of(3)
    }

    /// The agent has gone. Somebody is always there as long as it is open.
    fn is_served(&self) -> bool {
        self.ended.is_none() && (self.is_left() || !self.number.is_multiple_of(5))
    }

    /// Its parties: place, purpose, name, and until when they were there.
    fn parties(&self) -> [(u64, &'static str, String, Option<Timestamp>); 4] {
        let over = |is_over: bool| is_over.then(|| self.ended.unwrap_or(self.wrote));
        let flow = self.number % FLOWS;
        let agent = self.number % AGENTS;
        [
            (1, "customer", name(self.number), over(self.is_left())),
            (
                2,
                "workflow",
                format!("Web Front Door {flow}"),
                Some(self.at(1)),
            ),
            (3, "acd", self.queue().1, Some(self.at(2))),
            (4, "agent", name(agent + 1_000_000), over(!self.is_served())),
        ]
    }

    fn queue(&self) -> (String, String) {
        let queue = mixed(self.number ^ 0x51) % QUEUES;
        (uuid(part(queue, 9)), format!("Claims Desk {queue}"))
    }

    /// Moments from the start to the last message, in sixths.
    fn at(&self, sixth: i32) -> Timestamp {
        self.started + self.wrote.duration_since(self.started) * sixth / 6
    }

    fn list_body(&self, to: &mut String) {
        let started = time(self.started);
        let (queue, _) = self.queue();
        let _ = write!(
            to,
            r#"{{"conversationId":"{}","conversationStart":"{started}",{}"conversationInitiator":"customer","originatingDirection":"inbound","customerParticipation":true,"divisionIds":["{}"],"participants":["#,
            self.id(),
            maybe("conversationEnd", self.ended),
            uuid(part(0, 10)),
        );
        for (place, purpose, name, until) in self.parties() {
            let since = time(self.at(i32::try_from(place).unwrap() - 1));
            let separator = if place > 1 { "," } else { "" };
            let user = match purpose {
                "agent" => format!(r#""userId":"{}","#, uuid(part(self.number % AGENTS, 11))),
                _ => String::new(),
            };
            let flow = match purpose {
                "workflow" => format!(
                    r#""flow":{{"flowId":"{}","flowName":"{name}","flowVersion":"14.0","flowType":"INBOUNDSHORTMESSAGE","exitReason":"TRANSFER","transferType":"ACD","transferTargetAddress":"{queue}"}},"#,
                    uuid(part(self.number % FLOWS, 12))
                ),
                _ => String::new(),
            };
            let _ = write!(
                to,
                r#"{separator}{{"participantId":"{}","participantName":"{name}","purpose":"{purpose}",{user}"sessions":[{{"sessionId":"{}","mediaType":"message","messageType":"webmessaging","provider":"PureCloud Messaging","direction":"inbound","addressFrom":"{}","addressTo":"{}","authenticated":false,{flow}"metrics":["#,
                uuid(part(self.number, place)),
                uuid(part(self.number, place + 4)),
                uuid(part(self.number, 14)),
                uuid(part(0, 13)),
            );
            for (index, metric) in ["nConnected", "nFlow", "tFlow", "nOffered", "tAcd", "tAlert"]
                .into_iter()
                .enumerate()
            {
                let separator = if index > 0 { "," } else { "" };
                let _ = write!(
                    to,
                    r#"{separator}{{"name":"{metric}","emitDate":"{since}","value":{}}}"#,
                    index + 1
                );
            }
            let ended = until.map_or(String::new(), |_| {
                r#""disconnectType":"client","#.to_owned()
            });
            let _ = write!(
                to,
                r#"],"segments":[{{"segmentType":"system","segmentStart":"{started}","segmentEnd":"{since}","disconnectType":"transfer","conference":false}},{{"segmentType":"interact","segmentStart":"{since}",{}{ended}"queueId":"{queue}","conference":false}}]}}]}}"#,
                maybe("segmentEnd", until),
            );
        }
        to.push_str("]}");
    }

    fn read_body(&self) -> String {
        let mut body = String::with_capacity(8 * 1024);
        let (queue, queue_name) = self.queue();
        let _ = write!(
            body,
            r#"{{"id":"{}","startTime":"{}",{}"address":"{}","recordingState":"NONE","securePause":false,"divisions":[{{"division":{{"id":"{}","name":"Home","selfUri":"/api/v2/authorization/divisions/home"}},"entities":[]}}],"recentTransfers":[],"selfUri":"/api/v2/conversations/{}","participants":["#,
            self.id(),
            time(self.started),
            maybe("endTime", self.ended),
            uuid(part(0, 13)),
            uuid(part(0, 10)),
            self.id(),
        );
        for (place, purpose, name, until) in self.parties() {
            let since = time(self.at(i32::try_from(place).unwrap() - 1));
            let separator = if place > 1 { "," } else { "" };
            let own = match purpose {
                "agent" => {
                    let user = uuid(part(self.number % AGENTS, 11));
                    format!(
                        r#""userId":"{user}","userUri":"/api/v2/users/{user}","queueId":"{queue}","queueName":"{queue_name}","alertingTimeoutMs":30000,"#
                    )
                }
                "acd" => format!(r#""queueId":"{queue}","queueName":"{queue_name}","#),
                "customer" => format!(
                    r#""attributes":{{"caseId":"{}","language":"en-GB","page":"https://shop.example/claims/{}","context.firstName":"{name}"}},"#,
                    self.number, self.number
                ),
                _ => String::new(),
            };
            let state = if until.is_some() {
                "disconnected"
            } else {
                "connected"
            };
            let gone = until.map_or(String::new(), |_| {
                r#""disconnectType":"client","#.to_owned()
            });
            let _ = write!(
                body,
                r#"{separator}{{"id":"{}","startTime":"{since}",{}"connectedTime":"{since}","name":"{name}",{own}"purpose":"{purpose}","wrapupRequired":false,"wrapupPrompt":"optional","messages":[{{"id":"{}","state":"{state}","initialState":"connected","direction":"inbound","held":false,"provider":"PureCloud Messaging","type":"webmessaging","authenticated":false,"startAlertingTime":"{since}","connectedTime":"{since}",{}{gone}"toAddress":{{"addressNormalized":"{}"}},"fromAddress":{{"addressNormalized":"{}"}},"afterCallWork":{{"state":"skip"}},"afterCallWorkRequired":false,"messages":["#,
                uuid(part(self.number, place)),
                maybe("endTime", until),
                uuid(part(self.number, place + 4)),
                maybe("disconnectedTime", until),
                uuid(part(0, 13)),
                uuid(part(self.number, 14)),
            );
            if matches!(purpose, "customer" | "agent") {
                self.messages(&mut body);
            }
            body.push_str("]}]}");
        }
        body.push_str("]}");
        body
    }

    /// Six of them, in turn; both legs list all.
    fn messages(&self, to: &mut String) {
        for turn in 0..6_i32 {
            let is_customer = (i32::try_from(self.number % 2).unwrap() + turn) % 2 == 0;
            let status = if is_customer { "received" } else { "sent" };
            let separator = if turn > 0 { "," } else { "" };
            let id = uuid(part(
                mixed(self.number) ^ u64::from(turn.unsigned_abs()),
                15,
            ));
            let _ = write!(
                to,
                r#"{separator}{{"messageId":"{id}","messageURI":"/api/v2/conversations/messages/{}/messages/{id}","messageStatus":"{status}","messageSegmentCount":1,"messageTime":"{}","media":[],"stickers":[],"messageMetadata":{{"type":"Text","events":[],"content":[]}}}}"#,
                self.id(),
                time(self.at(turn + 1)),
            );
        }
    }
}

/// The body of a page with these.
pub(crate) fn page_body(chats: &[Made]) -> String {
    let mut body = String::with_capacity(chats.len() * 7 * 1024);
    body.push_str(r#"{"conversations":["#);
    for (index, chat) in chats.iter().enumerate() {
        if index > 0 {
            body.push(',');
        }
        chat.list_body(&mut body);
    }
    let _ = write!(body, r#"],"totalHits":{}}}"#, chats.len());
    body
}

/// A page with these, read as the client reads it.
pub(crate) fn page(chats: &[Made], asked_at: Timestamp) -> Vec<Listed> {
    rows(page_body(chats).into_bytes(), asked_at)
}

/// The rows of such a body.
pub(crate) fn rows(body: Vec<u8>, asked_at: Timestamp) -> Vec<Listed> {
    let wanted = PageWanted {
        from: asked_at,
        to: asked_at,
        number: 1,
        size: PAGE_SIZE,
    };
    page_of_body(body, wanted, asked_at).unwrap().rows
}

/// How large the two bodies of a chat are, in bytes.
pub(crate) fn sizes(now: Timestamp) -> (usize, usize) {
    let chat = Made::of_list(7, now);
    let mut listed = String::new();
    chat.list_body(&mut listed);
    (listed.len(), chat.read_body().len())
}

fn name(number: u64) -> String {
    let at = |all: [&'static str; 8], by: u64| all[usize::try_from(by % 8).unwrap()];
    format!(
        "{} {} {}",
        at(FIRST_NAMES, mixed(number)),
        at(LAST_NAMES, mixed(number) >> 8),
        number % 10_000
    )
}

/// An id of what belongs to a number; the number stands in it.
fn part(number: u64, place: u64) -> u128 {
    (u128::from(mixed(number.wrapping_mul(16) + place)) << 64) | u128::from(number)
}

/// The number that stands in an id.
pub(crate) fn number_of(id: ConversationId) -> u64 {
    u64::try_from(id.as_u128() & u128::from(u64::MAX)).unwrap()
}

fn uuid(bits: u128) -> String {
    ConversationId::from_u128(bits).to_string()
}

fn time(at: Timestamp) -> String {
    format!("{at:.3}")
}

fn maybe(member: &str, at: Option<Timestamp>) -> String {
    at.map_or_else(String::new, |at| format!(r#""{member}":"{}","#, time(at)))
}

fn before(now: Timestamp, seconds: u64) -> Timestamp {
    now - SignedDuration::from_secs(i64::try_from(seconds).unwrap())
}

/// Numbers that look thrown (`SplitMix64`), so that no order of the list is the order of the numbers.
pub(crate) fn mixed(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}
