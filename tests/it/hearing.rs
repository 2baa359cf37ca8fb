//! A socket of notifications, frame by frame, at a service that the test plays: it is replaced, falls silent, dies and is told off, and
//! whoever listens hears of everything that may have been missed.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use unstick::domain::hearing::Hearing;
use unstick::domain::text::Text;
use unstick::engine::ports::{Ears, Heard, Limiter, Org as _};
use unstick::genesys::{Client, Listening, Pulse, Timeouts};

use crate::client_server::{Asked, Reply, Server, SetClock, answer, pass};

/// No condition may take longer.
const PATIENCE: Duration = Duration::from_secs(60);
const CHANNELS: &str = "/api/v2/notifications/channels";
const QUEUE: &str = "9a52a0c1-58ea-4a3e-8b0d-9d0e3b1f5c11";

/// Everything sooner than in earnest; each new socket may be replaced at once.
fn quick() -> Pulse {
    Pulse {
        ping: Duration::from_millis(300),
        silence: Duration::from_secs(30),
        retry: Duration::from_millis(50),
        longest_retry: Duration::ZERO,
        gather: Duration::from_millis(300),
        refused: Duration::from_millis(300),
        ..Pulse::default()
    }
}

/// Where a channel's socket is at.
async fn place() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    (listener, host)
}

/// Opens as many channels as it is asked for, all with their sockets here.
fn channels(asked: &Asked, host: &str, before: usize, topics: &Value) -> Reply {
    if asked.method == "POST" && asked.target == CHANNELS {
        let id = format!("streaming-{before}");
        let said = json!({ "id": id, "connectUri": format!("ws://{host}/channels/{id}") });
        return answer(200, "", &said.to_string());
    }
    answer(200, "", &json!({ "entities": topics }).to_string())
}

/// The queue may be listened to.
fn permitted() -> Value {
    json!([{ "id": topic_of(QUEUE), "state": "Permitted" }])
}

fn topic_of(queue: &str) -> String {
    format!("v2.routing.queues.{queue}.conversations.messages")
}

/// The service, and whoever listens to it.
struct Stage {
    sockets: TcpListener,
    server: Server,
    heard: mpsc::Receiver<Heard>,
    /// Everything that was said of how listening stands.
    stood: Vec<Hearing>,
    queues: Arc<watch::Sender<BTreeSet<Text>>>,
    /// The topics of every subscription.
    subscribed: mpsc::UnboundedReceiver<String>,
    client: Client,
    task: JoinHandle<()>,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Stage {
    async fn start(pulse: Pulse) -> Self {
        Self::with(pulse, permitted()).await
    }

    /// The service says this of the topics that are subscribed to.
    async fn with(pulse: Pulse, topics: Value) -> Self {
        Self::seeing(pulse, topics, |_, _| ()).await
    }

    /// And something happens while it is asked to subscribe to these topics, in JSON.
    async fn seeing(
        pulse: Pulse,
        topics: Value,
        meanwhile: impl Fn(&watch::Sender<BTreeSet<Text>>, &str) + Send + Sync + 'static,
    ) -> Self {
        let (sockets, host) = place().await;
        let (queues, wanted) = watch::channel(BTreeSet::from([Text::clean(QUEUE)]));
        let queues = Arc::new(queues);
        let seen = Arc::downgrade(&queues);
        let (tell_topics, subscribed) = mpsc::unbounded_channel();
        let script = move |asked: &Asked, before| {
            if asked.target.contains("/subscriptions") {
                let _ = tell_topics.send(asked.body.clone());
                if let Some(queues) = seen.upgrade() {
                    meanwhile(&queues, &asked.body);
                }
            }
            channels(asked, &host, before, &topics)
        };
        let server = Server::signed_in(script).await;
        // A dial is not given up while a test looks on.
        let timeouts = Timeouts {
            total: Duration::from_secs(300),
            read: Duration::from_secs(300),
            ..Timeouts::default()
        };
        let limiter = Limiter::new(1000);
        let client = server.client_with(timeouts, &limiter, SetClock::new());
        let client = client.listening(Listening {
            pulse,
            ..Listening::default()
        });
        let (tell, heard) = mpsc::channel(1);
        let ears = Ears {
            queues: wanted,
            heard: tell,
        };
        let listener = client.clone();
        let task = tokio::spawn(async move { listener.listen(ears).await });
        Self {
            sockets,
            server,
            heard,
            stood: Vec::new(),
            queues,
            subscribed,
            client,
            task,
        }
    }

    /// Somebody dials; the line is open, and nothing was answered yet.
    async fn dialled(&self) -> TcpStream {
        soon(self.sockets.accept()).await.unwrap().0
    }

    /// Somebody dials, and the socket opens.
    async fn opened(&self) -> Line {
        Line::open(self.dialled().await).await
    }

    /// The next thing that is heard and is no word of how listening stands.
    async fn next(&mut self) -> Heard {
        loop {
            match soon(self.heard.recv()).await.unwrap() {
                Heard::Hearing(hearing) => self.stood.push(hearing),
                other => return other,
            }
        }
    }

    /// This event comes next.
    async fn hears(&mut self, number: u128) {
        match self.next().await {
            Heard::Event(event) => assert_eq!(event.conversation.to_string(), id(number)),
            other => panic!("{other:?}"),
        }
    }

    async fn is_told_that_some_may_be_missed(&mut self) {
        let heard = self.next().await;
        assert!(matches!(heard, Heard::Missed), "{heard:?}");
    }

    async fn stands(&mut self, is_so: impl Fn(&Hearing) -> bool) -> Hearing {
        loop {
            if let Heard::Hearing(hearing) = soon(self.heard.recv()).await.unwrap() {
                self.stood.push(hearing.clone());
                if is_so(&hearing) {
                    return hearing;
                }
            }
        }
    }

    /// A socket on which somebody is there.
    async fn live(&mut self) -> Line {
        let mut line = self.opened().await;
        line.beat().await;
        self.stands(Hearing::is_live).await;
        line
    }

    /// The topics of the next subscription, in their order.
    async fn subscription(&mut self) -> Vec<String> {
        let body = soon(self.subscribed.recv()).await.unwrap();
        let topics: Vec<Value> = serde_json::from_str(&body).unwrap();
        let ids = topics.iter().map(|topic| topic["id"].as_str().unwrap());
        ids.map(str::to_owned).collect()
    }

    /// How many channels were opened.
    fn channels(&self) -> usize {
        let asked = self.server.questions();
        let opens = |one: &&Asked| one.method == "POST" && one.target == CHANNELS;
        asked.iter().filter(opens).count()
    }
}

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what)
        .await
        .expect("it never came")
}

