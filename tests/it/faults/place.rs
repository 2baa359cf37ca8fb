//! An organisation, a client of it and a journal, all real, all of one test alone: what scenarios are staged and carried out on.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use unstick::clock::WallClock;
use unstick::domain::draft::draft;
use unstick::domain::fact::{RunEvent, RunFact};
use unstick::domain::feed::{Command, Fact};
use unstick::domain::guard::Terms;
use unstick::domain::ids::{ConversationId, RunId};
use unstick::domain::item::Timings;
use unstick::domain::kind::Kind;
use unstick::domain::plan::{Choices, Plan, Scope};
use unstick::domain::roster::Roster;
use unstick::domain::run::{Pace, Run, RunState};
use unstick::domain::text::Text;
use unstick::engine::gather::{Gather, gather};
use unstick::engine::ports::{Clock, Lane, Limiter};
use unstick::engine::{Engine, Parts};
use unstick::genesys::{Access, Client, Grant, WritingClient};
use unstick::journal::{Journal, JournalOptions};
use unstick::sandbox::{Arrival, Options, Sandbox, Truth};
use unstick::settings::region::Addresses;

use super::captured::Captured;
use super::control::Control;
use super::host::Host;
use super::oracle::{self, Record};
use super::relay::Relay;
pub(crate) use super::staging::{Staging, orphans};

/// No run and no condition may take longer.
const PATIENCE: Duration = Duration::from_secs(180);

/// What must not be in any output, and what is.
#[derive(Default)]
struct Kept {
    /// Names and words of people.
    personal: Vec<String>,
    /// Facts as `--json` prints them.
    printed: String,
}

/// An organisation, a client of it and a journal.
pub(crate) struct Place {
    pub(crate) sandbox: Host,
    pub(crate) client: WritingClient,
    pub(crate) limiter: Limiter,
    pub(crate) clock: WallClock,
    pub(crate) scope: Scope,
    pub(crate) journal: Journal,
    pub(crate) relay: Option<Relay>,
    per_minute: u32,
    pace: Pace,
    timings: Timings,
    control: Control,
    folder: PathBuf,
    kept: RefCell<Kept>,
    log: Captured,
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A run that was carried out.
pub(crate) struct Carried {
    /// As it was told.
    pub(crate) run: Run,
    /// Every fact that was told.
    pub(crate) facts: Vec<RunFact>,
    /// What a command would have left with.
    pub(crate) exit: u8,
    /// Why the engine gave it up, if it did.
    pub(crate) refusal: Option<String>,
}

impl Carried {
    /// Why it was stopped or halted, in words; empty where it was not.
    pub(crate) fn cut_short(&self) -> String {
        match &self.run.cut_short {
            Some(RunState::Stopping(why) | RunState::Halted(_, why)) => why.clone(),
            _ => String::new(),
        }
    }

    pub(crate) fn is_halted(&self) -> bool {
        matches!(self.run.cut_short, Some(RunState::Halted(..)))
    }
}

impl Place {
    pub(crate) async fn of(staging: Staging) -> Self {
        let folder = folder();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut options = Options::new(staging.scenario.clone());
        options.ca_file = staging.is_encrypted.then(|| folder.join("ca.pem"));
        let sandbox = Sandbox::start(options, listener).await.unwrap();
        Self::at(Host::Here(sandbox), folder, staging).await
    }

    /// The same at an organisation in another process; the scenario is its own.
    pub(crate) async fn joining(welcome: Value, staging: Staging) -> Self {
        Self::at(Host::There(welcome), folder(), staging).await
    }

    async fn at(sandbox: Host, folder: PathBuf, staging: Staging) -> Self {
        let log = Captured::start();
        let address = sandbox.address();
        let control = Control::of(&address);
        let (limiter, clock) = (Limiter::new(staging.per_minute), WallClock::start());
        let relay = if staging.is_relayed {
            Some(Relay::to(&address.url).await)
        } else {
            None
        };
        let url = relay
            .as_ref()
            .map_or_else(|| address.url.clone(), Relay::url);
        let authority = address.ca_file.as_ref().filter(|_| staging.is_trusting);
        let access = Access {
            profile: "sandbox".to_owned(),
            addresses: Addresses::of_loopback(&url, &url).unwrap(),
            client_id: address.client_id.clone(),
            grant: Grant::ClientCredentials(address.client_secret.clone().into()),
            certificate: authority.map(|file| std::fs::read(file).unwrap()),
            proxy: None,
        };
        let reader = Client::new(access, staging.timeouts, limiter.clone(), clock);
        let client = WritingClient::new(reader.unwrap());
        let scope = Scope {
            org_id: address.org_id.clone(),
            api_host: url.rsplit("//").next().unwrap().to_owned(),
            client_id: address.client_id.clone(),
            profile: "sandbox".to_owned(),
        };
        let options = JournalOptions {
            timings: staging.timings.clone(),
            ..JournalOptions::default()
        };
        let journal = Journal::open_at(&folder.join("journal.db"), options).unwrap();
        Self {
            sandbox,
            client,
            limiter,
            clock,
            scope,
            journal,
            relay,
            per_minute: staging.per_minute,
            pace: staging.pace,
            timings: staging.timings,
            control,
            folder,
            kept: RefCell::default(),
            log,
        }
    }

