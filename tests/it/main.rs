//! Every integration test, in one binary. Each module has one line that says what it proves.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that meets the unexpected should stop there"
)]

/// The import law, the file ceiling, and what only one place may do.
mod architecture;
/// A person with a browser, for the tests of signing in.
mod browser;
/// A run whose sandbox is gone is closed, not offered.
mod cli_abandoned;
/// Commands: everything that can be given wrongly.
mod cli_bad_input;
/// Commands against a served sandbox: what they print, what they end, what the journal keeps.
mod cli_commands;
/// `config`: the path, the check, the schema, the example.
mod cli_config;
/// A guest's chat in a pipe and in a terminal.
mod cli_guest;
/// A journal in trouble: a full disk, a damaged file, a newer one, a folder that takes nothing.
mod cli_journal;
/// What is kept of runs: no name, no message, nothing but text, and nothing of what was removed.
mod cli_kept;
/// Killed at any moment of a run, and resumed.
mod cli_killed;
/// The console spoken as lines, over pipes: from the list to the report, stopped, left, taken up again.
mod cli_lines;
/// The console spoken as lines is left in a run, and a run that was left is taken up again.
mod cli_lines_left;
/// `login`, `logout` and `profiles`: what is written, how private it is, what is left alone.
mod cli_login;
/// A person signs in to the real program, with a browser that the test plays.
mod cli_person;
/// `login --replace`: whose secret is kept afterwards.
mod cli_replace;
/// A run without a screen is stopped: by signals, by a pause, by a reader that goes away.
mod cli_stopped;
/// `sweep`: what it takes and leaves, what confirms it, what stops it, and that a kill loses nothing.
mod cli_sweep;
/// Two programs at a time, and parts of one that fall over: one journal, one run, nothing lost.
mod cli_together;
/// What every status and every broken exchange becomes, and that nothing is repeated or followed.
mod client_outcomes;
/// A person signs in: the code, its proof, and what must not be taken for an answer.
mod client_person;
/// What the client asks, and what it makes of the answers.
mod client_reads;
/// The client against the sandbox: two readings of the protocol agree.
mod client_sandbox;
/// A server that answers as a test says, on a port the system chose.
mod client_server;
/// The token: fetched once, renewed in time, renewed after a 401, never leaked.
mod client_token;
/// What users of terminal programs complain about, and what terminals are owed: the tests that hold it are there.
mod complaints;
/// What shells complete, what a misspelt command is answered, what `--version` says.
mod completions;
/// Keys, views and order of the configuration on the console.
mod config_applied;
/// The configuration changes under an open console.
mod config_reload;
/// What a frame costs in bytes on the way to a terminal, and that where nothing changed it costs none.
mod console_bytes;
/// The list of wrap-up codes: the cursor, namesakes, and how often is asked.
mod console_codes;
/// The column chooser: what it shows, what it changes at once, what it takes back.
mod console_columns;
/// A console with its clock and its screen, for the console's tests.
mod console_desk;
/// What the engine tells of a chat that somebody looks into.
mod console_dossier;
/// What is exported, paged and copied as curl: what goes in, under the mask and without it.
mod console_exports;
/// What holds for every screen in every form: themes, glyphs, sizes; and that each has its snapshots.
mod console_forms;
/// Past runs: filter, columns, copy, damage, many of them.
mod console_help;
mod console_hints;
mod console_history;
/// One chat looked into: its pages, searched, folded, masked until somebody asks.
mod console_inspect;
/// Any keys but the phrase, on the real wiring: the sandbox's truth shows nothing of ours.
mod console_keys;
/// The console's laws: nothing starts without the phrase, plans hold what was marked, nothing panics.
mod console_laws;
/// Every reason why a chat is left out of a plan can be read.
mod console_left_out;
/// The console spoken as lines: what is typed, what is said, and that the phrase is the only way to a run here too.
mod console_lines;
/// The laws of the console spoken as lines: whatever is typed, nothing starts without the phrase.
mod console_lines_laws;
/// What is said as lines: each thing once, nothing that was asked for lost; views, rules, pulse, profiles, requests.
mod console_lines_words;
/// What the list says of itself: that it fails, what was meant, what is not counted yet.
mod console_list_words;
/// Screens that only show: rules and guards, requests, the pulse.
mod console_lookouts;
/// Looks at the journal: what is damaged, late, left out.
mod console_looks;
/// The real loop of the console against a sandbox over HTTP, judged by the ground truth.
mod console_loop;
/// Whether anybody looks, and how somebody who does not is told; what a paste does.
mod console_manners;
/// Marks by keys: all, all but these, a range.
mod console_marks;
/// The mouse: what it does on every screen, and that it never confirms.
mod console_mouse;
/// The screen before there is a console: what it waits for, which keys leave.
mod console_opening;
/// The box for a live chat; a dry run and a report where nothing is wrong.
mod console_outcomes;
mod console_plan_recipes;
/// What a plan says of itself: its age, its warnings, its keys.
mod console_plan_words;
/// Keys of the plan screen: the wrap-up code, the dry run.
mod console_planning;
/// The profiles and the welcome.
mod console_profiles;
mod console_pulse;
/// Plans by a recipe in the real loop.
mod console_recipe_runs;
/// The report of a run that was cut short.
mod console_recipes;
mod console_report;
/// The request log: filter, follow, the whole of one request, figures.
mod console_requests;
/// What of a run stays among the messages.
mod console_run_messages;
/// From the phrase to the report, key by key.
mod console_runs;
/// Every screen of the console, as text and styles.
mod console_screens;
/// What row 0 and an empty list say in each state of the link.
mod console_states;
/// A run in facts, as an engine would tell it.
mod console_story;
mod console_switching;
/// Views of the operator's own: counted, saved, renamed, removed; and filters that were in force before.
mod console_views;
/// Long work says how far it is, how long it takes and what it waits for.
mod console_waiting;
/// The snapshots of every screen and every dialog, and what all of them keep to.
mod console_wall;
/// Commands, help, messages and the question to the filter, by their words.
mod console_words;
/// A small organisation and a desk, for the console's tests.
mod console_world;
/// What a presenter shows, carried out as it is written.
mod demonstrations;
/// The dependency tree as the lock file has it.
mod dependencies;
/// The real client, engine and journal against the sandbox over HTTP, judged by the ground truth.
mod end_to_end;
/// What events do, and what they must not: they ask for reads, they hold back, they prove nothing.
mod events;
/// Exports as files: private, whole, never over another, and what is said where one cannot be written.
mod export_files;
/// The catalogue of faults over HTTP, each a scenario, each judged by the oracle.
mod faults;
/// Everything that is open is found, and what has ended is not asked about again.
mod finding;
/// A conversation that cannot be found is over only when a second source says so.
mod gone;
/// A socket of notifications, frame by frame: moved, silent, dying, and nothing missed without a word.
mod hearing;
/// Hostile text and secrets: what others may send, and what must never come of it.
mod hostile;
/// One chat looked into over HTTP, on the real loop and without a screen.
mod inspect_http;
/// The invariants of the engine, each under its name.
mod invariants;
mod journal_accepted;
mod journal_crash;
mod journal_damage;
mod journal_evidence;
mod journal_finality;
mod journal_folding;
mod journal_full;
mod journal_golden;
mod journal_gone;
mod journal_laws;
mod journal_purge;
mod journal_recipes;
mod journal_runs;
mod journal_stage;
mod journal_wall;
/// The scripted organisation that the engine's tests run against.
mod late_effects;
/// The budget of requests over hours of virtual traffic: no window above the allowance, nearly all of it used.
mod limiter;
/// The matrix of outcomes, cell by cell, and its table in the docs.
mod matrix;
mod model;
/// Names in bulk, with roles taken away, kept on disk, on the screen.
mod names;
/// The archive: what is in it, that it is installed by unpacking, that it comes out the same twice; and the look for known weaknesses.
mod packed;
/// Pictures of the screen: those of the README, and the operator's own.
mod pictures;
/// The list is kept fresh within the budget, and says so when it cannot be.
mod poller;
/// What polling asks for: its part of the rate, and next to nothing of a service that is down.
mod poller_share;
/// Every invariant has a test of its name; and those that no other module holds.
mod promises;
/// The real program at an organisation that withholds something: permissions, tokens, the right time, a way through.
mod proof;
/// A real proxy in the way, trusted and not.
mod proxies;
/// The ways into a clipboard: a real tmux, a terminal, the system's own, a file.
mod pty_clipboard;
/// The console in a real terminal: from the list to the report, killed and taken up again.
mod pty_console;
/// What the console finds again at its next start, in a real terminal.
mod pty_kept;
/// The console spoken as lines in a terminal, where no escape sequence is allowed.
mod pty_lines;
/// `login` in a terminal asks line by line, and shows no secret.
mod pty_links;
mod pty_login;
/// The console leaves a terminal as it found it, however it is left.
mod pty_manners;
/// The terminal's modes: the mouse, titles, frames, sizes, bells, and what it costs to do nothing.
mod pty_modes;
/// A start against a platform that is slow, dead or unwilling: a frame at once, and keys that leave.
mod pty_opening;
/// The pager gets the terminal and gives it back, however it ends.
mod pty_pager;
/// A person's sign-in ends while the console is open, and one key signs in again.
mod pty_person;
/// `terminate` in a terminal asks for the phrase, and takes nothing else for it.
mod pty_phrase;
/// From one profile to another without leaving the program.
mod pty_profiles;
/// The console stopped in a real terminal, in each phase of a run.
mod pty_stopped;
/// Whom the processor is given to: threads behind a console stand behind its loop.
#[cfg(target_os = "linux")]
mod pty_threads;
/// The console asks which profile to open where nothing says it.
mod pty_which;
/// The README says what is so.
mod readme;
/// A recipe that waits by event.
mod recipe_events;
/// A recipe's run that is killed in the middle.
mod recipe_killed;
/// A recipe's frame on a guests' socket.
mod recipe_socket;
/// Rules and guards on the command line.
mod recipes_commands;
mod recipes_compared;
/// Every trap of the threads walked into, beside the truth.
mod recipes_traps;
/// What a read after our own requests means: who was cut off, who came back, what is not over.
mod review_deciding;
/// A run is left, stopped and carried on as it should be, whatever falls over.
mod review_driving;
mod rules_commands;
/// Rules and guards on the screen, and at the check.
mod rules_screens;
/// Sandbox: what agents, supervisors and operators do to a conversation, and what is refused.
mod sandbox_acting;
/// Sandbox: what analytics answers: queues now, details late, jobs over a lake that is later still.
mod sandbox_analytics;
/// Sandbox: answers that are damaged, slow, outdated or somebody else's.
mod sandbox_answers;
/// Sandbox: every published operation answers as published, on all its ways.
mod sandbox_conformance;
/// Sandbox: conversations are found, read and ended over real HTTP, and the ground truth agrees.
mod sandbox_conversations;
/// Sandbox: the details query, its order, pages, aggregations and strays.
mod sandbox_details;
/// Sandbox: who and what the organisation has, in lists, pages, searches and by id.
mod sandbox_directory;
/// Sandbox: a WebSocket client of notification channels, for the tests of notifications.
mod sandbox_ear;
/// Sandbox: what changes is told on the topics it concerns, in order, as published.
mod sandbox_events;
/// Sandbox: the catalogue of faults, each as a file.
mod sandbox_fault_files;
/// Sandbox: trouble on order does exactly what it says.
mod sandbox_faults;
/// What the routes of forum threads really end, under every switch.
mod sandbox_forum;
/// The door is the same for the routes of forum threads, and without the dialect there are none.
mod sandbox_forum_door;
/// The closings of forum threads as guests, channels and analytics see them.
mod sandbox_forum_guests;
/// A sandbox that speaks the forum's dialect, and requests as the threads write them.
mod sandbox_forum_stage;
/// Sandbox: a guest for the tests, over a real socket.
mod sandbox_guest;
/// Sandbox: who is let in as a guest, what makes no sense, and where a guest's doings show.
mod sandbox_guest_edges;
/// Sandbox: the termination matrix over real sockets, row by row, proven by the frames on record.
mod sandbox_guests;
/// Sandbox: bodies in chunks, large ones, none, and what is no HTTP.
mod sandbox_http;
/// Sandbox: sign-in, limits, and the standard refusals with their headers.
mod sandbox_manners;
/// Sandbox: sockets of channels misbehave on order.
mod sandbox_mischief;
/// Sandbox: notification channels, their sockets, who may listen and for how long.
mod sandbox_notifications;
/// Sandbox: events of everything that can become of a conversation are as published.
mod sandbox_pictures;
/// Sandbox: guests that nobody has to play.
mod sandbox_puppets;
/// Sandbox: bytes on a connection of one's own.
mod sandbox_raw;
/// Sandbox: users sign in, and tokens do what their scopes and roles allow.
mod sandbox_sign_in;
/// Sandbox: how the tests of the sandbox start one and talk to it.
mod sandbox_support;
/// Sandbox: TLS and plain text on one port, and who trusts it.
mod sandbox_tls;
/// Random trouble, crashes and resumes over the scripted organisation, judged by the three promises.
mod simulated;
mod simulation;
mod simulator;
/// Stopping: no intent after the first wish, what is in flight settles, a machine that slept reads again.
mod stopping;
mod strays;
/// The real binary in folders of its own, a served sandbox, a terminal.
mod strings;
mod support;
/// Themes: what can be read and told apart with any colour vision; an operator's own.
mod themes;
/// Was the guest told? What is said of it, held against what guests were sent.
mod told;