fn id(number: u128) -> String {
    uuid::Uuid::from_u128(number).to_string()
}

/// The service's end of a socket.
struct Line(WebSocketStream<TcpStream>);

impl Line {
    async fn open(stream: TcpStream) -> Self {
        Self(soon(tokio_tungstenite::accept_async(stream)).await.unwrap())
    }

    async fn say(&mut self, topic: &str, body: Value) {
        let frame = json!({ "topicName": topic, "version": "2", "eventBody": body });
        let sent = self.0.send(Message::text(frame.to_string()));
        soon(sent).await.unwrap();
    }

    async fn beat(&mut self) {
        let body = json!({ "message": "WebSocket Heartbeat" });
        self.say("channel.metadata", body).await;
    }

    /// Something happened in the conversation of this number.
    async fn tell(&mut self, number: u128) {
        let body = json!({ "id": id(number), "participants": [] });
        self.say(&topic_of(QUEUE), body).await;
    }

    async fn is_closed_soon(&mut self) {
        let body = json!({ "message": "closed for maintenance" });
        self.say("v2.system.socket_closing", body).await;
    }

    async fn gives_way(&mut self, why: &str) {
        let topic = "v2.system.no_longer_subscribed.streaming-0";
        self.say(topic, json!({ "message": why })).await;
    }

    async fn close(mut self) {
        let _ = self.0.close(None).await;
        while let Ok(Some(Ok(_))) = tokio::time::timeout(PATIENCE, self.0.next()).await {}
    }
}

#[tokio::test]
async fn what_comes_on_the_old_socket_is_heard_while_another_is_dialled_and_until_it_closes() {
    let mut stage = Stage::start(quick()).await;
    let mut old = stage.live().await;
    old.is_closed_soon().await;
    let dialled = stage.dialled().await;
    // Nobody has answered there yet.
    old.tell(1).await;
    old.tell(2).await;
    stage.hears(1).await;
    stage.hears(2).await;
    let mut new = Line::open(dialled).await;
    stage.is_told_that_some_may_be_missed().await;
    old.tell(3).await;
    stage.hears(3).await;
    new.tell(4).await;
    stage.hears(4).await;
    old.close().await;
    new.tell(5).await;
    stage.hears(5).await;
    assert!(
        stage
            .stood
            .iter()
            .all(|one| one.is_live() || *one == Hearing::Connecting)
    );
    assert_eq!(stage.channels(), 1);
}

#[tokio::test]
async fn a_socket_that_gave_way_to_the_one_that_is_dialled_costs_no_channel() {
    // The other opens while it is waited for, however busy the machine is.
    let gather = PATIENCE;
    let mut stage = Stage::start(Pulse { gather, ..quick() }).await;
    let mut line = stage.live().await;
    // Which of the two is met first is chance.
    for number in 1..=8 {
        line.is_closed_soon().await;
        let dialled = stage.dialled().await;
        line.gives_way("another connection took its place").await;
        line = Line::open(dialled).await;
        stage.is_told_that_some_may_be_missed().await;
        line.tell(number).await;
        stage.hears(number).await;
    }
    assert_eq!(stage.channels(), 1);
}