    /// A built-in scenario, everything as it is in earnest.
    pub(crate) async fn named(scenario: &str) -> Self {
        Self::of(Staging::named(scenario)).await
    }

    /// Rules and orders from now on.
    pub(crate) async fn order_trouble(&self, faults: Value) {
        self.order("faults", &faults).await;
    }

    /// A single rule from now on.
    pub(crate) async fn order_fault(&self, fault: Value) {
        self.order("faults", &json!({ "fault": [fault] })).await;
    }

    /// Something happens in the world now.
    pub(crate) async fn let_happen(&self, event: &str, id: ConversationId) {
        let order = json!({ "event": event, "conversation": id.to_string() });
        self.order("events", &order).await;
    }

    async fn order(&self, what: &str, order: &Value) {
        self.control.order(what, order).await;
    }

    /// The way to give orders from elsewhere.
    pub(crate) fn control(&self) -> Control {
        self.control.clone()
    }

    /// The chat that was staged under a label.
    pub(crate) fn id(&self, label: &str) -> ConversationId {
        let found = self.sandbox.labelled(label);
        found
            .expect("the scenario stages no chat of this label")
            .parse()
            .unwrap()
    }

    /// Everything listed and read.
    pub(crate) async fn roster(&self) -> Roster {
        self.roster_knowing(Roster::default()).await
    }

    /// The same where something is known already.
    pub(crate) async fn roster_knowing(&self, known: Roster) -> Roster {
        self.gathered(None, known).await
    }

    /// These, read without a list.
    pub(crate) async fn roster_of(&self, ids: &[ConversationId]) -> Roster {
        self.gathered(Some(ids.to_vec()), Roster::default()).await
    }

    async fn gathered(&self, only: Option<Vec<ConversationId>>, known: Roster) -> Roster {
        let wanted = Gather {
            read_for: Duration::from_secs(60),
            only,
            known,
            horizon_days: 93,
            worth_reading: None,
        };
        let gathered = gather(&self.client, &self.clock, &self.limiter, wanted, |_| {});
        gathered.await.unwrap()
    }

    /// A plan of the chats of these kinds; what people are called and what they wrote is remembered, to be looked for in every output.
    pub(crate) async fn plan(&self, wanted: impl Fn(Kind) -> bool, choices: &Choices) -> Plan {
        let roster = self.roster().await;
        self.remember_people(&roster).await;
        let now = self.clock.now();
        let rows = roster.rows().filter(|row| wanted(row.kind(now)));
        let mut ids: Vec<ConversationId> = rows.map(|row| row.listed.id).collect();
        ids.sort();
        draft(&ids, &roster, &self.scope, &terms(choices, now)).unwrap()
    }

    /// A plan of one chat, by its label.
    pub(crate) async fn plan_of(&self, label: &str) -> Plan {
        let roster = self.roster().await;
        self.remember_people(&roster).await;
        let choices = Choices::default();
        let terms = terms(&choices, self.clock.now());
        let plan = draft(&[self.id(label)], &roster, &self.scope, &terms).unwrap();
        assert_eq!(plan.items.len(), 1, "{:?}", plan.skipped);
        plan
    }

    /// A plan of these, read without a list first.
    pub(crate) async fn plan_of_these(&self, ids: &[ConversationId]) -> Plan {
        let roster = self.roster_of(ids).await;
        let choices = Choices::default();
        let terms = terms(&choices, self.clock.now());
        draft(ids, &roster, &self.scope, &terms).unwrap()
    }

    /// A plan of every orphan.
    pub(crate) async fn plan_of_orphans(&self) -> Plan {
        self.plan(|kind| kind == Kind::Orphan, &Choices::default())
            .await
    }

    async fn remember_people(&self, roster: &Roster) {
        let mut found = Vec::new();
        for row in roster.rows() {
            let Some(reading) = &row.reading else {
                continue;
            };
            let conversation = &reading.conversation;
            let people = conversation
                .participants
                .iter()
                .filter(|party| party.purpose.is_human());
            found.extend(people.filter_map(|party| party.name.clone()));
            let ids: Vec<Text> = conversation
                .messages
                .iter()
                .map(|message| message.id.clone())
                .collect();
            if ids.is_empty() {
                continue;
            }
            let pass = self.limiter.acquire(Lane::Read, 1).await;
            let lines = self.client.reader().transcript(row.listed.id, &ids, pass);
            found.extend(
                lines
                    .await
                    .unwrap()
                    .into_iter()
                    .filter_map(|line| line.text),
            );
        }
        let mut kept = self.kept.borrow_mut();
        kept.personal.extend(found.iter().map(ToString::to_string));
    }

