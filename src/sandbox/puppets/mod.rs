//! Simulated guests: WebSocket clients of this very sandbox, over its own socket, as any other.
//!
//! They stand for the first staged chats whose customer is up. A `live` one writes, if the scenario has
//! life; all others only listen, so that a staged chat stays what it was staged as.

mod puppet;

pub(super) use puppet::Puppet;

use super::guest::token_of_staged;
use super::kind::Kind;
use super::random::Random;
use super::scenario::Scenario;
use super::world::World;
use super::world::conversation::{MessageType, Purpose};
use futures_util::{SinkExt, StreamExt};
use puppet::Act;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// Between one puppet's connecting and the next one's, so that they slow nobody down.
const APART: Duration = Duration::from_millis(5);
/// Between two pings, as the official client sends them.
const PING_EVERY: Duration = Duration::from_secs(15);
/// How long a puppet waits for the other side to close.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a puppet's socket is.
type Stream = WebSocketStream<TcpStream>;

/// The simulated guests of a scenario, each with the page that it comes from.
#[derive(Debug)]
pub(super) struct Company {
    puppets: Vec<(Puppet, Option<String>)>,
}

impl Company {
    /// Those that a scenario asks for, one for each of the first staged chats with a customer.
    pub(super) fn of(scenario: &Scenario, world: &World, seed: u64) -> Self {
        let rules = &scenario.guest;
        let wanted = usize::try_from(rules.sockets).unwrap_or(usize::MAX);
        let mut naive = rules.naive;
        let mut random = Random::stream(seed, "puppets");
        let staged = world
            .conversations
            .iter()
            .filter(|one| one.message_type == MessageType::WebMessaging)
            .filter(|one| one.kind.is_some() && one.open(Purpose::Customer).is_some());
        let puppets = staged.take(wanted).map(|one| {
            let deployment = world.directory.deployment(one.deployment);
            let allowed = deployment.and_then(|one| one.allowed_domains.as_ref()?.first());
            let origin = allowed.map(|host| format!("https://{host}"));
            let joins = deployment.is_some_and(|one| one.auto_start);
            let own = Random::stream(random.next(), "puppet");
            let puppet = Puppet::new(token_of_staged(one.id), one.deployment, own).joining(joins);
            if one.kind != Some(Kind::Live) || !scenario.life.messages {
                return (puppet, origin);
            }
            let is_naive = naive > 0;
            naive = naive.saturating_sub(1);
            let puppet = puppet.naive(is_naive).writing(rules.writes_every_ms);
            (puppet, origin)
        });
        Self {
            puppets: puppets.collect(),
        }
    }

    /// Lets them live until the sandbox stops.
    pub(super) async fn live(self, address: SocketAddr, mut stop: watch::Receiver<bool>) {
        let mut all = JoinSet::new();
        for (puppet, origin) in self.puppets {
            tokio::time::sleep(APART).await;
            all.spawn(attend(puppet, reachable(address), origin));
        }
        let ended = async { while all.join_next().await.is_some() {} };
        tokio::select! {
            () = ended => {}
            // An error means that the sandbox was dropped, which stops them just as well.
            _ = stop.wait_for(|stopped| *stopped) => {}
        }
    }
}

/// An address that can be connected to: who listens on all is reached on loopback.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        other => other,
    };
    SocketAddr::new(ip, address.port())
}

/// Lives one puppet's life. Whatever goes wrong with its socket, the guest is offline from then on.
async fn attend(mut puppet: Puppet, address: SocketAddr, origin: Option<String>) {
    if let Ok(mut stream) = connect(&puppet, address, origin).await {
        let _ = live(&mut puppet, &mut stream).await;
    }
}

async fn connect(
    puppet: &Puppet,
    address: SocketAddr,
    origin: Option<String>,
) -> Result<Stream, Error> {
    let deployment = puppet.deployment;
    let url = format!("ws://{address}/v1?deploymentId={deployment}&application=puppet-1.0");
    let mut request = url.into_client_request()?;
    if let Some(origin) = origin.and_then(|origin| HeaderValue::from_str(&origin).ok()) {
        request.headers_mut().insert("origin", origin);
    }
    let stream = TcpStream::connect(address).await?;
    let (stream, _) = client_async(request, stream).await?;
    Ok(stream)
}

async fn live(puppet: &mut Puppet, stream: &mut Stream) -> Result<(), Error> {
    let mut echoes = interval_at(Instant::now() + Puppet::echo_every(), Puppet::echo_every());
    let mut pings = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
    echoes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut writes = puppet.pause().map(|pause| Instant::now() + pause);
    let first = puppet.opened();
    act(stream, first).await?;
    loop {
        let next = tokio::select! {
            frame = stream.next() => match frame {
                Some(Ok(Message::Text(text))) => {
                    let frame = serde_json::from_str(&text).unwrap_or_default();
                    puppet.heard(&frame)
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(()),
                Some(Ok(_)) => None,
            },
            _ = echoes.tick() => puppet.echo(),
            _ = pings.tick() => {
                stream.send(Message::Ping(Bytes::new())).await?;
                None
            }
            () = until(writes) => {
                writes = puppet.pause().map(|pause| Instant::now() + pause);
                puppet.speak()
            }
        };
        if let Some(next) = next {
            act(stream, next).await?;
        }
    }
}

/// Waits for a time, or for ever.
async fn until(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}

async fn act(stream: &mut Stream, what: Act) -> Result<(), Error> {
    match what {
        Act::Send(frame) => stream.send(Message::text(frame.to_string())).await,
        Act::Close => {
            let farewell = CloseFrame {
                code: CloseCode::Normal,
                reason: "Guest client disconnect".into(),
            };
            stream.close(Some(farewell)).await?;
            let gone = async { while let Some(Ok(_)) = stream.next().await {} };
            let _ = tokio::time::timeout(PATIENCE, gone).await;
            Err(Error::ConnectionClosed)
        }
    }
}