#[tokio::test]
async fn an_old_socket_that_ends_while_nobody_answers_the_dial_is_said_to_be_lost() {
    let mut stage = Stage::start(quick()).await;
    let mut old = stage.live().await;
    old.is_closed_soon().await;
    let _unanswered = stage.dialled().await;
    old.tell(1).await;
    stage.hears(1).await;
    old.close().await;
    stage.stands(|one| !one.is_live()).await;
    let mut new = stage.live().await;
    new.tell(2).await;
    stage.hears(2).await;
    assert_eq!(stage.channels(), 1);
}

#[tokio::test]
async fn a_socket_that_never_opens_is_said_to_be_down_however_long_it_takes_to_fail() {
    let mut stage = Stage::start(quick()).await;
    for _ in 0..2 {
        drop(stage.dialled().await);
    }
    let down = stage
        .stands(|one| matches!(one, Hearing::Down { .. }))
        .await;
    assert!(down.warning().unwrap().contains("is lost"), "{down:?}");
}

#[tokio::test]
async fn what_the_channel_was_subscribed_to_before_does_not_hide_that_a_queue_is_refused() {
    let other = "1c52a0c1-58ea-4a3e-8b0d-9d0e3b1f5c12";
    let permission = "conversation:communication:view";
    let topics = json!([
        { "id": topic_of(other), "state": "Permitted" },
        { "id": topic_of(QUEUE), "state": "Rejected", "missingPermissions": [permission] },
    ]);
    let mut stage = Stage::with(quick(), topics).await;
    let refused = stage
        .stands(|one| matches!(one, Hearing::NotPermitted { .. }))
        .await;
    let words = refused.warning().unwrap();
    assert!(words.contains(permission), "{words}");
}

/// The ids of more queues, before the first in their order.
const SECOND: &str = "1c52a0c1-58ea-4a3e-8b0d-9d0e3b1f5c11";
const THIRD: &str = "2c52a0c1-58ea-4a3e-8b0d-9d0e3b1f5c11";

fn add(queues: &watch::Sender<BTreeSet<Text>>, queue: &str) {
    queues.send_modify(|queues| {
        queues.insert(Text::clean(queue));
    });
}

#[tokio::test]
async fn other_queues_are_subscribed_to_with_those_before_and_all_of_them_after_a_new_sign_in() {
    let mut stage = Stage::start(quick()).await;
    let mut line = stage.live().await;
    let mut topics = vec![topic_of(QUEUE)];
    assert_eq!(stage.subscription().await, topics);
    for (place, queue) in [SECOND, THIRD].into_iter().enumerate() {
        add(&stage.queues, queue);
        topics.insert(place, topic_of(queue));
        assert_eq!(stage.subscription().await, topics);
        let is_new = |one: &Hearing| matches!(one, Hearing::Live { deaf, .. } if *deaf > place);
        stage.stands(is_new).await;
    }
    // The channel lives by the token that subscribed it.
    let signed_in = stage.client.sign_in_anew(None, pass().await);
    signed_in.await.unwrap();
    assert_eq!(stage.subscription().await, topics);
    line.tell(1).await;
    stage.hears(1).await;
    assert_eq!(stage.channels(), 1);
}

#[tokio::test]
async fn a_queue_that_comes_while_another_is_subscribed_to_is_not_forgotten() {
    let one_more = |queues: &watch::Sender<BTreeSet<Text>>, topics: &str| {
        if topics.contains(SECOND) && !topics.contains(THIRD) {
            add(queues, THIRD);
        }
    };
    let mut stage = Stage::seeing(quick(), permitted(), one_more).await;
    let _line = stage.live().await;
    assert_eq!(stage.subscription().await, [topic_of(QUEUE)]);
    add(&stage.queues, SECOND);
    let topics = [SECOND, THIRD, QUEUE].map(topic_of);
    let (one, other) = (stage.subscription().await, stage.subscription().await);
    assert!(one != topics && other == topics, "{one:?}, {other:?}");
}

#[tokio::test]
async fn a_subscription_is_renewed_when_it_has_grown_old() {
    let renew = Duration::from_millis(200);
    let began = Instant::now();
    let mut stage = Stage::start(Pulse { renew, ..quick() }).await;
    let _line = stage.live().await;
    for _ in 0..4 {
        assert_eq!(stage.subscription().await, [topic_of(QUEUE)]);
    }
    assert!(began.elapsed() >= 3 * renew, "{:?}", began.elapsed());
    assert_eq!(stage.channels(), 1);
}

#[tokio::test]
async fn nobody_listens_any_more_once_nobody_wants_to_know() {
    let mut stage = Stage::start(quick()).await;
    let _line = stage.live().await;
    stage.queues = Arc::default();
    soon(&mut stage.task).await.unwrap();
}