    /// What an engine here is made of.
    pub(crate) fn parts(&self, polls: bool) -> Parts<WritingClient, Journal, WallClock> {
        Parts {
            org: self.client.clone(),
            recorder: self.journal.clone(),
            clock: self.clock,
            limiter: self.limiter.clone(),
            scope: self.scope.clone(),
            pace: self.pace,
            max_batch: 500,
            operator: "tester".to_owned(),
            label: "SANDBOX".to_owned(),
            api_url: format!("http://{}", self.scope.api_host),
            timings: self.timings.clone(),
            polls,
            rules: None,
            horizon_days: 93,
        }
    }

    /// Carries a plan out with the real engine; pauses are answered with a stop, as commands without a screen do.
    pub(crate) async fn carry_out(&self, plan: Plan) -> Carried {
        let command = Command::Start {
            plan: Arc::new(plan),
            note: None,
        };
        self.follow(command, stop_at_pause).await
    }

    /// Takes a run with unresolved items up again.
    pub(crate) async fn resume(&self, run: RunId) -> Carried {
        self.follow(Command::Resume(run), stop_at_pause).await
    }

    /// Carries a plan out; each fact may be answered with a wish to the engine.
    pub(crate) async fn carry_out_with(
        &self,
        plan: Plan,
        answer: impl FnMut(&RunFact, &Engine),
    ) -> Carried {
        let command = Command::Start {
            plan: Arc::new(plan),
            note: None,
        };
        self.follow(command, answer).await
    }

    /// The run must not be opened: gives the reason.
    pub(crate) async fn refused(&self, plan: Plan) -> String {
        let carried = self.carry_out_or_refuse(plan).await;
        carried.err().expect("the run was opened")
    }

    async fn follow(&self, command: Command, answer: impl FnMut(&RunFact, &Engine)) -> Carried {
        let followed = self.try_follow(command, answer).await;
        followed.unwrap_or_else(|why| panic!("the run was refused: {why}"))
    }

    async fn carry_out_or_refuse(&self, plan: Plan) -> Result<Carried, String> {
        let command = Command::Start {
            plan: Arc::new(plan),
            note: None,
        };
        self.try_follow(command, stop_at_pause).await
    }

    async fn try_follow(
        &self,
        command: Command,
        answer: impl FnMut(&RunFact, &Engine),
    ) -> Result<Carried, String> {
        let (sender, told) = mpsc::channel(256);
        let (engine, task) = Engine::spawn(self.parts(false), sender);
        self.follow_on(engine, task, told, command, answer).await
    }

    /// The same on an engine that runs already, which ends with it.
    pub(crate) async fn follow_on(
        &self,
        engine: Engine,
        task: JoinHandle<()>,
        mut told: mpsc::Receiver<Fact>,
        command: Command,
        mut answer: impl FnMut(&RunFact, &Engine),
    ) -> Result<Carried, String> {
        engine.send(command);
        let mut opened: Option<Run> = None;
        let mut run: Option<Run> = None;
        let mut facts = Vec::new();
        let refusal = loop {
            let fact = tokio::time::timeout(PATIENCE, told.recv()).await;
            match fact.expect("the run hangs").unwrap() {
                Fact::RunOpened(begun) => {
                    self.print(&json!({ "event": "opened", "header": begun.header }));
                    let mut begun = *begun;
                    begun.finished = None;
                    opened = Some(begun.clone());
                    run = Some(begun);
                }
                Fact::RunRefused { why } => break Some(why),
                Fact::Run(_, fact) => {
                    self.print(&serde_json::to_value(&fact).unwrap());
                    let run = run.as_mut().unwrap();
                    assert!(run.apply(&fact), "{fact:?}");
                    facts.push(fact.clone());
                    answer(&fact, &engine);
                    if run.finished.is_some() {
                        break None;
                    }
                }
                Fact::Listing(_)
                | Fact::Read { .. }
                | Fact::Gauge(_)
                | Fact::Names(_)
                | Fact::Codes { .. }
                | Fact::Events(_)
                | Fact::Learned(_)
                | Fact::Raw { .. }
                | Fact::Requests { .. }
                | Fact::AllRequests(_)
                | Fact::Transcript { .. } => {}
            }
        };
        engine.send(Command::Shutdown);
        drop(told);
        task.await.unwrap();
        match (opened, run, refusal) {
            (Some(opened), Some(run), refusal) => Ok(Carried {
                exit: unstick::cli::exit_code(opened, &facts),
                run,
                facts,
                refusal,
            }),
            (_, _, refusal) => Err(refusal.unwrap()),
        }
    }

