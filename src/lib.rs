//! `unstick` finds web messaging conversations on Genesys Cloud that are stuck, says why each one is still open, ends the ones
//! an operator chooses, and proves that they ended. This library is the program in layers, so that tests can reach them; it is no public
//! API. The binary is `main.rs`, and does nothing but call [`cli`].
//!
//! # The data's way
//!
//! ```text
//!             ┌────────── cli (composition root) ───────────┐
//!             │ settings → clock → client → journal → engine │
//!             └──────┬────────────────────────────┬──────────┘
//!         headless   │                            │  console
//!                    ▼                            ▼
//!  keys ─► tui ─► app::update ─► effects ─► tui ─► engine ─► genesys ─► HTTP ─► (Genesys Cloud | sandbox)
//!           ▲        │                              │
//!           │        ▼                              ├─► journal (durable first)
//!          draw ◄─ view model ◄─ roster, runs ◄─────┘   facts: Listing, Read, Run
//! ```
//!
//! Two one-way roads: service → poller → fact → roster → view model → screen, and key → action → effect → engine → fact (in the journal
//! first) → run → view model → screen. State changes only by folding facts. What was confirmed is the value that runs.
//!
//! A run, in five lines: [`domain::plan`] freezes what was seen; [`domain::decide`] says, from the facts so far and the time, what comes
//! next for one conversation, [`domain::run::machine`] for all of them; [`engine`] does just that, records it through [`journal`] and
//! folds it back; a request needs a `SendPermit`, which only the journal hands out, after its commit; and "ended" is said after two reads that agree.
//!
//! # The import law
//!
//! | layer | knows of ours | never |
//! | --- | --- | --- |
//! | [`domain`] | – | tokio, clock, files, network, terminal, logging |
//! | [`settings`] | domain | HTTP, terminal |
//! | [`engine`] | domain | the HTTP client, the database, the terminal |
//! | [`genesys`] | domain, `engine::ports`, settings | the screen, the journal, the sandbox |
//! | [`journal`] | domain, `engine::ports` | the screen, HTTP |
//! | [`app`] | domain | tokio, the terminal, the engine |
//! | [`ui`] | app, domain | tokio, any change of state |
//! | [`tui`] | app, ui, engine, domain, journal (queries) | HTTP, the sandbox |
//! | [`cli`] | everything | – |
//! | [`sandbox`] | nothing of ours | shared types would let one mistake pass on both sides |
//!
//! `tests/it/architecture.rs` reads the sources and enforces it, with the file ceiling and what only one place may do.
//!
//! # Where to find it
//!
//! | you look for | it is in |
//! | --- | --- |
//! | why a conversation is called stuck | `domain/diagnosis/rules.rs`, `domain/diagnosis/waiting.rs`, table of kinds in `domain/kind.rs`; in words: `domain/diagnosis/words.rs` |
//! | how long is too long | `domain/diagnosis/thresholds.rs` |
//! | over in truth and open in analytics (`desync`, `ghost`, `reopen`) | `domain/diagnosis/astray.rs`; leg by leg: `domain/comparison.rs` |
//! | what a plan leaves out, on the screen | `app/planning/left_out.rs`, `ui/plan/left_out.rs` |
//! | what may be planned, in bulk or alone; why not, to count by | `domain/guard.rs`, `domain/draft.rs`; `domain/cause.rs` |
//! | the order of requests | `domain/decide/ladder.rs` |
//! | what a read means, when something is held | `domain/decide/readings.rs`; as a table: `domain/decide/readings.md` |
//! | when what cannot be found counts as over | `domain/decide/gone.rs` |
//! | what the pages of the engine ask and we do otherwise | `engine/mod.rs` |
//! | what an outcome means (the matrix) | `domain/rulings/outcomes.rs`, `domain/rulings/table.rs`; as a table: `domain/rulings/matrix.md` |
//! | what pauses or halts a run | `domain/run/trouble.rs` |
//! | the facts of a run, final states | `domain/fact.rs`; why one of its chats came out so: `domain/item/account.rs` |
//! | evidence, and what counts as changed | `domain/evidence.rs` |
//! | the plan file, its hash, the phrase | `domain/plan.rs` |
//! | the filter language | `domain/filter.rs` |
//! | the operator's rules and guards | `domain/rules.rs`, after a reload `domain/rules/earlier.rs`; as written: `settings/rules.rs`; at the check: `engine/runs/driver/guarded.rs` |
//! | what came from outside made safe | `domain/text.rs` |
//! | what an event may do: ask for a read, hold a chat back | `domain/sighting.rs`; in the engine `engine/ears.rs`, `engine/told.rs` |
//! | notifications: channel, socket, silence, coming back | `genesys/notifications/mod.rs`; how they stand `domain/hearing.rs` |
//! | what a dry run says: the check of a run, without a run | `domain/rehearsal.rs`; on the screen `app/planning/dry_run.rs`, without one `cli/terminate.rs` |
//! | a standing policy: what is confirmed, what a round takes, what earlier sweeps did | `domain/policy.rs`, `domain/sweep.rs`, `domain/sweep/past.rs`; which rules allow it `domain/rules/standing.rs`; its rounds `cli/sweep.rs`, `cli/sweep/round.rs`, when they begin `cli/sweep/pace.rs`; on record `journal/sweeps.rs`, one at a time `journal/lock.rs` |
//! | carrying a run out | `domain/run/machine.rs` says what is next, `engine/runs/driver.rs` does it |
//! | how long it takes, and why it waits, in words | `app/pace.rs` |
//! | the rate limit | `engine/limiter/budget.rs`; whose turn it is: `engine/limiter/lanes.rs` |
//! | what exactly a read was answered, requests as a log shows them | `domain/raw_read.rs`, `domain/request_line.rs`; kept in `genesys/ledger.rs`, told by `engine/inspection.rs`; as a table: `app/request_table.rs`; what a request is for: `domain/request_line/purpose.rs`; the log: `app/lookout/requests.rs`, its figures and the whole of one below it |
//! | polling, and what is read next | `engine/poller.rs`, `engine/queue.rs`; when it wakes by itself: `engine/poller/waking.rs` |
//! | finding everything: windows back to the horizon, when each is asked again | `engine/windows.rs`, `engine/windows/window.rs`; pages that shift: `engine/windows/scan.rs`; when a chat is gone: `engine/windows/absent.rs`; what the service does not give: `engine/windows/aside.rs`; listing's share of the rate: `engine/finder.rs`, `engine/share.rs` |
//! | how far the list reaches, in words | `domain/reach.rs` |
//! | an HTTP request | `genesys/send.rs` (the funnel), a frame of a recipe on a socket `genesys/frame.rs`, `genesys/conversations.rs`, `genesys/listing.rs` |
//! | the service's words becoming ours | shapes `genesys/wire.rs`, one that is told apart by hand `genesys/wire/participant.rs`, words that are not copied `genesys/wire/word.rs`; `genesys/parse.rs`, analytics' `genesys/recorded.rs`; of a body that came in no request `genesys/decode.rs` |
//! | live and analytics side by side | `domain/comparison.rs`, `app/inspect/analytics.rs` |
//! | what analytics recorded, beside a read | `domain/recorded.rs`; what other sources say: `domain/beside.rs`, `domain/roster/sources.rs` |
//! | how rows are kept: packed, and made when somebody looks | `domain/roster/packed.rs`, its parts `domain/roster/packed/bytes.rs`, `domain/roster/packed/moments.rs`, `domain/roster/packed/spelled.rs`, `domain/roster/packed/symbols.rs`, `domain/roster/packed/read.rs`, `domain/roster/packed/leg.rs`, `domain/roster/packed/recorded_leg.rs`, `domain/roster/packed/shapes.rs`; what is over: `domain/roster/ghosts.rs`; how often that changed: `domain/roster/counted.rs` |
//! | asking those other sources | `engine/standings.rs`, without a screen `engine/beside.rs`; `genesys/standings.rs`, `genesys/threading.rs` |
//! | the token, as whom it is asked for | `genesys/token.rs`, what the endpoint said `genesys/token/granted.rs`, `genesys/grant.rs`; given back: `genesys/sign_out.rs` |
//! | a person's sign-in in a browser | `genesys/attempt.rs`; the port that waits for it: `genesys/loopback.rs` |
//! | names of queues, people, flows, codes, deployments, divisions | `domain/names.rs`; whose name a row shows: `domain/shown.rs`; asking in bulk: `engine/names.rs`, the questions as a table: `genesys/names.rs`; kept on disk: `settings/kept_names.rs` |
//! | was the guest told, and from what that is known | `domain/told.rs`; who saw it, in a sandbox: `cli/guests.rs` |
//! | for whom the sign-in stands, asked again after a new token | `engine/runs/sign_in.rs` |
//! | what nobody has verified, and what is done about it | `genesys/unverified.md` |
//! | what this program needs to be allowed | the table in `domain/needs.rs`; what roles allow: `domain/rights.rs`, asked by `genesys/rights.rs` |
//! | what is tried only to see whether it is answered | `genesys/trials.rs`; whose certificate was shown: `genesys/certificate.rs` |
//! | clocks that are apart: ages, the warning, the refusal | `domain/skew.rs` |
//! | what is recorded, and what the database refuses | `journal/schema/0001.sql`, and what later versions changed beside it; which trigger serves which invariant: `journal/schema/0004.sql`, that of recipes `journal/schema/0005.sql` |
//! | what happens when the disk is full after a send | `journal/taking_in.rs` |
//! | what is left of a purged run | `journal/purge.rs`, `journal/schema/0003.sql` |
//! | past runs, unfinished runs | `journal/history.rs`, on the screen `app/history.rs`, in words `app/history/words.rs`; what they had accepted: `journal/accepted.rs` |
//! | a key, its words and where it works | `app/action/table.rs`; all of them as README and man page say them: `app/action/listing.rs` |
//! | a letter of another script pressed as a key | `app/action/layouts.rs` |
//! | `--help` with its examples, the man page, what a shell completes, `--version` | `cli/examples.rs`, `cli/man.rs`, `cli/completions.rs`, `cli/version.rs` |
//! | one message folded: keys, time, sizes | `app/update.rs`; what the engine tells: `app/facts.rs`; what can lie above the list: `app/screens.rs` |
//! | the console as lines (`--accessible`): what can be typed, what is said | `app/spoken/commands.rs`, `app/spoken/doing.rs`; a file for each thing that is said in `app/spoken/`; lines in and out: `tui/voice.rs`, `tui/writer.rs`, `tui/leaving.rs` |
//! | why a key does nothing now | `app/why_not.rs` |
//! | every action by its words, the help, all messages | `app/palette.rs`, `app/help.rs`, `app/messages.rs`; what of a run is among the messages: `app/run_news.rs` |
//! | which clause of the filter hides a chat | `app/explain.rs`; the clauses: `domain/filter/explain.rs`; what was meant by a filter that shows nothing: `domain/filter/meant.rs` |
//! | what an empty list says | `app/chats/nothing.rs` |
//! | what a key does | `app/chats/keys.rs`, `app/planning/keys.rs`, `app/confirm.rs`, `app/board.rs`, … by screen |
//! | the phrase, and what the box ignores | `app/confirm.rs` |
//! | choosing a plan's wrap-up code | `app/planning/codes.rs`; asking for the codes: `engine/poller/naming.rs`, `genesys/wrap_up_codes.rs` |
//! | choosing a plan's recipe, what is said of it there | `app/planning/recipes.rs`, `ui/plan/recipes.rs`; where there is a choice `cli/way.rs` |
//! | what narrows the request log and past runs down; a page in a box | `app/narrowing.rs`; `app/sheet.rs` |
//! | another profile opened from the screen, its sign-in tried | wishes `app/lookout/profiles/asked.rs`, carried out by `cli/switching.rs`; how far at most, and with which flags `cli/switching/flags.rs`; from one console to the next `cli/console.rs`, `cli/console/before.rs`, `cli/console/stage.rs`, `tui/seat.rs` |
//! | read-only for the rest, by a key | `app/lookout/profiles/asked.rs`; in the engine `engine/pump.rs` |
//! | signing in again while the console is open | `cli/again.rs`, with another secret `genesys/sign_in.rs` |
//! | how many chats minute by minute, what changed, what was ended by us | `app/lookout/pulse/minutes.rs`, `app/lookout/pulse/ours.rs`; by queue or agent `app/lookout/pulse/groups.rs` |
//! | one chat looked into, its six pages | `app/inspect.rs`, a file for each page in `app/inspect/`; drawn by `ui/inspect.rs` |
//! | screens that only show: rules and guards, every request, the organisation at a glance, profiles, recipes, the welcome | `app/lookout.rs`, a file for each in `app/lookout/`; what they count, piece by piece: `app/lookout/counting.rs`; drawn by `ui/lookout.rs` |
//! | searching, wrapping and a cursor in text | `app/text_view.rs` |
//! | what is masked, where, until which key | `domain/masking.rs`, `app/privacy.rs`, `app/inspect/keys.rs` |
//! | what would be sent to end a chat, beside the list | `app/if_ended.rs` |
//! | what the copy menu copies | `app/copying.rs`; links to the vendor's page: `domain/vendor_page.rs` |
//! | the way into a clipboard | `tui/clipboard.rs`; requests as curl: `app/as_curl.rs`, `domain/curl.rs` |
//! | the support packet | `domain/packet.rs`; written by `tui/packet.rs` |
//! | what is exported, in which form, with whose names | `app/exporting.rs`, `app/exporting/forms.rs`; written by `tui/exports.rs`; a chat as a row: `domain/row_data.rs`; requests as an archive: `domain/har.rs`; a run: `journal/export.rs` |
//! | the pager | what it shows: `app/paging.rs`; how the terminal is lent: `tui/pager.rs`, `tui/rest.rs`; on systems without one `tui/pager_absent.rs` |
//! | a column, a screen's places and styles | `ui/chats/rows.rs`, `ui/plan.rs`, `ui/board.rs`, … by screen |
//! | the screen as a picture | `ui/svg.rs`; its colours `ui/svg/paper.rs`, its lines `ui/svg/shapes.rs` |
//! | a colour, a glyph | `assets/themes/`, read by `ui/theme.rs`, chosen by `cli/look.rs`; `ui/look.rs`, `ui/pen.rs` |
//! | the screen before there is a console: what a start waits for, which keys leave | `app/opening.rs`, drawn by `ui/opening.rs`, shown by `tui/opening.rs`; what comes after its first frame, and in which order: `cli/console.rs`, `cli/console/opening.rs` |
//! | the loop, the terminal, signals | `tui/mod.rs`, `tui/terminal.rs`, `tui/signals.rs`; how a frame is written: `tui/canvas.rs`, which of its cells: `tui/differences.rs`; the threads behind the loop: `cli/workers.rs` |
//! | a command without a screen | `cli/list.rs`, `cli/plan.rs`, `cli/terminate.rs`, … by command; the phrase it asks for: `cli/phrase.rs`; how a signal ends it before anything was sent: `cli/interrupted.rs` |
//! | what `doctor` looks at | `cli/doctor.rs`, one file for each group of checks; what it asks: `cli/doctor/asked.rs`; what a terminal answers: `tui/probe.rs` |
//! | setting a profile up | `cli/login.rs`, its questions: `cli/login/questions.rs`; what it leaves behind: `cli/login/keeping.rs`; a secret that is typed: `cli/unseen.rs` |
//! | from a profile to a client | `cli/access.rs`; a person in front of it: `cli/person.rs`; the browser: `cli/browser.rs` |
//! | an exit code | `cli/exit.rs` |
//! | who sits here, as a run has it on record | `cli/operator.rs` |
//! | where tests let it die | `journal/crash.rs`, `crash.rs` |
//! | what is wrong with a configuration, and where in the file | `settings/document.rs`, `settings/places.rs`; said by `cli/config.rs` |
//! | keys that the operator chooses | `app/action/keymap.rs` |
//! | a long list worked out without making a key wait, what is kept of every chat | `app/chats/survey.rs`, `app/chats/kept.rs`; a few chats of it looked at again: `app/chats/amend.rs`; the rows that are in view: `app/chats/in_view.rs` |
//! | until when a kind or an answer of a filter stands | `domain/horizon.rs` |
//! | a view of the list, its order | `app/chats/view.rs`; which one is open: `app/views.rs`; how many each of the operator's own has: `app/chats/own.rs` |
//! | a column of the list: what it means, its place | `app/chats/column.rs`; its width: `ui/chats/places.rs`; choosing them: `app/columns.rs` |
//! | what the console keeps from one start to the next | `app/keeping.rs`, a view's name `app/view_name.rs`; the file: `settings/kept_state.rs`; between the two: `cli/keeping.rs` |
//! | filters that were in force before | `app/chats/past.rs` |
//! | what the mouse does, and what it never can | `app/mouse.rs`; what stands where on the screen: `ui/spots.rs` |
//! | whether anybody looks, bell, title | `app/attention.rs`, `app/manners.rs` |
//! | what to do next about a chat of a report | `app/report/next.rs`; what came out alike in one entry: `app/report/needy.rs`; its counts and other chats: `app/report/groups.rs`; as copied: `app/report/copied.rs` |
//! | the proxy, whom to trust on the way | `settings/proxy.rs` |
//! | the configuration file, limits, secrets | `settings/file.rs`, `settings/limits.rs`, `settings/secret.rs`, `settings/keyring.rs` |
//! | how the configuration is changed by a command | `settings/editing.rs` |
//! | who was there beside the evidence (incidents) | `domain/aside.rs`; after the end of a run `domain/watch.rs`, `engine/watch.rs`, as the console knows it `app/watched.rs` |
//! | a guest's chat in a terminal | `cli/guest/talk.rs`, `cli/guest/mod.rs` |
//! | what guests send and are told | `sandbox/guest/mod.rs` |
//! | the sandbox: its own map | `sandbox/mod.rs`, scenarios in `assets/scenarios/`, demonstrations in `assets/demo/` |
//! | what the platform publishes | every operation `domain/published.rs`; those that the sandbox answers `sandbox/api/document.rs` |
//! | a recipe of the forum: what may stand in one, how its file is read, what is said of it | `domain/recipe.rs`, whoever wrote it `domain/recipe/rules.rs`; `settings/recipes.rs`, the files `assets/recipes/`; `cli/recipes.rs`; where it may be carried out: `cli/way.rs` |
//! | what each recipe really does, side by side | one of them on a sandbox of its own: `cli/recipes/trial.rs`; what is really so: `cli/recipes/reality.rs`; all of them: `cli/recipes/compare.rs`, beside an open console `cli/recipes/aside.rs`; what a run said that is not so: `domain/recipe/compared.rs` |
//! | what forum threads name and the platform does not publish | `sandbox/api/forum.rs`, `assets/forum/` |
//!
//! # Words
//!
//! *Conversation*: the platform's object ("chat" on screen). *Participant*, *communication*: a party, and one party's media leg ("leg"
//! on screen). *Kind*: why it is still open. *Evidence*: what one read showed. *Plan*: the frozen list of what will be ended, how, on what
//! evidence. *Run*: a confirmed plan carried out. *Step*: one stage for one conversation: check, legs, close, wrap-up, verify, teardown.
//! *Rung*: how hard a plan may push. *Fact*: something that happened, past tense. *Roster*: the conversations known now. *Mark*: the
//! operator's selection, by id. *Held*: left alone because it was not as planned. *Incident*: somebody was hit whom the check did not show.
//!
//! # Absent on purpose
//!
//! Global state; shared mutable app state; a component framework; retries below the engine; following redirects; `if sandbox` anywhere
//! below [`cli`]; behaviour under `cfg(test)`; sleeping tests; `unsafe`; printing outside [`cli`].

pub mod app;
pub mod cli;
pub mod clock;
mod crash;
pub mod domain;
pub mod engine;
pub mod genesys;
pub mod journal;
pub mod log;
pub mod sandbox;
pub mod settings;
pub mod tui;
pub mod ui;
