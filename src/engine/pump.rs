//! Routes commands, and what is heard: what concerns the list goes to the poller, what concerns a run to the run's own task.

use jiff::Timestamp;
use tokio::sync::mpsc::OwnedPermit;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinHandle, JoinSet};

use crate::domain::feed::{Command, Fact};
use crate::domain::roster::Roster;
use crate::domain::run::Run;
use crate::domain::sighting::Event;

use super::Parts;
use super::ears::Listening;
use super::poller::Poller;
use super::ports::{Clock, Heard, Org, Recorder, Terminator};
use super::runs::{self, Control, Inbox, Job, Standing};
use super::watch::watch as look_on;

/// Why a run is refused where the profile may not write,
pub(super) const READ_ONLY: &str =
    "this profile is read-only. Set `write = true` in the profile, or start with --write";
/// and where somebody has said so since.
const NARROWED: &str = "this console was made read-only. Start it again to end chats";

/// Events that may wait for a run; while they do, no more are heard, and commands are.
const EVENTS: usize = 16;

/// The loop of an engine that only looks.
pub(super) async fn read_only<O: Org, C: Clock>(
    mut poller: Poller<O, C>,
    mut listening: Listening,
    clock: C,
    mut commands: mpsc::UnboundedReceiver<Command>,
    facts: mpsc::Sender<Fact>,
    refusal: &str,
) {
    poller.queues = Some(listening.queues());
    loop {
        poller.prepare().await;
        tokio::select! {
            biased;
            command = commands.recv() => match command {
                None | Some(Command::Shutdown) => return,
                Some(Command::OnlyLook) => {}
                Some(Command::Start { .. } | Command::Resume(_)) => {
                    let _ = facts.send(Fact::RunRefused { why: refusal.to_owned() }).await;
                }
                Some(command) => poller.command(command),
            },
            heard = listening.next() => {
                hear(&mut poller, &mut listening, &facts, None, (heard, None), clock.now()).await;
            }
            done = poller.event() => poller.absorb(done).await,
        }
    }
}

/// The loop of an engine that may carry plans out: one run at a time.
pub(super) async fn with_runs<T: Terminator, R: Recorder, C: Clock>(
    parts: Parts<T, R, C>,
    mut commands: mpsc::UnboundedReceiver<Command>,
    facts: mpsc::Sender<Fact>,
) {
    let mut poller = Poller::new(
        parts.org.clone(),
        parts.clock.clone(),
        parts.limiter.clone(),
        facts.clone(),
        parts.horizon_days,
        parts.polls,
    );
    let (follow, rules) = watch::channel(parts.rules.clone());
    let mut listening = Listening::begin(&parts.org);
    let mut standing = Standing {
        rules,
        known: Roster::default(),
        queues: listening.queues(),
    };
    poller.queues = Some(listening.queues());
    let mut going: Option<Going> = None;
    // They end with this engine.
    let mut watches = JoinSet::new();
    let mut only_looks = false;
    loop {
        if only_looks && going.is_none() {
            break;
        }
        poller.prepare().await;
        let events = going.as_ref().map(|going| going.events.clone());
        tokio::select! {
            biased;
            command = commands.recv() => match command {
                None | Some(Command::Shutdown) => break,
                Some(Command::OnlyLook) => only_looks = true,
                Some(Command::Start { .. } | Command::Resume(_)) if only_looks => {
                    let _ = facts.send(Fact::RunRefused { why: NARROWED.to_owned() }).await;
                }
                Some(Command::Start { plan, note }) => {
                    let seen = listening.recent(parts.clock.now());
                    start(&parts, &standing, &facts, &mut going, Job::Begin { plan, note }, seen).await;
                }
                Some(Command::Resume(run)) => {
                    let seen = listening.recent(parts.clock.now());
                    start(&parts, &standing, &facts, &mut going, Job::Resume(run), seen).await;
                }
                Some(Command::KnowRows(known)) => {
                    standing.queues.known(&known);
                    standing.known = *known;
                }
                Some(Command::Follow(rules)) => drop(follow.send_replace(rules)),
                Some(Command::PauseRun(pause)) => tell(going.as_ref(), Control::Pause(pause)),
                Some(Command::StopRun { by }) => tell(going.as_ref(), Control::Stop(by)),
                Some(command) => poller.command(command),
            },
            ended = finished(&mut going) => {
                going = None;
                while watches.try_join_next().is_some() {}
                let run = ended.unwrap_or_else(fall_as_well);
                if let Some(run) = run.filter(|_| parts.polls) {
                    watches.spawn(look_on(parts.clone(), run, facts.clone()));
                }
                // What it ended is to leave the list now, not at the next slow listing.
                if parts.polls {
                    poller.command(Command::Refresh);
                }
            }
            heard = listen(&mut listening, events) => {
                hear(&mut poller, &mut listening, &facts, going.as_ref(), heard, parts.clock.now()).await;
            }
            done = poller.event() => poller.absorb(done).await,
        }
        poller.is_yielding = going.is_some();
    }
    if let Some(going) = going {
        tell(Some(&going), Control::Stop("shutdown".to_owned()));
        let _ = going.task.await.unwrap_or_else(fall_as_well);
        return;
    }
    if only_looks {
        // What goes on knows an organisation to read and no journal: it has no word for a request that changes something.
        let clock = parts.clock.clone();
        drop(parts);
        read_only(poller, listening, clock, commands, facts, NARROWED).await;
    }
}