    fn print(&self, value: &Value) {
        let mut kept = self.kept.borrow_mut();
        kept.printed.push_str(&value.to_string());
        kept.printed.push('\n');
    }

    /// Waits until this is so in the truth.
    pub(crate) async fn until(&self, is_so: impl Fn(&[Truth]) -> bool) {
        let waited = tokio::time::timeout(PATIENCE, async {
            while !is_so(&self.sandbox.truth()) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        waited.await.expect("it never became true");
    }

    /// What the journal takes on disk, in bytes.
    pub(crate) fn journal_size(&self) -> u64 {
        let files = ["journal.db", "journal.db-wal"].map(|name| self.folder.join(name));
        let sizes = files.iter().filter_map(|file| std::fs::metadata(file).ok());
        sizes.map(|found| found.len()).sum()
    }

    /// Forgets what was printed and logged so far.
    pub(crate) fn forget_output(&self) {
        self.kept.borrow_mut().printed.clear();
        self.log.forget();
    }

    /// Every request that came in since a time.
    pub(crate) fn arrivals_since(&self, from: Timestamp) -> Vec<Arrival> {
        let mut all = self.sandbox.arrivals();
        all.retain(|one| one.at >= from);
        all
    }

    /// Everything that is known of a run, on both sides.
    pub(crate) fn record(&self, run: &Run, terms: oracle::Terms) -> Record {
        let history = self.journal.history();
        let (_, facts) = history.facts(run.header.id).unwrap();
        let address = self.sandbox.address();
        let kept = self.kept.borrow();
        let mut outputs = vec![
            ("the log", self.log.bytes()),
            ("printed facts", kept.printed.clone().into_bytes()),
            (
                "the JSON export",
                history.export_json(run.header.id).unwrap().into_bytes(),
            ),
            (
                "the CSV export",
                history.export_csv(run.header.id).unwrap().into_bytes(),
            ),
        ];
        for name in ["journal.db", "journal.db-wal"] {
            outputs
                .extend(std::fs::read(self.folder.join(name)).map(|bytes| ("the journal", bytes)));
        }
        let faults = history.verify().unwrap().faults;
        // What runs before this one changed is theirs.
        let made_at = run.header.plan.made_at;
        let mut truth = self.sandbox.truth();
        truth.retain(|change| change.request.is_none() || change.at >= made_at);
        let mut arrivals = self.sandbox.arrivals();
        arrivals.retain(|one| !one.is_change() || one.at >= made_at);
        Record {
            run: history.load(run.header.id).unwrap(),
            facts,
            truth,
            arrivals,
            damage: faults.iter().map(ToString::to_string).collect(),
            outputs,
            secrets: vec![address.client_secret, "sbx_".to_owned()],
            personal: kept.personal.clone(),
            per_minute: self.per_minute,
            terms,
        }
    }

    /// What really happened agrees with what is on record, whatever went wrong on the way.
    #[track_caller]
    pub(crate) fn judge(&self, carried: &Carried) {
        self.judge_as(carried, oracle::Terms::default());
    }

    #[track_caller]
    pub(crate) fn judge_as(&self, carried: &Carried, terms: oracle::Terms) {
        let told = &carried.run;
        let record = self.record(told, terms);
        for (told, kept) in told.items.iter().zip(&record.run.items) {
            assert_eq!(
                told.settled.as_ref().map(|(settled, _)| settled),
                kept.settled.as_ref().map(|(settled, _)| settled),
                "what was told is not what is on record"
            );
        }
        let objections = oracle::objections(&record);
        assert!(objections.is_empty(), "{objections:#?}");
    }
}

fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("unstick-place-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn terms(choices: &Choices, now: Timestamp) -> Terms<'_> {
    Terms {
        choices,
        from_filter: false,
        max_batch: 500,
        allow_teardown: true,
        escalated: &[],
        now,
        max_read_age: None,
        still_matches: None,
    }
}

/// Nobody is there to let a paused run go on.
pub(crate) fn stop_at_pause(fact: &RunFact, engine: &Engine) {
    if is_pause(fact) {
        engine.send(stop("no screen"));
    }
}

/// The run pauses with this fact.
pub(crate) fn is_pause(fact: &RunFact) -> bool {
    matches!(fact.event, RunEvent::Paused { .. })
}

/// Start nothing new.
pub(crate) fn stop(by: &str) -> Command {
    Command::StopRun { by: by.to_owned() }
}