/// A place for one more event among those that wait for the run.
type Room = Option<OwnedPermit<Event>>;

/// Hears the next thing once the run under way has room for it: whatever it is busy with, nothing else waits for that.
async fn listen(listening: &mut Listening, events: Option<mpsc::Sender<Event>>) -> (Heard, Room) {
    let room = match events {
        Some(events) => events.reserve_owned().await.ok(),
        None => None,
    };
    (listening.next().await, room)
}

/// An event is a reason to read, and for a run to look at what it holds; nothing else follows from it.
async fn hear<O: Org, C: Clock>(
    poller: &mut Poller<O, C>,
    listening: &mut Listening,
    facts: &mpsc::Sender<Fact>,
    going: Option<&Going>,
    (heard, room): (Heard, Room),
    now: Timestamp,
) {
    match heard {
        Heard::Event(event) => {
            poller.queue.told(event.conversation, now);
            room.map(|room| room.send(event.clone()));
            listening.remember(event, now);
        }
        Heard::Hearing(hearing) => {
            if listening.stands(hearing.clone()) {
                poller.queue.resync();
            }
            let _ = facts.send(Fact::Events(hearing)).await;
        }
        Heard::Missed => poller.queue.resync(),
        Heard::Revoked(why) => tell(going, Control::Revoked(why)),
    }
}

/// A run's task that fell over takes the engine with it: nobody would be told of the run any more. The panic was reported where it was;
/// the journal says how far the run came.
fn fall_as_well(error: JoinError) -> Option<Run> {
    if let Ok(panic) = error.try_into_panic() {
        std::panic::resume_unwind(panic);
    }
    None
}

/// The run under way.
struct Going {
    control: mpsc::UnboundedSender<Control>,
    events: mpsc::Sender<Event>,
    task: JoinHandle<Option<Run>>,
}

async fn start<T: Terminator, R: Recorder, C: Clock>(
    parts: &Parts<T, R, C>,
    standing: &Standing,
    facts: &mpsc::Sender<Fact>,
    going: &mut Option<Going>,
    job: Job,
    seen: Vec<Event>,
) {
    if going.is_some() {
        let why = "a run is going on. Wait for it, or stop it, then start this one".to_owned();
        let _ = facts.send(Fact::RunRefused { why }).await;
        return;
    }
    let (control, wanted) = mpsc::unbounded_channel();
    let (events, heard) = mpsc::channel(EVENTS);
    let inbox = Inbox {
        control: wanted,
        events: heard,
    };
    let task = tokio::spawn(runs::carry_out(
        parts.clone(),
        standing.clone(),
        job,
        seen,
        inbox,
        facts.clone(),
    ));
    *going = Some(Going {
        control,
        events,
        task,
    });
}

fn tell(going: Option<&Going>, control: Control) {
    if let Some(going) = going {
        let _ = going.control.send(control);
    }
}

/// Resolves when the run under way is over, with the run where it has come to its end; never when there is none.
async fn finished(going: &mut Option<Going>) -> Result<Option<Run>, JoinError> {
    match going {
        Some(going) => (&mut going.task).await,
        None => std::future::pending().await,
    }
}
